"""Where the embedding of each photo stands: photos and embeddings meet in the picture key."""

import threading
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.columns import Keys
from photoorg.search.photo_part import PhotoPart
from photoorg.search.photo_table import PhotoTable

Rows = NDArray[np.int32]
Numbers = NDArray[np.uint64]

# Multipliers of a hash: odd, and without a pattern (from the golden ratio, and from MurmurHash3).
_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
# New keys are put in order with the others when they are more than this share of them.
_NEW_KEYS = 8


class _Ordered:
    """Keys (n,) in the order of their hashes."""

    def __init__(self, keys: Keys, first: int) -> None:
        hashes = key_hashes(keys)
        self._order = np.argsort(hashes)
        self._hashes = hashes[self._order]
        self._keys = keys
        self._first = first

    def rows(self, wanted: Keys) -> Rows:
        """The rows (m,) of the keys that are wanted, counted from `first`; -1 where there is none."""
        hashes = key_hashes(wanted)
        rows = np.full(len(wanted), -1, np.int32)
        # In ascending order they are found where the last one was, in the nearest memory.
        open_ones = np.argsort(hashes)
        places = np.searchsorted(self._hashes, hashes[open_ones])
        while len(open_ones):
            there = places < len(self._hashes)
            open_ones, places = open_ones[there], places[there]
            alike = self._hashes[places] == hashes[open_ones]
            open_ones, places = open_ones[alike], places[alike]
            found = self._keys[self._order[places]] == wanted[open_ones]
            rows[open_ones[found]] = self._first + self._order[places[found]]
            # Another key may have the same hash.
            open_ones, places = open_ones[~found], places[~found] + 1
        return rows


class EmbeddingRows:
    """The row of each photo's embedding in the arrays of one model. Safe for several threads.

    What was found for a part of the photos is kept; when embeddings were only added, the others are looked for among these.
    """

    def __init__(self) -> None:
        self._keys: Keys = np.empty(0, "S16")
        self._old = _Ordered(self._keys, 0)
        self._old_count = 0
        self._known: WeakKeyDictionary[PhotoPart, tuple[int, Rows]] = WeakKeyDictionary()
        self._looking = threading.Lock()

    def of(self, table: PhotoTable, keys: Keys) -> Rows:
        """For each row of the table (n,) the row of its embedding, or -1; `keys` (m,) S16 are those of the embeddings."""
        with self._looking:
            if keys is not self._keys:
                self._take(keys)
            return np.concatenate([*(self._of(part) for part in table.parts), np.empty(0, np.int32)])

    def _take(self, keys: Keys) -> None:
        known = len(self._keys)
        only_added = np.array_equal(keys[:known].view(np.uint64), self._keys.view(np.uint64))
        self._keys = keys
        if not only_added:
            self._known.clear()
        if not only_added or (len(keys) - self._old_count) * _NEW_KEYS > len(keys):
            self._old, self._old_count = _Ordered(keys, 0), len(keys)

    def _of(self, part: PhotoPart) -> Rows:
        seen, rows = self._known.get(part, (0, None))
        if rows is not None and seen == len(self._keys):
            return rows
        start = self._old_count if rows is None else seen
        rows = self._old.rows(part.picture_keys) if rows is None else rows.copy()
        missing = np.flatnonzero(rows < 0)
        if len(missing) and start < len(self._keys):
            rows[missing] = _Ordered(self._keys[start:], start).rows(part.picture_keys[missing])
        self._known[part] = len(self._keys), rows
        return rows


def key_hashes(keys: Keys) -> Numbers:
    """A number (n,) for each picture key: hardly two keys have the same."""
    halves = np.ascontiguousarray(keys).view(np.uint64).reshape(-1, 2)
    hashes = halves[:, 0] * _FIRST
    hashes ^= hashes >> np.uint64(29)
    hashes += halves[:, 1] * _SECOND
    return hashes
