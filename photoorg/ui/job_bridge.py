"""The job bridge: what workers report reaches the widgets here, on the GUI thread, and nowhere else."""

import queue
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from photoorg.errors import Cancelled, PhotoorgError
from photoorg.jobs.events import ENDS, JobCancelled, JobEvent, JobFailed, JobFinished, JobNotice, JobProgress
from photoorg.jobs.job import Job
from photoorg.jobs.runner import JobRunner, LaneName

# A tick takes this long at most, unless a single callback takes longer: input and painting come in between.
_BUDGET_S = 0.004
_ACTIVE_MS, _QUIET_MS = 10, 50
_TICKS_UNTIL_QUIET = 50
# For so long a thread that computes keeps the interpreter while the GUI thread waits for it; Python's own 5 ms, times the
# threads at work, are a frame.
_SWITCH_INTERVAL_S = 0.001


@dataclass(frozen=True)
class _Callbacks:
    on_result: Callable[[Any], Any] | None
    on_error: Callable[[BaseException], Any] | None
    on_progress: Callable[[JobProgress], Any] | None
    on_notice: Callable[[PhotoorgError], Any] | None = None


class JobBridge(QObject):
    """Runs jobs on their lanes and calls back on the GUI thread; of a job's progress only the newest is told.

    Workers know the queue alone, never a QObject. A job that is cancelled here calls nothing back, a closed bridge neither;
    one that ended as cancelled by something else tells Cancelled as its error.
    """

    failed = Signal(object)
    """The error of a job that was submitted without `on_error`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        self._events: queue.SimpleQueue[JobEvent] = queue.SimpleQueue()
        self._runner = JobRunner(self._events.put)
        self._open: dict[int, _Callbacks] = {}
        self._running = 0
        self._progress: dict[int, JobProgress] = {}
        self._quiet_ticks = 0
        self._is_closed = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)

    def submit(
        self,
        job: Job[Any],
        lane: LaneName,
        *,
        on_result: Callable[[Any], Any] | None = None,
        on_error: Callable[[BaseException], Any] | None = None,
        on_progress: Callable[[JobProgress], Any] | None = None,
        on_notice: Callable[[PhotoorgError], Any] | None = None,
    ) -> int:
        """Queue a job and give its number. Raises RuntimeError after `close`."""
        assert QThread.currentThread() is self.thread()
        job_id = self._runner.submit(job, lane)
        self._open[job_id] = _Callbacks(on_result, on_error, on_progress, on_notice)
        self._running += 1
        self._wake()
        return job_id

    def cancel(self, job_id: int) -> None:
        """Ask a job to stop; whatever it still answers is dropped."""
        self._open.pop(job_id, None)
        self._runner.cancel(job_id)

    def close(self, timeout_s: float = 10.0) -> bool:
        """Cancel all jobs and wait for them; tells whether all ended in time. May be called twice."""
        self._is_closed = True
        self._timer.stop()
        self._open.clear()
        self._progress.clear()
        return self._runner.close(timeout_s)

    def _wake(self) -> None:
        self._quiet_ticks = 0
        if not self._timer.isActive() or self._timer.interval() != _ACTIVE_MS:
            self._timer.start(_ACTIVE_MS)

    def _on_tick(self) -> None:
        took = self._drain()
        self._tell_progress()
        self._adapt(took)

    def _drain(self) -> bool:
        """Handle what has come, for a few milliseconds; tells whether there was anything."""
        deadline = time.perf_counter() + _BUDGET_S
        took = False
        while time.perf_counter() < deadline:
            try:
                event = self._events.get_nowait()
            except queue.Empty:
                break
            took = True
            self._take(event)
        return took

    def _adapt(self, took: bool) -> None:
        """Wake up less often while nothing comes, and not at all without a job."""
        if self._is_closed:
            return
        if took:
            self._wake()
        elif not self._running:
            self._timer.stop()
        else:
            self._quiet_ticks += 1
            if self._quiet_ticks == _TICKS_UNTIL_QUIET:
                self._timer.start(_QUIET_MS)

    def _take(self, event: JobEvent) -> None:
        if isinstance(event, JobProgress):
            self._progress[event.job_id] = event
        elif isinstance(event, JobNotice):
            if (callbacks := self._open.get(event.job_id)) and callbacks.on_notice:
                callbacks.on_notice(event.notice)
        elif isinstance(event, ENDS):
            self._running -= 1
            self._progress.pop(event.job_id, None)
            if callbacks := self._open.pop(event.job_id, None):
                self._tell_end(event, callbacks)

    def _tell_end(self, event: JobEvent, callbacks: _Callbacks) -> None:
        if isinstance(event, JobFinished) and callbacks.on_result:
            callbacks.on_result(event.result)
        elif isinstance(event, JobFailed):
            (callbacks.on_error or self.failed.emit)(event.error)
        elif isinstance(event, JobCancelled) and callbacks.on_error:
            callbacks.on_error(Cancelled())

    def _tell_progress(self) -> None:
        while self._progress:
            job_id, event = self._progress.popitem()
            callbacks = self._open.get(job_id)
            if callbacks and callbacks.on_progress:
                callbacks.on_progress(event)
