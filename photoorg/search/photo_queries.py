"""Answers to queries by photos: by the graph where that is faster than exact search and as good, else by exact search.

A graph over photos serves queries that lie where photos lie, so never texts (recall .6 to .9; OOD-DiskANN, RoarGraph).
What the graph gives first are the nearest there are; a filter takes its part of them. If enough are left, no other
photo can be nearer, whatever the filter has to do with the query. If not, exact search answers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoorg.search.exact import FEW, ExactSearch
from photoorg.search.vector_index import VectorIndex

Float32 = NDArray[np.float32]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

# Up to so many photos exact search takes less than 10 ms, and misses nothing.
GRAPH_FROM = 400_000
# Photos that the graph lacks are searched exactly: up to so many in 2 ms.
NEW = 50_000
# How many photos the graph keeps in sight.
EF = 1600
# More than so many the graph does not give faster than exact search.
MOST = 2000
# Filters do not keep their share of each query's neighbours: how many more are asked for.
_SPARE_TIMES, _SPARE_MORE = 1.5, 50


@dataclass(frozen=True)
class PhotoQueries:
    """Finds photos near photos: `exact` is the truth, `index` holds part or all of it, or is None."""

    exact: ExactSearch
    index: VectorIndex | None = None

    def best(self, query: Float32, k: int, among: Mask | Rows | None = None) -> tuple[Rows, Float32]:
        """As `ExactSearch.best`: rows and cosines of about the k nearest, best first."""
        mask = self._mask(among) if among is not None else None
        found = self._by_graph(query, k, mask)
        return self.exact.best(query, k, among) if found is None else found

    def _by_graph(self, query: Float32, k: int, mask: Mask | None) -> tuple[Rows, Float32] | None:
        """What the graph finds, and exact search among the photos that it lacks; None where it is of no use."""
        if self.index is None or self.exact.count < GRAPH_FROM:
            return None
        in_index = int(np.searchsorted(self.exact.ids, self.index.sequence, side="right"))
        there = in_index if mask is None else int(np.count_nonzero(mask[:in_index]))
        wanted = k if mask is None else int(_SPARE_TIMES * k * in_index / max(there, 1)) + _SPARE_MORE
        if there < FEW * self.exact.count or self.exact.count - in_index > NEW or wanted > MOST:
            return None
        rows, scores = self._neighbours(self.index, query, wanted, mask)
        if len(rows) < min(k, there):
            return None
        new = np.arange(in_index, self.exact.count) if mask is None else in_index + np.flatnonzero(mask[in_index:])
        of_new = self.exact.best(query, k, new)
        return _first(np.concatenate((rows, of_new[0])), np.concatenate((scores, of_new[1])), k)

    def _neighbours(self, index: VectorIndex, query: Float32, wanted: int, mask: Mask | None) -> tuple[Rows, Float32]:
        ids, scores = index.nearest(query, wanted, EF)
        order = np.argsort(ids)
        rows, known = self.exact.rows_of(ids[order])
        scores = scores[order][known]
        return (rows, scores) if mask is None else (rows[mask[rows]], scores[mask[rows]])

    def _mask(self, among: Mask | Rows) -> Mask:
        if among.dtype == np.bool_:
            return among.astype(np.bool_, copy=False)
        mask = np.zeros(self.exact.count, np.bool_)
        mask[among] = True
        return mask


def _first(rows: Rows, scores: Float32, k: int) -> tuple[Rows, Float32]:
    order = np.lexsort((rows, -scores))[:k]
    return rows[order], scores[order]
