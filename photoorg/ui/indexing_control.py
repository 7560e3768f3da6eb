"""Keeps the watch job running while the window is open, and pauses it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from photoorg.amounts import counted
from photoorg.jobs.events import JobProgress
from photoorg.jobs.job import EditJob
from photoorg.library import Library, Overview, WatchJob
from photoorg.ui.job_bridge import JobBridge

_TRY_AGAIN_MS = 30_000


class IndexingControl(QObject):
    """Starts, pauses and, after an error that it could not get over, restarts the job that follows the folders."""

    progressed = Signal(object)  # JobProgress, or None
    noticed = Signal(object)  # PhotoorgError: what a person should know
    paused_changed = Signal(bool)
    failed = Signal(object)  # PhotoorgError
    said = Signal(str)

    def __init__(self, library: Library, bridge: JobBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._bridge = bridge
        self._watching: WatchJob | None = None
        self._being_written = 0  # what was asked for here and is not in the library yet
        self._retry = QTimer(self, singleShot=True, interval=_TRY_AGAIN_MS)
        self._retry.timeout.connect(self.start)

    def start(self) -> None:
        """Begin to index and to follow the folders."""
        self._watching = self._library.watch_job()
        self._bridge.submit(
            self._watching,
            "model",
            on_error=self._on_failed,
            on_progress=self._on_progress,
            on_notice=self.noticed.emit,
        )

    def look_again(self) -> None:
        """Look at all folders: a person says that a drive is there now."""
        if self._watching is not None:
            self._watching.look_again()

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

    def try_again(self, paths: Sequence[Path]) -> None:
        """Let files be read again that could not be read."""
        call = EditJob("try again", lambda: self._library.retry_failed(paths))
        self._bridge.submit(call, "disk", on_result=self._on_marked, on_error=self.failed.emit)

    def _on_marked(self, count: int) -> None:
        self.said.emit(f"Trying {counted(count, 'file', 'files')} again")

    def _on_progress(self, event: JobProgress) -> None:
        self.progressed.emit(event)

    def _on_failed(self, error: BaseException) -> None:
        self.progressed.emit(None)
        self._retry.start()
        self.failed.emit(error)
