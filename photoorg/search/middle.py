"""Where a query's own scores are parted: the emptiest place near the valley that is known for its model."""

import math

import numpy as np
from numpy.typing import NDArray

from photoorg.search.calibration import Level, offset_of

Float32 = NDArray[np.float32]

# Looked at, in units of the level's reach around the valley, in steps, smoothed by a kernel of so many steps.
_DOWN, _UP, _MARGIN, _STEP, _KERNEL_STEPS = 1.0, 0.8, 0.6, 0.025, 6
# How far a query's own valley lies from the common one, as a standard deviation; and what is no photo at all.
_SPREAD, _EMPTY = 0.4, 0.3
# From here on, in the same units, the bulk of a library is no noise.
_BULK_MATCHES = 0.25
_OFFSET_SAMPLE = 20_000
_KERNEL = np.exp(-0.5 * (np.arange(-4 * _KERNEL_STEPS, 4 * _KERNEL_STEPS + 1) / _KERNEL_STEPS) ** 2)


def middle_of(scores: Float32, level: Level, near: float = 0.0) -> float:
    """The score of relevance 0.5 for a query with these scores (n,) in the library.

    It is looked for around a place `near` the valley, in units of the level's reach.
    """
    bulk = float(offset_of(scores[:: max(1, len(scores) // _OFFSET_SAMPLE)]))
    offset = level.offset_share * bulk
    valley, reach = level.valley + offset, level.reach
    edges = np.arange(-_DOWN - _MARGIN, _UP + _MARGIN, _STEP)
    close = scores[(scores > valley + edges[0] * reach) & (scores < valley + edges[-1] * reach)]
    heap, _ = np.histogram((close - valley) / reach, bins=edges)
    photos = np.convolve(heap, _KERNEL, "same")
    places = edges[:-1] + _STEP / 2
    cost = np.log(photos / math.sqrt(2 * math.pi) + _EMPTY) + 0.5 * ((places - near) / _SPREAD) ** 2
    noise = (bulk - valley) / reach  # where the level is that of matches, nearly all photos match
    lowest = max(-_DOWN, noise) if noise < _BULK_MATCHES else -_DOWN
    cost[(places < lowest) | (places > _UP)] = np.inf
    return valley + float(places[int(cost.argmin())]) * reach
