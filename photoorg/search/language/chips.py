"""A query as chips before a search field, and the words that stay in it."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from photoorg.query_errors import QueryError
from photoorg.search.language.branches import branches_of
from photoorg.search.language.chip_labels import label_of
from photoorg.search.language.expression import Filter, Like, Not, Part, Phrase, Words
from photoorg.search.language.parser import parse
from photoorg.search.language.pieces import Piece, pieces_of
from photoorg.search.language.writer import text_of

ChipKind = Literal["filter", "like", "phrase", "words"]
# Between what was taken out and what follows.
_COMMA: Final = re.compile(r"^\s*[,;]+(?=\s|$)")
_KINDS: Final[dict[type[Part], ChipKind]] = {Filter: "filter", Like: "like", Phrase: "phrase", Words: "words"}


@dataclass(frozen=True)
class Chip:
    """A part of a query that stands for itself: `text` in the query, `label` for people; `photo` of an example."""

    text: str
    label: str
    kind: ChipKind
    is_negative: bool = False
    photo: str | None = None


@dataclass(frozen=True)
class Chips:
    """A query as chips and the rest of its text: plain words, alternatives, and what cannot be understood."""

    chips: tuple[Chip, ...]
    rest: str


def chips_of(text: str, cursor: int | None = None) -> Chips:
    """The chips of a text, in their order. Never raises: what is faulty stays in the rest.

    What touches the cursor (counted in characters) stays there, too: it is still being typed.
    """
    pieces = pieces_of(text)
    if any(piece.first == "OR" for piece in pieces) or (_has_and(pieces) and _branches(text) is None):
        return Chips((), text)
    found = [(piece, _chip(text[piece.start : piece.end])) for piece in pieces if not _touches(piece, cursor)]
    chips = tuple(chip for _, chip in found if chip)
    taken_out = [piece for piece, chip in found if chip or piece.first == "_AND"]
    made = Chips(chips, _without(text, taken_out) if chips else text)
    return made if _is_same(text, text_of_chips(made)) else Chips((), text)


def text_of_chips(chips: Chips) -> str:
    """The text of a query that is shown as chips."""
    return " ".join(part for part in (*(chip.text for chip in chips.chips), chips.rest) if part)


def _chip(text: str) -> Chip | None:
    try:
        part = parse(text)
    except QueryError:
        return None
    single = part.part if isinstance(part, Not) else part
    is_plain = isinstance(part, Words) and part.weight == 1
    if part is None or single is None or is_plain or not isinstance(single, Words | Phrase | Like | Filter):
        return None
    # A "not" would reach for the words of the next chip.
    shown = text_of(part) if text[:1] in "nN" and isinstance(part, Not) else text
    photo = single.photo if isinstance(single, Like) else None
    return Chip(shown, label_of(part), _KINDS[type(single)], isinstance(part, Not), photo)


def _without(text: str, taken_out: list[Piece]) -> str:
    begins, ends = [0, *(piece.end for piece in taken_out)], [*(piece.start for piece in taken_out), len(text)]
    between = (_COMMA.sub("", text[begin:end]).strip() for begin, end in zip(begins, ends, strict=True))
    return " ".join(one for one in between if one)


def _touches(piece: Piece, cursor: int | None) -> bool:
    return cursor is not None and piece.start <= cursor <= piece.end


def _has_and(pieces: list[Piece]) -> bool:
    return any(piece.first == "_AND" for piece in pieces)


def _is_same(text: str, other: str) -> bool:
    """Whether two texts ask the same; also if the first one has an error."""
    branches = _branches(text)
    return branches is None or branches == _branches(other)


def _branches(text: str) -> object:
    """The branches of a text; None if it has an error."""
    try:
        part = parse(text)
        return branches_of(part) if part else ()
    except QueryError:
        return None
