"""Does a query lie somewhere in particular in a picture?

All is measured in parts of what the picture itself reaches with the query, and what it reaches in what it does with the best of
the background queries: so it matters little how many they are, and what they speak of.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

# Chosen on drawn pictures of the demo; tests/benchmarks/pointing_game.py measures it on others.
_BY_A_WINDOW: Final = 0.24  # of what the sharp picture reaches: so much the best place adds to the blurred one
_HERE: Final = 0.5  # of what the best background query reaches
_COMPARABLE: Final = 8  # background queries
_SMALLEST: Final = 1e-6


def is_somewhere(maps: Float32, blurred: Float32, sharp: Float32) -> bool:
    """Whether the first of the queries is in the picture, and in one place of it; the others are background queries.

    `maps` (n, views, cells, cells) are what windows say, `blurred` and `sharp` (n, views) the picture without and as it is.
    "Night" is in a blurred picture already; a cat that is not there is less in the picture than much else.
    """
    gain = float(maps[0].max() - blurred[0].mean())
    reached = sharp.max(axis=1)
    if gain <= max(_BY_A_WINDOW * float(reached[0]), _SMALLEST):
        return False
    return len(reached) <= _COMPARABLE or bool(reached[0] > _HERE * reached[1:].max())
