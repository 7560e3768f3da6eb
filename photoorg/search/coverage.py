"""What share of the photos a model has embedded: kept while it is nearly the same, as counting a million takes a while."""

from collections.abc import Callable

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.embeddings import EmbeddingState

_QUICKLY_COUNTED = 20_000
# It is counted again when so much of a large library may be new since the last time ...
_WORTH_COUNTING = 0.005
_PHOTOS_A_WRITE = 32


class Coverage:
    """The share for the latest state of a library; of a large one that is changing it may be half a percent off."""

    def __init__(self, catalog: Catalog, fingerprint: str) -> None:
        self._revision: Callable[[], int] = lambda: catalog.settings.revision
        self._count: Callable[[], float] = lambda: catalog.photos.coverage(fingerprint)
        self._counted: tuple[tuple[EmbeddingState, int], float] | None = None
        self._seen: tuple[EmbeddingState, int] | None = None

    def share(self, state: EmbeddingState) -> float:
        """The share of shown photos with an embedding, 0..1."""
        now = state, self._revision()
        # ... or when nothing was new between two looks: then the share is exact.
        is_quiet, self._seen = now == self._seen, now
        if self._counted is None or not (self._counted[0] == now or (self._is_near(now) and not is_quiet)):
            self._counted = now, self._count()
        return self._counted[1]

    def _is_near(self, now: tuple[EmbeddingState, int]) -> bool:
        assert self._counted is not None
        (state, revision), (was, was_revision) = now, self._counted[0]
        new = max(abs(state.count - was.count), _PHOTOS_A_WRITE * (revision - was_revision))
        return state.count > _QUICKLY_COUNTED and new < _WORTH_COUNTING * state.count
