"""What was found, in its order: places in the photo table with their scores and relevance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Int64 = NDArray[np.int64]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Found:
    """Places (n,) in the photo table, no place twice, with scores (n,), NaN where no model was asked, and relevance (n,) in 0..1."""

    places: Places
    scores: Float32
    relevance: Float32

    @classmethod
    def nothing(cls) -> "Found":
        """No photo."""
        return cls(np.empty(0, np.intp), np.empty(0, np.float32), np.empty(0, np.float32))

    @classmethod
    def by_facts(cls, places: Places) -> "Found":
        """Photos that fit all conditions of a question without a description: each as relevant as can be."""
        return cls(places, np.full(len(places), np.nan, np.float32), np.ones(len(places), np.float32))

    def taken(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> "Found":
        """Those at these positions, in this order."""
        return Found(self.places[chosen], self.scores[chosen], self.relevance[chosen])

    def ordered(self, taken: Int64, photo_ids: Int64) -> "Found":
        """The most relevant first; equal ones by score, then the latest, those without a time last, then by their ids.

        `taken` (n,): datetime64[s] as numbers.
        """
        # NaT is the lowest number: its complement is the highest, its negative is not.
        scores = np.nan_to_num(self.scores, nan=0.0)
        return self.taken(_order_by(_as_one(-self.relevance, -scores), ~taken, photo_ids))


def _as_one(first: Float32, second: Float32) -> NDArray[np.uint64]:
    """Numbers (n,) in the order of two: one sort instead of two, of which the second would have most to do."""
    return (_sortable(first).astype(np.uint64) << np.uint64(32)) | _sortable(second)


def _sortable(values: Float32) -> NDArray[np.uint32]:
    """Whole numbers (n,) in the order of floating ones: their bits, those of negative ones turned around."""
    bits = (values + np.float32(0)).view(np.uint32)  # 0 and -0 are one
    return np.where(bits >> np.uint32(31), ~bits, bits | np.uint32(1 << 31))


def _order_by(*keys: NDArray[Any]) -> Places:
    """The order (n,) by several keys (n,), the first before the others. Four times as fast as `lexsort` of them all."""
    varying = [key for key in keys if len(key) and (key != key[0]).any()]
    if not varying:
        return np.arange(len(keys[0]))
    order = np.argsort(varying[0])
    alike = np.flatnonzero(_are_alike(varying[0][order]))
    tied = order[alike]
    order[alike] = tied[np.lexsort([key[tied] for key in reversed(varying)])]
    return order


def _are_alike(ordered: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of some numbers (n,) in their order have an equal beside them."""
    alike = np.zeros(len(ordered), np.bool_)
    alike[1:] = ordered[1:] == ordered[:-1]
    alike[:-1] |= alike[1:]
    return alike


def united(alternatives: Sequence[Found]) -> Found:
    """All that any of the alternatives found; what several found, as the one finds it that it is most relevant to."""
    if len(alternatives) == 1:
        return alternatives[0]
    everything = Found(
        np.concatenate([found.places for found in alternatives] or [np.empty(0, np.intp)]),
        np.concatenate([found.scores for found in alternatives] or [np.empty(0, np.float32)]),
        np.concatenate([found.relevance for found in alternatives] or [np.empty(0, np.float32)]),
    )
    by_relevance = everything.taken(np.argsort(-everything.relevance, kind="stable"))
    _, first = np.unique(by_relevance.places, return_index=True)
    return by_relevance.taken(first)
