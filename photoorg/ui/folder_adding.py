"""New watch folders: from a dialog, or dropped on the window."""

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from photoorg.jobs.job import EditJob
from photoorg.library import Library
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.shown_text import shown_name, shown_path


class FolderAdding(QObject):
    """Adds and removes watch folders on the disk lane: a network folder may take its time."""

    added = Signal()
    said = Signal(str)  # what happened, for the status bar
    failed = Signal(object)  # PhotoorgError

    def __init__(self, library: Library, bridge: JobBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._bridge = bridge

    def ask(self, window: QWidget) -> None:
        """Let the user choose a folder; the dialog does not block the window."""
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        dialog = QFileDialog(window, "Choose a photo folder", pictures)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda chosen: self.add([Path(chosen)]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def add(self, paths: Iterable[Path]) -> None:
        """Follow folders; of a file, or a folder that is followed already, say so."""
        for path in paths:
            call = EditJob("add folder", partial(_add, self._library, path))
            self._bridge.submit(call, "disk", on_result=self._on_added, on_error=self.failed.emit)

    def remove(self, path: Path) -> None:
        """Stop following a folder."""
        call = EditJob("remove folder", lambda: self._library.remove_folder(path))
        said = f"{shown_name(path)} is not watched any more. Adding it again brings its photos back as they were."
        self._bridge.submit(call, "disk", on_result=lambda _none: self._on_added(said), on_error=self.failed.emit)

    def _on_added(self, said: str) -> None:
        self.said.emit(said)
        self.added.emit()


def dropped_paths(data: QMimeData) -> list[Path]:
    """The local files and folders among what is dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _add(library: Library, path: Path) -> str:
    """In the background. Raises FolderUnreachable."""
    if os.path.isfile(path):  # of a path that is forbidden it just says no
        return f"{shown_name(path)} is a file. Drop the folder that it is in."
    real = Path(os.path.realpath(path))
    for folder in library.folders():
        if real == folder.path:
            return f"{shown_name(path)} is watched already."
        if real.is_relative_to(folder.path):
            return f"{shown_name(path)} is inside {shown_path(folder.path)}, which is watched already."
    library.add_folder(path)
    return f"Added {shown_path(path)}"
