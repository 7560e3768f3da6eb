"""A text cut where one part of a query ends and the next begins, also if it has errors."""

from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from photoorg.query_errors import QueryError
from photoorg.search.language.lexing import place_of, tokens_of
from photoorg.search.language.negation import reach_of_not

if TYPE_CHECKING:
    from lark import Token


class Piece(NamedTuple):
    """A part of a text from `start` to `end`. An AND, which is understood by itself, and an OR are pieces, too."""

    start: int
    end: int
    first: str
    """The type of its first token in grammar.lark."""


def pieces_of(text: str) -> list[Piece]:
    """The outermost parts of a text; what follows a quote or parenthesis without a partner is one. Empty if it is too long."""
    try:
        tokens = tokens_of(text)
    except QueryError:
        return []
    pieces, place = [], 0
    while place < len(tokens):
        behind = _behind(tokens, place)
        end = len(text) if _is_incomplete(tokens, place, behind) else place_of(tokens[behind - 1])[1]
        pieces.append(Piece(place_of(tokens[place])[0], end, tokens[place].type))
        place = behind if end < len(text) else len(tokens)
    return pieces


def _behind(tokens: "list[Token]", place: int) -> int:
    """The number of the token behind the part that begins at a token."""
    match _type(tokens, place):
        case "NOT":
            return _behind_not(tokens, place)
        case "MINUS":
            is_followed = _type(tokens, place + 1) not in {"", "NOT", "MINUS"}
            return _behind(tokens, place + 1) if is_followed else place + 1
        case "OPEN":
            return _behind_weight(tokens, _behind_group(tokens, place))
        case "LONE_QUOTE":
            return len(tokens)
        case _:
            return _behind_weight(tokens, place + 1)


def _behind_not(tokens: "list[Token]", place: int) -> int:
    while _type(tokens, place) in {"NOT", "_AND"}:
        place += 1
    if place >= len(tokens) or _type(tokens, place) in {"OR", "CLOSE"}:
        return place
    numbers = range(place, len(tokens))
    plain = takewhile(lambda number: _type(tokens, number) == "WORD" and _type(tokens, number + 1) != "WEIGHT", numbers)
    words = [str(tokens[number]) for number in plain]
    return place + reach_of_not(words) if words else _behind(tokens, place)


def _behind_group(tokens: "list[Token]", place: int) -> int:
    depth = 0
    for number in range(place, len(tokens)):
        depth += {"OPEN": 1, "CLOSE": -1}.get(tokens[number].type, 0)
        if tokens[number].type == "LONE_QUOTE" or depth == 0:
            return number + 1
    return len(tokens)


def _behind_weight(tokens: "list[Token]", place: int) -> int:
    return place + 1 if _type(tokens, place) == "WEIGHT" else place


def _is_incomplete(tokens: "list[Token]", place: int, behind: int) -> bool:
    types = [token.type for token in tokens[place:behind]]
    return "LONE_QUOTE" in types or types.count("OPEN") > types.count("CLOSE")


def _type(tokens: "list[Token]", place: int) -> str:
    return tokens[place].type if place < len(tokens) else ""
