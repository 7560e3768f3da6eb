"""What scores are worth: relevance of pictures for one alternative of a query, judged on the whole library."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

# A picture at the level of matches has a relevance of 0.92, and one as far below the cut-off one of 0.08.
_STEEPNESS = 2.5
_LARGEST_EXPONENT = 50.0
# What is doubted starts so far below the cut-off, in units of reach: sliding the cut-off down a little shows it.
_DOUBTED_BY = 0.15


@dataclass(frozen=True)
class Cut:
    """Scores of one part of a query: those of `middle` have relevance 0.5, those `reach` above it match for certain."""

    middle: float
    reach: float

    def exponent(self, scores: Float32) -> Float32:
        """The logarithm of the odds that scores (n,) are those of matches."""
        odds = _STEEPNESS * (scores - self.middle) / self.reach
        return np.asarray(np.clip(odds, -_LARGEST_EXPONENT, _LARGEST_EXPONENT), dtype=np.float32)

    def score_at(self, exponent: float) -> float:
        """The score with these odds."""
        return self.middle + exponent * self.reach / _STEEPNESS

    def doubted(self, best: float) -> "Cut":
        """The cut where nothing up to the `best` score is held to match."""
        return replace(self, middle=max(self.middle, best + _DOUBTED_BY * self.reach))


@dataclass(frozen=True, eq=False)
class Part:
    """One thing that is asked for: a unit vector (d,), what its scores are worth, its share of the direction.

    `emphasis` is its weight among the descriptions: a picture is held to match as before, but its odds depend more on what has more of it.
    """

    vector: Float32
    cut: Cut
    share: float = 1.0
    emphasis: float = 1.0

    def odds(self, scores: Float32) -> Float32:
        """The logarithm of the odds that pictures with these scores (n,) match."""
        odds = self.cut.exponent(scores)
        weighted = np.where(odds > 0, odds / self.emphasis, odds * self.emphasis)
        return np.asarray(weighted, dtype=np.float32)

    def score_at(self, odds: float) -> float:
        """The score with these odds."""
        return self.cut.score_at(odds * self.emphasis if odds > 0 else odds / self.emphasis)


@dataclass(frozen=True, eq=False)
class Judgement:
    """All `wanted` parts have to match, and none of the `unwanted`.

    With one wanted part alone, the scores along the direction are its own, and vectors are not needed. With none, a
    score along the direction is that of the first unwanted part, turned around.
    """

    wanted: Sequence[Part]
    unwanted: Sequence[Part] = ()

    @property
    def needs_vectors(self) -> bool:
        """Whether `relevance` looks at vectors at all."""
        return len(self.wanted) + len(self.unwanted) > 1

    def floor(self, cut_off: float) -> float:
        """No picture with a score below this reaches the relevance `cut_off`."""
        odds = math.log(max(cut_off, 1e-9) / max(1 - cut_off, 1e-9))
        if not self.wanted:
            return -self.unwanted[0].cut.score_at(-odds)
        return sum(part.share * part.score_at(odds) for part in self.wanted)

    def relevance(self, scores: Float32, vectors: Float32) -> Float32:
        """Scores (m,) along the direction and vectors (m, d) of pictures -> their relevance (m,), 0..1."""
        odds = np.full(len(scores), np.inf, np.float32)
        for number, part in enumerate(self.wanted):
            own = scores if number == 0 and len(self.wanted) == 1 else np.vecdot(vectors, part.vector)
            odds = np.minimum(odds, part.odds(own))
        for number, part in enumerate(self.unwanted):
            own = -scores if number == 0 and not self.wanted else np.vecdot(vectors, part.vector)
            odds = np.minimum(odds, -part.cut.exponent(own))
        return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float32)
