"""A lane: one thread that runs calls in order. What the user waits for never queues behind indexing."""

import queue
import threading
from collections.abc import Callable

_STOP = None


class Lane:
    """A thread with a queue. Calls must not raise: the runner wraps jobs so that they end as events."""

    def __init__(self, name: str) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=f"photoorg-{name}", daemon=True)
        self._thread.start()

    def put(self, call: Callable[[], None]) -> None:
        """Run `call` on the lane's thread after all earlier ones."""
        self._calls.put(call)

    def stop(self) -> None:
        """End after the queued calls. May be called twice."""
        self._calls.put(_STOP)

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; tells whether the thread ended in time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (call := self._calls.get()) is not _STOP:
            call()
