"""What a model costs in memory and loading time, measured in fresh processes."""

import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np
import psutil

from photoorg.embedding.encoder import Encoder, TowerName
from photoorg.embedding.models import InstalledModel
from photoorg.embedding.silence import heavy_import
from photoorg.embedding.tuning import Tuning
from photoorg.errors import EncoderLost, PhotoorgError
from photoorg.spawning import end_with_parent, spawn_context

_QUERIES = ["a dog on the beach", "two red bicycles in front of a house", "sunset"]
_CALLS = 3
_MEGABYTE = 2**20


@dataclass(frozen=True)
class TowerCost:
    """One tower in a process of its own; resident sizes after it was used."""

    import_s: float
    load_s: float
    imports_megabytes: int
    tower_megabytes: int
    """What the tower adds to the imports."""


def tower_cost(model: InstalledModel, device: str, tower: TowerName, way: Tuning) -> TowerCost:
    """Import, load and use one tower in a fresh process, as `way` says. Raises EncoderLost, ModelCorrupt, ModelUnsupported."""
    context = spawn_context()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_measure, args=(theirs, model, device, tower, way), name="photoorg-bench", daemon=True
    )
    process.start()
    theirs.close()
    try:
        answer: TowerCost | PhotoorgError = ours.recv()
    except EOFError as error:
        process.join()
        raise EncoderLost(detail=f"exit code {process.exitcode}") from error
    finally:
        ours.close()
    process.join()
    if isinstance(answer, PhotoorgError):
        raise answer
    return answer


def _measure(pipe: Connection, model: InstalledModel, device: str, tower: TowerName, way: Tuning) -> None:
    end_with_parent()
    try:
        pipe.send(_cost(model, device, tower, way))
    except PhotoorgError as error:
        pipe.send(error)


def _cost(model: InstalledModel, device: str, tower: TowerName, way: Tuning) -> TowerCost:
    started = time.perf_counter()
    with heavy_import():
        import photoorg.embedding.loading  # noqa: F401 - what both towers need
        from photoorg.embedding.in_process import InProcessEncoder
    imported, before = time.perf_counter(), _resident_megabytes()
    encoder = InProcessEncoder(model, device, way.threads)
    encoder.use(way)
    encoder.warm_up(tower)
    loaded = time.perf_counter()
    _use(encoder, tower)
    return TowerCost(
        import_s=round(imported - started, 2),
        load_s=round(loaded - imported, 2),
        imports_megabytes=before,
        tower_megabytes=_resident_megabytes() - before,
    )


def _use(encoder: Encoder, tower: TowerName) -> None:
    side = encoder.model.model_input.size
    pixels = np.full((encoder.batch_size, side, side, 3), 128, np.uint8)
    for _ in range(_CALLS):
        if tower == "text":
            encoder.encode_texts(_QUERIES)
        else:
            encoder.encode_images(pixels)


def _resident_megabytes() -> int:
    return int(psutil.Process().memory_info().rss / _MEGABYTE)
