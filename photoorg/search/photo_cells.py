"""Photos by what they are near to: each belongs to the cell whose centre it is nearest to.

The nearest of a photo are nearly all in the cells around it. Of a million photos with CLIP's statistics and as many
cells as the root of that, the cells with the nearest 5% of the photos hold 99% of a photo's 100 nearest, those with 8%
all of them. That holds for queries that lie where photos lie, so not for texts (the modality gap; OOD-DiskANN,
RoarGraph). Inverted lists with a product of bytes, as in faiss's IVF: two bytes of memory per photo.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from photoorg.search.exact import ExactSearch, Ids, Mask, Rows

Float32 = NDArray[np.float32]

_SAMPLED_PER_CELL = 40
_ROUNDS = 6
_AT_ONCE = 4096
_SEED = 0
# A filter keeps little around a query if it keeps less than half its share of the first tenth that is scanned.
_CLOSE, _RATHER_FEW = 0.1, 0.5


@dataclass(frozen=True)
class PhotoCells:
    """The cells of the embeddings with these ids (n,); `cells` (n,), `centres` (cells, dimension) unit vectors from `middle`."""

    ids: Ids
    cells: NDArray[np.uint16]
    middle: Float32
    centres: Float32

    @classmethod
    def of(cls, exact: ExactSearch) -> "PhotoCells":
        """Cells for all that is searched: some ten seconds for a million photos."""
        middle, centres = _learned(exact)
        nobody = cls(np.empty(0, np.int64), np.empty(0, np.uint16), middle, centres)
        return nobody.extended(exact)

    def extended(self, exact: ExactSearch) -> "PhotoCells":
        """The same cells, and in them all that has come since."""
        known = self.following(exact)
        new = [
            self._nearest(exact.vectors(np.arange(start, min(start + _AT_ONCE, exact.count))))
            for start in range(len(known.ids), exact.count, _AT_ONCE)
        ]
        return PhotoCells(exact.ids, np.concatenate((known.cells, *new)), self.middle, self.centres)

    def following(self, exact: ExactSearch) -> "PhotoCells":
        """The same cells without what is not searched any more: row for row those of the oldest that are."""
        if not len(self.ids):
            return self
        ids = exact.ids[: int(np.searchsorted(exact.ids, self.ids[-1], side="right"))]
        if len(ids) == len(self.ids):  # an id is never used again
            return self
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return PhotoCells(ids, self.cells[places], self.middle, self.centres)

    @property
    def size_bytes(self) -> int:
        """What they take of the memory, without the ids, which are the search's own."""
        return self.cells.nbytes + self.centres.nbytes

    def around(self, query: Float32, enough: int, mask: Mask | None = None) -> Rows | None:
        """Ascending rows in the nearest cells: about so many of those that the mask (count,) keeps.

        None where the mask keeps far less around the query than elsewhere: what is left may be strangers, which are in
        cells all over.
        """
        order = np.argsort(-np.vecdot(self.centres, query - self.middle))
        reached = np.cumsum(self._sizes[order])
        share = 1.0
        if mask is not None:
            share = max(int(np.count_nonzero(mask)), 1) / len(mask)
            close = min(int(np.searchsorted(reached, _CLOSE * enough)) + 1, len(order))
            if len(self._inside(order[:close], mask)) < _RATHER_FEW * share * reached[close - 1]:
                return None
        return self._inside(order[: int(np.searchsorted(reached, enough / share)) + 1], mask)

    def _inside(self, chosen: Rows, mask: Mask | None) -> Rows:
        is_chosen = np.zeros(len(self.centres), np.bool_)
        is_chosen[chosen] = True
        inside = is_chosen.take(self.cells)
        if mask is not None:
            inside &= mask[: len(inside)]
        return np.flatnonzero(inside)

    @cached_property
    def _sizes(self) -> NDArray[np.intp]:
        return np.bincount(self.cells, minlength=len(self.centres))

    def _nearest(self, vectors: Float32) -> NDArray[np.uint16]:
        nearest: NDArray[np.intp] = np.argmax((vectors - self.middle) @ self.centres.T, axis=1)
        return nearest.astype(np.uint16)


def _learned(exact: ExactSearch) -> tuple[Float32, Float32]:
    """Spherical k-means of a sample: its middle, and the centres from there."""
    rng = np.random.default_rng(_SEED)
    number = max(1, min(int(exact.count**0.5), np.iinfo(np.uint16).max))
    chosen = rng.choice(exact.count, min(exact.count, _SAMPLED_PER_CELL * number), replace=False)
    sample = exact.vectors(np.sort(chosen))
    middle = sample.mean(axis=0)
    sample -= middle
    centres = _unit(sample[rng.choice(len(sample), number, replace=False)])
    for _ in range(_ROUNDS):
        nearest = np.concatenate(
            [
                np.argmax(sample[start : start + _AT_ONCE] @ centres.T, axis=1)
                for start in range(0, len(sample), _AT_ONCE)
            ]
        )
        centres = _unit(_sums(sample, nearest, centres))
    return middle, centres


def _sums(sample: Float32, nearest: NDArray[np.intp], centres: Float32) -> Float32:
    """Of the members of each cell; a cell without any keeps its centre."""
    order = np.argsort(nearest, kind="stable")
    cells, starts = np.unique(nearest[order], return_index=True)
    sums = centres.copy()
    sums[cells] = np.add.reduceat(sample[order], starts, axis=0)
    return sums


def _unit(vectors: Float32) -> Float32:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)
