"""How a model runs fastest on this machine: measured once, then remembered. Knows no torch."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from photoorg.embedding.json_file import read_or_nothing, write_object

log = logging.getLogger(__name__)

FILE_NAME = "tuning.json"
_VERSION = 2  # of what is measured, and how
_MEASURE = "it will be measured again"

_LIMIT_S = 12.0  # for what is begun; the last trial may take a little longer
_ROUNDS = 2
# A trial shorter than this says little on a busy machine; a longer one says no more.
_TRIAL_S = 0.5
# A larger batch takes more memory, and must earn that much to be chosen.
_WORTH = 1.03
# Fewer threads win easily while other programs want the cores, and lose when those are done.
_FEWER_THREADS_WORTH = 1.25
# Slower than this share of the best: no second try.
_HOPELESS = 0.5


@dataclass(frozen=True)
class Tuning:
    """How to run a model: precision of the towers, images per step, processor threads."""

    precision: str
    batch_size: int
    threads: int


@dataclass(frozen=True)
class Choices:
    """What to choose from: precisions, the guess first; growing batch sizes; numbers of threads, the most first."""

    precisions: Sequence[str]
    batches: Sequence[int]
    threads: Sequence[int]
    """The faster one of these is taken."""
    fewer_threads: Sequence[int] = ()
    """These must win clearly."""


# Runs a batch (or several) like that and gives images per second; 0 where the device has no memory for it.
Trial = Callable[[Tuning], float]


def choices_for(device: str, precisions: Sequence[str], threads: int, usual_threads: int) -> Choices:
    """What is worth trying on a kind of device, with at most `threads` threads; torch itself takes `usual_threads`."""
    if device == "cpu":
        # The second half of the threads is often that of the same cores: then it is what torch leaves out.
        equals = tuple(dict.fromkeys((threads, min(threads, usual_threads))))
        half = max(1, threads // 2)
        return Choices(precisions, (8, 16, 32), equals, () if half in equals else (half,))
    return Choices(precisions, (32, 64, 128, 256, 512), (threads,))


def measure(trial: Trial, choices: Choices, clock: Callable[[], float] = time.perf_counter) -> Tuning | None:
    """The fastest choice, found in a few seconds: first the precision, then the threads, then the batch size.

    None if nothing runs at all.
    """
    search = _Search(trial, clock)
    least = choices.batches[0]
    best = search.first(Tuning(choices.precisions[0], least, choices.threads[0]))
    best = search.best([replace(best, precision=precision) for precision in choices.precisions])
    best = search.best([replace(best, threads=threads) for threads in choices.threads])
    fewer_threads = [replace(best, threads=threads) for threads in choices.fewer_threads]
    best = search.best([best, *fewer_threads], worth=_FEWER_THREADS_WORTH)
    for size in (size for size in choices.batches if size > best.batch_size):
        larger = search.best([best, replace(best, batch_size=size)], worth=_WORTH)
        if larger == best:
            break
        best = larger
    if not search.rate(best):
        return None
    # A model too slow for a trial of several images runs no slower with them.
    best = replace(best, batch_size=max(best.batch_size, least))
    log.info("measured in %.1f s how the model runs fastest: %s", search.seconds, best)
    return best


class _Search:
    """Tries things in turns, so that a slow spell of the machine meets all of them, and keeps each one's best."""

    def __init__(self, trial: Trial, clock: Callable[[], float]) -> None:
        self._trial = trial
        self._clock = clock
        self._start = clock()
        self._rates: dict[Tuning, float] = {}

    @property
    def seconds(self) -> float:
        """How long the search has taken so far."""
        return self._clock() - self._start

    def rate(self, candidate: Tuning) -> float:
        """The best images per second so far; 0 for what was not tried."""
        return self._rates.get(candidate, 0.0)

    def first(self, wanted: Tuning) -> Tuning:
        """The same with fewer images where so many would take too long (or too much memory)."""
        single = replace(wanted, batch_size=1)
        self._try(single)
        most = max(1, round(self.rate(single) * _TRIAL_S))
        return replace(wanted, batch_size=min(most, wanted.batch_size))

    def best(self, candidates: Sequence[Tuning], worth: float = 1.0) -> Tuning:
        """The fastest; a later one must be `worth` times as fast as those before it."""
        for _ in range(_ROUNDS):
            for candidate in candidates:
                if self._is_affordable(candidate) and not self._is_hopeless(candidate, candidates):
                    self._try(candidate)
        chosen = candidates[0]
        for candidate in candidates[1:]:
            if self.rate(candidate) > self.rate(chosen) * worth:
                chosen = candidate
        return chosen

    def _try(self, candidate: Tuning) -> None:
        self._rates[candidate] = max(self._trial(candidate), self.rate(candidate))

    def _is_affordable(self, candidate: Tuning) -> bool:
        """Whether there is time, if it is as slow as the slowest of its precision so far."""
        known = {tried: rate for tried, rate in self._rates.items() if rate}
        alike = [rate for tried, rate in known.items() if tried.precision == candidate.precision]
        slowest = min(alike or known.values(), default=float("inf"))
        return self.seconds + candidate.batch_size / slowest < _LIMIT_S

    def _is_hopeless(self, candidate: Tuning, among: Sequence[Tuning]) -> bool:
        best = max(self.rate(other) for other in among)
        return candidate in self._rates and self.rate(candidate) < best * _HOPELESS


# --- remembered -----------------------------------------------------------------------------------------------------


def remembered(file: Path, machine: str, fingerprint: str) -> Tuning | None:
    """What was measured for a model on this machine; None if nothing was, or if the file is damaged."""
    found = read_or_nothing(file, _MEASURE).get(_key(machine, fingerprint))
    with suppress(TypeError):
        tuning = Tuning(**found)  # type: ignore[arg-type]  # what stands in a file is anything
        numbers = (tuning.batch_size, tuning.threads)
        if isinstance(tuning.precision, str) and all(type(n) is int and n > 0 for n in numbers):
            return tuning
    return None


def remember(file: Path, machine: str, fingerprint: str, tuning: Tuning) -> None:
    """Add it to the file. One that cannot be written is no trouble: then it is measured again."""
    try:
        write_object(file, read_or_nothing(file, _MEASURE) | {_key(machine, fingerprint): asdict(tuning)})
    except OSError as error:
        log.info("How the model runs fastest cannot be remembered in %s: %s", file, error)


def _key(machine: str, fingerprint: str) -> str:
    return f"{_VERSION}, {fingerprint}, {machine}"
