"""The parts of `search_speed.py`, each in a process of its own; each gives a JSON."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
import psutil
from million_library import fill, text
from search_world import Filters, World

_DEPTH = 100
_AT_ONCE = 50  # queries; a row of scores has as many numbers as there are photos
_TIMED_REFERENCES = 50
_KINDS = ("texts", "photos")
_SHOWN, _REST = 20, 300  # photos, as a window asks for them
_TIMED_SEARCHES = 60
# What is timed, the query (with the text of a search), and how many photos are ranked at least.
_ASKED = (
    ("text", "{}", 0),
    ("text and rest", "{}", _REST),
    ("text, date", "{} date:2015", _REST),
    ("text, rating", "{} rating:>=4", _REST),
    ("text, camera", "{} camera:canon", _REST),
    ("text, folder", "{} folder:0007", _REST),
    ("text, words", '{} "img 0000"', _REST),
    ("text without another", "{} -search", _REST),
    ("without a text", "-({})", _REST),
    ("date", "date:2015", _REST),
    ("rating", "rating:>=1", _REST),
    ("everything", "camera:canon", _REST),
    ("words", '"0000077 jpg"', _REST),
)


def main() -> None:
    part, home = sys.argv[1], Path(sys.argv[2])
    asked = json.loads((home / "asked.json").read_text(encoding="utf-8"))
    print(json.dumps(_PARTS[part](home, asked)))


def make(home: Path, asked: dict[str, Any]) -> dict[str, Any]:
    world = _world(asked)
    cycle = np.resize(np.arange(len(world.texts)), 10_000)  # the background queries need vectors, too
    fill(
        home, asked["photos"], asked["dimension"],
        blocks=world.blocks(), texts=lambda count: world.texts[cycle[:count]], taken=world.taken, say=_say,
    )  # fmt: skip
    return {}


def truth(home: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """The best of float32 for each query and filter, into a file."""
    world = _world(asked)
    filters, best, days = Filters(world.dates), {}, {}
    for kind, queries in zip(_KINDS, (world.texts, world.photos()[1]), strict=True):
        found: dict[str, list[Any]] = {}
        for start in range(0, len(queries), _AT_ONCE):
            for scores in _scores(world, queries[start : start + _AT_ONCE]):
                day = int(world.dates[np.argmax(scores)])
                days.setdefault(kind, []).append(day)
                for name, mask in filters.around(day).items():
                    found.setdefault(name, []).append(_best_of(scores, mask))
        best |= {f"{kind}, {name}": np.array(rows) for name, rows in found.items()}
    np.savez(home / "truth.npz", **best, **{f"{kind} days": np.array(day) for kind, day in days.items()})
    return {}


def reference(home: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """What a search takes that is one product of a float32 matrix, in as many threads as numpy likes."""
    world = _world(asked)
    matrix = world.images.astype(np.float32)
    times = [_ms(lambda query=query: _best_of(matrix @ query, None)) for query in world.texts[:_TIMED_REFERENCES]]
    return {"float32_numpy_search_ms": _spread(times), "float32_mb": round(matrix.nbytes / 1e6)}


def measure(home: Path, asked: dict[str, Any]) -> dict[str, Any]:
    from photoorg import Library
    from photoorg.search.exact import BLOCK, ExactSearch
    from photoorg.search.photo_cells import PhotoCells
    from photoorg.search.photo_queries import PhotoQueries

    world = _world(asked)
    queries, dates = {"texts": world.texts, "photos": world.photos()[1]}, world.dates
    del world
    with Library(home / "library") as library:
        store, model = library.catalog.embeddings, library.models.active
        model_id = store.model_id(model.fingerprint, model.reference, model.dimension)
        before, began = _memory_mb(), time.perf_counter()
        exact = ExactSearch.of(store.pages(model_id, BLOCK), store.by_ids)
        facts = {"exact_load_s": round(time.perf_counter() - began, 1), "exact_mb": round(exact.size_bytes / 1e6)}
        facts |= {"process_grew_with_exact_mb": _memory_mb() - before}
        began = time.perf_counter()
        cells = PhotoCells.of(exact)
        facts |= {"cells_s": round(time.perf_counter() - began, 1), "cells_mb": round(cells.size_bytes / 1e6, 1)}
        ways = {"texts": exact.best, "photos": PhotoQueries(exact, cells).best}
        with np.load(home / "truth.npz") as true:
            found = {kind: _searches(ways[kind], queries[kind], kind, dict(true), dates) for kind in _KINDS}
            found["photos, exact"] = _searches(exact.best, queries["photos"], "photos", dict(true), dates, only="all")
        return {"memory": facts, "searches": found, "whole_search": whole_search(library)}


def whole_search(library: Any) -> dict[str, Any]:
    """All of a search but the encoding of its text, through the library: texts whose encodings it knows, facts, photos."""
    library.prepare_search()
    first = next(iter(library.catalog.photos.by_ids([1]).values()))
    library.similar(first)  # the first photo query reads the sample
    asked = {
        name: (lambda n, query=query, rest=rest: _search(library, query.format(text(n)), rest))
        for name, query, rest in _ASKED
    }
    asked["similar"] = lambda n: library.similar(_photo(library, 1 + 37 * n), k=_DEPTH)
    return {name: _timed(search) for name, search in asked.items()}


def _search(library: Any, query: str, rest: int) -> Any:
    return library.search(query, k=_SHOWN, rest=rest)


def _photo(library: Any, photo_id: int) -> Any:
    return library.catalog.photos.by_ids([photo_id])[photo_id]


def _timed(search: Callable[[int], Any]) -> dict[str, Any]:
    """What searches took, and what of it the processor was busy for them, all but the encoding of their texts."""
    times, busy = [], []
    for number in range(_TIMED_SEARCHES):
        before = time.thread_time()
        times.append(1000 * search(number).search_seconds)
        busy.append(1000 * (time.thread_time() - before))
    return {"ms": _spread(times), "processor_ms": _spread(busy)}


def _searches(
    best: Callable[..., Any], queries: Any, kind: str, true: dict[str, Any], dates: Any, *, only: str = ""
) -> dict[str, Any]:
    """Recall and times for each filter; the masks are made before the clock runs."""
    filters = Filters(dates)
    shares: dict[str, list[list[float]]] = {}
    times: dict[str, list[float]] = {}
    busy: dict[str, list[float]] = {}
    best(queries[0], _DEPTH)
    for number, (query, day) in enumerate(zip(queries, true[f"{kind} days"].tolist(), strict=True)):
        for name, mask in filters.around(day).items():
            if only not in ("", name):
                continue
            began, busy_before = time.perf_counter(), time.thread_time()
            rows, _ = best(query, _DEPTH, mask)
            busy.setdefault(name, []).append(1000 * (time.thread_time() - busy_before))
            times.setdefault(name, []).append(1000 * (time.perf_counter() - began))
            expected = true[f"{kind}, {name}"][number]
            expected = expected[expected >= 0]
            shares.setdefault(name, []).append([_share(rows, expected, k) for k in (10, _DEPTH)])
    return {
        name: {
            **dict(
                zip(("recall_at_10", "recall_at_100"), np.mean(shares[name], axis=0).round(4).tolist(), strict=True)
            ),
            "worst_recall_at_100": round(min(both[1] for both in shares[name]), 4),
            "ms": _spread(times[name]),
            "processor_ms": _spread(busy[name]),
        }
        for name in times
    }


def _share(rows: Any, expected: Any, k: int) -> float:
    wanted = expected[:k]
    return len(np.intersect1d(rows[:k], wanted)) / len(wanted) if len(wanted) else 1.0


def _scores(world: World, queries: Any) -> Any:
    scores, start = np.empty((len(queries), len(world.images)), np.float32), 0
    for block in world.blocks():
        np.matmul(queries, block.astype(np.float32).T, out=scores[:, start : start + len(block)])
        start += len(block)
    return scores


def _best_of(scores: Any, mask: Any) -> Any:
    """Rows of the best, best first; -1 where there are no more."""
    rows = np.arange(len(scores)) if mask is None else np.flatnonzero(mask)
    of_rows = scores if mask is None else scores[rows]
    best = np.argpartition(-of_rows, _DEPTH)[:_DEPTH] if len(rows) > _DEPTH else np.arange(len(rows))
    best = best[np.argsort(-of_rows[best], kind="stable")]
    return np.pad(rows[best], (0, _DEPTH - len(best)), constant_values=-1)


def _world(asked: dict[str, Any]) -> World:
    return World(Path(asked["vectors"]) if asked["vectors"] else None, asked["photos"], asked["dimension"])


def _ms(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    places = {"min": 0, "p50": len(ordered) // 2, "p95": int(len(ordered) * 0.95)}
    return {name: round(ordered[place], 2) for name, place in places.items()}


def _memory_mb() -> int:
    return round(psutil.Process().memory_info().rss / 1e6)


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


_PARTS: dict[str, Callable[[Path, dict[str, Any]], dict[str, Any]]] = {
    "make": make,
    "truth": truth,
    "reference": reference,
    "measure": measure,
}

if __name__ == "__main__":
    main()
