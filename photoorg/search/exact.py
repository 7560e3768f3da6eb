"""Exact search: over all embeddings, or over those that a filter keeps.

Most embeddings are in memory as one byte per number (see `byte_codes`), and both they and the query are rounded for a
first look. The best are looked at twice more: with the query as it is, then, the few that may be among the best still,
with their stored vectors. So the answer is that of an exact search, with a quarter of the memory and of the time. All of
it happens in the caller's thread: while photos are indexed, more threads would only wait for each other.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.columns import Keys, key_array
from photoorg.catalog.embeddings import EmbeddingSet
from photoorg.search import byte_codes
from photoorg.search.byte_codes import ByteCodes, Quantized

Float32 = NDArray[np.float32]
Ids = NDArray[np.int64]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]
LookUp = Callable[[Sequence[int]], EmbeddingSet]

BLOCK = byte_codes.BLOCK  # embeddings to read at once
# A filter that keeps less than this share: scores of its rows only. Above it the scan over everything is faster (at a
# million photos 8 ms for a tenth of the rows, 15 for a fifth, 21 for three tenths; 22 for all).
FEW = 0.25
# How many standard deviations of the rounding error a good embedding may seem worse than it is. Two errors meet: its
# own, and that of the k-th best; three of each leave out one in some hundred embeddings at the very edge.
_DOUBT = 6.0
# Embeddings that are looked at closely, at most: k times the first and the second. More would be far from the edge.
_MOST_TIMES, _MOST_MORE = 2, 4000
_LOOKED_UP_AT_ONCE = 5000


class ExactSearch:
    """All embeddings of one model in memory: half a kilobyte per photo at 512 dimensions. It never changes.

    A row is a place in it: 0 to `count`, in the order of the embeddings' ids.
    """

    def __init__(self, ids: Ids, picture_keys: Keys, codes: ByteCodes, newest: Float32, look_up: LookUp) -> None:
        self.ids = ids
        self.picture_keys = picture_keys
        self._codes = codes
        self._newest = newest  # too few for a block
        self._look_up = look_up

    @classmethod
    def of(cls, pages: Iterable[EmbeddingSet], look_up: LookUp) -> "ExactSearch":
        """A search over these embeddings, in the order of their ids; `look_up` gives stored vectors again."""
        empty = cls(np.empty(0, np.int64), key_array([]), ByteCodes(), np.empty((0, 0), np.float32), look_up)
        return empty.extended(pages)

    def extended(self, pages: Iterable[EmbeddingSet]) -> "ExactSearch":
        """A search over these embeddings and more, which shares the memory of those it has."""
        ids, keys, codes, newest = [self.ids], [self.picture_keys], self._codes, self._newest
        for page in pages:
            more = page.vectors.astype(np.float32)
            newest = np.concatenate((newest, more)) if len(newest) else more
            ids.append(page.ids)
            keys.append(key_array(page.picture_keys))
            while len(newest) >= byte_codes.BLOCK:
                codes = codes.extended(newest[: byte_codes.BLOCK])
                newest = newest[byte_codes.BLOCK :].copy()
        if len(ids) == 1:
            return self
        return ExactSearch(np.concatenate(ids), np.concatenate(keys), codes, newest, self._look_up)

    @property
    def count(self) -> int:
        """How many embeddings are searched."""
        return len(self.ids)

    @property
    def newest(self) -> int:
        """The highest id, 0 without embeddings."""
        return int(self.ids[-1]) if len(self.ids) else 0

    @property
    def size_bytes(self) -> int:
        """What it takes of the memory."""
        return self.ids.nbytes + self.picture_keys.nbytes + self._codes.size_bytes + self._newest.nbytes

    def rows_of(self, ids: Ids) -> tuple[Rows, Mask]:
        """The rows of those embeddings (n,) that are in it, and a mask (n,) that tells which these are."""
        if not self.count:
            return np.empty(0, np.intp), np.zeros(len(ids), np.bool_)
        places = np.minimum(np.searchsorted(self.ids, ids), self.count - 1)
        known = self.ids[places] == ids
        return places[known], known

    def scores(self, query: Float32) -> Float32:
        """About the cosines (count,) of all with the unit vector `query` (dimension,): to a thousandth or so."""
        return self._scores(query, self._codes.quantized(query), 0)

    def scores_of(self, query: Float32, rows: Rows) -> Float32:
        """The same of some rows (n,) only; for more than `FEW` of all, `scores` takes less time."""
        return self._of_sorted(rows, lambda ascending: self._scores_of(query, self._codes.quantized(query), ascending))

    def vectors(self, rows: Rows) -> Float32:
        """Embeddings (n, dimension) of some rows (n,), as they are in memory: rounded, but without a look at the disk."""
        return self._of_sorted(rows, self._vectors)

    def exact_scores(self, query: Float32, rows: Rows) -> Float32:
        """The cosines of some rows (n,), from stored vectors; of embeddings that are gone as far as they are known."""
        scores = np.vecdot(self.vectors(rows), query) if len(rows) else np.empty(0, np.float32)
        self._look_closely(query, rows, scores)
        return scores

    def best(self, query: Float32, k: int, among: Mask | Rows | None = None) -> tuple[Rows, Float32]:
        """The rows and cosines of the k nearest to the unit vector `query` (dimension,), best first, equal ones by row.

        `among`: a mask (count,), or ascending rows (n,), of those that are searched.
        """
        quantized = self._codes.quantized(query)
        if among is not None and among.dtype == np.bool_ and np.count_nonzero(among) < FEW * self.count:
            among = np.flatnonzero(among)
        if among is None:
            scores = self._scores(query, quantized, 0)
        elif among.dtype == np.bool_:
            scores = np.where(among, self._scores(query, quantized, 0), np.float32(-np.inf))
            k = min(k, int(np.count_nonzero(among)))
        else:
            scores = self._scores_of(query, quantized, among.astype(np.intp, copy=False))
        places = candidates(scores, k, _DOUBT * quantized.error)
        rows = among[places].astype(np.intp) if among is not None and among.dtype != np.bool_ else places
        return self._closest(query, rows, k, quantized)

    def nearest(self, query: Float32, k: int, after: int = 0) -> tuple[Ids, Float32]:
        """The ids and cosines of the k embeddings nearest to the unit vector `query` (dimension,), best first.

        Only those with an id above `after` are searched.
        """
        first = int(np.searchsorted(self.ids, after, side="right"))
        quantized, block = self._codes.quantized(query), min(first, self._codes.count) // byte_codes.BLOCK
        scores = self._scores(query, quantized, block)[first - block * byte_codes.BLOCK :]
        rows, scores = self._closest(query, candidates(scores, k, _DOUBT * quantized.error) + first, k, quantized)
        return self.ids[rows], scores

    def _closest(self, query: Float32, rows: Rows, k: int, quantized: Quantized) -> tuple[Rows, Float32]:
        """The k best of ascending rows that may be among them."""
        scores = np.vecdot(self._vectors(rows), query) if len(rows) else np.empty(0, np.float32)
        places = candidates(scores, k, _DOUBT * quantized.own_error)
        rows, scores = rows[places], scores[places]
        self._look_closely(query, rows, scores)
        order = np.argsort(-scores, kind="stable")[:k]
        return rows[order], scores[order]

    def _scores(self, query: Float32, quantized: Quantized, first_block: int) -> Float32:
        coded = self._codes.count - first_block * byte_codes.BLOCK
        scores = np.empty(coded + len(self._newest), np.float32)
        self._codes.scores(quantized, scores[:coded], first_block)
        if len(self._newest):
            np.vecdot(self._newest, query, out=scores[coded:])
        return scores

    def _scores_of(self, query: Float32, quantized: Quantized, rows: Rows) -> Float32:
        coded, newest = self._parted(rows)
        scores = self._codes.scores_of(quantized, coded)
        return np.concatenate((scores, np.vecdot(self._newest[newest], query))) if len(newest) else scores

    def _vectors(self, rows: Rows) -> Float32:
        coded, newest = self._parted(rows)
        if not len(newest):
            return self._codes.vectors(coded)
        return (
            np.concatenate((self._codes.vectors(coded), self._newest[newest])) if len(coded) else self._newest[newest]
        )

    def _parted(self, rows: Rows) -> tuple[Rows, Rows]:
        """Of ascending rows those in blocks, and the places of the newest."""
        bound = int(np.searchsorted(rows, self._codes.count))
        return rows[:bound], rows[bound:] - self._codes.count

    def _of_sorted(self, rows: Rows, answer: Callable[[Rows], Float32]) -> Float32:
        """An answer about ascending rows, for rows in any order."""
        if (np.diff(rows) >= 0).all():
            return answer(rows)
        order = np.argsort(rows, kind="stable")
        ascending = answer(rows[order])
        result = np.empty_like(ascending)
        result[order] = ascending
        return result

    def _look_closely(self, query: Float32, rows: Rows, scores: Float32) -> None:
        """Put true cosines in the place of rounded ones; of embeddings that are gone they stay as they are."""
        rounded = np.flatnonzero(rows < self._codes.count)
        for start in range(0, len(rounded), _LOOKED_UP_AT_ONCE):
            part = rounded[start : start + _LOOKED_UP_AT_ONCE]
            ids = self.ids[rows[part]]
            found = self._look_up(ids.tolist())
            if len(found.ids):
                cosines = np.vecdot(found.vectors.astype(np.float32), query)
                places = np.minimum(np.searchsorted(found.ids, ids), len(found.ids) - 1)
                there = found.ids[places] == ids
                scores[part[there]] = cosines[places[there]]


def candidates(scores: Float32, k: int, doubt: float) -> Rows:
    """Ascending places of all scores (n,) that may be among the k best where two may be `doubt` from their true order."""
    if k <= 0:
        return np.empty(0, np.intp)
    if k >= len(scores):
        return np.arange(len(scores))
    places = np.flatnonzero(scores >= np.partition(scores, len(scores) - k)[len(scores) - k] - doubt)
    if len(places) > (most := _MOST_TIMES * k + _MOST_MORE):
        places = np.sort(places[np.argpartition(-scores[places], most - 1)[:most]])
    return places
