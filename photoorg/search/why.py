"""Why did this photo match? Where in it the query lies.

The picture is blurred until nothing can be made out in it, and then shown to the model through one sharp window after
another: where a window brings the picture nearer to the query, there it lies. (Insertion: RISE, arxiv.org/abs/1806.07421,
with windows instead of random masks.) Large windows find the area, small ones look closer at the best of it. A model is
asked in no other way than for any photo, so that it works with every one, wherever it runs. The tokens of CLIP's patches
would be had for one encoding, but do not lie where texts lie, and often point at the background (arxiv.org/abs/2304.05653).

Methods and constants were chosen by a pointing game on drawn pictures: tests/benchmarks/pointing_game.py.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from photoorg.embedding.encoder import Encoder
from photoorg.media.model_pixels import model_pixels
from photoorg.media.pixels import Upright
from photoorg.model_input import ModelInput
from photoorg.search.why_windows import GRID, Box, gathered, merged, profiles, spread, views_of

Float32 = NDArray[np.float32]
Pixels = NDArray[np.uint8]
CheckCancelled = Callable[[], None]

MOST_ENCODINGS: Final = 180

# Sides of the windows, in sides of a view; radii of the blur, in the same.
_LARGE: Final = (0.5, 0.35)
_LARGE_BLUR: Final = 0.15
_SMALL: Final = 0.25
_SMALL_BLURS: Final = (0.1, 0.25)
_SMALL_WINDOWS: Final = 20
_BATCH: Final = 16
_LOCAL: Final = 1.5  # times the contrast of any other query's map, to be somewhere in particular
_SMALLEST: Final = 1e-6
_SHOWN: Final = 0.5  # from here on a place belongs to what is found


@dataclass(frozen=True)
class WhyMap:
    """Where in a photo a query lies.

    `values` (h, w), 0..1, cover the whole upright photo. `peak` is the best place (x, y) and `box` the area around it
    (left, top, right, bottom), in 0..1 of the photo's sides. `strength` is by how much the cosine of the best place stands above
    the photo's average. Where it is not `is_local`, the query lies nowhere in particular: the whole scene matches, or nothing.
    `encodings` tells how many times the model was asked.
    """

    values: Float32
    peak: tuple[float, float]
    box: Box
    strength: float
    is_local: bool
    encodings: int = 0

    @property
    def share(self) -> float:
        """The box's part of the photo's area, 0..1."""
        left, top, right, bottom = self.box
        return (right - left) * (bottom - top)


def where_in(
    image: Image.Image,
    target: Float32,
    background: Float32,
    encoder: Encoder,
    check_cancelled: CheckCancelled = lambda: None,
    most_encodings: int = MOST_ENCODINGS,
) -> WhyMap:
    """Where in an upright RGB image the direction (d,) lies; those of the `background` (b, d) are what it is compared with.

    `check_cancelled` is called between batches. Takes about 85 encodings for a square picture and 110 for one of 3:2; a low
    `most_encodings` makes the map of a long picture coarser. Raises what encoder.encode_images and check_cancelled raise.
    """
    shown = _Shown(image, encoder, check_cancelled, _views_within(image, most_encodings))
    directions = np.vstack((target, background))
    maps = np.mean([spread(_along(directions, shown.through_all(share)), share) for share in _LARGE], axis=0)
    contrasts = _contrasts(maps)
    closer = _looked_closer(maps[0], target, shown)
    whole = merged(closer, shown.views, *image.size)
    return _why(whole, contrasts, shown.encodings)


def _along(directions: Float32, embeddings: Float32) -> Float32:
    """The cosines of embeddings (views, windows, windows, d) with directions (n, d): (n, views, windows, windows)."""
    return np.moveaxis(embeddings @ directions.T, -1, 0)


def _views_within(image: Image.Image, most_encodings: int) -> list[Box]:
    large = sum(len(profiles(share, 1)) ** 2 for share in _LARGE)
    most = (most_encodings - _SMALL_WINDOWS * len(_SMALL_BLURS)) // large
    return views_of(*image.size, most=max(1, most))


def _contrasts(maps: Float32) -> Float32:
    """By how much the best place of each map stands above most of it: maps (n, views, GRID, GRID) -> (n,)."""
    flat = maps.reshape(len(maps), -1)
    return np.asarray(flat.max(axis=1) - np.median(flat, axis=1))


def _looked_closer(maps: Float32, target: Float32, shown: "_Shown") -> Float32:
    """The maps (views, GRID, GRID), with their best places seen through small windows."""
    guess = gathered(maps, _SMALL)
    best = np.argsort(-guess, axis=None, kind="stable")[:_SMALL_WINDOWS]
    places = [(int(view), int(row), int(column)) for view, row, column in zip(*np.unravel_index(best, guess.shape), strict=True)]
    seen = np.mean([shown.through(places, _SMALL, blur) @ target for blur in _SMALL_BLURS], axis=0)
    # The places that were not looked at keep their rank below the others.
    values = np.minimum(guess - guess.flat[best].min(), 0) + seen.min()
    values.flat[best] = seen
    weight = len(_LARGE)
    return np.asarray((maps * weight + spread(values[None], _SMALL)[0]) / (weight + 1), dtype=np.float32)


class _Shown:
    """A picture as the model is shown it: blurred, but for one window at a time."""

    def __init__(self, image: Image.Image, encoder: Encoder, check_cancelled: CheckCancelled, views: list[Box]) -> None:
        self.views = views
        self.encodings = 0
        self._encoder = encoder
        self._check_cancelled = check_cancelled
        self._side = encoder.model.model_input.size
        self._sharp = [_square(image, view, encoder.model.model_input) for view in views]

    def through_all(self, share: float) -> Float32:
        """The embeddings of all windows of a size (views, windows, windows, d)."""
        count = len(profiles(share, 1))
        places = list(np.ndindex(len(self.views), count, count))
        return self.through(places, share, _LARGE_BLUR).reshape(len(self.views), count, count, -1)

    def through(self, places: Sequence[tuple[int, ...]], share: float, blur: float) -> Float32:
        """The embeddings (n, d) of some windows: view, row, column."""
        batches = [places[start : start + _BATCH] for start in range(0, len(places), _BATCH)]
        return np.concatenate([self._encoded(list(self._pictures(batch, share, blur))) for batch in batches])

    def _encoded(self, pictures: list[Pixels]) -> Float32:
        self._check_cancelled()
        self.encodings += len(pictures)
        return self._encoder.encode_images(np.stack(pictures))

    def _pictures(self, places: Sequence[tuple[int, ...]], share: float, blur: float) -> Iterator[Pixels]:
        through = profiles(share, self._side)
        blurred = {view: self._blurred(view, blur) for view in {place[0] for place in places}}
        for view, row, column in places:
            window = np.outer(through[row], through[column])[..., None]
            mixed = blurred[view] + window * (self._sharp[view].astype(np.float32) - blurred[view])
            yield (mixed + 0.5).clip(0, 255).astype(np.uint8)

    def _blurred(self, view: int, blur: float) -> Float32:
        image = Image.fromarray(self._sharp[view]).filter(ImageFilter.GaussianBlur(blur * self._side))
        return np.asarray(image, dtype=np.float32)


def _square(image: Image.Image, view: Box, model_input: ModelInput) -> Pixels:
    """A part of the picture in the model's size; one that is not square is squeezed."""
    part = Upright(image, view, image.width, image.height)
    return model_pixels(part, replace(model_input, resize="squash"))


