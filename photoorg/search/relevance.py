"""Relevance: a cosine says little by itself (each query has its own level), so it is measured against noise.

The noise level comes from background queries: texts about everyday things, scored against a sample of the library. A
query's own offset comes from the bulk of the photos, which do not match it. Relevance is a logistic function of how
many noise widths a photo stands above that offset; 0.5 is the cut-off.

Texts are searched without what all texts share (the mean of the background): it says nothing about a photo, and it
lifts hubs, the few photos that are near every text. Query bank normalisation (arxiv.org/abs/2112.12777) does the same.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

CUT_OFF = 0.5
SAMPLE_SIZE = 1000
# With fewer photos than this the noise cannot be told from the answer, and nothing is cut off.
ENOUGH_PHOTOS = 30

# A normal distribution has its 30th percentile 0.5244 standard deviations below the mean, and a median absolute
# deviation of 0.6745 standard deviations. The 30th, not the 50th: up to two thirds of a library may match.
_QUANTILE, _QUANTILE_Z = 0.30, -0.5244
_MAD_Z = 0.6745
# The most of many noisy cosines grows with their number, by about one width for each factor of ten on synthetic
# embeddings with the statistics of CLIP (a normal distribution's grows by half of that; real tails are heavier).
_MIDDLE_Z, _MIDDLE_PHOTOS, _STEEPNESS = 3.0, 300, 1.5
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
    scores = sample @ query
    widths = _robust_widths(sample @ background.T) if len(background) else _robust_widths(scores[:, None])
    width = max(float(np.median(widths)), _SMALLEST_NOISE)
    offset = float(np.quantile(scores, _QUANTILE)) - _QUANTILE_Z * width
    return Noise(offset, width, _MIDDLE_Z + max(0.0, math.log10(photos / _MIDDLE_PHOTOS)))


def _robust_widths(scores: Float32) -> Float32:
    """Per column (query) the standard deviation of the scores (n, b), by the median absolute deviation."""
    deviations = np.abs(scores - np.median(scores, axis=0))
    return np.asarray(np.median(deviations, axis=0) / _MAD_Z, dtype=np.float32)
