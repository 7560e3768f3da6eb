"""Noise: what tells matches from the rest where a model's background queries show no level of matches (see calibration).

The noise level comes from background queries: texts about everyday things, scored against a sample of the library. A
query's own offset comes from the bulk of the photos, which do not match it. Relevance is a logistic function of how
many noise widths a photo stands above that offset; 0.5 is the cut-off. Where much of a library matches, few photos stand
that far out, but there is a gap between those that match and those that do not: then the gap is the cut-off.

Texts are searched without what all texts share (the mean of the background): it says nothing about a photo, and it
lifts hubs, the few photos that are near every text. Query bank normalisation (arxiv.org/abs/2112.12777) does the same.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

# Where a normal distribution has its 30th and its 5th percentile, in standard deviations. The lower end alone tells
# about noise: up to two thirds of a library may match.
_QUANTILE, _QUANTILE_Z = 0.30, -0.5244
_LOW_QUANTILE, _LOW_QUANTILE_Z = 0.05, -1.6449
# The most of many noisy cosines grows with their number, by about one width for each factor of ten on synthetic
# embeddings with the statistics of CLIP (a normal distribution's grows by half of that; real tails are heavier).
_MIDDLE_Z, _MIDDLE_PHOTOS, _STEEPNESS = 3.0, 300, 1.5
# Photos of one library spread widely around a photo by what is on them, not by noise alone.
_MIDDLE_Z_LIKE_PHOTOS = 1.5
# A normal distribution, cut at its mean, gives halves 2.6 of their own widths apart: this far apart are two groups ...
_GAP_IN_GROUP_WIDTHS = 4.2
# ... and this far apart in noise widths they are more than two kinds of noise.
_GAP_IN_NOISE_WIDTHS = 1.5
_SMALLEST_NOISE = 1e-4
_LARGEST_EXPONENT = 50.0


@dataclass(frozen=True)
class Noise:
    """What a query's scores look like where nothing matches; `middle_z` widths above that, relevance is 0.5."""

    offset: float
    width: float
    middle_z: float = _MIDDLE_Z

    def relevance(self, scores: Float32) -> Float32:
        """Scores (n,) -> relevance (n,) in 0..1, in the same order."""
        z = (scores - self.offset) / self.width
        exponent = np.clip(_STEEPNESS * (self.middle_z - z), -_LARGEST_EXPONENT, _LARGEST_EXPONENT)
        return np.asarray(1.0 / (1.0 + np.exp(exponent)), dtype=np.float32)


def noise_of(query: Float32, sample: Float32, background: Float32, photos: int) -> Noise:
    """The noise of a query (d,) in a library of `photos`, of which `sample` (n, d) are some.

    With background queries (b, d) of the same kind as the query; b may be 0.
    """
    scores = np.vecdot(sample, query)
    widths = _noise_widths(sample @ background.T) if len(background) else _noise_widths(scores[:, None])
    width = max(float(np.median(widths)), _SMALLEST_NOISE)
    offset = float(np.quantile(scores, _QUANTILE)) - _QUANTILE_Z * width
    least = _MIDDLE_Z if len(background) else _MIDDLE_Z_LIKE_PHOTOS
    middle_z = least + max(0.0, math.log10(photos / _MIDDLE_PHOTOS))
    gap = _gap(scores, width)
    return Noise(offset, width, middle_z if gap is None else min(middle_z, (gap - offset) / width))


def _noise_widths(scores: Float32) -> Float32:
    """Per column (query) the standard deviation of the noise in scores (n, b), from their lower end."""
    low, high = np.quantile(scores, (_LOW_QUANTILE, _QUANTILE), axis=0)
    return np.asarray((high - low) / (_QUANTILE_Z - _LOW_QUANTILE_Z), dtype=np.float32)


def _gap(scores: Float32, width: float) -> float | None:
    """The middle of the gap between two groups of scores (n,), or None if they are one group.

    The split with the largest variance between the groups: Otsu, IEEE Trans. Systems, Man and Cybernetics 9 (1979).
    """
    ordered = np.sort(scores.astype(np.float64))
    count = np.arange(1, len(ordered))
    sums = np.cumsum(ordered)
    low_means, high_means = sums[:-1] / count, (sums[-1] - sums[:-1]) / (len(ordered) - count)
    between = count * (len(ordered) - count) * (high_means - low_means) ** 2
    if not len(between):
        return None
    split = int(between.argmax()) + 1
    low, high = ordered[:split], ordered[split:]
    distance = float(high.mean() - low.mean())
    group_width = math.sqrt((low.var() + high.var()) / 2)
    is_gap = distance > max(_GAP_IN_GROUP_WIDTHS * group_width, _GAP_IN_NOISE_WIDTHS * width)
    return float(high.mean() + low.mean()) / 2 if is_gap else None
