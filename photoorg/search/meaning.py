"""What an alternative of a query means to a model, and the library that it is asked of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Weighted = tuple[tuple[Float32, float], ...]


@dataclass(frozen=True)
class Meaning:
    """Unit vectors (d,) and their weights: descriptions, example photos, and those whose meaning is to be left out."""

    words: Weighted = ()
    likes: Weighted = ()
    without_words: Weighted = ()
    without_likes: Weighted = ()


@dataclass(frozen=True)
class Surroundings:
    """A library of `photos` pictures: a `sample` (s, d) of its embeddings, the model's `background` queries (b, d)."""

    sample: Float32
    background: Float32
    photos: int
