"""What people do with the selected photos: rate, mark, copy, show, and take it back."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QMimeData, QObject, QUrl, Signal
from PySide6.QtGui import QGuiApplication

from photoorg.amounts import counted
from photoorg.errors import FileVanished, PhotoOffline
from photoorg.jobs.job import CallJob, EditJob
from photoorg.library import JournalEntry, Library, Photo
from photoorg.ui.file_manager import show_in_folder
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.shown_text import shown_path

# More than anybody pastes; clipboards are slow.
_MOST_COPIED = 1_000
_GNOME_FILES = "x-special/gnome-copied-files"
_CHANGES = {"set favourite": "favourite", "set rating": "rating", "set title": "title", "set caption": "caption"}


class PhotoActions(QObject):
    """Edits go through the journal on the quick lane; `edited` tells when one is done."""

    edited = Signal()
    said = Signal(str)  # what happened, for the status bar
    failed = Signal(object)  # PhotoorgError

    def __init__(self, library: Library, bridge: JobBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._bridge = bridge

    def set_favourite(self, photo_ids: Sequence[int], *, favourite: bool) -> None:
        """Mark photos as favourites, or not."""
        self._edit(photo_ids, lambda: self._library.set_favourite(photo_ids, favourite=favourite))

    def toggle_favourite(self, photo_ids: Sequence[int]) -> None:
        """Favourites no longer, if all are; else all of them become favourites."""

        def toggle() -> JournalEntry:
            photos = self._library.photos_by_id(photo_ids).values()
            return self._library.set_favourite(photo_ids, favourite=not all(photo.favourite for photo in photos))

        self._edit(photo_ids, toggle)

    def set_rating(self, photo_ids: Sequence[int], stars: int) -> None:
        """Give photos 0 to 5 stars."""
        self._edit(photo_ids, lambda: self._library.set_rating(photo_ids, stars))

    def undo(self) -> None:
        """Take back the last change, also one from before the last start."""
        self._submit(self._library.undo, lambda entry: self._on_edited("Undone", entry))

    def redo(self) -> None:
        """Make the change that was taken back again."""
        self._submit(self._library.redo, lambda entry: self._on_edited("Redone", entry))

    def copy(self, photo_ids: Sequence[int]) -> None:
        """Put the files of photos on the clipboard, for file managers and for text fields."""
        chosen = photo_ids[:_MOST_COPIED]
        if chosen:
            call = CallJob("copy", lambda: self._in_order(chosen))
            self._bridge.submit(call, "quick", on_result=self._on_copy_ready, on_error=self.failed.emit)

    def show_in_folder(self, photo: Photo) -> None:
        """Show a photo's file in the file manager."""
        if not photo.online:
            self.failed.emit(PhotoOffline())
            return
        self.show_path_in_folder(_path_of(photo))

    def show_path_in_folder(self, path: Path) -> None:
        """Show a file in the file manager, if it is there."""
        call = CallJob("look for file", lambda: os.path.lexists(path))
        self._bridge.submit(call, "disk", on_result=lambda is_there: self._on_looked_for(path, is_there=is_there))

    def _on_looked_for(self, path: Path, *, is_there: bool) -> None:
        if is_there:
            show_in_folder(path)
        else:
            self.failed.emit(FileVanished())

    def _edit(self, photo_ids: Sequence[int], edit: Callable[[], JournalEntry]) -> None:
        if photo_ids:
            self._submit(edit, lambda _entry: self.edited.emit())

    def _submit(self, call: Callable[[], Any], on_result: Callable[[Any], Any]) -> None:
        self._bridge.submit(EditJob("edit", call), "quick", on_result=on_result, on_error=self.failed.emit)

    def _in_order(self, photo_ids: Sequence[int]) -> list[Photo]:
        photos = self._library.photos_by_id(photo_ids)
        return [photos[photo_id] for photo_id in photo_ids if photo_id in photos]

    def _on_edited(self, what: str, entry: JournalEntry) -> None:
        photos = counted(len(entry.photo_ids), "photo", "photos")
        of_photos = f" of {photos}" if entry.photo_ids else ""
        self.said.emit(f"{what}: {_CHANGES.get(entry.action, entry.action)}{of_photos}")
        self.edited.emit()

    def _on_copy_ready(self, photos: Sequence[Photo]) -> None:
        there = [photo for photo in photos if photo.online]
        if there:
            QGuiApplication.clipboard().setMimeData(_mime_data([_path_of(photo) for photo in there]))
            left = f". Left out, as their drive is not connected: {len(photos) - len(there):,}"
            self.said.emit(
                f"Copied: {counted(len(there), 'photo', 'photos')}{left if len(photos) > len(there) else ''}"
            )
        elif photos:
            self.failed.emit(PhotoOffline())


def _path_of(photo: Photo) -> Path:
    return Path(os.fsdecode(photo.path))


def _mime_data(paths: Sequence[Path]) -> QMimeData:
    urls = [QUrl.fromEncoded(path.as_uri().encode()) for path in paths]
    lines = b"\n".join(bytes(url.toEncoded().data()) for url in urls)
    data = QMimeData()
    data.setUrls(urls)
    data.setText("\n".join(shown_path(path) for path in paths))
    data.setData(_GNOME_FILES, QByteArray(b"copy\n" + lines))
    return data
