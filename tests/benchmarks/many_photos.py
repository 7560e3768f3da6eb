"""Does indexing stay as fast and as small with 100,000 photos? Prints memory, speed, rescan, move and opening as JSON.

usage: many_photos.py FOLDER [--photos 100000]

FOLDER takes the photos (small JPEGs of about 5 KB, in a folder for each day; made once and used again) and a library, which
is made anew. The encoder is a stand-in that costs next to nothing; scanning, the decode workers and storing are the real
ones.

- memory: of all processes together, each shared page once (Linux; elsewhere what each has for itself), every second
  while photos are read. It is flat if the medians of each 10,000 photos lie within 15%, but for the first.
- rescan: of the unchanged folder; the reference is a bare walk with one stat per file. The number of stats is counted by
  strace where there is one.
- move: the folder that holds all photos is renamed; no decode worker may start.
- open: catalog, timeline and all that searches need in a new process; Python's imports apart. The graph of the vector
  index, which a library of this size does not load to be searched, is loaded after that.
"""

import argparse
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
import psutil
from machine import drop_caches, machine
from PIL import Image

SESSION = Path(__file__).with_name("many_photos_session.py")
_SIZE = (96, 72)
_A_DAY = 100
_STEP = 10_000  # photos; the figures over time are of so many each
_EVERY_S = 1.0
_GOALS = {"memory_spread": 0.15, "rescan_s": 5.0, "open_s": 1.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=100_000)
    arguments = parser.parse_args()
    facts = machine()
    home = arguments.folder.resolve()
    make_photos(home, arguments.photos)
    shutil.rmtree(home / "library", ignore_errors=True)
    print(json.dumps({"machine": facts, "photos": arguments.photos, **measure(home, arguments.photos)}, indent=1))


