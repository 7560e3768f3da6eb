"""What was found, in its order: places in the photo table with their scores and relevance."""

from collections.abc import Sequence
from dataclasses import dataclass

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
        order = np.argsort(-self.relevance)
        alike = np.flatnonzero(_are_alike(self.relevance[order]))
        tied = order[alike]
        # NaT is the lowest number: its complement is the highest, its negative is not.
        keys = (photo_ids[tied], ~taken[tied], -np.nan_to_num(self.scores[tied], nan=0.0), -self.relevance[tied])
        different = [key for key in keys if len(key) and (key != key[0]).any()]
        order[alike] = tied[np.lexsort(different)] if different else tied
        return self.taken(order)


def _are_alike(ordered: Float32) -> NDArray[np.bool_]:
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
