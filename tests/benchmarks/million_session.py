"""One life of a program over a library of a million photos, measured from within: `million.py` starts it. Prints JSON."""

import json
import queue
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

_PAGE = 200
_SEARCHES = 100
_RESULTS = 300  # as many as the window asks for
_ADDED = 3
_LACKING = 1000
_BEAT_S = 0.001
_HANG_S = 300.0
_never = threading.Event()


def main() -> None:
    kind, home, started = sys.argv[1:]
    print(json.dumps(_MEASURES[kind](Path(home), float(started))))


def browse(home: Path, started: float) -> dict[str, Any]:
    """Free of Qt: what the window asks of the library before it paints."""
    from photoorg import Library

    imported = time.time()
    with Library(home / "library") as library:
        opened = time.time()
        timeline = library.timeline()
        listed = time.time()
        photos = library.photos_by_id(timeline.photo_ids[:_PAGE].tolist())
        thumbnails = library.thumbnails([photo.picture_key for photo in photos.values()], 160)
        done = time.time()
        assert len(photos) == len(thumbnails) == _PAGE
        return {
            "browse_s": _s(done - started),
            "imports_s": _s(imported - started),
            "open_s": _s(opened - imported),
            "timeline_s": _s(listed - opened),
            "page_s": _s(done - listed),
            "photos": len(timeline.photo_ids),
            "memory_mb": _memory_mb(),
        }


def bare(home: Path, started: float) -> dict[str, Any]:
    with closing(sqlite3.connect(home / "library" / "catalog.sqlite")) as connection:
        rows = connection.execute(
            "SELECT photo_id, taken_local FROM shown JOIN photo ON photo.id = photo_id ORDER BY taken_local DESC"
        ).fetchall()
    return {"timeline_s": _s(time.time() - started), "photos": len(rows)}


def build(home: Path, _started: float) -> dict[str, Any]:
    library, cache = _with_index(home)
    began = time.perf_counter()
    cache.update()
    seconds = time.perf_counter() - began
    header = cache.header()
    library.close()
    return {
        "seconds": round(seconds),
        "photos_per_second": round(header.count / seconds),
        "file_mb": round(header.size_bytes / 1e6),
    }


