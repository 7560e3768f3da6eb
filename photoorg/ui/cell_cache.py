"""What is kept of cells that were loaded: the photos by number, the pixmaps by bytes, the least recently shown go first."""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtGui import QPixmap

Key = TypeVar("Key")
Value = TypeVar("Value")

_BYTES_PER_PIXEL = 4
_SIDES = 4
_OVERHEAD_BYTES = 256  # of an entry without a pixmap


class RecentlyUsed(Generic[Key, Value]):
    """A mapping of bounded size: what was asked for least recently is dropped."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """The value, or None."""
        if key in self._entries:
            self._entries.move_to_end(key)
        return self._entries.get(key)

    def put(self, key: Key, value: Value) -> None:
        """Keep a value."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        self.shrink(self._most)

    def shrink(self, most: int) -> None:
        """Drop all but the `most` that were asked for last."""
        while len(self._entries) > most:
            self._entries.popitem(last=False)

    def keys(self) -> list[Key]:
        """The keys of all that is kept, the least recently used first."""
        return list(self._entries)

    def drop(self, key: Key) -> None:
        """Forget a value, if it is here."""
        self._entries.pop(key, None)

    def __contains__(self, key: Key) -> bool:
        return key in self._entries


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A thumbnail of a picture; `pixmap` None: the store has none."""

    picture_key: bytes
    pixmap: QPixmap | None

    @property
    def size_bytes(self) -> int:
        """About what it occupies."""
        pixels = self.pixmap.width() * self.pixmap.height() if self.pixmap else 0
        return _OVERHEAD_BYTES + _BYTES_PER_PIXEL * pixels


class ThumbnailCache:
    """Thumbnails by photo id and side, in at most `most_bytes`; those in `kept` stay even beyond that."""

    def __init__(self, most_bytes: int) -> None:
        self.kept: Collection[int] = frozenset()
        self.size_bytes = 0
        self._most_bytes = most_bytes
        self._entries: OrderedDict[tuple[int, int], Thumbnail] = OrderedDict()
        self._sides: list[int] = []

    def get(self, photo_id: int, side: int) -> Thumbnail | None:
        """The thumbnail of exactly this side, or None."""
        entry = self._entries.get((photo_id, side))
        if entry is not None:
            self._entries.move_to_end((photo_id, side))
        return entry

    def other_pixmap(self, photo_id: int) -> QPixmap | None:
        """A pixmap of any side, to be shown until the right one is there."""
        for side in self._sides:
            entry = self._entries.get((photo_id, side))
            if entry is not None and entry.pixmap is not None:
                return entry.pixmap
        return None

    def put(self, photo_id: int, side: int, thumbnail: Thumbnail) -> None:
        """Keep a thumbnail."""
        self._note_side(side)
        if old := self._entries.pop((photo_id, side), None):
            self.size_bytes -= old.size_bytes
        self._entries[photo_id, side] = thumbnail
        self.size_bytes += thumbnail.size_bytes
        self._shrink()

    def forget_missing(self, photo_id: int) -> None:
        """Forget that the store has no thumbnail of a photo."""
        for side in self._sides:
            entry = self._entries.get((photo_id, side))
            if entry is not None and entry.pixmap is None:
                del self._entries[photo_id, side]
                self.size_bytes -= entry.size_bytes

    def _shrink(self) -> None:
        while self.size_bytes > self._most_bytes and next(iter(self._entries))[0] not in self.kept:
            self.size_bytes -= self._entries.popitem(last=False)[1].size_bytes

    def _note_side(self, side: int) -> None:
        if side in self._sides:
            self._sides.remove(side)
        self._sides = [side, *self._sides[: _SIDES - 1]]
