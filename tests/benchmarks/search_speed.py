"""How well and how fast are photos found? Prints recall, times and memory as JSON.

usage: search_speed.py FOLDER [--photos 100000] [--dim 512] [--vectors FILE.npz] [--reuse]

FOLDER takes a library without thumbnails: 2 KB a photo at 512 dimensions; with --reuse one that is there is used
again. FILE holds `images` (n, dim) float16, `texts` (500, dim) and `date` (n,) in days; without it
vectors with the statistics of CLIP's are drawn. No model is loaded.

Each of 500 texts and 500 photos is searched for among all photos and under filters that keep 50%, 5% and 0.1% of them:
chosen at random, nearest in date to the best photo for the query (dates go with what is on the photos), and farthest.

- recall: of the 10 and the 100 best by float32 numpy, in the same run.
- ms: one search for the best 100, in the caller's thread, with stored vectors read from the library; beside it one
  product of a float32 matrix.
- processor ms: what it kept the processor busy, other programs' share left out.
- whole search: through the library, all but the encoding of the text.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from machine import machine

SESSION = Path(__file__).with_name("search_speed_session.py")
# Recall at 10 and at 100, and the 95th percentile in ms up to so many photos.
RECALL = {"recall_at_10": 0.99, "recall_at_100": 0.98}
P95_MS = {"texts": ((100_000, 10), (1_000_000, 60)), "photos": ((1_000_000, 10),)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--vectors", type=Path, help="take texts, photos and dates from here")
    parser.add_argument("--reuse", action="store_true", help="use the library that is in FOLDER")
    arguments = parser.parse_args()
    facts = machine()
    prepare(arguments)
    say("measuring ...")
    measured = part("measure", arguments.folder)
    reference = part("reference", arguments.folder)
    goals = met(measured["searches"], arguments.photos)
    print(
        json.dumps(
            {"machine": facts, "photos": arguments.photos, **measured, "reference": reference, **goals}, indent=1
        )
    )


def prepare(arguments: argparse.Namespace) -> None:
    """The library and the true answers; what is not there yet."""
    home, vectors = arguments.folder, arguments.vectors
    asked = {
        "photos": arguments.photos,
        "dimension": arguments.dim,
        "vectors": str(vectors.resolve()) if vectors else "",
    }
    if not arguments.reuse and home.exists() and any(home.iterdir()):
        raise SystemExit(f"{home} is not empty: --reuse uses what is there")
    home.mkdir(parents=True, exist_ok=True)
    known = home / "asked.json"
    if known.exists() and json.loads(known.read_text(encoding="utf-8")) != asked:
        raise SystemExit(f"{home} holds another library: {known.read_text(encoding='utf-8')}")
    known.write_text(json.dumps(asked), encoding="utf-8")
    once(home / "made.json", "writing the library ...", lambda: make(home))
    once(home / "true.json", "finding the true answers ...", lambda: part("truth", home))


def make(home: Path) -> dict[str, Any]:
    for name in ("library", "model"):
        shutil.rmtree(home / name, ignore_errors=True)
    return part("make", home)


def once(result: Path, what: str, work: Any) -> None:
    if not result.exists():
        say(what)
        result.write_text(json.dumps(work()), encoding="utf-8")


def part(name: str, home: Path) -> dict[str, Any]:
    """What a process of its own measured."""
    done = subprocess.run([sys.executable, str(SESSION), name, str(home)], stdout=subprocess.PIPE, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def met(searches: dict[str, Any], photos: int) -> dict[str, Any]:
    """Goals that are missed, by name; none if all are met."""
    missed = {}
    for kind, limits in P95_MS.items():
        limit = next((ms for most, ms in limits if photos <= most), None)
        for name, found in searches[kind].items():
            if any(found[recall] < goal for recall, goal in RECALL.items()):
                missed[f"{kind}, {name}: recall"] = [found[recall] for recall in RECALL]
            if limit is not None and found["ms"]["p95"] > limit:
                missed[f"{kind}, {name}: ms"] = found["ms"]["p95"]
    return {"goals_missed": missed}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
