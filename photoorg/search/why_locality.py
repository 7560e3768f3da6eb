"""Does a query lie somewhere in particular in a picture? By comparison with the background queries, as for relevance."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

# Chosen on drawn pictures of the demo. On others: of subjects that are there 77% are found to be somewhere, of scenes
# ("night", "the desert") 8%, of subjects that are not there 25%.
_CONTRAST: Final = 1.2  # times that of the usual background query
_HERE: Final = 0.7  # standard deviations above the background queries in the best place
_BLURRED: Final = 1.8  # the same in the blurred picture: there at the most
_COMPARABLE: Final = 8  # background queries
_SMALLEST: Final = 1e-6


def is_somewhere(maps: Float32, blurred: Float32) -> bool:
    """Whether the first of the maps (n, views, cells, cells) has a place that the others, of background queries, do not.

    `blurred` (n, views) are the values of the picture without any sharp window. "Night" is in a blurred picture already;
    a cat that is not there stands out nowhere, or where other things stand out more.
    """
    flat = maps.reshape(len(maps), -1)
    contrasts = flat.max(axis=1) - np.median(flat, axis=1)
    if len(maps) <= _COMPARABLE:
        return bool(contrasts[0] > _SMALLEST)
    stands_out = contrasts[0] > max(_CONTRAST * float(np.median(contrasts[1:])), _SMALLEST)
    is_here = _above(flat[:, int(flat[0].argmax())]) > _HERE
    return bool(stands_out and is_here and _above(blurred.max(axis=1)) < _BLURRED)


def _above(values: Float32) -> float:
    """By how many standard deviations the first value stands above the others."""
    return float((values[0] - values[1:].mean()) / max(float(values[1:].std()), _SMALLEST))