def _why(whole: Float32, contrasts: Float32, encodings: int) -> WhyMap:
    """The map of the picture (h, w) for people: what is below its average is of no interest."""
    average, highest = float(whole.mean()), float(whole.max())
    strength = highest - average
    values = np.clip((whole - average) / max(strength, _SMALLEST), 0, 1).astype(np.float32)
    row, column = (int(place) for place in np.unravel_index(int(whole.argmax()), whole.shape))
    peak = (column + 0.5) / whole.shape[1], (row + 0.5) / whole.shape[0]
    usual = float(np.median(contrasts[1:])) if len(contrasts) > 1 else 0.0
    is_local = bool(contrasts[0] > max(_LOCAL * usual, _SMALLEST))
    return WhyMap(values, peak, _box_around(values, row, column), strength, is_local, encodings)


def _box_around(values: Float32, row: int, column: int) -> Box:
    """The area around a place that is connected with it and at least half as high, in 0..1 of the sides."""
    inside = np.zeros(values.shape, bool)
    inside[row, column] = True
    while True:
        grown = inside.copy()
        grown[1:] |= inside[:-1]
        grown[:-1] |= inside[1:]
        grown[:, 1:] |= inside[:, :-1]
        grown[:, :-1] |= inside[:, 1:]
        grown &= values >= _SHOWN
        grown |= inside
        if (grown == inside).all():
            break
        inside = grown
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    height, width = values.shape
    return columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height
