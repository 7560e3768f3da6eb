"""One tree for one meaning: nothing nested that need not be, neighbouring words as one text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from photoorg.search.language.expression import All, Either, Filter, Like, Not, Part, Phrase, Words


def all_of(parts: Iterable[Part]) -> Part | None:
    """All of it at once; None for nothing. Neighbouring words of weight 1 become one text."""
    joined: list[Part] = []
    for part in _flat(All, parts):
        last = joined[-1] if joined else None
        if isinstance(part, Words) and isinstance(last, Words) and part.weight == last.weight == 1:
            joined[-1] = Words(f"{last.text} {part.text}")
        else:
            joined.append(part)
    return _one_or(All, joined)


def either_of(parts: Iterable[Part]) -> Part | None:
    """At least one of it; None for nothing."""
    return _one_or(Either, list(_flat(Either, parts)))


def not_of(part: Part) -> Part:
    """The contrary: twice is not at all."""
    return part.part if isinstance(part, Not) else Not(part)


def weighted(part: Part, factor: float) -> Part:
    """All that has a meaning in it counts so many times as much."""
    match part:
        case Words() | Like():
            return replace(part, weight=part.weight * factor)
        case Not():
            return Not(weighted(part.part, factor))
        case All():
            return all_of(weighted(inner, factor) for inner in part.parts) or part
        case Either():
            return replace(part, parts=tuple(weighted(inner, factor) for inner in part.parts))
        case Phrase() | Filter():
            return part


def weights_of(part: Part) -> list[float]:
    """The weights of all that has one."""
    match part:
        case Words() | Like():
            return [part.weight]
        case Not():
            return weights_of(part.part)
        case All() | Either():
            return [weight for inner in part.parts for weight in weights_of(inner)]
        case Phrase() | Filter():
            return []


def _flat(kind: type[All | Either], parts: Iterable[Part]) -> Iterator[Part]:
    for part in parts:
        yield from part.parts if isinstance(part, kind) else (part,)


def _one_or(kind: type[All | Either], parts: Sequence[Part]) -> Part | None:
    if len(parts) > 1:
        return kind(tuple(parts))
    return parts[0] if parts else None
