"""What share of the photos a model has embedded: kept while it is nearly the same, as counting a million takes a while."""

from collections.abc import Callable

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.embeddings import EmbeddingState

_QUICKLY_COUNTED = 20_000
# It is counted again when so much of a large library may be new since the last time ...
_WORTH_COUNTING = 0.005
_PHOTOS_A_WRITE = 32
# ... or when nothing was new between two looks, unless it is as good as all of it: a few photos that no model can embed are always left.
_WHOLE = 0.9995


_Moment = tuple[EmbeddingState, int]  # with the catalog's revision


class Coverage:
    """The share for the latest state of a library; of a large one that is changing it may be half a percent off."""

    def __init__(self, catalog: Catalog, fingerprint: str) -> None:
        self._revision: Callable[[], int] = lambda: catalog.settings.revision
        self._count: Callable[[], float] = lambda: catalog.photos.coverage(fingerprint)
        self._counted: tuple[_Moment, float] | None = None
        self._seen: _Moment | None = None

    def share(self, state: EmbeddingState) -> float:
        """The share of shown photos with an embedding, 0..1."""
        now = state, self._revision()
        is_quiet, self._seen = now == self._seen, now
        if self._counted is None or not _serves(*self._counted, now, is_quiet=is_quiet):
            self._counted = now, self._count()
        return self._counted[1]


def _serves(then: _Moment, share: float, now: _Moment, *, is_quiet: bool) -> bool:
    """Whether the share that was counted then will do now."""
    return then == now or (_is_near(then, now) and not (is_quiet and share < _WHOLE))


def _is_near(then: _Moment, now: _Moment) -> bool:
    (was, was_revision), (state, revision) = then, now
    new = max(abs(state.count - was.count), _PHOTOS_A_WRITE * abs(revision - was_revision))
    return state.count > _QUICKLY_COUNTED and new < _WORTH_COUNTING * state.count
