"""Doubt about what a description seems to have found: a model takes a purple house for a blue one with full confidence.

Signs of that: the photos found lie beside the level of matches; many more crowd below them, where true matches leave a
valley; and what the description says beyond the background queries that fit those photos, too, they do not bear out.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoorg.search.calibration import Level, offset_of
from photoorg.search.middle import middle_of

Float32 = NDArray[np.float32]
Rows = NDArray[np.intp]

# Of photos found, so many are looked at closely.
LOOKED_AT = 64
# A logistic regression on drawn libraries (descriptions of photos that are there against absent combinations), scaled
# so that the sum is 1 where 3 or 4 of 100 present things are doubted, and 7 of 10 absent ones that seemed found.
_BESIDE, _CROWD, _NOT_BORNE_OUT = 1.4, 0.27, 6.0
# So much of a description is always left over, however well the background queries say it.
_ALWAYS_LEFT = 0.05
# Photos below the level bear out a description that is not all new, and of which no more than this is doubted.
_NEW_AT_MOST, _DOUBTED_AT_MOST = 0.88, 0.6
# How far below the cut-off a crowd counts, in units of the level's reach; beyond e times what is found it says no more.
_CROWD_REACH, _MOST_CROWD = 0.75, 1.0
# So many standard deviations above the library's mean, photos bear out what was said; or so much of what is possible
# for a large share of a library.
_BORNE_OUT, _OF_THE_MOST = 2.0, 0.7
_RIDGE = 0.02
# Where background queries themselves are doubted, a model is not that exact: a fifth of them at most.
_DOUBTED_SHARE = 0.2
_MANY_PHOTOS = 240
_SMALLEST = 1e-6


@dataclass(frozen=True, eq=False)
class Known:
    """Background queries (b, d), the valley of each (b,) and a sample (s, d) of the library."""

    queries: Float32
    valleys: Float32
    sample: Float32
    level: Level

    def doubt(self, query: Float32, scores: Float32, middle: float, found: Float32) -> float:
        """Doubt, from 0 on, about a `query` (d,) that parts `scores` (n,) at `middle`; some photos it `found` (m, d)."""
        above = scores[scores > middle]
        if not len(above) or not len(found):
            return 0.0
        offset = self.level.offset_share * float(offset_of(scores[:: max(1, len(scores) // len(self.sample))]))
        beside = abs(self.level.top + offset - float(np.median(above))) / self.level.reach
        beside *= math.sqrt(len(above) / (len(above) + 1))  # one photo may lie there by chance
        below = np.count_nonzero(scores > middle - _CROWD_REACH * self.level.reach) - len(above)
        crowd = min(float(np.log((below + 0.5) / (len(above) + 0.5))), _MOST_CROWD)
        return (
            _BESIDE * beside
            + _CROWD * crowd
            + _NOT_BORNE_OUT * self._not_borne_out(query, found, len(above) / len(scores))
        )

    def bears_out(self, query: Float32, found: Float32, share: float) -> bool:
        """Whether photos found (m, d), a `share` of the library, show all that a query (d,) says, though below the level."""
        rest = float(np.linalg.norm(self._unsaid(query, found)) / np.linalg.norm(query))
        return rest <= _NEW_AT_MOST and self._not_borne_out(query, found, share) * _NOT_BORNE_OUT <= _DOUBTED_AT_MOST

    def _not_borne_out(self, query: Float32, found: Float32, share: float) -> float:
        rest = self._unsaid(query, found)
        spread = np.vecdot(self.sample, rest)
        borne_out = float((found @ rest).mean() - spread.mean()) / max(float(spread.std()), _SMALLEST)
        needed = min(_BORNE_OUT, _OF_THE_MOST * math.sqrt(max(0.0, 1 - share) / share))
        share_unsaid = max(0.0, float(np.linalg.norm(rest) / np.linalg.norm(query)) - _ALWAYS_LEFT)
        return share_unsaid * max(0.0, needed - borne_out)

    def _unsaid(self, query: Float32, found: Float32) -> Float32:
        """What is left of a query (d,) without those background queries that fit what it found, too."""
        fitting = self.queries[(found @ self.queries.T).mean(axis=0) > self.valleys]
        if not len(fitting):
            return query
        similar = fitting @ fitting.T + _RIDGE * np.eye(len(fitting), dtype=np.float32)
        return np.asarray(query - np.linalg.solve(similar, fitting @ query) @ fitting, dtype=np.float32)

    def limit(self, photos: int) -> float:
        """From which doubt on nothing is held to match: the fewer photos, the less likely one only seems to."""
        scores = self.sample @ self.queries.T
        doubts = [
            self._without(number).doubt_of_sample(query, scores[:, number]) for number, query in enumerate(self.queries)
        ]
        few = max(0.0, float(np.log10(_MANY_PHOTOS / photos)))
        return max(1.0 + few, float(np.quantile(doubts, 1 - _DOUBTED_SHARE)))

    def _without(self, number: int) -> "Known":
        others = np.arange(len(self.queries)) != number
        return Known(self.queries[others], self.valleys[others], self.sample, self.level)

    def doubt_of_sample(self, query: Float32, scores: Float32) -> float:
        """Doubt about a `query` (d,) with these `scores` (s,) in the sample."""
        middle = middle_of(scores, self.level)
        return self.doubt(query, scores, middle, self.sample[some(np.flatnonzero(scores > middle))])


def some(rows: Rows) -> Rows:
    """Some of many rows, evenly spread."""
    return rows[:: max(1, len(rows) // LOOKED_AT)][:LOOKED_AT]
