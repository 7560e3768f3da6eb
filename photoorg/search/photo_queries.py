"""Answers to queries by photos: exact, of large libraries by a scan of the cells around them, of the largest by the graph.

Measured at a million photos of tests/benchmarks/search_speed.py, two cores: HNSW (hnswlib, M 16, ef_construction 200; 15
minutes to build, 2.2 GB) reaches recall .96 at 10 and at 100 with ef 1600, .97 with ef 2400: it never comes to 2% of the
photos, those of small scenes. Cells are made in 17 s beside other work and take 4 MB; scanning 4% reaches .988 and .984,
5% .993 and .990, 6% .998 and .997 (exact search has three times the time of that). Signs of the dimensions and Hamming
distances need 2% looked at closely, after a scan of 10 ms. With a filter more cells are scanned, so that as many photos
that it keeps are; where it keeps little around the query, all that it keeps. What a scan takes grows with the library, and
beyond some two million photos is more than 10 ms: there the graph's 5 ms, which hardly grow, are worth what it overlooks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoorg.search.exact import ExactSearch, Mask, Rows
from photoorg.search.photo_cells import PhotoCells
from photoorg.search.vector_index import VectorIndex

Float32 = NDArray[np.float32]

# Up to so many photos an exact search takes less than 8 ms, and misses nothing.
CELLS_FROM = 300_000
# From so many on the graph answers, where it is loaded, and with a filter where that keeps most of what it finds.
GRAPH_FROM = 2_000_000
# How many photos the graph keeps in sight; how many more are asked for than a filter should leave.
EF, _SPARE_TIMES = 1600, 2
# Photos that are scanned: this share of all, and so many for each that is wanted.
SHARE, TIMES = 0.05, 50
# Beyond this share a scan of some takes no less time than an exact search.
MOST_SHARE = 0.2


@dataclass(frozen=True)
class PhotoQueries:
    """Finds photos near photos: `cells` and `graph` hold some or all that `exact` searches, or are None. It never changes."""

    exact: ExactSearch
    cells: PhotoCells | None = None
    graph: VectorIndex | None = None

    def best(self, query: Float32, k: int, among: Mask | Rows | None = None) -> tuple[Rows, Float32]:
        """As `ExactSearch.best`: rows and cosines of about the k nearest, best first."""
        if self.graph is not None and self.exact.count >= GRAPH_FROM:
            found = self._by_graph(self.graph, query, k, self._mask(among))
            if found is not None:
                return found
        enough = max(int(SHARE * self.exact.count), TIMES * k)
        if self.cells is None or self.exact.count < CELLS_FROM or enough > MOST_SHARE * self.exact.count:
            return self.exact.best(query, k, among)
        mask = self._mask(among)
        if mask is not None and np.count_nonzero(mask) <= enough:
            return self.exact.best(query, k, among)
        rows = self._around(self.cells, query, enough, mask)
        return self.exact.best(query, k, among if rows is None else rows)

    def _by_graph(self, graph: VectorIndex, query: Float32, k: int, mask: Mask | None) -> tuple[Rows, Float32] | None:
        """What the graph finds, and what is too new for it; None where the filter leaves too little of that."""
        wanted = k if mask is None else _SPARE_TIMES * k * self.exact.count // max(1, int(np.count_nonzero(mask)))
        if wanted > EF:
            return None
        rows, _ = self.exact.rows_of(np.sort(graph.nearest(query, wanted, EF)[0]))
        new = np.arange(int(np.searchsorted(self.exact.ids, graph.sequence, side="right")), self.exact.count)
        rows = np.concatenate((rows, new))
        rows = rows if mask is None else rows[mask[rows]]
        return self.exact.best(query, k, rows) if len(rows) - len(new) >= k else None

    def _around(self, cells: PhotoCells, query: Float32, enough: int, mask: Mask | None) -> Rows | None:
        """Rows in the cells around, and those that are too new for a cell."""
        inside, first_new = cells.around(query, enough, mask), len(cells.ids)
        if inside is None:
            return None
        new = np.arange(first_new, self.exact.count) if mask is None else first_new + np.flatnonzero(mask[first_new:])
        return np.concatenate((inside, new))

    def _mask(self, among: Mask | Rows | None) -> Mask | None:
        if among is None or among.dtype == np.bool_:
            return among  # type: ignore[return-value]  # numpy's types do not narrow by dtype
        mask = np.zeros(self.exact.count, np.bool_)
        mask[among] = True
        return mask
