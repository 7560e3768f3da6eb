"""Does a query lie somewhere in particular in a picture? By comparison with the background queries, as for relevance."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

# Chosen on drawn pictures of the demo: of subjects that are there 91% are found to be somewhere, of scenes ("night",
# "rain") 6%, of subjects that are not there 10%.
_CONTRAST: Final = 1.2  # times that of the usual background query
_GAIN: Final = 1.0  # standard deviations above the usual one
_HERE: Final = 0.7  # standard deviations above the mean
_COMPARABLE: Final = 8  # background queries
_SMALLEST: Final = 1e-6


def is_somewhere(maps: Float32, blurred: Float32) -> bool:
    """Whether the first of the maps (n, views, cells, cells) has a place that the others, of background queries, do not.

    `blurred` (n, views) are the values of the picture without any sharp window. "Night" is in a blurred picture already;
    a cat that is not there stands out nowhere, or where other things stand out as much.
    """
    flat = maps.reshape(len(maps), -1)
    contrasts = flat.max(axis=1) - np.median(flat, axis=1)
    if len(maps) <= _COMPARABLE:
        return bool(contrasts[0] > _SMALLEST)
    gains = (maps - blurred[:, :, None, None]).reshape(len(maps), -1).max(axis=1)
    here = flat[:, int(flat[0].argmax())]
    return bool(
        contrasts[0] > max(_CONTRAST * np.median(contrasts[1:]), _SMALLEST)
        and gains[0] > np.median(gains[1:]) + _GAIN * gains[1:].std()
        and here[0] > here[1:].mean() + _HERE * here[1:].std()
    )
