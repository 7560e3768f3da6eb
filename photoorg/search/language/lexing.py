"""The grammar, loaded when the first search is read, and the tokens of a search."""

import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from photoorg.query_errors import QueryTooComplex, QueryUnbalanced

if TYPE_CHECKING:
    from lark import Lark, Token

MAX_LENGTH: Final = 10_000
MAX_DEPTH: Final = 30
# Signs that cannot be seen: control characters, halves of characters.
_UNREADABLE: Final = ("Cc", "Cs")
_OPERATORS: Final = {"OR": "OR", "AND": "_AND"}


@cache
def grammar() -> "Lark":
    """The parser of grammar.lark. Importing lark takes longer than `photoorg --help` may, so it happens here."""
    from lark import Lark

    text = files("photoorg.search.language").joinpath("grammar.lark").read_text(encoding="utf-8")
    callbacks = {"WORD": _told_apart, "KEYWORD": _told_apart}
    return Lark(text, parser="lalr", lexer="basic", maybe_placeholders=False, lexer_callbacks=callbacks)


def with_blanks(text: str) -> str:
    """The text, as long as before, with a blank for each sign that cannot be seen."""
    return "".join(" " if unicodedata.category(sign) in _UNREADABLE else sign for sign in text)


def tokens_of(text: str) -> "list[Token]":
    """The tokens of a text; pairs need not be complete. Raises QueryTooComplex if it is too long."""
    if len(text) > MAX_LENGTH:
        detail = f"it has {len(text):,} characters, and {MAX_LENGTH:,} are the limit"
        raise QueryTooComplex(query=text, start=MAX_LENGTH, end=len(text), near="", detail=detail)
    return list(grammar().lex(with_blanks(text)))


def check_pairs(text: str, tokens: "list[Token]") -> None:
    """Raises QueryUnbalanced where a quote or parenthesis stands alone, QueryTooComplex where they are too deep."""
    open_ones: list[Token] = []
    for token in tokens:
        if token.type == "LONE_QUOTE" or (token.type == "CLOSE" and not open_ones):
            raise _unbalanced(text, token)
        if token.type == "OPEN":
            open_ones.append(token)
        elif token.type == "CLOSE":
            open_ones.pop()
        if len(open_ones) > MAX_DEPTH:
            start, end = place_of(token)
            detail = f"parentheses are in one another more than {MAX_DEPTH} times"
            raise QueryTooComplex(query=text, start=start, end=end, near=str(token), detail=detail)
    if open_ones:
        raise _unbalanced(text, open_ones[-1])


def place_of(token: "Token") -> tuple[int, int]:
    """Where a token begins and ends in the text."""
    assert token.start_pos is not None
    assert token.end_pos is not None
    return token.start_pos, token.end_pos


def _unbalanced(text: str, token: "Token") -> QueryUnbalanced:
    start, end = place_of(token)
    return QueryUnbalanced(query=text, start=start, end=end, near=str(token), position=start + 1)


def _told_apart(token: "Token") -> "Token":
    word = str(token)
    token.type = "NOT" if word.casefold() == "not" else _OPERATORS.get(word, "WORD")
    return token
