"""What is written on chips: short, for people."""

import re
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from photoorg.search.language.expression import Filter, Like, Not, Part, Phrase, Words
from photoorg.search.language.wording import readable
from photoorg.search.language.writer import text_of

_COMPARISONS: Final = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than", "=": "exactly", "": ""}
_COMPARED: Final = re.compile(r"\s*(<=|>=|<|>|=|)\s*(.+)", re.DOTALL)
_PLACE: Final = re.compile(r"\s*([^\s,;]+)[\s,;]+([^\s,;]+)(?:[\s,;]+(.+))?", re.DOTALL)
_LABELS: Final = {
    "before": "before {}",
    "after": "since {}",
    "folder": "in {}",
    "album": "album {}",
    "tag": "tag {}",
    "has": "has {}",
}
_WINDOWS_PATH: Final = re.compile(r"[A-Za-z]:\\|\\\\")


def label_of(part: Part) -> str:
    """What stands on the chip of a single part or its contrary."""
    match part:
        case Not():
            return f"not {label_of(part.part)}"
        case Words():
            return part.text + _weight(part.weight)
        case Phrase():
            return f"“{part.text}”"
        case Like():
            return f"like {_photo(part.photo)}{_weight(part.weight)}"
        case Filter():
            return _filter(part.key, readable(part.value))
        case _:
            return text_of(part)


def _filter(key: str, value: str) -> str:
    if key in {"rating", "size", "date"}:
        return _compared(key, value)
    if key == "near" and (place := _PLACE.fullmatch(value)):
        return f"within {place[3]} of {place[1]}, {place[2]}" if place[3] else f"near {place[1]}, {place[2]}"
    return _LABELS.get(key, "{}").replace("{}", value)


def _compared(key: str, value: str) -> str:
    found = _COMPARED.fullmatch(value)
    sign, amount = (found[1], found[2]) if found else ("", value)
    if key == "date":
        dates = {">=": "since", ">": "after", "<": "before", "<=": "until"}
        return f"{dates.get(sign, '')} {amount}".strip()
    words = _COMPARISONS[sign or (">=" if key == "size" else "")]
    return f"{words} {_stars(amount) if key == 'rating' else amount}".strip()


def _stars(amount: str) -> str:
    return {"0": "no stars", "none": "no stars", "1": "1 star"}.get(amount.casefold(), f"{amount} stars")


def _photo(photo: str) -> str:
    if photo.startswith("#") and photo[1:].isdecimal():
        return f"photo {photo[1:]}"
    path = PureWindowsPath(photo) if _WINDOWS_PATH.match(photo) else PurePosixPath(photo)
    return readable(path.name) or readable(photo)


def _weight(weight: float) -> str:
    return "" if weight == 1 else f" \N{MULTIPLICATION SIGN}{weight:g}"
