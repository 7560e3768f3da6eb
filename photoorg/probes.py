"""Probes: whether folders are there, asked without waiting for ever. A network drive that hangs may not answer for minutes."""

import os
import stat
import threading
import time
from collections.abc import Callable

Identity = tuple[int, int]

# Longer than a network takes, and than most sleeping disks.
TIMEOUT_S = 5.0


class Probes:
    """Asks in threads that are left behind where there is no answer; of one folder only one at a time. Thread-safe."""

    def __init__(self, look: Callable[[bytes], Identity | None] | None = None) -> None:
        """`look` asks the system, and may hang."""
        self._look = look or identity
        self._lock = threading.Lock()
        self._open: dict[bytes, _Probe] = {}

    def identity(self, path: bytes, timeout_s: float = TIMEOUT_S) -> Identity | None:
        """What tells the folder at `path` from another one there; None if there is none, or no answer in time."""
        with self._lock:
            probe = self._open.get(path)
            if probe is None or probe.is_done.is_set():
                probe = self._open[path] = _Probe(path, self._look)
        if not probe.is_done.wait(max(0.0, probe.started + timeout_s - time.monotonic())):
            return None
        with self._lock:
            if self._open.get(path) is probe:
                del self._open[path]
        return probe.found


class _Probe:
    """One question; `found` is the answer when it is done."""

    def __init__(self, path: bytes, look: Callable[[bytes], Identity | None]) -> None:
        self.started = time.monotonic()
        self.is_done = threading.Event()
        self.found: Identity | None = None
        self._path = path
        self._look = look
        threading.Thread(target=self._run, name="photoorg-probe", daemon=True).start()

    def _run(self) -> None:
        try:
            self.found = self._look(self._path)
        finally:
            self.is_done.set()


def identity(path: bytes) -> Identity | None:
    """Device and inode of the folder at `path`, None if there is none. May hang."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    if not stat.S_ISDIR(status.st_mode):
        return None
    try:
        with os.scandir(path) as entries:  # the facts about a folder may come from a cache
            next(entries, None)
    except OSError:  # it is there; what it holds is another question
        return status.st_dev, status.st_ino
    return status.st_dev, status.st_ino
