"""Child processes that start clean: without the user's `__main__`, deaf to Ctrl-C, and gone when their parent is."""

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
from collections.abc import Iterator
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Any

ORPHANED = 75  # exit code of a child whose parent has gone
_main_is_hidden = threading.Lock()


class _MainWithoutFile(ModuleType):
    """Stands in for `__main__`, with neither file nor spec; all else comes from the real one (threads may look)."""

    def __init__(self, real: ModuleType) -> None:
        super().__init__("__main__")
        self.__dict__["_real"] = real

    def __getattr__(self, name: str) -> Any:
        if name == "__file__":
            raise AttributeError(name)
        return getattr(self.__dict__["_real"], name)


@contextlib.contextmanager
def _hidden_main() -> Iterator[None]:
    """Let multiprocessing find no script to run again in the child: a script without a guard would start over there."""
    with _main_is_hidden:
        real = sys.modules["__main__"]
        sys.modules["__main__"] = _MainWithoutFile(real)
        try:
            yield
        finally:
            sys.modules["__main__"] = real


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Block Ctrl-C in this thread: a child inherits that from its first instruction on, and prints no traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Process(SpawnProcess):
    """A spawned process that does not import its parent's `__main__`; its target must live in an importable module."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802  multiprocessing's name for the hook that starts a process
        with _hidden_main(), _interrupts_blocked():
            return SpawnProcess._Popen(process_obj)  # noqa: SLF001  the hook's own base


class _Context(SpawnContext):
    Process = _Process


def spawn_context() -> SpawnContext:
    """The multiprocessing context for all of photoorg's child processes; functions in `__main__` cannot be targets."""
    return _Context()


def lower_priority(niceness: int) -> None:
    """Called in a child: let others go first; `niceness` is that of Unix, elsewhere it is below normal."""
    if sys.platform == "win32":
        import psutil

        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(niceness)


def end_with_parent() -> None:
    """Called in a child: watch the parent in a daemon thread and end at once, whatever runs, when it has gone."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait_for_the_end() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(ORPHANED)

    threading.Thread(target=wait_for_the_end, name="end-with-parent", daemon=True).start()
