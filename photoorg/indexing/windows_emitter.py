"""Windows: watchdog's emitter, which is silent about events that were lost, made to tell. Imported there only."""

from collections.abc import Callable
from typing import Any

from watchdog.observers.read_directory_changes import WindowsApiEmitter
from watchdog.observers.winapi import DirectoryChangeReader

from photoorg.indexing.lost_events import EventsLostEvent, is_lost_on_windows


class LossTellingWindowsEmitter(WindowsApiEmitter):
    """Queues an EventsLostEvent where the buffer of the system ran over; ends where the system reports nothing any more."""

    def on_thread_start(self) -> None:
        """Begin to read."""
        with self._lock:
            reader = self._reader = _Reader(self.watch.path, self._on_lost, self.stop)
        reader.start()

    def _on_lost(self) -> None:
        self.queue_event(EventsLostEvent(self.watch.path))


class _Reader(DirectoryChangeReader):
    """Calls `on_lost` and `on_end` from its thread."""

    def __init__(self, path: str, on_lost: Callable[[], None], on_end: Callable[[], None]) -> None:
        super().__init__(path, recursive=True)
        self._on_lost = on_lost
        self._on_end = on_end

    def _run_inner(self, handle: Any, event_buffer: Any, nbytes: Any) -> None:
        try:
            super()._run_inner(handle, event_buffer, nbytes)
        except OSError as error:
            if is_lost_on_windows(0, getattr(error, "winerror", 0)):
                self._on_lost()
            else:  # a network drive that went, say: whoever started the emitter notices that it has ended
                self._should_stop = True
                self._on_end()
        else:
            if not self._should_stop and is_lost_on_windows(nbytes.value, None):
                self._on_lost()
