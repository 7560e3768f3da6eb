"""How a query may go on at the cursor: keys of filters, and the values of each."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from photoorg.amounts import counted
from photoorg.search.language.filter_values import HAS_TRAITS, IS_TRAITS, ORIENTATIONS
from photoorg.search.language.keys import EXAMPLES, KEYS
from photoorg.search.language.lexing import MAX_LENGTH, with_blanks
from photoorg.search.language.wording import folded
from photoorg.search.language.writer import value_text

MOST_COMPLETIONS: Final = 12
# One letter is too often a word: "a dog".
_LETTERS_OF_KEY: Final = 2
_OPERATORS: Final = {"OR", "AND", "NOT"}
_QUOTES: Final = ('"', "“", "”", "„")
_Names = Sequence[tuple[str, int]]
# What is begun at the cursor: a word, or a key with a value that may stand in quotes.
_BEGUN: Final = re.compile(
    r'(?:^|(?<=[\s(|]))-?(?P<whole>(?:(?P<key>[A-Za-z]+):)?(?P<value>"(?:[^"]|"")*|[“”„][^“”„]*|[^\s()|"“”„]*))$'
)
# What else belongs to it behind the cursor.
_REST_OF_WORD: Final = re.compile(r'[^\s()|"“”„]*')
_REST_IN_QUOTES: Final = re.compile(r'[^"“”„\n]*["“”]')
_DATES: Final = (
    *("today", "yesterday", "this week", "last week", "this month", "last month", "this year", "last year"),
    *("last 30 days", "last summer", "christmas", "2020..2022", "1990s"),
)
_FIXED: Final[dict[str, Sequence[str]]] = {
    "date": _DATES,
    "before": _DATES[:8],
    "after": _DATES[:8],
    "is": IS_TRAITS,
    "has": HAS_TRAITS,
    "orientation": ORIENTATIONS,
    "rating": (">=4", ">=3", "5", "4", "3", "2", "1", "0"),
    "size": (">5MB", ">=12MP", "<2000px"),
    "near": ("48.2,16.4,10km",),
    "type": ("raw",),
}


class Values(Protocol):
    """What a library contains: names, each with its number of photos."""

    def folders(self) -> _Names:
        """Folders, as paths or names."""

    def albums(self) -> _Names:
        """Albums, the smart ones, too."""

    def tags(self) -> _Names:
        """Tags."""

    def cameras(self) -> _Names:
        """Cameras: make and model."""

    def lenses(self) -> _Names:
        """Lenses."""

    def types(self) -> _Names:
        """Formats of main files, such as "JPEG"."""


@dataclass(frozen=True)
class Completion:
    """`text` takes the place from `start` to `end` in the query; the cursor then stands behind it."""

    text: str
    start: int
    end: int
    label: str
    detail: str
    kind: Literal["key", "value"]


_NAMES: Final[dict[str, Callable[[Values], _Names]]] = {
    "folder": lambda values: values.folders(),
    "album": lambda values: values.albums(),
    "tag": lambda values: values.tags(),
    "camera": lambda values: values.cameras(),
    "lens": lambda values: values.lenses(),
    "type": lambda values: values.types(),
}


def complete(text: str, cursor: int, values: Values) -> list[Completion]:
    """At most a dozen completions at the cursor, best first; none where nothing is begun, and in exact words. Never raises."""
    cursor = max(0, min(cursor, len(text)))
    begun = _BEGUN.search(with_blanks(text[max(0, cursor - MAX_LENGTH) : cursor]))
    if not begun:
        return []
    value = begun["value"]
    start, end = cursor - len(value), _end(text, cursor, value)
    if begun["key"]:
        return _values(begun["key"].lower(), _unquoted(value), (start, end), values)
    is_key = len(value) >= _LETTERS_OF_KEY and value not in _OPERATORS
    return _keys(value.casefold(), start, end) if is_key else []


def _unquoted(value: str) -> str:
    return value[1:].replace('""', '"') if value.startswith(_QUOTES) else value


def _end(text: str, cursor: int, value: str) -> int:
    """Where ends what is completed: with the word, or behind its closing quote."""
    rest = (_REST_IN_QUOTES if value.startswith(_QUOTES) else _REST_OF_WORD).match(text, cursor)
    return rest.end() if rest else cursor


def _keys(begun: str, start: int, end: int) -> list[Completion]:
    found = [key for key in KEYS if key.startswith(begun)]
    return [Completion(f"{key}:", start, end, f"{key}:", EXAMPLES[key], "key") for key in found[:MOST_COMPLETIONS]]


def _values(key: str, begun: str, place: tuple[int, int], values: Values) -> list[Completion]:
    names = sorted(_NAMES[key](values), key=lambda one: (-one[1], one[0])) if key in _NAMES else []
    offered = [(name, counted(count, "photo", "photos")) for name, count in names]
    offered += [(name, "") for name in _FIXED.get(key, ())]
    fitting = [(rank, *one) for one in offered if (rank := _rank(folded(one[0]), folded(begun))) is not None]
    fitting.sort(key=lambda one: one[0])
    return [
        Completion(value_text(name), *place, name, detail, "value") for _, name, detail in fitting[:MOST_COMPLETIONS]
    ]


def _rank(name: str, begun: str) -> int | None:
    """First names that begin so, then those with a word that does, then those that have it anywhere."""
    place = name.find(begun)
    if place <= 0:
        return None if place else 0
    return 1 if re.search(rf"\b{re.escape(begun)}", name) else 2
