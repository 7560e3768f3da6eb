"""Run one job and wait for it: for the command line and the Python API."""

import queue
from collections.abc import Callable
from typing import Any, TypeVar

from photoorg.errors import Cancelled, PhotoorgError
from photoorg.jobs.events import ENDS, JobCancelled, JobEvent, JobFailed, JobFinished, JobNotice, JobProgress
from photoorg.jobs.job import Job
from photoorg.jobs.runner import JobRunner, LaneName

Result = TypeVar("Result")
OnProgress = Callable[[JobProgress], Any]
OnNotice = Callable[[PhotoorgError], Any]

_POLL_S = 0.25  # on Windows a wait without end cannot be interrupted by Ctrl-C


def run_blocking(
    job: Job[Result], lane: LaneName, on_progress: OnProgress | None = None, on_notice: OnNotice | None = None
) -> Result:
    """Run `job` on a lane and give its result; `on_progress` and `on_notice` are called in this thread.

    Raises what the job raised, Cancelled among it. An exception in this thread (Ctrl-C, say) cancels the job, waits
    for it to end, and goes on.
    """
    events: queue.SimpleQueue[JobEvent] = queue.SimpleQueue()
    runner = JobRunner(events.put)
    try:
        runner.submit(job, lane)
        while not isinstance(event := _next(events), ENDS):
            if isinstance(event, JobProgress) and on_progress is not None:
                on_progress(event)
            elif isinstance(event, JobNotice) and on_notice is not None:
                on_notice(event.notice)
    finally:
        runner.close(timeout_s=60.0)
    result: Result = _result(event)
    return result


def _next(events: "queue.SimpleQueue[JobEvent]") -> JobEvent:
    while True:
        try:
            return events.get(timeout=_POLL_S)
        except queue.Empty:
            continue


def _result(end: JobEvent) -> Any:
    if isinstance(end, JobFailed):
        raise end.error
    if isinstance(end, JobCancelled):
        raise Cancelled
    assert isinstance(end, JobFinished)
    return end.result
