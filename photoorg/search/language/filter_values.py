"""Readers of the values of filters: from a text (not blank) and the day to a condition, None if it is not understood."""

import os
import re
from datetime import date, datetime, time
from typing import Final, cast, get_args

from photoorg.search.language import conditions as c
from photoorg.search.language.dates import span_of
from photoorg.search.language.spans import Span
from photoorg.search.language.wording import folded

IS_TRAITS: Final = ("favourite", "rated", "raw", "live", "animated", "offline")
HAS_TRAITS: Final = ("gps", "title", "caption", "tag", "album", "camera", "date", "rating")
ORIENTATIONS: Final[tuple[c.Orientation, ...]] = get_args(c.Orientation)
# Without a distance, a place reaches so far.
DEFAULT_DISTANCE_KM: Final = 10.0

_TRAITS: Final[frozenset[str]] = frozenset(get_args(c.Trait))
_OTHER_TRAIT_NAMES: Final = {
    "favorite": "favourite",
    "rating": "rated",
    "stars": "rated",
    "location": "gps",
    "place": "gps",
    "tags": "tag",
    "tagged": "tag",
    "albums": "album",
    "titled": "title",
}
_OTHER_ORIENTATION_NAMES: Final = {"horizontal": "landscape", "vertical": "portrait", "pano": "panorama"}
# As the library stores them, folded.
_FORMATS: Final = frozenset(
    (
        *("jpeg", "png", "webp", "tiff", "gif", "bmp", "avif", "heif", "pnm", "jpeg xl", "jpeg 2000"),
        *("3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "fff", "gpr", "iiq", "k25", "kdc", "mef", "mos"),
        *("mrw", "nef", "nrw", "orf", "pef", "raf", "rw2", "rwl", "sr2", "srf", "srw", "x3f"),
    )
)
_OTHER_FORMAT_NAMES: Final = {
    **dict.fromkeys(("jpg", "jpe", "jfif", "mpo"), "jpeg"),
    **dict.fromkeys(("heic", "hif"), "heif"),
    **dict.fromkeys(("jxl", "jpegxl"), "jpeg xl"),
    **dict.fromkeys(("jp2", "j2k", "jpx", "j2c", "jpf", "jpc", "jpeg2000"), "jpeg 2000"),
    **dict.fromkeys(("ppm", "pgm", "pbm"), "pnm"),
    "tif": "tiff",
    "apng": "png",
    "dib": "bmp",
}
_FARTHEST_KM: Final = 20_040.0  # half way around the earth
_NORTH_POLE, _DATE_LINE = 90, 180
_LONGEST_ID: Final = 18  # digits, for which a 64-bit number has room
_BYTES: Final = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_UNITS: Final[dict[str, c.SizeUnit]] = {"mp": "megapixels", "px": "pixels"}
_KILOMETRES: Final = {"": 1.0, "km": 1.0, "m": 0.001, "mi": 1.609344}

_COMPARISON: Final = "(<=|>=|<|>|=|)"
_AMOUNT: Final = "([0-9]{1,12}(?:[.,][0-9]{1,6})?)"
_DEGREES: Final = r"([+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?)"
_COMPARED: Final = re.compile(f"{_COMPARISON} ?(.+)")
_STARS: Final = re.compile(f"{_COMPARISON} ?([0-5]|none)")
_SIZE: Final = re.compile(f"{_COMPARISON} ?{_AMOUNT} ?([kmg]i?b|b|mp|px)")
_PLACE: Final = re.compile(f"{_DEGREES} ?[,; ] ?{_DEGREES}(?: ?[,; ] ?{_AMOUNT} ?(km|mi|m|))?")
_DRIVE: Final = re.compile("[a-z]:")


def read_date(value: str, today: date) -> c.Condition | None:
    """A span, or one with a comparison: `>=2023-06`."""
    compared = _COMPARED.fullmatch(_simple(value))
    if not compared or not (span := span_of(compared[2], today)):
        return None
    sides = {
        "<": (None, span.start),
        "<=": (None, span.end),
        ">": (span.end, None),
        ">=": (span.start, None),
    }.get(compared[1], span)
    return _taken(Span(*sides))


def read_before(value: str, today: date) -> c.Condition | None:
    """Before the first day of a span."""
    span = span_of(value, today)
    return _taken(Span(None, span.start)) if span else None


def read_after(value: str, today: date) -> c.Condition | None:
    """From the first day of a span on."""
    span = span_of(value, today)
    return _taken(Span(span.start, None)) if span else None


def read_folder(value: str, _today: date) -> c.Condition | None:
    """Names of folders one in another, with a slash of either kind between them; from the top if it begins with one."""
    path = folded(os.path.expanduser(value) if value.startswith("~") else value).replace("\\", "/")
    names = tuple(name for name in path.split("/") if name not in {"", "."})
    if not names or ".." in names:
        return None
    is_absolute = path.startswith("/") or _DRIVE.fullmatch(names[0])
    return c.InFolder(("", *names) if is_absolute else names)


def read_album(value: str, _today: date) -> c.Condition | None:
    """Any name."""
    return c.Named("album", folded(value))


def read_tag(value: str, _today: date) -> c.Condition | None:
    """Any name."""
    return c.Named("tag", folded(value))


def read_camera(value: str, _today: date) -> c.Condition | None:
    """Any name, or a part of one."""
    return c.Named("camera", _simple(value))


def read_lens(value: str, _today: date) -> c.Condition | None:
    """Any name, or a part of one."""
    return c.Named("lens", _simple(value))


def read_type(value: str, _today: date) -> c.Condition | None:
    """A format by one of its names or file extensions, or "raw"."""
    name = _simple(value).removeprefix(".").replace("-", " ")
    if name == "raw":
        return c.Has("raw")
    name = _OTHER_FORMAT_NAMES.get(name, name)
    return c.OfType(name) if name in _FORMATS else None


def read_rating(value: str, _today: date) -> c.Condition | None:
    """Stars, exactly so many without a comparison."""
    if not (found := _STARS.fullmatch(_simple(value))):
        return None
    return c.Rated(cast("c.Comparison", found[1] or "="), 0 if found[2] == "none" else int(found[2]))


def read_trait(value: str, _today: date) -> c.Condition | None:
    """One of the traits."""
    name = _simple(value)
    name = _OTHER_TRAIT_NAMES.get(name, name)
    return c.Has(cast("c.Trait", name)) if name in _TRAITS else None


def read_near(value: str, _today: date) -> c.Condition | None:
    """Degrees north, degrees east, and a distance."""
    if not (found := _PLACE.fullmatch(_simple(value))):
        return None
    latitude, longitude = float(found[1]), float(found[2])
    distance_km = _number(found[3]) * _KILOMETRES[found[4]] if found[3] else DEFAULT_DISTANCE_KM
    is_on_earth = abs(latitude) <= _NORTH_POLE and abs(longitude) <= _DATE_LINE
    return c.Near(latitude, longitude, distance_km) if is_on_earth and 0 < distance_km <= _FARTHEST_KM else None


def read_orientation(value: str, _today: date) -> c.Condition | None:
    """One of the orientations."""
    name = _OTHER_ORIENTATION_NAMES.get(_simple(value), _simple(value))
    return c.Oriented(name) if name in ORIENTATIONS else None


def read_size(value: str, _today: date) -> c.Condition | None:
    """An amount and its unit; at least so much without a comparison."""
    if not (found := _SIZE.fullmatch(_simple(value))):
        return None
    amount, unit = _number(found[2]) * _BYTES.get(found[3], 1), _UNITS.get(found[3], "bytes")
    return c.Sized(cast("c.Comparison", found[1] or ">="), amount, unit)


def is_photo(value: str) -> bool:
    """Whether a value can be an example photo: a path, or # and an id."""
    if not value or "\0" in value:
        return False
    return not (value[1:].isdecimal() and value.startswith("#") and len(value) - 1 > _LONGEST_ID) and value != "#"


def _taken(span: Span) -> c.Taken | None:
    start, end = (datetime.combine(day, time.min) if day else None for day in span)
    return c.Taken(start, end) if start or end else None


def _simple(value: str) -> str:
    return " ".join(folded(value).split())


def _number(text: str) -> float:
    return float(text.replace(",", "."))
