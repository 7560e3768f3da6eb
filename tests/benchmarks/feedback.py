"""More like these, less like those: what two photos of each kind do to the first ten."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from asked import COMMON, PRESENT, Float32, Question, World
from figures import surroundings_of

from photoorg.search.meaning import Meaning, Surroundings, aim_at

_WEIGHT, _EXAMPLES, _FIRST, _SEEN = 0.5, 2, 10, 60
_LEAST, _MOST_PAIRS = 12, 100


def feedback(worlds: Sequence[World]) -> dict[str, Any]:
    """Precision among the first ten (marked ones left out) before and after, for who asks for more than he wants."""
    answers = [pair for world in worlds for pair in _answers(world)]
    before, after = np.mean(answers, axis=0) if answers else (0.0, 0.0)
    return {
        "questions": len(answers),
        "precision_before": round(float(before), 3),
        "precision_after": round(float(after), 3),
    }


def _answers(world: World) -> Iterator[tuple[float, float]]:
    surroundings = surroundings_of(world)
    for asked, wanted in _pairs(world):
        ranking = _ranking(asked.meaning, world.vectors, surroundings)
        seen = ranking[:_SEEN]
        more, less = seen[wanted.truth[seen]][:_EXAMPLES], seen[~wanted.truth[seen]][:_EXAMPLES]
        if len(more) == len(less) == _EXAMPLES:
            likes, without = (tuple((world.vectors[row], _WEIGHT) for row in rows) for rows in (more, less))
            meaning = Meaning(words=asked.meaning.words, likes=likes, without_likes=without)
            again = _ranking(meaning, world.vectors, surroundings)
            marked = [*more, *less]
            yield tuple(float(wanted.truth[rows[~np.isin(rows, marked)][:_FIRST]].mean()) for rows in (ranking, again))  # type: ignore[misc]


def _ranking(meaning: Meaning, vectors: Float32, surroundings: Surroundings) -> np.ndarray:
    return np.argsort(-(vectors @ aim_at(meaning, surroundings).direction), kind="stable")


def _pairs(world: World) -> list[tuple[Question, Question]]:
    """A question that was asked, and a narrower one that was meant; of two topics, one."""
    plain = [q for q in world.questions if q.group in (PRESENT, COMMON) and q.truth.sum() >= _LEAST]
    rng = np.random.default_rng(0)
    pairs = [
        (asked, wanted)
        for asked in plain
        for wanted in plain
        if not (wanted.truth & ~asked.truth).any() and wanted.truth.sum() < 0.6 * asked.truth.sum()
    ]
    if world.topics is not None:
        pairs = [(_both(one, other), one) for one, other in pairwise(plain)]
    return [pairs[number] for number in rng.permutation(len(pairs))[:_MOST_PAIRS]]


def _both(one: Question, other: Question) -> Question:
    text = one.meaning.words[0][0] + other.meaning.words[0][0]
    meaning = Meaning(words=((text / np.linalg.norm(text), 1.0),))
    return Question(one.group, f"{one.text} or {other.text}", meaning, one.truth | other.truth)
