"""The runner: puts jobs into lanes and turns whatever happens in them into events."""

import itertools
import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Literal

from photoorg.errors import Cancelled, PhotoorgError
from photoorg.jobs.events import ENDS, JobCancelled, JobEvent, JobFailed, JobFinished, JobStarted
from photoorg.jobs.job import EditJob, Job, JobContext
from photoorg.jobs.lane import Lane

# "model": indexing. "models": downloads of models. "interactive": searches, which may wait for the model to load.
# "quick": short reads and edits of the catalog, which never do. "disk": what may wait for a drive or a network.
# "loading": what a search will need, ahead of time. "thumbnails", "pictures": what is looked at.
LaneName = Literal["model", "models", "interactive", "quick", "disk", "loading", "thumbnails", "pictures"]
EventSink = Callable[[JobEvent], None]

logger = logging.getLogger(__name__)


class JobRunner:
    """Runs each job on its lane. Every job ends exactly once: finished, failed or cancelled.

    `sink` gets all events, from the lanes' threads: it must be quick and thread-safe (a queue's `put`).
    """

    def __init__(self, sink: EventSink) -> None:
        self._sink = sink
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._lanes: dict[LaneName, Lane] = {}
        self._open: dict[int, JobContext] = {}
        self._closed = False

    def submit(self, job: Job[Any], lane: LaneName) -> int:
        """Queue a job and give its number. Raises RuntimeError after `close`."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the job runner is closed")
            job_id = next(self._ids)
            context = self._open[job_id] = JobContext(job_id, self._sink)
            if lane not in self._lanes:
                self._lanes[lane] = Lane(lane)
            self._lanes[lane].put(lambda: self._run(job, job_id, context))
        return job_id

    def cancel(self, job_id: int) -> None:
        """Ask a job to stop; one that has ended already is left alone."""
        if context := self._context(job_id):
            context.cancel()

    def close(self, timeout_s: float = 10.0) -> bool:
        """Refuse new jobs, cancel all, wait for them; tells whether all ended in time. May be called twice."""
        with self._lock:
            self._closed = True
            contexts, lanes = list(self._open.values()), list(self._lanes.values())
        for context in contexts:
            context.cancel()
        deadline = time.monotonic() + timeout_s
        for lane in lanes:
            lane.stop()
        ended = [lane.join(max(0.0, deadline - time.monotonic())) for lane in lanes]
        return all(ended)

    def _context(self, job_id: int) -> JobContext | None:
        with self._lock:
            return self._open.get(job_id)

    def _run(self, job: Job[Any], job_id: int, context: JobContext) -> None:
        self._sink(JobStarted(job_id, job.name))
        end = _outcome(job, job_id, context)
        with self._lock:
            del self._open[job_id]
        assert isinstance(end, ENDS)
        self._sink(end)


def _outcome(job: Job[Any], job_id: int, context: JobContext) -> JobEvent:
    try:
        if not isinstance(job, EditJob):
            context.check_cancelled()
        return JobFinished(job_id, job.run(context))
    except Cancelled:
        return JobCancelled(job_id)
    except PhotoorgError as error:
        return JobFailed(job_id, error)
    except BaseException as error:  # a SystemExit must not end the lane either
        logger.debug("job %s failed", job.name, exc_info=error)
        return JobFailed(job_id, error)
