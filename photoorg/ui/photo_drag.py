"""Photos that are dragged: inside the program by their ids, to and from other programs as files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QMimeData, QMimeDatabase, QUrl

PHOTO_IDS: Final = "application/x-photoorg-photo-ids"
_MatchMode = QMimeDatabase.MatchMode


@dataclass(frozen=True)
class DraggedPhotos:
    """Ids of the library's photos, or paths of pictures from outside."""

    ids: list[int] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.ids or self.paths)


def dragged_photos(data: QMimeData) -> DraggedPhotos:
    """What of a drag are photos. Files are known by their names alone: a drag must not wait for a disk."""
    if data.hasFormat(PHOTO_IDS):
        numbers = bytes(data.data(PHOTO_IDS).data()).split()
        return DraggedPhotos(ids=[int(number) for number in numbers if number.isdigit()])
    urls = [url for url in data.urls() if url.isLocalFile()]
    return DraggedPhotos(paths=[Path(url.toLocalFile()) for url in urls if _is_picture(url.fileName())])


def photo_data(photo_ids: Sequence[int], paths: Sequence[Path]) -> QMimeData:
    """A drag of photos; `paths` are their files, none where they are not at hand."""
    data = QMimeData()
    data.setData(PHOTO_IDS, QByteArray(" ".join(str(photo_id) for photo_id in photo_ids).encode()))
    if paths:
        data.setUrls([QUrl.fromEncoded(path.as_uri().encode()) for path in paths])
    return data


def _is_picture(name: str) -> bool:
    found = QMimeDatabase().mimeTypeForFile(name, _MatchMode.MatchExtension).name()
    return found.startswith("image/")
