"""Some embeddings of a library, evenly spread over it: what a query is measured against, and what is learnt from them."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.embeddings import EmbeddingStore
from photoorg.search.meaning import SAMPLE_SIZE, Surroundings

Float32 = NDArray[np.float32]

# Beyond this a sample stays until the library has grown by about a percent.
_SAMPLED_AT_ONCE = 20_000


class LibrarySample:
    """Read when it is first asked for, and again when the library has become another."""

    def __init__(self, store: EmbeddingStore, model_id: int) -> None:
        self._store = store
        self._model_id = model_id
        self._kept: dict[str, tuple[object, Surroundings]] = {}

    def with_texts(self, background: Float32) -> Surroundings:
        """The surroundings of descriptions: with background queries (b, dimension)."""
        return self._latest("texts", lambda: background)

    def of_photos(self) -> Surroundings:
        """The surroundings of example photos alone."""
        return self._latest("photos", lambda: None)

    def _latest(self, kind: str, background: Callable[[], Float32 | None]) -> Surroundings:
        state, kept = self._store.state(self._model_id), self._kept.get(kind)
        key: object = state if state.count <= _SAMPLED_AT_ONCE else _about(state.count)
        if kept is None or kept[0] != key:
            sample = self._store.sample(self._model_id, SAMPLE_SIZE).vectors.astype(np.float32)
            texts = background()
            if texts is None:
                texts = np.empty((0, sample.shape[1]), np.float32)
            kept = self._kept[kind] = key, Surroundings(sample, texts, state.count)
        return kept[1]


def _about(count: int) -> int:
    """The same number for counts within a percent or so of each other."""
    return count >> max(0, count.bit_length() - 7) << max(0, count.bit_length() - 7)
