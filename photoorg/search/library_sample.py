"""Some embeddings of a library, evenly spread over it: what a query is measured against, and what is learnt from them."""

import numpy as np
from numpy.typing import NDArray

from photoorg.search.exact import ExactSearch
from photoorg.search.meaning import SAMPLE_SIZE, Surroundings

Float32 = NDArray[np.float32]

# Beyond this a sample stays until the library has grown by about a percent.
_SAMPLED_AT_ONCE = 20_000


class LibrarySample:
    """Taken when it is first asked for, and again when the library has become another."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[object, Surroundings]] = {}

    def with_texts(self, exact: ExactSearch, background: Float32) -> Surroundings:
        """The surroundings of descriptions: with background queries (b, dimension)."""
        return self._latest("texts", exact, background)

    def of_photos(self, exact: ExactSearch) -> Surroundings:
        """The surroundings of example photos alone."""
        return self._latest("photos", exact, None)

    def _latest(self, kind: str, exact: ExactSearch, texts: Float32 | None) -> Surroundings:
        key: object = (exact.count, exact.newest) if exact.count <= _SAMPLED_AT_ONCE else _about(exact.count)
        kept = self._kept.get(kind)
        if kept is None or kept[0] != key:
            sample = exact.vectors(_spread(exact.count))
            if texts is None:
                texts = np.empty((0, sample.shape[1]), np.float32)
            kept = self._kept[kind] = key, Surroundings(sample, texts, exact.count)
        return kept[1]


def _spread(count: int) -> NDArray[np.intp]:
    """Some rows of so many, all over them."""
    if count > _SAMPLED_AT_ONCE:
        return np.linspace(0, count - 1, SAMPLE_SIZE, dtype=np.intp)
    return np.arange(0, count, max(1, count // SAMPLE_SIZE))


def _about(count: int) -> int:
    """The same number for counts within a percent or so of each other."""
    return count >> max(0, count.bit_length() - 7) << max(0, count.bit_length() - 7)