def load(home: Path, _started: float) -> dict[str, Any]:
    from million_library import text

    from photoorg import Library

    with Library(home / "library") as library:
        timeline = library.timeline()
        gaps = _Gaps()
        thread = threading.Thread(target=library.prepare_search)
        began = time.perf_counter()
        with gaps:
            thread.start()
            thread.join()
        seconds = time.perf_counter() - began
        photos = library.photos_by_id(timeline.photo_ids[:: len(timeline.photo_ids) // _SEARCHES].tolist())
        return {
            "load_s": _s(seconds),
            "longest_standstill_of_another_thread_ms": gaps.longest_ms,
            "text_search_ms": _times(lambda n: library.search(text(n), k=_RESULTS), range(_SEARCHES)),
            "similar_photos_ms": _times(lambda photo: library.similar(photo, k=_RESULTS), list(photos.values())),
            "memory_mb": _memory_mb(),
        }


def recall(home: Path, _started: float) -> dict[str, Any]:
    """Exact search on bytes, and the graph, against the product of a float32 matrix, for texts and for photos."""
    import numpy as np

    from photoorg.search.exact import BLOCK, ExactSearch

    library, cache = _with_index(home)
    store, model_id = library.catalog.embeddings, _model_id(library)
    queries = {"texts": _text_directions(library), "photos": _photo_directions(library)}
    exact = ExactSearch.of(store.pages(model_id, BLOCK), store.by_ids)
    truth = {name: ([], []) for name in queries}
    seconds, ids = 0.0, []
    for page in store.pages(model_id, 50_000):
        matrix = page.vectors.astype(np.float32)
        ids.append(page.ids)
        for name, vectors in queries.items():
            scores = matrix @ vectors.T
            truth[name][0].append(np.sort(scores, axis=0)[-100:])
            truth[name][1].append(page.ids[np.argsort(scores, axis=0)[-100:]])
        began = time.perf_counter()
        matrix @ queries["texts"][0]
        seconds += time.perf_counter() - began
    found: dict[str, Any] = {"reference_float32_product_ms": round(1000 * seconds, 1)}
    graph = cache.load_true()
    for name, vectors in queries.items():
        scores, of_scores = np.concatenate(truth[name][0]), np.concatenate(truth[name][1])
        order = np.argsort(-scores, axis=0)[:100]
        best = np.take_along_axis(of_scores, order, axis=0).T
        for way, search in (("exact", exact.nearest), ("graph", graph.nearest)):
            times: list[float] = []
            shares = {10: [], 100: []}
            for query, expected in zip(vectors, best, strict=True):
                began = time.perf_counter()
                there = search(query, 100)[0]
                times.append(1000 * (time.perf_counter() - began))
                for k, share in shares.items():
                    share.append(len(set(there[:k].tolist()) & set(expected[:k].tolist())) / k)
            at = {f"recall_at_{k}": round(float(np.mean(share)), 4) for k, share in shares.items()}
            found[f"{way}, {name}"] = at | {"ms": _spread(times)}
    library.close()
    return found


def graph(home: Path, _started: float) -> dict[str, Any]:
    library, cache = _with_index(home)
    before = _memory_mb()
    gaps = _Gaps()
    began = time.perf_counter()
    with gaps:
        index = cache.load_true()
    seconds = time.perf_counter() - began
    library.close()
    return {
        "load_s": _s(seconds),
        "photos": index.count,
        "graph_memory_mb": round(_memory_mb() - before),
        "longest_standstill_of_another_thread_ms": gaps.longest_ms,
    }


def add(home: Path, _started: float) -> dict[str, Any]:
    """With all that the window has running: the watch job, its workers, the encoder in a process of its own."""
    import psutil
    from million_library import know_text, small_folder

    from photoorg import Library
    from photoorg.jobs.runner import JobRunner

    library = Library(home / "library", encoder_host="own-process")
    ready, events = threading.Event(), queue.SimpleQueue()
    runner = JobRunner(events.put)
    runner.submit(library.watch_job(on_ready=ready.set), "model")
    if not ready.wait(_HANG_S):
        raise SystemExit("watching does not begin")
    library.prepare_search()
    model_id, by_example, by_text = _model_id(library), [], []
    folder, first = small_folder(home), len(list(small_folder(home).iterdir()))
    for number in range(first, first + 1 + _ADDED):
        path = folder / f"new {number:05}.jpg"
        began = _appears(path, number)
        _until(lambda path=path: _is_found(library, path))
        found = time.perf_counter()
        words = f"the new photo number {number} of {time.time()}"
        photo = library.photo(path)
        know_text(library, words, library.catalog.embeddings.vector(model_id, photo.picture_key))
        asked = time.perf_counter()
        hits = library.search(words, k=5).hits
        assert photo.id in [hit.photo.id for hit in hits]
        by_example.append(found - began)
        by_text.append(found - began + time.perf_counter() - asked)
    children = psutil.Process().children(recursive=True)
    result = {
        # The first one starts the decode workers.
        "found_by_example_s": _spread(by_example[1:], 3),
        "found_by_text_s": _spread(by_text[1:], 3),
        "first_with_starting_s": _s(by_example[0]),
        "memory_mb": {"searching": _memory_mb(), "children": round(sum(_own_bytes(child) for child in children) / 1e6)},
    }
    library.interrupt()
    runner.close()
    library.close()
    return result


def save(home: Path, _started: float) -> dict[str, Any]:
    from million_library import text

    library, cache = _with_index(home)
    _lack_some(library)
    library.prepare_search()

    def searches() -> Iterator[float]:
        number = 0
        while True:
            began = time.perf_counter()
            library.search(text(number % _SEARCHES), k=_RESULTS)
            yield 1000 * (time.perf_counter() - began)
            number += 1

    own = searches()
    alone = [next(own) for _ in range(_SEARCHES)]
    memory = _memory_mb()
    with _catching_up_apart(library, home) as (is_busy, child_mb):
        apart = [next(own) for _ in iter(is_busy, False)]
    assert cache.is_current()
    index = cache.load_true()
    thread = threading.Thread(target=index.save)
    thread.start()
    here = [next(own) for _ in iter(thread.is_alive, False)]
    thread.join()
    library.close()
    return {
        "embeddings_that_were_missing": _LACKING,
        "search_ms": _spread(alone),
        "search_while_caught_up_and_saved_ms": _spread(apart),
        "reference_search_while_this_process_saves_ms": _spread(here),
        "memory_mb": {"searching": memory, "child_that_catches_up": child_mb()},
    }


@contextmanager
def _catching_up_apart(library: Any, home: Path) -> Iterator[tuple[Callable[[], bool], Callable[[], float]]]:
    """What IndexUpkeep does; driven by a thread."""
    import psutil

    from photoorg.indexing.index_child import catch_up_apart
    from photoorg.indexing.tools import IndexTools

    def no_encoder() -> Any:
        raise SystemExit("nothing is to be encoded")

    model = library.models.active
    tools = IndexTools(library.catalog, library.data_dir.index, library.settings, model, no_encoder)
    most = [0.0]

    def drive() -> None:
        for _ in catch_up_apart(tools):
            _never.wait(0.1)
            children = psutil.Process().children()
            most[0] = max(most[0], *(_own_bytes(child) / 1e6 for child in children), 0.0)

    thread = threading.Thread(target=drive)
    thread.start()
    yield thread.is_alive, lambda: round(most[0])
    thread.join()


def _lack_some(library: Any) -> None:
    """Near copies of what there is, which the index does not hold."""
    import secrets

    import numpy as np

    store, model_id = library.catalog.embeddings, _model_id(library)
    vectors = store.sample(model_id, _LACKING).vectors[:_LACKING].astype(np.float32)
    vectors += 0.01 * np.random.default_rng(0).standard_normal(vectors.shape).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    store.add(model_id, {secrets.token_bytes(16): vector for vector in vectors})


def _with_index(home: Path) -> tuple[Any, Any]:
    from photoorg import Library
    from photoorg.search.index_cache import IndexCache

    library = Library(home / "library")
    return library, IndexCache(library.catalog, library.data_dir.index, library.models.active)


def _model_id(library: Any) -> int:
    model = library.models.active
    return int(library.catalog.embeddings.model_id(model.fingerprint, model.reference, model.dimension))


def _text_directions(library: Any) -> Any:
    """What texts are searched by: without what all texts share."""
    import numpy as np
    from million_library import text

    from photoorg.search.query import TextEncodings

    def no_encoder() -> Any:
        raise SystemExit("the texts are known")

    texts = TextEncodings(library.catalog.embeddings, library.models.active, no_encoder)
    shared = texts.background().mean(axis=0)
    vectors = np.stack([texts.query(text(number)) - shared for number in range(_SEARCHES)])
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _photo_directions(library: Any) -> Any:
    import numpy as np

    return library.catalog.embeddings.sample(_model_id(library), _SEARCHES).vectors.astype(np.float32)


def _appears(path: Path, seed: int) -> float:
    """Write a photo beside the folder and move it in; when it was there."""
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng((seed, time.time_ns()))
    picture = Image.fromarray(rng.integers(0, 255, (12, 16, 3), np.uint8)).resize((1600, 1200))
    draft = path.parent.parent / "draft.jpg"
    picture.save(draft, quality=90)
    began = time.perf_counter()
    draft.replace(path)
    return began


def _is_found(library: Any, path: Path) -> bool:
    from photoorg.errors import PhotoorgError

    try:
        photo = library.photo(path)
    except PhotoorgError:
        return False
    return photo.id in [hit.photo.id for hit in library.search(like=path, k=5).hits]


def _until(is_so: Callable[[], bool]) -> None:
    end = time.perf_counter() + _HANG_S
    while not is_so():
        if time.perf_counter() > end:
            raise SystemExit("what was waited for does not happen")
        _never.wait(0.01)


class _Gaps:
    """How long this thread's beat was held up while it ran, at most."""

    def __enter__(self) -> None:
        self.longest_ms = 0.0
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._beat)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()
        self.longest_ms = round(self.longest_ms, 1)

    def _beat(self) -> None:
        last = time.perf_counter()
        while not self._ends.wait(_BEAT_S):
            now = time.perf_counter()
            self.longest_ms, last = max(self.longest_ms, 1000 * (now - last)), now


def _times(work: Callable[[Any], Any], items: Any) -> dict[str, float]:
    times = []
    for item in items:
        began = time.perf_counter()
        work(item)
        times.append(1000 * (time.perf_counter() - began))
    return _spread(times)


def _spread(times: list[float], digits: int = 1) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "median": round(ordered[len(ordered) // 2], digits),
        "p95": round(ordered[int(len(ordered) * 0.95)], digits),
        "max": round(ordered[-1], digits),
        "count": len(ordered),
    }


def _memory_mb() -> float:
    import psutil

    return round(psutil.Process().memory_info().rss / 1e6)


def _own_bytes(process: Any) -> int:
    import psutil

    try:
        return int(process.memory_full_info().uss)
    except psutil.Error:
        return 0


def _s(seconds: float) -> float:
    return round(seconds, 3)


_MEASURES: dict[str, Callable[[Path, float], dict[str, Any]]] = {
    "browse": browse,
    "bare": bare,
    "build": build,
    "load": load,
    "recall": recall,
    "graph": graph,
    "add": add,
    "save": save,
}

if __name__ == "__main__":
    main()
