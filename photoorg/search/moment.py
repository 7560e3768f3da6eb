"""What one search looks into from its beginning to its end: the photos and their embeddings, as they were at one moment."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from photoorg.search.exact import ExactSearch
from photoorg.search.photo_table import PhotoTable
from photoorg.search.ranking import Found, Places

Float32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Moment:
    """A photo table (n), the embeddings of one model, and for each photo the row (n,) of its embedding, -1 without one."""

    table: PhotoTable
    exact: ExactSearch
    rows: NDArray[np.int32]

    @cached_property
    def coverage(self) -> float:
        """The share of shown photos that have an embedding, 0..1; of no photos 1."""
        embedded = np.count_nonzero(self.table.there & (self.rows >= 0))
        return embedded / self.table.count if self.table.count else 1.0

    def vectors(self, places: Places) -> Float32:
        """The embeddings (m, dimension) of photos by their places in the table, zero where there is none."""
        rows = self.rows[places].astype(np.intp)
        known = np.flatnonzero(rows >= 0)
        of_known = self.exact.vectors(rows[known])
        if len(known) == len(places):
            return of_known
        vectors = np.zeros((len(places), of_known.shape[1]), np.float32)
        vectors[known] = of_known
        return vectors

    def photos_of(self, rows: Places, scores: Float32, relevance: Float32) -> Found:
        """The photos of some rows (m,) with their scores and relevance (m,): copies share a row."""
        position = np.full(self.exact.count + 1, -1, np.int32)  # the last one for photos without an embedding
        position[rows] = np.arange(len(rows))
        of_photos = position[self.rows]
        places = np.flatnonzero(self.table.there & (of_photos >= 0))
        return Found(places, scores[of_photos[places]], relevance[of_photos[places]])
