"""What a query asks for: a tree of descriptions, exact words, example photos and filters."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """A description for the model: "a dog on the beach". Its weight says how much it counts beside others."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True)
class Phrase:
    """Exact words, in this order, that stand in the file name, folder, a tag, title, caption or camera."""

    text: str


@dataclass(frozen=True)
class Like:
    """An example photo: its path, or "#" and its id in the library. A negative one is inside `Not`."""

    photo: str
    weight: float = 1.0


@dataclass(frozen=True)
class Filter:
    """A condition on facts, as it was typed: `date:"last summer"` means another summer next year."""

    key: str
    value: str


@dataclass(frozen=True)
class Not:
    """What must not be there. A description or example is subtracted from the meaning; anything else is excluded."""

    part: Part


@dataclass(frozen=True)
class All:
    """Everything of this at once, two parts or more. Parts of meaning are added up."""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Either:
    """At least one of these, two parts or more."""

    parts: tuple[Part, ...]


Part = Words | Phrase | Like | Filter | Not | All | Either
