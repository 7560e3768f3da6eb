"""How fast a model runs here, per device and precision, beside open_clip's own default call in the same run."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from photoorg.embedding.contestants import Contestant, OpenClip, Photoorg, full_model
from photoorg.embedding.device import all_devices, choose_device, machine_key, precisions_to_try
from photoorg.embedding.in_process import InProcessEncoder
from photoorg.embedding.memory import TowerCost, tower_cost
from photoorg.embedding.models import InstalledModel
from photoorg.embedding.tuning import Tuning

OPEN_CLIP_BATCH = 32
_ROUNDS = 3
_QUERIES = (
    "a dog on the beach",
    "two red bicycles in front of a house",
    "sunset over the sea",
    "people around a table",
    "a page of text",
)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Speed:
    """One way of running the model: the best of several rounds, and the median time of one query."""

    program: str
    """"photoorg", or "open_clip": its full model, float32, `encode_image` on normalized tensors."""
    device: str
    precision: str
    batch_size: int
    threads: int
    images_per_second: float
    text_ms: float
    is_chosen: bool
    """Whether photoorg runs the model like that on this device."""


@dataclass(frozen=True)
class BenchReport:
    """The measurements of one model on this machine."""

    model: str
    fingerprint: str
    machine: dict[str, str]
    """Device -> processor, threads, card and torch's version."""
    speeds: tuple[Speed, ...]
    times_open_clip: dict[str, float]
    """Device -> images per second of the chosen way, divided by those of open_clip in batches of OPEN_CLIP_BATCH."""
    image_tower: TowerCost
    text_tower: TowerCost

    def as_json(self) -> dict[str, Any]:
        """Dictionaries, lists, texts and numbers."""
        return asdict(self) | {"speeds": [asdict(speed) for speed in self.speeds]}


def bench(
    model: InstalledModel, device: str, progress: Say, threads: int | None = None, tuning_file: Path | None = None
) -> BenchReport:
    """Measure a model, on all devices with "auto"; takes about half a minute for the default model on two cores.

    `threads`: what the program allows its encoders, None: torch's choice. With `tuning_file` the chosen way is what was
    remembered there, or is remembered from now on; without, it is looked for anew. open_clip runs as torch by itself.
    Raises DeviceUnavailable, EncoderLost, ModelCorrupt, ModelUnsupported.
    """
    devices = all_devices() if device == "auto" else [choose_device(device)]
    most = threads or torch.get_num_threads()
    tunings = {name: _tuned(model, name, most, tuning_file, progress) for name in devices}
    costs = []
    for tower in ("image", "text"):
        progress(f"Memory of the {tower} tower")
        costs.append(tower_cost(model, devices[0], tower, tunings[devices[0]]))
    speeds = [speed for name in devices for speed in _speeds(model, name, tunings[name], progress)]
    machine = {name: machine_key(name, most) for name in devices}
    gains = {name: _gain([speed for speed in speeds if speed.device == name]) for name in devices}
    return BenchReport(model.reference, model.fingerprint, machine, tuple(speeds), gains, *costs)


def _tuned(model: InstalledModel, device: str, most: int, tuning_file: Path | None, progress: Say) -> Tuning:
    progress(f"Looking for what runs fastest ({device})")
    threads = torch.get_num_threads()
    encoder = InProcessEncoder(model, device, most, tuning_file)
    try:
        encoder.tune()
        return encoder.tuning
    finally:
        encoder.close()
        torch.set_num_threads(threads)


def _speeds(model: InstalledModel, device: str, tuned: Tuning, progress: Say) -> Iterator[Speed]:
    threads = torch.get_num_threads()
    precisions = dict.fromkeys((tuned.precision, *precisions_to_try(model, device)))
    ways = [replace(tuned, precision=precision) for precision in precisions]
    contestants: list[Contestant] = [Photoorg(model, device, way) for way in ways]
    full = full_model(model, device)
    contestants += [OpenClip(full, model, device, size, threads) for size in (OPEN_CLIP_BATCH, 1)]
    try:
        rates = _rates(contestants, lambda text: progress(f"{text} ({device})"))
        times = _text_times(contestants)
    finally:
        for contestant in contestants:
            contestant.close()
        torch.set_num_threads(threads)
    for contestant, rate, text_ms in zip(contestants, rates, times, strict=True):
        way = contestant.way
        yield Speed(
            contestant.program,
            device,
            way.precision,
            way.batch_size,
            way.threads,
            rate,
            text_ms,
            is_chosen=contestant.program == "photoorg" and way == tuned,
        )


def _rates(contestants: Sequence[Contestant], progress: Say) -> list[float]:
    """Images per second: in turns, so that a slow spell of the machine meets all of them, and the best of each."""
    best = [0.0] * len(contestants)
    for number in range(_ROUNDS + 1):
        progress(f"Images, round {number} of {_ROUNDS}" if number else "Images, warming up")
        for place, contestant in enumerate(contestants):
            seconds = _seconds(contestant.encode_images)
            if number:
                best[place] = max(best[place], contestant.images / seconds)
    return [round(rate, 2) for rate in best]


def _text_times(contestants: Sequence[Contestant]) -> list[float]:
    """Milliseconds for one query, the median over several ones."""
    seconds: list[list[float]] = [[] for _ in contestants]
    for number in range(_ROUNDS + 1):
        for query in _QUERIES:
            for place, contestant in enumerate(contestants):
                took = _seconds(lambda who=contestant, text=query: who.encode_text(text))  # type: ignore[misc]
                if number:
                    seconds[place].append(took)
    return [round(1000 * statistics.median(times), 2) for times in seconds]


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _gain(speeds: Sequence[Speed]) -> float:
    ours = next(speed for speed in speeds if speed.is_chosen)
    theirs = next(s for s in speeds if s.program == "open_clip" and s.batch_size == OPEN_CLIP_BATCH)
    return round(ours.images_per_second / theirs.images_per_second, 2)
