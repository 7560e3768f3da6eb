"""Why did this photo match? Where in it the query lies.

The picture is blurred until nothing can be made out in it, and then shown to the model through one sharp window after
another: where a window brings the picture nearer to the query, there it lies. (Insertion: RISE, arxiv.org/abs/1806.07421,
with windows instead of random masks.) Large windows find the area, small ones look closer at the best of it. What a window
adds is what the blur had taken away: so places where that is much count for more than even ground beside them. A model is
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
from photoorg.search.why_locality import is_somewhere
from photoorg.search.why_windows import GRID, Box, box_around, gathered, merged, profiles, spread, views_of

Float32 = NDArray[np.float32]
Pixels = NDArray[np.uint8]
CheckCancelled = Callable[[], None]

MOST_ENCODINGS: Final = 180

# Sides of the windows, in sides of a view; radii of the blur, in the same.
_LARGE: Final = (0.5, 0.35)
_LARGE_BLUR: Final = 0.15
_SMALL: Final = 0.25
_SMALL_BLURS: Final = (0.1, 0.25)
_SMALL_WINDOWS: Final = 30
_FOR_LARGE: Final = 0.8  # of the encodings, at the most
_BATCH: Final = 16
_SMALLEST: Final = 1e-6
_DETAIL_BLUR: Final = 0.05
_HALF_DETAIL: Final = 0.5  # of the mean: a place with so much of it counts half
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
    *,
    most_encodings: int = MOST_ENCODINGS,
) -> WhyMap:
    """Where in an upright RGB image the direction (d,) lies; those of the `background` (b, d) are what it is compared with.

    `check_cancelled` is called between batches. Takes about 95 encodings for a square picture and 135 for one of 3:2; a low
    `most_encodings` makes the map of a long picture coarser. Raises what encoder.encode_images and check_cancelled raise.
    """
    shown = _Shown(image, encoder, check_cancelled, _views_within(image, most_encodings))
    directions = np.vstack((target, background))
    maps = np.mean([spread(_along(directions, shown.through_all(share)), share) for share in _LARGE], axis=0)
    is_local = is_somewhere(maps, directions @ shown.blurred().T, directions @ shown.sharp().T)
    windows = (most_encodings - shown.encodings) // len(_SMALL_BLURS)
    closer = _looked_closer(maps[0], target, shown, min(max(1, windows), _SMALL_WINDOWS))
    return _why(merged(_where_detail_is(closer, shown.detail()), shown.views, *image.size), is_local, shown.encodings)


def _along(directions: Float32, embeddings: Float32) -> Float32:
    """The cosines of embeddings (views, windows, windows, d) with directions (n, d): (n, views, windows, windows)."""
    return np.moveaxis(embeddings @ directions.T, -1, 0)


def _views_within(image: Image.Image, most_encodings: int) -> list[Box]:
    for_a_view = 2 + sum(len(profiles(share, 1)) ** 2 for share in _LARGE)
    return views_of(*image.size, most=max(1, int(_FOR_LARGE * most_encodings) // for_a_view))


def _looked_closer(maps: Float32, target: Float32, shown: "_Shown", windows: int) -> Float32:
    """The maps (views, GRID, GRID), with their best places seen through so many small windows."""
    guess = gathered(maps, _SMALL)
    best = np.argsort(-guess, axis=None, kind="stable")[:windows]
    places = [
        (int(view), int(row), int(column))
        for view, row, column in zip(*np.unravel_index(best, guess.shape), strict=True)
    ]
    seen = np.mean([shown.through(places, _SMALL, blur) @ target for blur in _SMALL_BLURS], axis=0)
    # The places that were not looked at keep their rank below the others.
    values = np.minimum(guess - guess.flat[best].min(), 0) + seen.min()
    values.flat[best] = seen
    weight = len(_LARGE)
    return np.asarray((maps * weight + spread(values[None], _SMALL)[0]) / (weight + 1), dtype=np.float32)


def _where_detail_is(maps: Float32, detail: Float32) -> Float32:
    """The maps (views, GRID, GRID), lower where the blur took little away."""
    lowest, half = float(maps.min()), _HALF_DETAIL * max(float(detail.mean()), _SMALLEST)
    return np.asarray(lowest + (maps - lowest) * detail / (detail + half), dtype=np.float32)


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

    def blurred(self) -> Float32:
        """The embeddings (views, d) without any window."""
        pictures = [self._blurred(view, _LARGE_BLUR) for view in range(len(self.views))]
        return self._encoded([_rounded(picture) for picture in pictures])

    def sharp(self) -> Float32:
        """The embeddings (views, d) as they are."""
        return self._encoded(self._sharp)

    def detail(self) -> Float32:
        """How much of each place the blur takes away (views, GRID, GRID)."""
        return np.stack([self._detail(view) for view in range(len(self.views))])

    def _detail(self, view: int) -> Float32:
        lost = np.abs(self._sharp[view] - self._blurred(view, _LARGE_BLUR)).mean(axis=2)
        image = Image.fromarray(_rounded(lost)).filter(ImageFilter.GaussianBlur(_DETAIL_BLUR * self._side))
        return np.asarray(image.resize((GRID, GRID), Image.Resampling.BILINEAR), dtype=np.float32)

    def _encoded(self, pictures: list[Pixels]) -> Float32:
        self._check_cancelled()
        self.encodings += len(pictures)
        return self._encoder.encode_images(np.stack(pictures))

    def _pictures(self, places: Sequence[tuple[int, ...]], share: float, blur: float) -> Iterator[Pixels]:
        through = profiles(share, self._side)
        blurred = {view: self._blurred(view, blur) for view in {place[0] for place in places}}
        for view, row, column in places:
            window = np.outer(through[row], through[column])[..., None]
            yield _rounded(blurred[view] + window * (self._sharp[view].astype(np.float32) - blurred[view]))

    def _blurred(self, view: int, blur: float) -> Float32:
        image = Image.fromarray(self._sharp[view]).filter(ImageFilter.GaussianBlur(blur * self._side))
        return np.asarray(image, dtype=np.float32)


def _rounded(picture: Float32) -> Pixels:
    return (picture + 0.5).clip(0, 255).astype(np.uint8)


def _square(image: Image.Image, view: Box, model_input: ModelInput) -> Pixels:
    """A part of the picture in the model's size; one that is not square is squeezed."""
    part = Upright(image, view, image.width, image.height)
    return model_pixels(part, replace(model_input, resize="squash"))


def _why(whole: Float32, is_local: bool, encodings: int) -> WhyMap:
    """The map of the picture (h, w) for people: what is below its average is of no interest."""
    average, highest = float(whole.mean()), float(whole.max())
    strength = highest - average
    values = np.clip((whole - average) / max(strength, _SMALLEST), 0, 1).astype(np.float32)
    row, column = (int(place) for place in np.unravel_index(int(whole.argmax()), whole.shape))
    peak = (column + 0.5) / whole.shape[1], (row + 0.5) / whole.shape[0]
    return WhyMap(values, peak, box_around(values >= _SHOWN, row, column), strength, is_local, encodings)
