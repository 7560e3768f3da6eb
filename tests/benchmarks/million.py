"""Does photoorg bear a million photos? Prints start, loading, searching, adding, saving and memory as JSON.

usage: million.py FOLDER [--photos 1000000] [--dimension 512] [--vectors FILE.npy] [--reuse]

FOLDER takes the library: 4 KB a photo, 7 KB with its vector index at 512 dimensions. With --reuse one that is there is
used again (and what was missing of it is made). The photos are rows on a drive that is not plugged in; their embeddings
have the statistics of CLIP's, or come from FILE (n, dimension; .npz: its `images`). No model is loaded: the searches are
such whose encoding is known. The machine's cache of the disk is emptied first where that is permitted (root on Linux).

- browse: from the start of the process until the timeline, a first page of photos and its thumbnails are there; the
  reference is a script that reads only the same timeline with Python's sqlite3.
- load: what both kinds of searches need, read by a background thread; meanwhile the longest time that another thread
  stood still. The graph of the vector index is loaded in a process of its own, as when photoorg catches it up.
- search: through the whole library; the reference is one product of a float32 matrix with the query.
- recall: of what exact search on bytes finds, and the graph, against float32.
- add: from the appearance of a JPEG in a watch folder until a search by example finds it, and one by text.
- save: searches while the index is caught up and written, as photoorg does it; beside it undisturbed ones, and ones in
  a process that saves by itself, which is the reference.
- memory (the goal's): of the searching process and of the one that catches the index up together.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from machine import drop_caches, machine
from million_library import make

SESSION = Path(__file__).with_name("million_session.py")
GOALS = {"browse_s": 3.0, "load_s": 15.0, "graph_load_s": 15.0, "add_and_find_s": 2.0, "memory_mb": 3500.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=1_000_000)
    parser.add_argument("--dimension", type=int, default=512)
    parser.add_argument("--vectors", type=Path, help="take the embeddings from here")
    parser.add_argument("--reuse", action="store_true", help="use the library that is in FOLDER")
    arguments = parser.parse_args()
    facts = machine()
    built = prepare(arguments)
    print(json.dumps({"machine": facts, **built, **measure(arguments.folder)}, indent=1))


def prepare(arguments: argparse.Namespace) -> dict[str, Any]:
    """The library with its index; what an earlier run made is checked against what is asked for."""
    home, made = arguments.folder, arguments.folder / "made.json"
    asked = {"photos": arguments.photos, "dimension": arguments.dimension}
    if not arguments.reuse and home.exists() and any(home.iterdir()):
        raise SystemExit(f"{home} is not empty: --reuse uses what is there")
    if made.exists() and json.loads(made.read_text(encoding="utf-8")) != asked:
        raise SystemExit(f"{home} holds another library: {made.read_text(encoding='utf-8')}")
    if not made.exists():
        for part in ("library", "model"):
            shutil.rmtree(home / part, ignore_errors=True)
        make(home, arguments.photos, arguments.dimension, arguments.vectors, say)
    index = home / "index.json"
    if not index.exists():
        say("building the vector index (about 2,000 photos a second on two cores) ...")
        index.write_text(json.dumps(session("build", home)), encoding="utf-8")
    return {**asked, "index_build": json.loads(index.read_text(encoding="utf-8"))}


def measure(home: Path) -> dict[str, Any]:
    """One process for each, so that their memory is their own."""
    say("browsing and loading ...")
    permitted = drop_caches()
    cold = session("browse", home)
    cold_reference = session("bare", home) if permitted and drop_caches() else None
    warm, reference = session("browse", home), session("bare", home)
    drop_caches()
    load = session("load", home)
    say("the index ...")
    recall, graph = session("recall", home), session("graph", home)
    say("adding photos ...")
    add = session("add", home)
    say("saving ...")
    save = session("save", home)
    memory = max(load["memory_mb"], sum(save["memory_mb"].values()))
    values = {
        "browse_s": cold["browse_s"],
        "load_s": load["load_s"],
        "graph_load_s": graph["load_s"],
        "add_and_find_s": max(add["found_by_example_s"]["max"], add["found_by_text_s"]["max"]),
        "memory_mb": memory,
    }
    return {
        "disk_cache_was_emptied": permitted,
        "browse": {"first": cold, "again": warm, "reference": reference, "reference_first": cold_reference},
        "load_and_search": load,
        "recall": recall,
        "graph": graph,
        "add": add,
        "save": save,
        "goals": {
            name: {"measured": values[name], "goal": goal, "met": values[name] <= goal} for name, goal in GOALS.items()
        },
    }


def session(kind: str, home: Path) -> dict[str, Any]:
    """One life of a program over the library; what it measured."""
    command = [sys.executable, str(SESSION), kind, str(home), str(time.time())]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
