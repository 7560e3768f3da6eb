"""Texts that are safe to show: paths that are not UTF-8, names with line breaks. Free of Qt."""

import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path

_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # turn the direction of writing


def shown_path(path: bytes | Path) -> str:
    """A path for people: what is no text, or would break the line, becomes U+FFFD."""
    return one_line(os.fsencode(path).decode("utf-8", "replace"))


def shown_name(path: bytes | Path) -> str:
    """The last part of a path for people; the path itself where it has no last part."""
    whole = shown_path(path)
    return whole.rstrip(os.sep).rpartition(os.sep)[2] or whole


def shown_folder(path: bytes) -> str:
    """The folder that a file is in, for people."""
    return shown_path(os.path.dirname(path))


def one_line(text: str) -> str:
    """A text without control characters: nothing in it can break the line or turn its direction."""
    if text.isprintable():  # nearly all texts, and much quicker to see
        return text
    return "".join(_UNKNOWN if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or c in _TURNS else c for c in text)


def distinguishing_parents(paths: Sequence[Path]) -> list[str]:
    """For each folder, as much of its parents as tells it from others of the same name; "" where the name is enough."""
    return [_parents_of(path, [p for p in paths if p != path and p.name == path.name]) for path in paths]


def _parents_of(path: Path, namesakes: list[Path]) -> str:
    if not namesakes:
        return ""
    parents = path.parent.parts
    for depth in range(1, len(parents) + 1):
        if all(other.parent.parts[-depth:] != parents[-depth:] for other in namesakes):
            return shown_path(Path(*parents[-depth:]))
    return shown_path(path.parent)
