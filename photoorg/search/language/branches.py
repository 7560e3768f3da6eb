"""A query as alternatives, each of which is one question to the model under conditions: what the search works on."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final, TypeVar

from photoorg.query_errors import QueryTooComplex
from photoorg.search.language.expression import All, Either, Filter, Like, Not, Part, Phrase, Words
from photoorg.search.language.writer import text_of

MAX_BRANCHES: Final = 64
_Single = Words | Phrase | Like | Filter
_Kind = TypeVar("_Kind", Words, Phrase, Like, Filter)


@dataclass(frozen=True)
class Branch:
    """One alternative: all of it at once. `without_...` is what must not be there.

    Descriptions of the same weight are one text, in the order in which they were typed; those of another weight are others.
    """

    words: tuple[Words, ...] = ()
    likes: tuple[Like, ...] = ()
    without_words: tuple[Words, ...] = ()
    without_likes: tuple[Like, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    without_phrases: tuple[Phrase, ...] = ()
    filters: tuple[Filter, ...] = ()
    without_filters: tuple[Filter, ...] = ()

    @property
    def has_meaning(self) -> bool:
        """Whether a model is needed."""
        return bool(self.words or self.likes or self.without_words or self.without_likes)


def branches_of(part: Part) -> tuple[Branch, ...]:
    """The alternatives of a query, in the order in which they were typed. Raises QueryTooComplex for more than 64.

    What is denied goes down to single parts: not (a and b) is not a, or not b.
    """
    count = _count(part, is_denied=False)
    if count > MAX_BRANCHES:
        text = text_of(part)
        detail = f"it has {count:,} alternatives" if count < 10**6 else "it has millions of alternatives"
        detail += f", and {MAX_BRANCHES} are the limit"
        raise QueryTooComplex(query=text, start=0, end=len(text), near=text, detail=detail)
    return tuple(_branch(alternative) for alternative in _alternatives(part, is_denied=False))


def _count(part: Part, *, is_denied: bool) -> int:
    match part:
        case Not():
            return _count(part.part, is_denied=not is_denied)
        case All() | Either():
            counts = [_count(inner, is_denied=is_denied) for inner in part.parts]
            return sum(counts) if isinstance(part, Either) != is_denied else prod(counts)
        case _:
            return 1


def _alternatives(part: Part, *, is_denied: bool) -> list[tuple[_Single | Not, ...]]:
    match part:
        case Not():
            return _alternatives(part.part, is_denied=not is_denied)
        case All() | Either():
            inner = [_alternatives(one, is_denied=is_denied) for one in part.parts]
            if isinstance(part, Either) != is_denied:
                return [alternative for alternatives in inner for alternative in alternatives]
            return [tuple(single for one in chosen for single in one) for chosen in product(*inner)]
        case _:
            return [(Not(part) if is_denied else part,)]


def _branch(singles: Sequence[_Single | Not]) -> Branch:
    wanted = [single for single in singles if not isinstance(single, Not)]
    unwanted = [single.part for single in singles if isinstance(single, Not)]
    return Branch(
        words=_by_weight(_of_kind(Words, wanted)),
        likes=_of_kind(Like, wanted),
        without_words=_of_kind(Words, unwanted),
        without_likes=_of_kind(Like, unwanted),
        phrases=_of_kind(Phrase, wanted),
        without_phrases=_of_kind(Phrase, unwanted),
        filters=_of_kind(Filter, wanted),
        without_filters=_of_kind(Filter, unwanted),
    )


def _of_kind(kind: type[_Kind], parts: Sequence[Part]) -> tuple[_Kind, ...]:
    return tuple(part for part in parts if isinstance(part, kind))


def _by_weight(words: Sequence[Words]) -> tuple[Words, ...]:
    """Descriptions of one weight as one text, the heaviest first."""
    weights = sorted({one.weight for one in words}, reverse=True)
    return tuple(Words(" ".join(one.text for one in words if one.weight == weight), weight) for weight in weights)
