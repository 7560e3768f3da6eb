"""The settings of indexing: from settings.toml into a dialog, and back."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from photoorg.errors import PhotoorgError
from photoorg.jobs.job import CallJob, EditJob
from photoorg.library import Library, Settings, available_cores
from photoorg.ui.dialogs.indexing_dialog import IndexingDialog
from photoorg.ui.job_bridge import JobBridge

_SAVED = "Saved. It holds from now on."


class IndexingSettings(QObject):
    """Opens the dialog and writes what was chosen."""

    said = Signal(str)  # what happened, for the status bar
    failed = Signal(object)  # PhotoorgError

    def __init__(self, library: Library, bridge: JobBridge, parent: QWidget) -> None:
        super().__init__(parent)
        self._library = library
        self._bridge = bridge
        self._window = parent
        self._dialog: IndexingDialog | None = None

    def open_dialog(self) -> None:
        """Show what holds now; the dialog does not block the window."""
        call = CallJob("settings", lambda: self._library.settings)
        self._bridge.submit(call, "quick", on_result=self._show, on_error=self.failed.emit)

    def _show(self, settings: Settings) -> None:
        if self._dialog:  # it was asked for twice
            return
        dialog = self._dialog = IndexingDialog(settings, available_cores(), self._window)
        dialog.wanted.connect(self._change)
        dialog.finished.connect(self._on_closed)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _change(self, changes: dict[str, bool | int | tuple[str, ...]]) -> None:
        call = EditJob("change settings", lambda: self._library.change_settings(**changes))
        self._bridge.submit(call, "quick", on_result=self._on_changed, on_error=self._on_refused)

    def _on_changed(self, _none: None) -> None:
        if self._dialog:
            self._dialog.accept()
        self.said.emit(_SAVED)

    def _on_refused(self, error: BaseException) -> None:
        if self._dialog and isinstance(error, PhotoorgError):
            self._dialog.show_error(str(error))
        else:
            self.failed.emit(error)

    def _on_closed(self) -> None:
        self._dialog = None
