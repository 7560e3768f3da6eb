"""Ending what nobody has used for a while."""

import threading
import time
from collections.abc import Callable


class IdleWatch:
    """A thread that sleeps until `idle_s` seconds have passed without `used`, then calls `end`, once.

    `end` says whether it could; if not (something is running), it is asked again after as many seconds.
    """

    def __init__(self, idle_s: float, end: Callable[[], bool]) -> None:
        # The longest that a thread can wait at a time; who waits for longer is woken in between.
        self._idle_s = min(idle_s, threading.TIMEOUT_MAX)
        self._end = end
        self._last_use = time.monotonic()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="photoorg-encoder-idle", daemon=True)
        self._thread.start()

    def used(self) -> None:
        """Count from now on."""
        self._last_use = time.monotonic()

    def stop(self) -> None:
        """End the thread; it may call this itself."""
        self._stopped.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(max(0.0, self._last_use + self._idle_s - time.monotonic())):
            if time.monotonic() < self._last_use + self._idle_s:
                continue
            if self._end():
                return
            self.used()
