"""The settings of indexing: from settings.toml into a dialog, and back."""

from functools import partial

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

    def open_dialog(self) -> None:
        """Show what holds now; the dialog does not block the window."""
        call = CallJob("settings", lambda: self._library.settings)
        self._bridge.submit(call, "quick", on_result=self._show, on_error=self.failed.emit)

    def _show(self, settings: Settings) -> None:
        dialog = IndexingDialog(settings, available_cores(), self._window)
        dialog.wanted.connect(partial(self._change, dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _change(self, dialog: IndexingDialog, changes: dict[str, bool | int | tuple[str, ...]]) -> None:
        call = EditJob("change settings", lambda: self._library.change_settings(**changes))
        self._bridge.submit(
            call,
            "quick",
            on_result=lambda _none: self._on_changed(dialog),
            on_error=lambda error: self._on_refused(dialog, error),
        )

    def _on_changed(self, dialog: IndexingDialog) -> None:
        dialog.accept()
        self.said.emit(_SAVED)

    def _on_refused(self, dialog: IndexingDialog, error: BaseException) -> None:
        if not isinstance(error, PhotoorgError):
            raise error
        dialog.show_error(str(error))
