"""A job: background work that knows neither threads nor Qt."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from photoorg.errors import Cancelled, PhotoorgError
from photoorg.jobs.events import JobNotice, JobProgress

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)

RATE_WINDOW_S = 15.0


class Job(Protocol[Result_co]):
    """Work with a name; `run` checks for cancellation between items and ends exactly once."""

    name: str

    def run(self, ctx: "JobContext") -> Result_co:
        """Do the work. Raises Cancelled when it was cancelled, PhotoorgError when it cannot go on."""
        ...


class CallJob(Generic[Result]):
    """A job that makes one call, too short to be cancelled once it runs."""

    def __init__(self, name: str, call: Callable[[], Result]) -> None:
        self.name = name
        self._call = call

    def run(self, ctx: "JobContext") -> Result:  # noqa: ARG002 - the protocol's signature
        """Call."""
        return self._call()


class ContextJob(Generic[Result]):
    """A job that calls a function with its context."""

    def __init__(self, name: str, run: Callable[["JobContext"], Result]) -> None:
        self.name = name
        self._run = run

    def run(self, ctx: "JobContext") -> Result:
        """Call."""
        return self._run(ctx)


class EditJob(CallJob[Result]):
    """A call that makes a change a person asked for: it is made, also if the program is being closed by then."""


class JobContext:
    """What a running job may ask and tell."""

    def __init__(self, job_id: int, report: Callable[[Any], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._job_id = job_id
        self._report = report
        self._rate = RateMeter(clock)
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop; safe from any thread."""
        self._cancelled.set()

    def check_cancelled(self) -> None:
        """Raise Cancelled if somebody asked the job to stop."""
        if self._cancelled.is_set():
            raise Cancelled

    def waits(self, done: int, total: int, text: str) -> None:
        """Report that the job waits for something, in words: meanwhile it has no speed."""
        self._rate.restart()
        self.progress(done, total, text)

    def progress(self, done: int, total: int, text: str) -> None:
        """Report how far the job is; a `total` of 0 means it is not known yet."""
        rate, left_s = self._rate.update(done, total)
        self._report(JobProgress(self._job_id, done, total, text, rate, left_s))

    def notice(self, notice: PhotoorgError) -> None:
        """Tell something that a person should know."""
        self._report(JobNotice(self._job_id, notice))


class RateMeter:
    """Items per second over the last seconds, and the time left at that rate."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._samples: deque[tuple[float, int]] = deque()

    def update(self, done: int, total: int) -> tuple[float, float | None]:
        """Note a state; gives (items per second, seconds left or None)."""
        now = self._clock()
        if self._samples and done < self._samples[-1][1]:
            self._samples.clear()  # a new phase of the job counts from zero again
        self._samples.append((now, done))
        # The newest sample before the window stays: items may take longer than the window is wide.
        while len(self._samples) > 1 and now - self._samples[1][0] >= RATE_WINDOW_S:
            self._samples.popleft()
        rate = self._measured_rate()
        left_s = (total - done) / rate if rate > 0 and total else None
        return rate, left_s

    def restart(self) -> None:
        """Forget what was measured: the time that has passed since says nothing."""
        self._samples.clear()

    def _measured_rate(self) -> float:
        (start, first), (end, last) = self._samples[0], self._samples[-1]
        return (last - first) / (end - start) if end > start else 0.0
