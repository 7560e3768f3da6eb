"""From the parts of a query to the one direction that the photos are ranked along."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoorg.search.query import unit
from photoorg.search.relevance import Noise, noise_of

Float32 = NDArray[np.float32]

_SMALLEST = 1e-6


@dataclass(frozen=True)
class Aim:
    """The unit vector (d,) that photos are ranked along, and the noise of their cosines with it."""

    direction: Float32
    noise: Noise


def aim_at(text: Float32 | None, like: Sequence[Float32], sample: Float32, background: Float32, photos: int) -> Aim:
    """The aim of a text, of example photos, or of both with an equal say, in a library of `photos`.

    Of a text only what it does not share with the `background` counts (see relevance). Cosines between photos spread
    several times wider than those between a text and photos: a plain sum would let the photo decide alone, so each
    part is divided by the width of its own cosines over the sampled library.
    """
    shared: Float32 = background.mean(axis=0) if len(background) else np.zeros(sample.shape[1], np.float32)
    parts: list[Float32] = [] if text is None else [text - shared]
    parts += like
    if len(parts) == 1:
        length = max(float(np.linalg.norm(parts[0])), _SMALLEST)
        direction = _divided(parts[0], length)
        return Aim(direction, noise_of(direction, sample, _divided(background - shared, length), photos))
    widths = [max(float(np.std(sample @ part)), _SMALLEST) for part in parts]
    direction = unit(np.sum([part / width for part, width in zip(parts, widths, strict=True)], axis=0))
    return Aim(direction, noise_of(direction, sample, np.empty((0, len(direction)), np.float32), photos))


def _divided(vectors: Float32, length: float) -> Float32:
    return np.asarray(vectors / length, dtype=np.float32)
