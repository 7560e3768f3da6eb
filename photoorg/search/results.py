"""What a search gives: the ranking of all that was found, and the first photos of it."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.records import Photo
from photoorg.errors import PhotoorgError

Float32 = NDArray[np.float32]
Int64 = NDArray[np.int64]

CUT_OFF = 0.5


@dataclass(frozen=True)
class SearchOptions:
    """How much of a ranking is wanted: `k` hits, those below the `cut_off` (0..1) only with `keep_all`.

    `fold`: copies, and pictures that are nearly equal, are one hit. `rest`: so many photos at least are ranked, relevant or not.
    """

    k: int = 20
    keep_all: bool = False
    cut_off: float = CUT_OFF
    fold: bool = True
    rest: int = 0

    def __post_init__(self) -> None:
        """Raises ValueError."""
        if self.k < 0 or self.rest < 0 or not 0.0 <= self.cut_off <= 1.0:
            raise ValueError(f"k and rest begin at 0, the cut-off lies within 0..1: {self}")


@dataclass(frozen=True)
class Hit:
    """A photo that was found; `score` is its cosine with what was asked for, None where only facts were.

    `relevance` is 0..1, with the automatic cut-off at 0.5; `copies` are the ids of photos that are folded into it.
    """

    photo: Photo
    score: float | None
    relevance: float
    copies: tuple[int, ...] = ()

    @property
    def path(self) -> Path:
        """Where the photo is."""
        return Path(os.fsdecode(self.photo.path))


@dataclass(frozen=True)
class Ranking:
    """Photo ids (n,), best first, with relevance (n,) and scores (n,), NaN where only facts were asked for.

    All that may be relevant, and some of the rest. `copies`: photo id -> ids that are folded into it.
    """

    photo_ids: Int64 = field(default_factory=lambda: np.empty(0, np.int64))
    relevance: Float32 = field(default_factory=lambda: np.empty(0, np.float32))
    scores: Float32 = field(default_factory=lambda: np.empty(0, np.float32))
    copies: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.photo_ids)

    def count(self, cut_off: float = CUT_OFF) -> int:
        """How many have at least this relevance: the first so many."""
        return int(np.count_nonzero(self.relevance >= cut_off))

    def hits(self, photos: Callable[[Sequence[int]], Mapping[int, Photo]], first: int) -> list[Hit]:
        """The first ones, as far as `photos` gives their photos."""
        ids = self.photo_ids[:first].tolist()
        known = photos(ids)
        scores, relevance = self.scores[:first].tolist(), self.relevance[:first].tolist()
        return [
            Hit(known[number], None if score != score else score, how_relevant, self.copies.get(number, ()))  # noqa: PLR0124  NaN
            for number, score, how_relevant in zip(ids, scores, relevance, strict=True)
            if number in known
        ]


@dataclass(frozen=True)
class SearchResult:
    """Hits, best first; `coverage` is the share of photos that the model has embedded; times in seconds.

    `ranking` has all that was found, of which `hits` are the first; `relevant` of it are above the cut-off. `model` is the one that answered, "" if none was
    needed; `notices` are things to know about the answer, with hints.
    """

    hits: list[Hit]
    nothing_matches: bool
    coverage: float
    encode_seconds: float
    search_seconds: float
    model: str = ""
    notices: tuple[PhotoorgError, ...] = ()
    ranking: Ranking = field(default_factory=Ranking)
    relevant: int = 0
