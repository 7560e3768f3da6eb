"""What a search looks into: the embeddings of one model as they are now, in memory, for all threads of the program.

What it hands out never changes: a search that has begun ends on what was there, while photos come and go.
"""

import threading

from photoorg.catalog.embeddings import EmbeddingState, EmbeddingStore
from photoorg.search.exact import BLOCK, ExactSearch
from photoorg.search.index_cache import IndexCache
from photoorg.search.photo_cells import PhotoCells
from photoorg.search.photo_queries import CELLS_FROM, GRAPH_FROM, PhotoQueries
from photoorg.search.vector_index import IndexHeader, VectorIndex

# Photos without a cell are always scanned: so many are put into their cells by `prepare_photo_queries`.
_MANY_NEW = 10_000
# After so much growth the cells are learned again.
_GROWTH = 1.5


class CurrentEmbeddings:
    """Reads what is new since the last time, and all anew where something is gone."""

    def __init__(self, store: EmbeddingStore, model_id: int, cache: IndexCache) -> None:
        self._store = store
        self._model_id = model_id
        self._cache = cache
        self._graph: tuple[IndexHeader, VectorIndex] | None = None
        self._known: tuple[EmbeddingState, ExactSearch] | None = None
        self._cells: PhotoCells | None = None
        self._learned_from = 0
        self._reading, self._making = threading.Lock(), threading.Lock()

    def exact(self) -> ExactSearch:
        """Exact search over what there is now."""
        state = self._store.state(self._model_id)
        with self._reading:  # a search that comes while another thread reads waits for that
            known, self._known = self._known, None  # there is not always memory for two
            if known is not None and known[0] != state:
                known = self._with_new(*known)
            self._known = known or self._read_all()
            return self._known[1]

    def photo_queries(self, exact: ExactSearch) -> PhotoQueries:
        """Queries by photo over what `exact` gave; quick ones in a large library once `prepare_photo_queries` was called."""
        cells, graph = self._cells, self._graph
        return PhotoQueries(
            exact,
            cells.following(exact) if cells is not None else None,
            graph[1] if graph is not None and self._cache.is_true(graph[0]) else None,
        )

    def prepare_photo_queries(self) -> None:
        """For large libraries: load the graph, or put all photos into cells; some ten seconds, nothing where that is done."""
        with self._making:
            exact = self.exact()
            if exact.count >= GRAPH_FROM:
                self._load_graph()
            if exact.count >= CELLS_FROM and self._graph is None:
                self._make_cells(exact)

    def _load_graph(self) -> None:
        header = self._cache.header()
        if self._graph is None or self._graph[0] != header:
            self._graph = None  # there is not always memory for two
            index = self._cache.load_true()
            self._graph = (header, index) if header is not None and index is not None else None

    def _make_cells(self, exact: ExactSearch) -> None:
        cells = self._cells
        if cells is None or exact.count > _GROWTH * self._learned_from:
            self._cells, self._learned_from = PhotoCells.of(exact), exact.count
        elif exact.count - len(cells.following(exact).ids) >= _MANY_NEW:
            self._cells = cells.extended(exact)

    def _with_new(self, state: EmbeddingState, exact: ExactSearch) -> tuple[EmbeddingState, ExactSearch] | None:
        """The exact search with what is new; None where some of what it holds is gone."""
        if self._store.state(self._model_id, up_to=state.sequence) != state:
            return None
        return _known(exact.extended(self._store.pages(self._model_id, BLOCK, after=state.sequence)))

    def _read_all(self) -> tuple[EmbeddingState, ExactSearch]:
        return _known(ExactSearch.of(self._store.pages(self._model_id, BLOCK), self._store.by_ids))


def _known(exact: ExactSearch) -> tuple[EmbeddingState, ExactSearch]:
    """What was read may be newer than what was asked for: it is known by what it holds."""
    return EmbeddingState(exact.count, exact.newest), exact
