"""One run of the index job over very many photos, with a stand-in for the encoder: `many_photos.py` starts it. Prints JSON."""

import json
import multiprocessing
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import psutil
from stub_encoder import PIXELS, StubEncoder, stub_model

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.timeline import ALL_PHOTOS
from photoorg.indexing.index_job import IndexJob, IndexTools
from photoorg.jobs.job import JobContext
from photoorg.paths import DataDir
from photoorg.search.index_cache import IndexCache
from photoorg.search.photo_table import PhotoTables
from photoorg.search.searcher import Searcher
from photoorg.settings import Settings
from photoorg.volumes import volume_of

_DIMENSION = 512
_TELL_EVERY_S = 0.25


class WideEncoder(StubEncoder):
    """With the dimension and the batches of a real one."""

    batch_size = 32

    def __init__(self) -> None:
        super().__init__(replace(stub_model(), dimension=_DIMENSION))
        self._matrix = np.random.default_rng(7).standard_normal((PIXELS * PIXELS * 3, _DIMENSION)).astype(np.float32)


class Telling:
    """Prints how far the job is, now and then."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, progress: Any) -> None:
        if progress.total and (time.monotonic() >= self._next or progress.done == progress.total):
            print(json.dumps({"done": progress.done}), flush=True)
            self._next = time.monotonic() + _TELL_EVERY_S


def main() -> None:
    kind, home = sys.argv[1], Path(sys.argv[2])
    data_dir = DataDir(home / "library")
    data_dir.create()
    began = time.perf_counter()
    catalog = Catalog(data_dir)
    result = measure_open(catalog, data_dir, began) if kind == "open" else run(catalog, data_dir, home / "photos")
    print(json.dumps(result), flush=True)
    catalog.close()


def run(catalog: Catalog, data_dir: DataDir, photos: Path) -> dict[str, Any]:
    encoder = WideEncoder()
    tools = IndexTools(catalog, data_dir.index, Settings(), encoder.model, lambda: encoder)
    volume = volume_of(os.fsencode(photos))
    folder = catalog.folders.add(volume, volume.relative(os.fsencode(photos)))
    report = IndexJob(tools, [folder]).run(JobContext(1, Telling()))
    assert report.photos == report.files
    return {
        "seconds": round(report.seconds, 3),
        "startup_s": round(report.startup_seconds, 3),
        "photos_per_second": round(report.photos_per_second, 1),
        "stages_s": {name: round(seconds, 2) for name, seconds in report.stages.items()},
        "photos": report.photos,
        "read": report.new + report.changed,
        "moved": report.moved,
        "unchanged": report.unchanged,
        "started_processes": report.startup_seconds > 0 or len(multiprocessing.active_children()),
        "memory_mb_at_the_end": round(psutil.Process().memory_info().rss / 1e6),
    }


def measure_open(catalog: Catalog, data_dir: DataDir, began: float) -> dict[str, Any]:
    encoder = WideEncoder()
    opened = time.perf_counter()
    timeline = catalog.timelines.timeline(ALL_PHOTOS)
    listed = time.perf_counter()
    searcher = Searcher(catalog, data_dir.index, encoder.model, lambda: encoder)
    searcher.prepare(PhotoTables(catalog).current())
    prepared = time.perf_counter()
    index = IndexCache(catalog, data_dir.index, encoder.model).load_true()
    done = time.perf_counter()
    return {
        "open_s": round(prepared - began, 3),
        "catalog_s": round(opened - began, 3),
        "timeline_s": round(listed - opened, 3),
        "search_s": round(prepared - listed, 3),
        "then_the_graph_s": round(done - prepared, 3),
        "photos": len(timeline.photo_ids),
        "embeddings_in_the_index": index.count if index else 0,
    }


if __name__ == "__main__":
    main()
