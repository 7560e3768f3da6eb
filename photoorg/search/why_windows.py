"""The windows through which a picture is looked at, and what they say about each place of it."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Float32 = NDArray[np.float32]
Box = tuple[float, float, float, float]

GRID: Final = 48  # cells along the side of a view
_STEP: Final = 0.5  # of a window's side, from one to the next
_FEATHER: Final = 0.2  # of a window's side, in which it fades
_RIM: Final = 0.15  # of a view's side, in which the next view takes over
_LONG_SIDE: Final = 96  # cells of a whole picture


def views_of(width: int, height: int, most: int) -> list[Box]:
    """Square parts that cover a picture and overlap by half, as boxes in its pixels; `most` or fewer.

    Of very long pictures they are longer than high: the model sees them squeezed.
    """
    short, long = min(width, height), max(width, height)
    count = max(1, min(most, math.ceil(2 * (long / short - 1)) + 1))
    length = max(float(short), 2 * long / (count + 1))
    starts = np.linspace(0, long - length, count).tolist() if count > 1 else [0.0]
    if count == 1:
        length = float(long)
    if width >= height:
        return [(start, 0.0, min(start + length, width), float(height)) for start in starts]
    return [(0.0, start, float(width), min(start + length, height)) for start in starts]


def profiles(share: float, cells: int) -> Float32:
    """How much each of the windows along one side lets through (windows, cells), 0..1; each is `share` of the side.

    A window of the picture is the product of one across and one down. At the rim of the view nothing fades.
    """
    count = math.ceil((1 - share) / (share * _STEP) - 1e-6) + 1
    starts = np.linspace(0, 1 - share, count)[:, None]
    places = (np.arange(cells) + 0.5) / cells
    rise = np.clip((places - starts) / (_FEATHER * share) + 0.5, 0, 1)
    fall = np.clip((starts + share - places) / (_FEATHER * share) + 0.5, 0, 1)
    rise[0], fall[-1] = 1, 1
    return np.asarray(rise * fall, dtype=np.float32)


def spread(values: Float32, share: float) -> Float32:
    """The values of all windows (..., windows, windows) as maps (..., GRID, GRID): the mean of those over a place."""
    through = profiles(share, GRID)
    total = through.sum(axis=0)
    return np.asarray(through.T @ values @ through / np.outer(total, total), dtype=np.float32)


def gathered(maps: Float32, share: float) -> Float32:
    """The other way: the mean of maps (views, GRID, GRID) in each window (views, windows, windows)."""
    through = profiles(share, GRID)
    total = through.sum(axis=1)
    return np.asarray(through @ maps @ through.T / np.outer(total, total), dtype=np.float32)


def merged(maps: Float32, views: Sequence[Box], width: int, height: int) -> Float32:
    """The maps of the views as one of the picture (h, w): where views overlap the higher one, without a seam."""
    scale, lowest = _LONG_SIDE / max(width, height), float(maps.min())
    whole = np.full((max(1, round(height * scale)), max(1, round(width * scale))), lowest, np.float32)
    for view, values in zip(views, maps, strict=True):
        left, top, right, bottom = (round(side * scale) for side in view)
        place = whole[top : max(bottom, top + 1), left : max(right, left + 1)]
        rows, columns = place.shape
        enlarged = np.asarray(Image.fromarray(values).resize((columns, rows), Image.Resampling.BILINEAR))
        across = _fading(columns, at_start=view[0] > 0, at_end=view[2] < width)
        down = _fading(rows, at_start=view[1] > 0, at_end=view[3] < height)
        np.maximum(place, lowest + (enlarged - lowest) * np.outer(down, across), out=place)
    return whole


def _fading(cells: int, *, at_start: bool, at_end: bool) -> Float32:
    """Factors (cells,) of 1, but falling to 0 where another view takes over."""
    places = (np.arange(cells) + 0.5) / cells
    rise = np.minimum(places / _RIM, 1) if at_start else np.ones(cells)
    fall = np.minimum((1 - places) / _RIM, 1) if at_end else np.ones(cells)
    return np.asarray(rise * fall, dtype=np.float32)


def box_around(shown: NDArray[np.bool_], row: int, column: int) -> Box:
    """The box, in 0..1 of the sides, of the shown cells (h, w) that are connected with one of them."""
    inside = np.zeros(shown.shape, bool)
    inside[row, column] = True
    count = 0
    while count != (count := int(inside.sum())):
        around = np.pad(inside, 1)
        inside |= shown & (around[2:, 1:-1] | around[:-2, 1:-1] | around[1:-1, 2:] | around[1:-1, :-2])
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    height, width = shown.shape
    return (
        float(columns[0] / width),
        float(rows[0] / height),
        float((columns[-1] + 1) / width),
        float((rows[-1] + 1) / height),
    )
