"""Exact search: one matrix product over all embeddings. It is always right, and fast up to some 100,000 photos."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.embeddings import EmbeddingSet

Float32 = NDArray[np.float32]


class ExactSearch:
    """All embeddings of one model in memory, as float32: 2 KB per photo at 512 dimensions. It never changes."""

    def __init__(self, ids: NDArray[np.int64], blocks: Sequence[Float32]) -> None:
        self._ids = ids
        self._blocks = blocks

    @classmethod
    def of(cls, embeddings: EmbeddingSet) -> "ExactSearch":
        """A search over these embeddings."""
        return cls(embeddings.ids, (embeddings.vectors.astype(np.float32),))

    def extended(self, more: EmbeddingSet) -> "ExactSearch":
        """A search over these embeddings and `more`, which shares the memory of those it has."""
        if not len(more.ids):
            return self
        blocks = [*self._blocks, more.vectors.astype(np.float32)]
        # Blocks of falling size: each embedding is copied a few times only, however many small additions come.
        while len(blocks) > 1 and 2 * len(blocks[-1]) >= len(blocks[-2]):
            last = blocks.pop()
            blocks[-1] = np.concatenate((blocks[-1], last))
        return ExactSearch(np.concatenate((self._ids, more.ids)), tuple(blocks))

    @property
    def count(self) -> int:
        """How many embeddings are searched."""
        return len(self._ids)

    @property
    def newest(self) -> int:
        """The highest id, 0 without embeddings."""
        return int(self._ids[-1]) if len(self._ids) else 0

    def nearest(self, query: Float32, k: int) -> tuple[NDArray[np.int64], Float32]:
        """The ids and cosines of the k embeddings nearest to the unit vector `query` (dimension,), best first."""
        scores = np.concatenate([block @ query for block in self._blocks])
        k = min(k, len(scores))
        top = np.argpartition(-scores, k - 1)[:k] if k < len(scores) else np.arange(len(scores))
        order = top[np.argsort(-scores[top], kind="stable")]
        return self._ids[order], scores[order]
