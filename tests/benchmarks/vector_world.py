"""Questions to the vectors of make_vectors.py, which imitate a real CLIP's statistics."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from asked import (
    ABSENT,
    COMBINED,
    FILTERED,
    FILTERED_OUT,
    GIBBERISH,
    LIKES,
    NEGATED,
    ONLY_NEGATED,
    WITH_LIKE,
    Float32,
    Question,
    Truth,
    World,
    describing,
    group_of,
)

from photoorg.search.meaning import Meaning

_EACH = 60


def vector_world(name: str, arrays: Mapping[str, Any]) -> World:
    """Half of the queries, unlabelled, are the bank; the others are asked."""
    images, texts = arrays["images"].astype(np.float32), arrays["texts"].astype(np.float32)
    asking = _Asking(images, texts[::2], arrays["wanted"][::2], arrays["topic"], arrays["date"])
    return World(name, images, texts[1::2], asking.all(texts), np.asarray(arrays["topic"], np.int64))


class _Asking:
    def __init__(self, images: Float32, texts: Float32, wanted: Truth, topic: Truth, date: Truth) -> None:
        self._images, self._texts, self._wanted, self._topic, self._date = images, texts, wanted, topic, date
        self._rng = np.random.default_rng(len(images))
        self._there = np.flatnonzero(wanted >= 0)[:_EACH]

    def all(self, texts: Float32) -> list[Question]:
        """Every kind of question."""
        plain = [
            Question(ABSENT if wanted < 0 else self._group(wanted), f"{number}", describing(text), self._truth(wanted))
            for number, (text, wanted) in enumerate(zip(self._texts, self._wanted, strict=True))
        ]
        return plain + self._gibberish(texts) + self._combined() + self._filtered(plain)

    def _truth(self, wanted: int) -> Truth:
        return np.asarray(self._topic == wanted)

    def _group(self, wanted: int) -> str:
        return group_of(int(self._truth(wanted).sum()), len(self._topic))

    def _gibberish(self, texts: Float32) -> list[Question]:
        """Random directions as far from the middle of all texts as texts are."""
        middle = texts.mean(axis=0)
        random = self._rng.standard_normal((_EACH, texts.shape[1])).astype(np.float32)
        random *= np.sqrt(1 - middle @ middle) / np.linalg.norm(random, axis=1, keepdims=True)
        vectors = middle + random
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        nothing = self._truth(-1)
        return [Question(GIBBERISH, f"random {n}", describing(one), nothing) for n, one in enumerate(vectors)]

    def _combined(self) -> list[Question]:
        questions = []
        for number, other in zip(self._there, np.roll(self._there, 1), strict=True):
            text, truth = self._texts[number], self._truth(self._wanted[number])
            second, apart = self._texts[other], self._truth(self._wanted[other])
            examples = self._images[self._rng.choice(np.flatnonzero(truth), 3)]
            likes = tuple((example, 1.0) for example in examples)
            same = [n for n in self._there if self._wanted[n] == self._wanted[number] and n != number]
            questions += [
                Question(NEGATED, f"{number} -{other}", describing(text, second), truth & ~apart),
                Question(ONLY_NEGATED, f"-{number}", Meaning(without_words=((text, 1.0),)), ~truth),
                Question(WITH_LIKE, f"{number} + like", Meaning(words=((text, 1.0),), likes=likes[:1]), truth),
                Question(LIKES, f"like {number}", Meaning(likes=likes), truth),
            ]
            if same:
                words = ((text, 1.0), (self._texts[same[0]], 0.9))
                questions.append(Question(COMBINED, f"{number} + {same[0]}", Meaning(words=words), truth))
        return questions

    def _filtered(self, plain: list[Question]) -> list[Question]:
        questions = []
        for number in self._there:
            question = plain[number]
            days = np.median(self._date[question.truth]) if self._rng.random() < 0.5 else self._rng.integers(5000)
            kept = np.abs(self._date - days) < 60
            group = FILTERED if (question.truth & kept).any() else FILTERED_OUT
            questions.append(Question(group, question.text, question.meaning, question.truth, np.asarray(kept)))
        return questions
