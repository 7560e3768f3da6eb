"""Names that people give to tags and albums, and the texts of their searches, in the form in which they are kept."""

import unicodedata
from dataclasses import dataclass

from photoorg.organising_errors import NameEmpty, NameTooLong

NAME_MOST = 200
QUERY_MOST = 4_000
_SHOWN = 40
# Unicode's categories of signs that cannot be seen or stored: control characters, halves of a character.
_UNREADABLE = frozenset({"Cc", "Cs"})


@dataclass(frozen=True)
class Name:
    """A name as it is shown, and the key by which it is found: two names with one key are the same."""

    text: str
    key: str


def named(text: str) -> Name:
    """A name: composed (NFC), without needless blanks. Raises NameEmpty, NameTooLong."""
    shown = " ".join(unicodedata.normalize("NFC", _readable(text)).split())
    if not any(_can_be_seen(sign) for sign in shown):
        raise NameEmpty
    return Name(_bounded(shown, NAME_MOST), name_key(shown))


def name_key(text: str) -> str:
    """For finding: composed, without case and needless blanks. Any text has one."""
    return unicodedata.normalize("NFC", " ".join(_readable(text).split())).casefold()


def query_text(text: str) -> str:
    """The text of a search as it is kept; may be empty. Raises NameTooLong."""
    return _bounded(_readable(text).strip(), QUERY_MOST)


def _bounded(text: str, most: int) -> str:
    if len(text) > most:
        raise NameTooLong(start=text[:_SHOWN], most=most)
    return text


def _readable(text: str) -> str:
    return "".join(" " if unicodedata.category(sign) in _UNREADABLE else sign for sign in text)


def _can_be_seen(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cf", "Zs", "Zl", "Zp"}
