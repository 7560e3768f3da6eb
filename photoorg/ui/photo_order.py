"""The order of the photos in a view, how one order becomes another, and where each photo stands. Free of Qt."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from photoorg.library import Timeline

Int64 = NDArray[np.int64]

_DAY = 10**9  # `taken` is YYYYMMDDhhmmssmmm
_NOTHING = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Sections:
    """The days of an order: `days` (n,) as YYYYMMDD, 0 for unknown, and how many photos each has, `counts` (n,).

    Results have two sections, what matches well and weaker matches; their `days` are MATCHES.
    """

    days: Int64
    counts: Int64


MATCHES: Final = np.array([-1, -2], np.int64)
"""In place of days: the sections of results."""


class PhotoOrder:
    """Photo ids (n,) in the order of their rows, with `taken` (n,); `taken` is None where the order is not one of time.

    Of results the first `best` match well, the others less; None: no difference is made.
    """

    def __init__(self, ids: Int64, taken: Int64 | None = None, best: int | None = None) -> None:
        self.ids = ids
        self.taken = taken
        self.best = best

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def sections(self) -> Sections | None:
        """The days, or how well results match; None where there is but one section, which needs no heading."""
        if self.best is not None:
            return Sections(MATCHES, np.array([self.best, len(self) - self.best], np.int64))
        if self.taken is None:
            return None
        days = self.taken // _DAY
        firsts = np.flatnonzero(np.diff(days, prepend=-1))
        return Sections(days[firsts], np.diff(firsts, append=len(days)))

    def rows_of(self, ids: Int64) -> Int64:
        """The rows (m,) of photos, -1 for those that are not here."""
        inside = (ids >= 0) & (ids < len(self._row_after))
        rows = np.full(len(ids), -1, np.int64)
        rows[inside] = self._row_after[ids[inside]] - 1
        return rows

    def row_of(self, photo_id: int) -> int:
        """The row of a photo, or -1."""
        return int(self._row_after[photo_id]) - 1 if 0 <= photo_id < len(self._row_after) else -1

    def without(self, ids: Int64) -> "PhotoOrder":
        """The same order without some photos."""
        rows = self.rows_of(ids)
        stays = np.ones(len(self), bool)
        stays[rows[rows >= 0]] = False
        best = None if self.best is None else int(np.count_nonzero(stays[: self.best]))
        return PhotoOrder(self.ids[stays], None if self.taken is None else self.taken[stays], best)

    def merged(self, gone: Int64, there: Timeline) -> "PhotoOrder":
        """The order after `gone` left and `there` came or changed its time; for an order of time."""
        assert self.taken is not None
        rows = self.rows_of(there.photo_ids)
        moves = rows < 0
        moves[~moves] = self.taken[rows[~moves]] != there.taken[~moves]
        rest = self.without(np.concatenate([gone, there.photo_ids[moves]]))
        return rest.with_photos(there.photo_ids[moves], there.taken[moves])

    def with_photos(self, ids: Int64, taken: Int64) -> "PhotoOrder":
        """The order with photos (m,) that are not in it, taken at these times; for an order of time."""
        assert self.taken is not None
        order = np.lexsort((-ids, -taken))
        ids, taken = ids[order], taken[order]
        places = self._places(ids, taken)
        return PhotoOrder(np.insert(self.ids, places, ids), np.insert(self.taken, places, taken))

    def _places(self, ids: Int64, taken: Int64) -> Int64:
        """Before which row each new photo (newest first) belongs."""
        assert self.taken is not None
        oldest_first = np.ascontiguousarray(self.taken[::-1])
        ends = len(self) - np.searchsorted(oldest_first, taken, "left")
        places = len(self) - np.searchsorted(oldest_first, taken, "right")
        for i in np.flatnonzero(places < ends):  # photos of the very same time: the higher id comes first
            same_time = self.ids[places[i] : ends[i]]
            places[i] += bisect_left(same_time, -ids[i], key=lambda photo_id: -photo_id)
        return places

    @cached_property
    def _row_after(self) -> NDArray[np.int32]:
        """By photo id: its row plus one, 0 for none. Ids count up from one, so the table is about as long as the order."""
        table = np.zeros(int(self.ids.max(initial=0)) + 1, np.int32)
        table[self.ids] = np.arange(1, len(self.ids) + 1, dtype=np.int32)
        return table


NO_PHOTOS = PhotoOrder(_NOTHING, _NOTHING)


@dataclass(frozen=True)
class Revision:
    """How one order becomes another: rows of the old one leave (`removed`, which gives `kept`), rows of the new one come.

    Runs are (k, 2): first and last row, ascending. `is_possible` is false where photos that stay change places.
    """

    removed: Int64
    kept: PhotoOrder
    inserted: Int64
    is_possible: bool

    @classmethod
    def between(cls, old: PhotoOrder, new: PhotoOrder) -> Self:
        """From `old` to `new`."""
        stays = new.rows_of(old.ids) >= 0
        known = old.rows_of(new.ids) >= 0
        kept = PhotoOrder(new.ids[known])
        is_possible = np.array_equal(old.ids[stays], kept.ids)
        return cls(runs_of(np.flatnonzero(~stays)), kept, runs_of(np.flatnonzero(~known)), is_possible)


class Splice:
    """The rows in the middle of a revision: before the `seam` those of one order, after it those of another, moved by `shift`."""

    def __init__(self, front: PhotoOrder, seam: int, back: PhotoOrder, shift: int) -> None:
        self._front = front
        self._seam = seam
        self._back = back
        self._shift = shift
        self.count = len(back) + shift

    @classmethod
    def whole(cls, order: PhotoOrder) -> "Splice":
        """The rows of one order."""
        return cls(order, len(order), order, 0)

    def photo_id(self, row: int) -> int:
        """The photo in a row."""
        return int(self._front.ids[row] if row < self._seam else self._back.ids[row - self._shift])

    def ids_between(self, first: int, stop: int) -> Int64:
        """The photos (n,) in the rows from `first` to before `stop`."""
        front = self._front.ids[first : max(first, min(stop, self._seam))]
        if stop <= self._seam:
            return front
        back = self._back.ids[max(first, self._seam) - self._shift : stop - self._shift]
        return np.concatenate([front, back])

    def row_of(self, photo_id: int) -> int | None:
        """The row of a photo, or None."""
        row = self._front.row_of(photo_id)
        if 0 <= row < self._seam:
            return row
        row = self._back.row_of(photo_id)
        return row + self._shift if row >= 0 and row + self._shift >= self._seam else None


def runs_of(rows: Int64) -> Int64:
    """Rows (n,), ascending, as runs (k, 2) of first and last row."""
    if not len(rows):
        return np.zeros((0, 2), np.int64)
    breaks = np.flatnonzero(np.diff(rows) != 1)
    return np.stack([rows[np.r_[0, breaks + 1]], rows[np.r_[breaks, len(rows) - 1]]], axis=1)
