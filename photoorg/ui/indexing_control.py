"""Keeps the watch job running while the window is open, and pauses it."""

from PySide6.QtCore import QObject, QTimer, Signal

from photoorg.jobs.events import JobProgress
from photoorg.jobs.job import EditJob
from photoorg.library import Library, Overview
from photoorg.ui.job_bridge import JobBridge

_TRY_AGAIN_MS = 30_000


class IndexingControl(QObject):
    """Starts, pauses and, after an error that it could not get over, restarts the job that follows the folders."""

    progressed = Signal(object)  # JobProgress, or None
    paused_changed = Signal(bool)
    failed = Signal(object)  # PhotoorgError

    def __init__(self, library: Library, bridge: JobBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._bridge = bridge
        self._being_written = 0  # what was asked for here and is not in the library yet
        self._retry = QTimer(self, singleShot=True, interval=_TRY_AGAIN_MS)
        self._retry.timeout.connect(self.start)

    def start(self) -> None:
        """Begin to index and to follow the folders."""
        self._bridge.submit(self._library.watch_job(), "model", on_error=self._on_failed, on_progress=self._on_progress)

    def stop(self) -> None:
        """Do not start it again."""
        self._retry.stop()

    def set_paused(self, paused: bool) -> None:
        """Hold or go on, until it is said otherwise: the library remembers it, and other programs heed it, too."""
        self._being_written += 1
        call = EditJob("pause", lambda: self._library.set_paused(paused=paused))
        self._bridge.submit(call, "quick", on_result=self._on_written, on_error=self._on_not_written)

    def show_overview(self, overview: Overview) -> None:
        """Tell what the library says, unless it does not know yet what was asked for here."""
        if not self._being_written:
            self.paused_changed.emit(overview.is_paused)

    def _on_written(self, _none: None) -> None:
        self._being_written -= 1

    def _on_not_written(self, error: BaseException) -> None:
        self._being_written -= 1
        self.failed.emit(error)

    def _on_progress(self, event: JobProgress) -> None:
        self.progressed.emit(event)

    def _on_failed(self, error: BaseException) -> None:
        self.progressed.emit(None)
        self._retry.start()
        self.failed.emit(error)
