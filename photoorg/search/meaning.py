"""What an alternative of a query means to a model, and how its pictures are judged in the library that is asked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from photoorg.search.calibration import Level, level_of, offset_of
from photoorg.search.doubt import Known, some
from photoorg.search.judgement import Cut, Judgement, Part
from photoorg.search.middle import middle_of
from photoorg.search.noise import noise_of

Float32 = NDArray[np.float32]
Rows = NDArray[np.intp]
Weighted = tuple[tuple[Float32, float], ...]

# With a sample of fewer, too few background queries meet a photo that they fit.
SAMPLE_SIZE = 10_000
# With fewer photos than this noise cannot be told from an answer: where no level is known, nothing is cut off.
ENOUGH_PHOTOS = 30
# Noise widths that are worth one reach.
_REACH_IN_NOISE = 5 / 3
_PHOTOS_AS_QUERIES = 200
# In standard deviations of a library's scores: how far above their mean the nearest to some photos lie, and those that
# are alike enough beside words. Both by measurement on drawn libraries.
_NEAREST, _ALIKE = 2.0, 1.5
# Where a lower middle is looked for, in units of reach from the valley. Not where one to three photos were found, which
# are easily outnumbered, and not for a few photos where none was. By measurement on drawn libraries, and on combinations
# that the demo model was not trained with.
_BELOW_LEVEL, _SOME_FOUND, _ENOUGH_BELOW = -0.7, 4, 5
_SMALLEST = 1e-6
# Of what is wanted alone: `Aim.judge` cuts it by the scores of the whole library, and its reach does not turn the direction.
_JUDGED_LATER = Cut(0.0, 1.0)


@dataclass(frozen=True)
class Meaning:
    """Unit vectors (d,) and their weights: descriptions, example photos, and those whose meaning is to be left out."""

    words: Weighted = ()
    likes: Weighted = ()
    without_words: Weighted = ()
    without_likes: Weighted = ()


@dataclass(frozen=True, eq=False)
class Surroundings:
    """A library of `photos` pictures: a `sample` (s, d) of its embeddings, the model's `background` queries (b, d).

    What is learnt from them is kept: keep this object while the library hardly changes.
    """

    sample: Float32
    background: Float32
    photos: int

    @cached_property
    def shared(self) -> Float32:
        """What all texts have in common: a unit vector (d,), or zeros."""
        mean = self.background.mean(axis=0) if len(self.background) else np.zeros(self.sample.shape[1], np.float32)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), _SMALLEST), dtype=np.float32)

    @cached_property
    def known(self) -> Known | None:
        """What is known about the model's level in this library; None where it shows none."""
        if not len(self.background):
            return None
        level = level_of(self.sample, self.background, self.shared)
        if level is None:
            return None
        queries = self._without_shared(self.background) if level.without_shared else self.background
        valleys = level.valley + level.offset_share * offset_of(self.sample @ queries.T)
        return Known(queries, valleys, self.sample, level)

    @cached_property
    def doubt_limit(self) -> float:
        """From which doubt on nothing is held to match."""
        return self.known.limit(self.photos) if self.known is not None else np.inf

    @cached_property
    def level_of_photos(self) -> Level | None:
        """At which level photos of one scene meet each other; None where the library shows none."""
        if self.photos < ENOUGH_PHOTOS:
            return None
        queries = self.sample[:: max(1, len(self.sample) // _PHOTOS_AS_QUERIES)]
        return level_of(self.sample, queries, None, of_photos=True)

    def described(self, text: Float32) -> Float32:
        """What of a text (d,) is looked for, not of unit length."""
        if self.known is not None:
            return self._without_shared(text) if self.known.level.without_shared else text
        return np.asarray(text - self.background.mean(axis=0)) if len(self.background) else text

    def _without_shared(self, texts: Float32) -> Float32:
        return np.asarray(texts - np.multiply.outer(texts @ self.shared, self.shared), dtype=np.float32)


def aim_at(meaning: Meaning, surroundings: Surroundings) -> "Aim":
    """The direction for a meaning in a library, and how scores along it are judged."""
    signed = [*meaning.likes, *((like, -weight) for like, weight in meaning.without_likes)]
    if len(meaning.words) == 1 and not signed and surroundings.known is not None:
        wanted = [(surroundings.described(text), _JUDGED_LATER, weight) for text, weight in meaning.words]
    else:
        wanted = [_described(text, weight, surroundings) for text, weight in meaning.words]
    unwanted = [_described(text, 1.0, surroundings, is_wanted=False) for text, _ in meaning.without_words]
    if meaning.words and signed:
        wanted.append(_beside_words(signed, surroundings))
    elif meaning.likes:
        wanted.append((_example(signed), _JUDGED_LATER, 1.0))
    elif signed:
        unwanted.append(_alike(list(meaning.without_likes), surroundings))
    direction, parts, without = _directed(wanted, unwanted)
    parts = [replace(part, emphasis=one) for part, one in zip(parts, _emphasis(meaning, len(parts)), strict=True)]
    return Aim(direction, parts, without, surroundings, of_text=len(meaning.words) == len(wanted) == 1)


def _emphasis(meaning: Meaning, parts: int) -> list[float]:
    """The weights of descriptions against each other; examples beside them have none."""
    weights = [weight for _, weight in meaning.words]
    usual = float(np.exp(np.mean(np.log(weights)))) if weights else 1.0
    return [*(weight / usual for weight in weights), *[1.0] * (parts - len(weights))]


@dataclass(frozen=True, eq=False)
class Aim:
    """The unit vector (d,) along which the library is scored, and the parts that are to match or not to match."""

    direction: Float32
    wanted: list[Part]
    unwanted: list[Part]
    surroundings: Surroundings
    of_text: bool

    def judge(self, scores: Float32, vectors_of: Callable[[Rows], Float32] | None = None) -> Judgement:
        """The judgement from the scores (n,) of all pictures of the library along the direction.

        `vectors_of` gives the vectors (m, d) of some rows of these: with it, what was found is doubted, too.
        """
        if len(self.wanted) != 1:
            return Judgement(self.wanted, self.unwanted)
        length = 1 / self.wanted[0].share  # of the part: scores along the direction are shorter by it
        cut, own = self.wanted[0].cut, scores * np.float32(length)
        if not self.of_text:
            cut = _cut_of_examples(own, self.surroundings)
        elif self.surroundings.known is not None:
            cut = _cut_of_text(self.wanted[0].vector, own, self.surroundings, vectors_of)
        return Judgement([Part(self.direction, Cut(cut.middle / length, cut.reach / length))], self.unwanted)


def _cut_of_text(
    vector: Float32, scores: Float32, surroundings: Surroundings, vectors_of: Callable[[Rows], Float32] | None
) -> Cut:
    """What scores (n,) with a description (d,) are worth, where the level of its model is known."""
    known = surroundings.known
    assert known is not None
    cut = Cut(middle_of(scores, known.level), known.level.reach)
    if vectors_of is None:
        return cut
    rows = np.flatnonzero(scores > cut.middle)
    if len(rows) and known.doubt(vector, scores, cut.middle, vectors_of(some(rows))) >= surroundings.doubt_limit:
        return cut.doubted(float(scores.max()))
    # Where photos further down show all that is said, the middle is lower: a model is less sure of what it never learnt.
    lower = middle_of(scores, known.level, _BELOW_LEVEL)
    below = np.flatnonzero(scores > lower)
    if 0 < len(rows) < _SOME_FOUND or (not len(rows) and len(below) < _ENOUGH_BELOW):
        return cut
    is_borne_out = known.bears_out(vector, vectors_of(some(below)), len(below) / len(scores))
    return replace(cut, middle=min(lower, cut.middle)) if is_borne_out else cut


def _described(
    text: Float32, weight: float, surroundings: Surroundings, *, is_wanted: bool = True
) -> tuple[Float32, Cut, float]:
    """A description as a vector (d,) of its own length, what scores with it are worth, and its weight.

    What is unwanted takes away what fits at the level of matches, no more.
    """
    vector, known = surroundings.described(text), surroundings.known
    scores = np.vecdot(surroundings.sample, vector)
    if known is not None:
        vectors_of = (lambda rows: surroundings.sample[rows]) if is_wanted else None
        return vector, _cut_of_text(vector, scores, surroundings, vectors_of), weight
    if surroundings.photos < ENOUGH_PHOTOS:
        return vector, _below_all(scores), weight
    length = max(float(np.linalg.norm(vector)), _SMALLEST)
    others = (surroundings.background - surroundings.background.mean(axis=0)) if len(surroundings.background) else None
    background = np.empty((0, len(vector)), np.float32) if others is None else others / length
    noise = noise_of(vector / length, surroundings.sample, background, surroundings.photos)
    middle = noise.offset + noise.middle_z * noise.width
    return vector, Cut(middle * length, _REACH_IN_NOISE * noise.width * length), weight


def _alike(examples: list[tuple[Float32, float]], surroundings: Surroundings) -> tuple[Float32, Cut, float]:
    """Example photos as one vector (d,), and what scores with it are worth.

    Photos of one scene have a level of their own. Where the library has none at that level, the nearest are shown.
    """
    vector = _example(examples)
    return vector, _cut_of_examples(np.vecdot(surroundings.sample, vector), surroundings), 1.0


def _example(examples: list[tuple[Float32, float]]) -> Float32:
    return np.asarray(_sum(examples) / max(sum(weight for _, weight in examples if weight > 0), _SMALLEST), np.float32)


def _below_all(scores: Float32) -> Cut:
    """A cut that leaves nothing out."""
    width = max(float(scores.std()), _SMALLEST)
    return Cut(float(scores.min()) - width, width)


def _cut_of_examples(scores: Float32, surroundings: Surroundings) -> Cut:
    if surroundings.photos < ENOUGH_PHOTOS:
        return _below_all(scores)
    if (level := surroundings.level_of_photos) is not None:
        cut = Cut(middle_of(scores, level), level.reach)
        if (scores > cut.middle).any():
            return cut
    width = max(float(scores.std()), _SMALLEST)
    middle = float(scores.mean())
    return Cut(min(middle + _NEAREST * width, (middle + float(scores.max())) / 2), width)


def _beside_words(examples: list[tuple[Float32, float]], surroundings: Surroundings) -> tuple[Float32, Cut, float]:
    """More like these, less like those (Rocchio), beside a description: what is less alike than most does not match.

    At half a weight, as feedback has it, that is what is below the mean; a full one asks for more.
    """
    vector = _sum(examples)
    scores, weight = np.vecdot(surroundings.sample, vector), max(abs(weight) for _, weight in examples)
    if surroundings.photos < ENOUGH_PHOTOS:
        return vector, _below_all(scores), weight
    width = max(float(scores.std()), _SMALLEST)
    return vector, Cut(float(scores.mean()) + (weight - 0.5) * _ALIKE * width, width), weight


def _sum(weighted: list[tuple[Float32, float]]) -> Float32:
    return np.asarray(sum(weight * vector for vector, weight in weighted), dtype=np.float32)


def _directed(
    wanted: list[tuple[Float32, Cut, float]], unwanted: list[tuple[Float32, Cut, float]]
) -> tuple[Float32, list[Part], list[Part]]:
    """The direction, and the parts with their shares of it: each counts by its weight, in units of its reach."""
    if not wanted:
        vector, cut, _ = unwanted[0]
        length = float(np.linalg.norm(vector))
        first = Part(-vector / length, Cut(cut.middle / length, cut.reach / length))
        return first.vector, [], [first, *(Part(vector, cut) for vector, cut, _ in unwanted[1:])]
    total = _sum([(vector, weight / cut.reach) for vector, cut, weight in wanted])
    length = max(float(np.linalg.norm(total)), _SMALLEST)
    parts = [Part(vector, cut, weight / cut.reach / length) for vector, cut, weight in wanted]
    return np.asarray(total / length, dtype=np.float32), parts, [Part(vector, cut) for vector, cut, _ in unwanted]
