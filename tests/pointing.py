"""The pointing game with a real model: how often the best place of a map lies in the subject that was asked for."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from pointing_pictures import Question

from photoorg.catalog.catalog import Catalog
from photoorg.embedding.encoder import Encoder
from photoorg.paths import DataDir
from photoorg.search.query import TextEncodings
from photoorg.search.why import WhyMap, where_in
from photoorg.search.why_photo import background_of, direction_of

Point = tuple[float, float]


class Pointer:
    """Points at where a query lies in a picture, as `photoorg why` does."""

    def __init__(self, encoder: Encoder, work: Path, **options: Any) -> None:
        data_dir = DataDir(work)
        data_dir.create()
        self.encoder = encoder
        self._catalog = Catalog(data_dir)
        self._texts = TextEncodings(self._catalog.embeddings, encoder.model, lambda: encoder)
        self._options = options

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._catalog.close()

    def direction(self, query: str) -> Any:
        return direction_of(query, self._texts)

    def why(self, picture: Any, query: str, **options: Any) -> WhyMap:
        options = self._options | options
        return where_in(picture, self.direction(query), background_of(self._texts), self.encoder, **options)


@dataclass
class Score:
    """How often a pointer was right, by kind of picture and by subject: in the subject, and in its box."""

    right: dict[str, list[tuple[bool, bool]]] = field(default_factory=lambda: defaultdict(list))

    def share(self, group: str = "all", *, box: bool = False) -> float:
        return float(np.mean([hit[box] for hit in self.right[group]]))

    def add(self, question: Question, point: Point) -> None:
        hit = question.is_right(*point), question.is_in_box(*point)
        for group in ("all", question.kind, question.subject):
            self.right[group].append(hit)


def play(point: Callable[[Question], Point], questions: Iterable[Question]) -> Score:
    """Let something point."""
    score = Score()
    for question in questions:
        score.add(question, point(question))
    return score
