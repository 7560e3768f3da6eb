"""What a job reports: plain frozen records, safe to hand to any thread."""

from dataclasses import dataclass
from typing import Any

from photoorg.errors import PhotoorgError


@dataclass(frozen=True)
class JobEvent:
    """Base: `job_id` is the number the runner gave the job."""

    job_id: int


@dataclass(frozen=True)
class JobStarted(JobEvent):
    """The job began to run."""

    name: str


@dataclass(frozen=True)
class JobProgress(JobEvent):
    """How far the job is. `rate` in items per second; `left_s` seconds, None while unknown."""

    done: int
    total: int
    text: str
    rate: float
    left_s: float | None


@dataclass(frozen=True)
class JobNotice(JobEvent):
    """Something that a person should know; the job goes on."""

    notice: PhotoorgError


@dataclass(frozen=True)
class JobFinished(JobEvent):
    """The job ended with its result."""

    result: Any


@dataclass(frozen=True)
class JobFailed(JobEvent):
    """The job ended with an error: a PhotoorgError, or a bug with its traceback attached."""

    error: BaseException


@dataclass(frozen=True)
class JobCancelled(JobEvent):
    """The job ended because it was cancelled."""


ENDS = (JobFinished, JobFailed, JobCancelled)
