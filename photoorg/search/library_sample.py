"""Some embeddings of a library, evenly spread over it: what a query is measured against."""

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.embeddings import EmbeddingStore

Float32 = NDArray[np.float32]

SAMPLE_SIZE = 1000
# Beyond this a sample stays until the library has grown by about a percent.
_SAMPLED_AT_ONCE = 20_000


class LibrarySample:
    """Read when it is first asked for, and again when the library has become another."""

    def __init__(self, store: EmbeddingStore, model_id: int) -> None:
        self._store = store
        self._model_id = model_id
        self._kept: tuple[object, Float32] | None = None

    def vectors(self) -> Float32:
        """About `SAMPLE_SIZE` unit vectors (n, dimension), fewer of a smaller library."""
        state, kept = self._store.state(self._model_id), self._kept
        key: object = state if state.count <= _SAMPLED_AT_ONCE else _about(state.count)
        if kept is None or kept[0] != key:
            kept = key, self._store.sample(self._model_id, SAMPLE_SIZE).vectors.astype(np.float32)
            self._kept = kept
        return kept[1]


def _about(count: int) -> int:
    """The same number for counts within a percent or so of each other."""
    return count >> max(0, count.bit_length() - 7) << max(0, count.bit_length() - 7)
