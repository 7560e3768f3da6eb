"""Questions to a library of embeddings, with the truth about each photo."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from photoorg.search.meaning import Meaning

Float32 = NDArray[np.float32]
Truth = NDArray[np.bool_]

# Groups of questions to which there is no answer in the library.
ABSENT, GIBBERISH, UNKNOWN = "absent", "gibberish", "unknown"
PRESENT, RARE, COMMON = "present", "present, 1 to 3 photos", "present, 15 to 40 %"
NEGATED, ONLY_NEGATED = "negated", "only negated"
COMBINED, WITH_LIKE, LIKES = "two descriptions", "description and photo", "several photos"
FILTERED, FILTERED_OUT = "filtered", "filtered, nothing left"
SILENT = (ABSENT, GIBBERISH, UNKNOWN, FILTERED_OUT)


@dataclass(frozen=True)
class Question:
    """`truth` (n,) is which photos answer it; those outside of `kept` (n,) are filtered out."""

    group: str
    text: str
    meaning: Meaning
    truth: Truth
    kept: Truth | None = None

    @property
    def answers(self) -> Truth:
        """The photos to be found (n,)."""
        return self.truth if self.kept is None else self.truth & self.kept


@dataclass(frozen=True)
class World:
    """A library of `vectors` (n, d), the model's background queries (b, d) and what is asked."""

    name: str
    vectors: Float32
    background: Float32
    questions: list[Question] = field(default_factory=list)
    topics: NDArray[np.int64] | None = None


def group_of(answers: int, photos: int) -> str:
    """In which group a plain description belongs that fits so many of all photos."""
    if not answers:
        return ABSENT
    if answers <= 3:
        return RARE
    return COMMON if 0.15 <= answers / photos <= 0.4 else PRESENT


def describing(vector: Float32, *without: Float32) -> Meaning:
    """One description, perhaps without others."""
    return Meaning(words=((vector, 1.0),), without_words=tuple((one, 1.0) for one in without))
