"""Results that show the same picture are folded into one: copies, and what is so nearly equal that nobody wants both.

Nearly equal are two pictures of the same shape whose perceptual hashes differ in a few bits, and which are the same to
the model too. Measured with the demo model: of 256 photos (coco128) saved again as JPEG (qualities 30 to 90) or WebP, or
made smaller (to a half and a third), all fold into the original (at most 4 bits, cosine .974); a tenth does after another
cut by 5%, as in a burst. Of 32,640 pairs of different photos none does (14 bits at least), nor of 79,800 pairs of drawn
pictures of different scenes (38 pairs have 10 bits or fewer).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.columns import Keys
from photoorg.search.embedding_rows import key_hashes

Places = NDArray[np.intp]
Float32 = NDArray[np.float32]
# The cosines (m,) of one result with some others (m,), by their places in the ranks.
Cosines = Callable[[int, Places], Float32]

MOST_BITS = 6
LEAST_COSINE = 0.95
_SHAPE_TOLERANCE = 0.01
_BLOCK = 64


@dataclass(frozen=True)
class RankedPictures:
    """Results (n,), best first: picture_keys S16, perceptual hashes int64 where `hashed`, and sizes in pixels as shown."""

    picture_keys: Keys
    hashes: NDArray[np.int64]
    hashed: NDArray[np.bool_]
    widths: NDArray[np.int32]
    heights: NDArray[np.int32]


def fold(pictures: RankedPictures, cosines: Cosines) -> Places:
    """The place (n,) of the result that each is folded into: a better one, which is folded into none itself, or its own."""
    leaders = copies(pictures.picture_keys)
    is_own = leaders == np.arange(len(leaders))
    ranked = np.flatnonzero(is_own & pictures.hashed)
    hashes = pictures.hashes[ranked].view(np.uint64)
    folded = np.zeros(len(ranked), np.bool_)
    for start in range(0, len(ranked), _BLOCK):
        distances = np.bitwise_count(hashes[start : start + _BLOCK, None] ^ hashes[None, start:])
        near = distances <= MOST_BITS
        for row in np.flatnonzero(np.count_nonzero(near, axis=1) > 1).tolist():
            if folded[start + row]:
                continue
            later = np.flatnonzero(near[row, row + 1 :]) + start + row + 1
            later = later[~folded[later]]
            equal = _nearly_equal(pictures, cosines, int(ranked[start + row]), ranked[later])
            folded[later[equal]] = True
            leaders[ranked[later[equal]]] = ranked[start + row]
    # Copies go where the best of them went.
    return leaders[leaders]


def cosines_of(vectors: Float32) -> Cosines:
    """From the unit vectors (n, dimension) of the results; where one is unknown it is zero, and fits none."""
    return lambda place, others: np.vecdot(vectors[others], vectors[place])


def copies(keys: Keys) -> Places:
    """The first place (n,) of each picture."""
    leaders = _firsts(key_hashes(keys))
    if (keys[leaders] != keys).any():  # two have one hash
        leaders = _firsts(keys)
    return leaders


def _firsts(values: NDArray[Any]) -> Places:
    """The first place (n,) of each value."""
    order = np.argsort(values)
    ordered = values[order]
    is_first = np.ones(len(values), np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    starts = np.flatnonzero(is_first)
    firsts = np.empty(len(values), np.intp)
    if len(starts):
        firsts[order] = np.minimum.reduceat(order, starts)[np.cumsum(is_first) - 1]
    return firsts


def _nearly_equal(pictures: RankedPictures, cosines: Cosines, place: int, others: Places) -> NDArray[np.bool_]:
    """Which of the others (m,) have the shape of one result, and are the same to the model."""
    shapes = pictures.widths[others] * float(pictures.heights[place])
    own = pictures.heights[others] * float(pictures.widths[place])
    equal = np.abs(shapes - own) <= _SHAPE_TOLERANCE * own
    equal[equal] = cosines(place, others[equal]) >= LEAST_COSINE
    return equal
