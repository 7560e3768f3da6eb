"""How fluid is the window? Prints start, gaps of the event loop, key press to results, and memory as JSON.

usage: window.py FOLDER [--photos 100000] [--library DIR]

FOLDER holds JPEGs of a camera's size, 200 or more: they are indexed while the window is used. The library has
`--photos` photos besides; with --library it is kept and used again. The model has random weights: the speed is that of
the real one. Everything runs offscreen.

- start: from the start of the process until the grid is painted with its photos, and with all their thumbnails; the
  reference is an empty Qt window.
- gaps: a timer that should fire every 5 ms; the reference is an empty Qt window on the same machine at the same time of
  load: the decode workers and the encoder of the same indexing run, in another process.
- search: from the key press to the painted results; each text is a new one, so that it is encoded, too.
- memory: the window's process after scrolling, in a library without a model.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from machine import machine

SESSION = Path(__file__).with_name("window_session.py")
MODEL = "ViT-B-32-256"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--library", type=Path, help="keep the library here")
    parser.add_argument("--repeat", type=int, default=5, help="starts; the median counts")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        home = arguments.library or Path(work)
        prepare(home, arguments.photos)
        print(json.dumps(measure(home, arguments), indent=1))


def prepare(home: Path, photos: int) -> None:
    """Two libraries over the same folder: one with a model and embeddings, one without."""
    if (home / "ready").exists():
        return
    from big_library import fill
    from random_model import make_random_model

    from photoorg import Library

    say("making the library ...")
    make_random_model(MODEL, home / "model")
    with Library(home / "with model") as library:
        library.models.use(str(home / "model"))
        fill(library, home / "photos", photos)
        library.index()  # nothing but the vector index is left to be made
        library.search("a first search encodes what every search needs", k=1)
    with Library(home / "without model") as library:
        fill(library, home / "photos", photos, with_thumbnails=False)
    share_thumbnails(home / "with model", home / "without model")
    (home / "ready").touch()


def share_thumbnails(library: Path, other: Path) -> None:
    """They are gigabytes. One file may have two names as long as only one library is open."""
    (other / "thumbnails.sqlite").unlink(missing_ok=True)
    os.link(library / "thumbnails.sqlite", other / "thumbnails.sqlite")


def measure(home: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    say("starts ...")
    starts = [session("start", home / "without model") for _ in range(arguments.repeat)]
    empty = [session("empty", home / "without model") for _ in range(arguments.repeat)]
    say("searches ...")
    searches = in_a_copy("search", home)
    say("scrolling and indexing ...")
    quiet = session("scroll", home / "without model")
    busy = in_a_copy("scroll", home, arguments.folder)
    resting = in_a_copy("rest", home, arguments.folder)
    reference = in_a_copy("reference", home, arguments.folder)
    return {
        "machine": machine(),
        "photos": arguments.photos,
        "model": MODEL,
        "start": {
            "painted_s": median(starts, "painted_s"),
            "with_thumbnails_s": median(starts, "with_thumbnails_s"),
            "reference_empty_window_s": median(empty, "painted_s"),
        },
        "gaps_ms": {
            "scrolling": quiet["gaps_ms"],
            "indexing": resting["gaps_ms"],
            "indexing_and_scrolling": busy["gaps_ms"],
            "reference_empty_window_while_indexing": reference["gaps_ms"],
        },
        "photos_indexed_meanwhile": {"indexing": resting["indexed"], "indexing_and_scrolling": busy["indexed"]},
        "key_press_to_results_ms": searches["key_press_to_results_ms"],
        "memory_mb": {"window_without_index_and_model": quiet["memory_mb"], "at_start": median(starts, "memory_mb")},
    }


def in_a_copy(kind: str, home: Path, *photos: Path) -> dict[str, Any]:
    """A session in a copy of the library, which has neither seen the searches nor the new photos before."""
    with tempfile.TemporaryDirectory(dir=home) as work:
        library = Path(work) / "library"
        shutil.copytree(home / "with model", library, ignore=shutil.ignore_patterns("thumbnails.sqlite*"))
        share_thumbnails(home / "with model", library)
        return session(kind, library, *photos)


def session(kind: str, library: Path, *more: Path) -> dict[str, Any]:
    """One life of the window in a process of its own; what it measured."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PHOTOORG_STARTED": str(time.time())}
    command = [sys.executable, str(SESSION), kind, str(library), *map(str, more)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def median(results: list[dict[str, Any]], key: str) -> float:
    return round(statistics.median(result[key] for result in results), 3)


def say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
