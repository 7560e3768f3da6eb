"""The canonical text of a query: reading it gives the same tree again."""

import re
from decimal import Decimal
from typing import Final

from photoorg.search.language.expression import All, Either, Filter, Like, Not, Part, Phrase, Words
from photoorg.search.language.lexing import with_blanks

# What needs no quotes.
_PLAIN_VALUE: Final = re.compile(r'[^\s()|"“”„^]*[^\s()|"“”„^,;]')


def text_of(part: Part) -> str:
    """What to type for a query."""
    match part:
        case Either():
            return " OR ".join(text_of(inner) for inner in part.parts)
        case All():
            return " ".join(
                _in_parentheses(inner) if isinstance(inner, Either) else text_of(inner) for inner in part.parts
            )
        case Not():
            return f"-{_denied(part.part)}"
        case _:
            return _single(part)


def value_text(value: str) -> str:
    """A value as it stands behind a key: in quotes where necessary."""
    is_plain = _PLAIN_VALUE.fullmatch(value) and with_blanks(value) == value
    return value if is_plain else quoted(value)


def quoted(text: str) -> str:
    """The text in quotes; quotes in it are doubled."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _single(part: Words | Phrase | Like | Filter) -> str:
    match part:
        case Words():
            return part.text if part.weight == 1 else f"{_as_one(part.text)}{_weight(part.weight)}"
        case Phrase():
            return quoted(part.text)
        case Like():
            return f"like:{value_text(part.photo)}{_weight(part.weight)}"
        case Filter():
            return f"{part.key}:{value_text(part.value)}"


def _denied(part: Part) -> str:
    match part:
        case Words() if not part.text[0].isalpha() or (part.weight == 1 and " " in part.text):
            return _in_parentheses(part)
        case Words() | Phrase() | Like() | Filter():
            return text_of(part)
        case _:
            return _in_parentheses(part)


def _in_parentheses(part: Part) -> str:
    return f"({text_of(part)})"


def _as_one(text: str) -> str:
    return f"({text})" if " " in text else text


def _weight(weight: float) -> str:
    return "" if weight == 1 else f"^{Decimal(repr(weight)).normalize():f}"
