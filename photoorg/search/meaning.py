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


class Judgement:
    def __init__(self, noise):
        self.noise = noise

    def floor(self, cut_off):
        import math

        n = self.noise
        return n.offset + n.width * (n.middle_z + math.log(cut_off / (1 - cut_off)) / 1.5)

    def relevance(self, scores, vectors):
        return self.noise.relevance(scores)


class Aim:
    def __init__(self, direction, noise):
        self.direction, self.noise = direction, noise

    def judge(self, scores):
        return Judgement(self.noise)


def aim_at(meaning, surroundings):
    from photoorg.search.aim import aim_at as old

    text = meaning.words[0][0] if meaning.words else None
    aim = old(text, [v for v, _ in meaning.likes], surroundings.sample, surroundings.background, surroundings.photos)
    return Aim(aim.direction, aim.noise)