def make_photos(home: Path, photos: int) -> None:
    made = home / "made.json"
    if made.exists() and json.loads(made.read_text(encoding="utf-8")) == photos:
        return
    say("drawing photos ...")
    shutil.rmtree(home / "photos", ignore_errors=True)
    rng = np.random.default_rng(0)
    for number in range(photos):
        day = number // _A_DAY
        folder = (
            home
            / "photos"
            / "all"
            / f"{2000 + day // 336}"
            / f"{2000 + day // 336}-{day // 28 % 12 + 1:02}-{day % 28 + 1:02}"
        )
        if number % _A_DAY == 0:
            folder.mkdir(parents=True, exist_ok=True)
        pixels = rng.integers(0, 256, (_SIZE[1], _SIZE[0], 3), np.uint8)
        stream = io.BytesIO()
        Image.fromarray(pixels // 3 + 80).save(stream, "JPEG", quality=75)
        (folder / f"IMG_{number:06}.jpg").write_bytes(stream.getvalue())
    made.write_text(json.dumps(photos), encoding="utf-8")


def measure(home: Path, photos: int) -> dict[str, Any]:
    say("indexing ...")
    indexed, samples = watched_session("index", home)
    say("rescanning ...")
    rescan = session("rescan", home)
    walk = bare_walk(home / "photos")
    permitted = drop_caches()
    opened = session("open", home)
    say("moving the folder ...")
    folders = [path for path in (home / "photos").iterdir() if path.is_dir()]
    folders[0].rename(home / "photos" / ("moved" if folders[0].name == "all" else "all"))
    moved = session("moved", home)
    over_time = list(steps(samples, photos))
    after = [sample for sample in samples if _STEP <= sample["done"] < photos]
    memory = spread([sample["memory_mb"] for sample in after], [step["memory_mb"] for step in over_time[1:]])
    indexing = [sample["memory_mb"] for sample in samples if sample["done"] == photos]
    values = {"memory_spread": memory["spread"], "rescan_s": rescan["seconds"], "open_s": opened["open_s"]}
    goals = {
        name: {"measured": values[name], "goal": goal, "met": values[name] <= goal} for name, goal in _GOALS.items()
    }
    is_right = moved["moved"] == photos and not moved["started_processes"] and not moved["read"]
    return {
        "index": indexed,
        "memory_from_10000_photos_on_mb": memory,
        "most_memory_while_the_vector_index_is_made_mb": max(indexing, default=0.0),
        "over_time": over_time,
        "rescan": rescan | {"stats": stats_of("rescan", home), "reference_bare_walk": walk},
        "moved_folder": moved,
        "open": opened | {"disk_cache_was_emptied": permitted},
        "goals": goals | {"moved_without_reading": {"met": is_right}},
    }


def spread(samples: list[float], medians: list[float]) -> dict[str, float]:
    """How far the medians of each 10,000 photos lie apart, and single seconds."""
    if not medians:
        return {"spread": 0.0}
    facts = {"least": min(samples), "median": statistics.median(samples), "most": max(samples)}
    facts |= {"spread": max(medians) / min(medians) - 1, "spread_of_single_seconds": max(samples) / min(samples) - 1}
    return {name: round(value, 3) for name, value in facts.items()}


def steps(samples: list[dict[str, float]], photos: int) -> Iterator[dict[str, float]]:
    """Speed and memory of each 10,000 photos."""
    reading = [sample for sample in samples if 0 < sample["done"] < photos]
    for first in range(0, photos, _STEP):
        part = [sample for sample in reading if first <= sample["done"] <= first + _STEP]
        if len(part) > 1:
            seconds = max(part[-1]["at_s"] - part[0]["at_s"], 1e-9)
            speed = (part[-1]["done"] - part[0]["done"]) / seconds
            memory = statistics.median(sample["memory_mb"] for sample in part)
            yield {"photos": first + _STEP, "photos_per_second": round(speed), "memory_mb": round(memory, 1)}


def watched_session(kind: str, home: Path) -> tuple[dict[str, Any], list[dict[str, float]]]:
    """A session, and what all its processes needed at each second of it."""
    process = subprocess.Popen([sys.executable, str(SESSION), kind, str(home)], stdout=subprocess.PIPE, text=True)
    lines: list[dict[str, Any]] = [{"done": 0}]
    assert process.stdout is not None
    reader = threading.Thread(target=lambda: lines.extend(json.loads(line) for line in process.stdout))
    reader.start()
    samples, ended = [], threading.Event()
    began = time.perf_counter()
    while process.poll() is None:
        done = next(line["done"] for line in reversed(lines) if "done" in line)
        samples.append({"at_s": time.perf_counter() - began, "done": done, "memory_mb": memory_mb(process.pid)})
        ended.wait(_EVERY_S)
    reader.join()
    if process.returncode:
        raise SystemExit(f"the session ended with {process.returncode}")
    return lines[-1], samples


def memory_mb(pid: int) -> float:
    try:
        root = psutil.Process(pid)
        processes = [root, *root.children(recursive=True)]
    except psutil.Error:
        return 0.0
    return round(sum(_own_bytes(process) for process in processes) / 1e6, 1)


def _own_bytes(process: psutil.Process) -> int:
    try:
        info = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(info, "pss", info.uss))


def session(kind: str, home: Path) -> dict[str, Any]:
    done = subprocess.run([sys.executable, str(SESSION), kind, str(home)], stdout=subprocess.PIPE, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def bare_walk(folder: Path) -> dict[str, Any]:
    began, files, directories = time.perf_counter(), 0, [str(folder)]
    while directories:
        with os.scandir(directories.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    directories.append(entry.path)
                else:
                    os.lstat(entry.path)
                    files += 1
    return {"seconds": round(time.perf_counter() - began, 3), "files": files}


def stats_of(kind: str, home: Path) -> dict[str, Any] | None:
    """How many stats below the photos' folder a session makes, and how many of them of files."""
    if shutil.which("strace") is None:
        return None
    with tempfile.NamedTemporaryFile("r", suffix=".strace") as calls:
        command = ["strace", "-f", "-qq", "-s", "4096", "-e", "trace=?stat,?lstat,?newfstatat,?statx", "-o", calls.name]
        done = subprocess.run(
            [*command, sys.executable, str(SESSION), kind, str(home)], capture_output=True, check=False
        )
        if done.returncode:
            return None
        mine = [line for line in calls if str(home / "photos") in line]
    return {"all": len(mine), "of_files": sum(".jpg" in line for line in mine)}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
