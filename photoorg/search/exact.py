"""Exact search: one matrix product over all embeddings. It is always right, and fast up to some 100,000 photos."""

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.embeddings import EmbeddingSet

Float32 = NDArray[np.float32]


class ExactSearch:
    """All embeddings of one model in memory, as float32: 2 KB per photo at 512 dimensions."""

    def __init__(self, embeddings: EmbeddingSet) -> None:
        self._ids = embeddings.ids
        self._vectors = embeddings.vectors.astype(np.float32)

    @property
    def count(self) -> int:
        """How many embeddings are searched."""
        return len(self._ids)

    def nearest(self, query: Float32, k: int) -> tuple[NDArray[np.int64], Float32]:
        """The ids and cosines of the k embeddings nearest to the unit vector `query` (dimension,), best first."""
        scores = self._vectors @ query
        k = min(k, len(scores))
        top = np.argpartition(-scores, k - 1)[:k] if k < len(scores) else np.arange(len(scores))
        order = top[np.argsort(-scores[top], kind="stable")]
        return self._ids[order], scores[order]
