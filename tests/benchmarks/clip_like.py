"""Vectors with the statistics of CLIP's embeddings, for benchmarks of search without a model.

Photos and texts lie in two narrow cones apart (the modality gap); photos gather in scenes of very unequal sizes, some
are nearly equal to the one before, and a few are near every text. A text has an offset of its own.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Float16 = NDArray[np.float16]
Float32 = NDArray[np.float32]

_BLOCK = 20_000
_THINGS = 300  # that scenes share: a beach, a dog
_PHOTOS_A_SCENE = 60
_BURST_SHARE, _HUB_SHARE = 0.08, 0.002


class ClipLike:
    """A world of scenes, from which photos and texts are drawn; the same seed gives the same ones."""

    def __init__(self, photos: int, dimension: int, seed: int = 0) -> None:
        self._photos, self._dimension, self._seed = photos, dimension, seed
        rng = np.random.default_rng((seed, 0))
        self._photo_cone, self._text_cone = self._units(rng, 2)
        scenes = max(50, photos // _PHOTOS_A_SCENE)
        things = self._units(rng, _THINGS)
        self._scenes = _unit(things[rng.integers(0, _THINGS, scenes)] + 0.9 * self._units(rng, scenes))
        sizes = np.cumsum(rng.pareto(1.1, scenes) + 0.05)
        self._up_to = sizes / sizes[-1]

    def photos(self) -> Iterator[Float16]:
        """Blocks (n, dimension) of unit length."""
        for number, start in enumerate(range(0, self._photos, _BLOCK)):
            yield self._block(np.random.default_rng((self._seed, 1, number)), min(_BLOCK, self._photos - start))

    def dates(self) -> NDArray[np.int64]:
        """The day of each photo (n,): scenes have theirs, so that a filter by date has to do with what is asked for."""
        starts = range(0, self._photos, _BLOCK)
        blocks = [
            (np.random.default_rng((self._seed, 1, n)), min(_BLOCK, self._photos - s)) for n, s in enumerate(starts)
        ]
        scenes = np.concatenate([self._scenes_of(rng, count) for rng, count in blocks])
        return scenes * 37 % 5000 + np.random.default_rng((self._seed, 3)).integers(0, 20, len(scenes))

    def texts(self, count: int) -> Float32:
        """Texts (count, dimension) of unit length; seven of ten ask for something that is there."""
        rng = np.random.default_rng((self._seed, 2))
        asked = self._scenes[self._scenes_of(rng, count)]
        asked[rng.random(count) >= 0.7] = self._units(rng, 1)
        offset = rng.uniform(0.05, 0.20, (count, 1)).astype(np.float32)
        return _unit(0.76 * self._text_cone + offset * self._photo_cone + 0.42 * asked + 0.40 * self._units(rng, count))

    def _block(self, rng: np.random.Generator, count: int) -> Float16:
        photos = 0.66 * self._photo_cone + 0.52 * self._scenes[self._scenes_of(rng, count)]
        photos += 0.54 * self._units(rng, count)
        again = 1 + np.flatnonzero(rng.random(count - 1) < _BURST_SHARE)
        photos[again] = photos[again - 1] + 0.06 * self._units(rng, len(again))
        photos[rng.random(count) < _HUB_SHARE] += 0.12 * self._text_cone
        return _unit(photos).astype(np.float16)

    def _scenes_of(self, rng: np.random.Generator, count: int) -> NDArray[np.int64]:
        return np.minimum(np.searchsorted(self._up_to, rng.random(count)), len(self._scenes) - 1)

    def _units(self, rng: np.random.Generator, count: int) -> Float32:
        return _unit(rng.standard_normal((count, self._dimension), np.float32))


def _unit(vectors: Float32) -> Float32:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
