"""All shown photos in memory, kept in step with the catalog: what filters are evaluated on.

A table never changes: whoever searches keeps the one that was current. What changes in the catalog makes a new table,
which shares all but the changed photos with the one before.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.columns import ColumnStore, FollowedFolder, Keys, LabelKind
from photoorg.search.label_pairs import LabelPairs, among
from photoorg.search.photo_part import Dictionaries, Ids, Mask, PhotoPart
from photoorg.volumes import Mounted

_KINDS: tuple[LabelKind, ...] = ("tag", "album")
# With more changes than this, and than this share of the photos, all are read again.
_MANY_CHANGES = 5_000
_MANY_OF_ALL = 4
# A part is joined with the one before when that is not so many times larger: so there are few, and most stay as they are.
_TIMES_LARGER = 4


@dataclass(frozen=True, eq=False)
class PhotoTable:
    """The photos that the library shows, in rows (n,): those of its parts, one after the other.

    Of some rows the photo has changed since, or is gone: these are not `there`, and no selection has them.
    """

    revision: int
    parts: Sequence[PhotoPart]
    there_of: Sequence[Mask]
    names: Dictionaries
    followed: Mapping[int, FollowedFolder]
    labels: Mapping[LabelKind, LabelPairs]
    mounted: Mounted

    def __len__(self) -> int:
        """Rows, those that are not there too."""
        return sum(len(part) for part in self.parts)

    @cached_property
    def there(self) -> Mask:
        """Which rows (n,) are photos that are shown."""
        return np.concatenate([*self.there_of, np.empty(0, np.bool_)])

    @cached_property
    def photo_ids(self) -> Ids:
        """Photo ids (n,)."""
        return np.concatenate([*(part.photo_ids for part in self.parts), np.empty(0, np.int64)])

    @cached_property
    def picture_keys(self) -> Keys:
        """Picture keys (n,) S16."""
        return np.concatenate([*(part.picture_keys for part in self.parts), np.empty(0, "S16")])

    @cached_property
    def count(self) -> int:
        """How many photos are shown."""
        return int(np.count_nonzero(self.there))

    def rows_of(self, photo_ids: Sequence[int] | Ids) -> NDArray[np.intp]:
        """The rows (m,) of photos; -1 where one is not shown."""
        wanted = np.asarray(photo_ids, np.int64)
        rows, first = np.full(len(wanted), -1, np.intp), 0
        for part, there in zip(self.parts, self.there_of, strict=True):
            if len(part):
                places = np.minimum(np.searchsorted(part.photo_ids, wanted), len(part) - 1)
                found = (part.photo_ids[places] == wanted) & there[places]
                rows[found] = first + places[found]
            first += len(part)
        return rows

    def values(self, column: str, rows: NDArray[np.intp]) -> NDArray[Any]:
        """The values (m,) that a column of `PhotoPart` has in some rows (m,)."""
        bounds = np.cumsum([0, *(len(part) for part in self.parts)])
        values = np.empty(len(rows), getattr(self.parts[0], column).dtype)
        for part, first, end in zip(self.parts, bounds[:-1], bounds[1:], strict=True):
            inside = (rows >= first) & (rows < end)
            values[inside] = getattr(part, column)[rows[inside] - first]
        return values

    def is_online(self, folder_id: int) -> bool:
        """Whether a watch folder is there just now."""
        folder = self.followed.get(folder_id)
        if folder is None or self.mounted.volume(folder.volume_key) is None:
            return False
        return self.mounted.has_folder(folder.volume_key, folder.path)


class PhotoTables:
    """Makes the current table: from all rows at first, then from what changed. Safe for several threads."""

    def __init__(self, catalog: Catalog) -> None:
        self._columns = catalog.columns
        self._mounted = catalog.mounted
        self._table: PhotoTable | None = None
        self._making = threading.Lock()

    def current(self) -> PhotoTable:
        """The table of the catalog as it is now, or newer. Another thread that asks meanwhile waits."""
        with self._making:
            # Read before the rows: what is written in between is read twice rather than never.
            revision = self._columns.revision()
            if self._table is None:
                self._table = self._read_all(revision)
            elif self._table.revision != revision:
                most = max(_MANY_CHANGES, len(self._table) // _MANY_OF_ALL)
                ids = self._columns.changed(self._table.revision, most)
                self._table = self._read_all(revision) if ids is None else self._changed(self._table, revision, ids)
            return self._table

    def _read_all(self, revision: int) -> PhotoTable:
        self._table = None  # there is not always memory for two
        names = Dictionaries()
        part = PhotoPart.of(self._columns.all(), names)
        labels = {kind: _pairs(self._columns, kind) for kind in _KINDS}
        everything = np.ones(len(part), np.bool_)
        return PhotoTable(revision, (part,), (everything,), names, self._followed(), labels, self._mounted)

    def _changed(self, table: PhotoTable, revision: int, photo_ids: list[int]) -> PhotoTable:
        changed = np.array(photo_ids, np.int64)
        old = [there & ~among(changed, part.photo_ids) for part, there in zip(table.parts, table.there_of, strict=True)]
        new = PhotoPart.of(self._columns.some(photo_ids), table.names)
        parts, there = _settled([*table.parts, new], [*old, np.ones(len(new), np.bool_)])
        labels = {kind: self._labels(table.labels[kind], kind, photo_ids) for kind in _KINDS}
        return PhotoTable(revision, parts, there, table.names, self._followed(), labels, self._mounted)

    def _labels(self, known: LabelPairs, kind: LabelKind, photo_ids: Iterable[int]) -> LabelPairs:
        ids = list(photo_ids)
        return known.changed(self._columns.labels(kind), ids, _pairs(self._columns, kind, ids))

    def _followed(self) -> dict[int, FollowedFolder]:
        return {folder.id: folder for folder in self._columns.folders()}


def _pairs(columns: ColumnStore, kind: LabelKind, photo_ids: Iterable[int] | None = None) -> LabelPairs:
    return LabelPairs(columns.labels(kind), *columns.labelled(kind, photo_ids))


def _settled(parts: list[PhotoPart], there: list[Mask]) -> tuple[tuple[PhotoPart, ...], tuple[Mask, ...]]:
    """The same photos in few parts, each much larger than the next."""
    while len(parts) > 1 and len(parts[-2]) <= _TIMES_LARGER * len(parts[-1]):
        joined = PhotoPart.joined(parts[-2:], there[-2:])
        parts[-2:], there[-2:] = [joined], [np.ones(len(joined), np.bool_)]
    return tuple(parts), tuple(there)
