"""What of a text can be read, and whether it says anything."""

import string
import unicodedata
from typing import Final

# Unicode's categories of signs that cannot be seen or stored: control characters, halves of a character.
_UNREADABLE: Final = frozenset({"Cc", "Cs"})
# Those that say nothing by themselves: the same, formatting, marks, punctuation, blanks.
_SAYS_NOTHING: Final = ("C", "M", "P", "Z")
# Not assigned in this Python's tables, but maybe in a newer Unicode: an emoji of next year.
_UNKNOWN: Final = "Cn"


def readable(text: str) -> str:
    """The text without control characters, halves of characters and needless blanks."""
    return " ".join("".join(" " if unicodedata.category(sign) in _UNREADABLE else sign for sign in text).split())


def says_something(text: str) -> bool:
    """Whether there is more than blanks, punctuation and control characters."""
    return any(_says_something(sign) for sign in text)


def folded(text: str) -> str:
    """For comparing names, as the catalog does it."""
    return unicodedata.normalize("NFC", text).casefold()


def _says_something(sign: str) -> bool:
    category = unicodedata.category(sign)
    return sign not in string.punctuation and (category == _UNKNOWN or not category.startswith(_SAYS_NOTHING))
