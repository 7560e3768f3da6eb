"""Long work that loads torch: in this process, or in one of its own where a window must not stall meanwhile."""

import functools
import signal
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from photoorg.errors import EncoderLost, PhotoorgError
from photoorg.spawning import end_with_parent, lower_priority, spawn_context

Result = TypeVar("Result")
Progress = Callable[[int, int, str], None]
CheckCancelled = Callable[[], None]
Work = Callable[[Progress, CheckCancelled], Result]

_POLL_S = 0.2
_NICENESS = 5


def do_here(work: Work[Result], progress: Progress, check_cancelled: CheckCancelled) -> Result:
    """Do it in this process."""
    return work(progress, check_cancelled)


def do_apart(work: Work[Result], progress: Progress, check_cancelled: CheckCancelled) -> Result:
    """Do it in a process that lives as long; cancelling kills that. Work and result must be picklable.

    Raises what `work` and `check_cancelled` raise, EncoderLost if the process ends early.
    """
    context = spawn_context()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(theirs, work), name="photoorg-install", daemon=True)
    process.start()
    theirs.close()  # else our own copy keeps the pipe open when the child has died
    try:
        result: Result = _follow(ours, progress, check_cancelled)
    except EOFError as error:
        process.join()
        raise EncoderLost(detail=f"exit code {process.exitcode}") from error
    finally:
        process.kill()
        process.join()
        ours.close()
    return result


def _follow(pipe: Connection, progress: Progress, check_cancelled: CheckCancelled) -> Any:
    while True:
        check_cancelled()
        if not pipe.poll(_POLL_S):
            continue
        kind, value = pipe.recv()
        if kind == "ok":
            return value
        if kind == "error":
            raise value
        if kind == "bug":
            raise RuntimeError(value)
        progress(*value)


def _serve(pipe: Connection, work: Work[Any]) -> None:
    """The child's main."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    lower_priority(_NICENESS)
    try:
        outcome = ("ok", work(functools.partial(_tell, pipe), lambda: None))
    except PhotoorgError as error:
        outcome = ("error", error)
    except Exception:  # noqa: BLE001 - a bug crosses with its traceback
        outcome = ("bug", traceback.format_exc())
    pipe.send(outcome)


def _tell(pipe: Connection, *facts: Any) -> None:
    pipe.send(("progress", facts))
