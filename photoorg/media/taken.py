"""When a photo was taken: the camera's wall clock from EXIF, else from the file's name, else the file's time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from photoorg.media.exif import DATE_TIME, Tags, text

Source = Literal["exif", "name", "file"]

_FIRST_PHOTO = 1826  # Niepce's view from the window
_FIRST_NAMED = 1980  # a number in a name that looks like an older date is a counter
# Time, sub-seconds and offset of each kind, best first: taken, digitized, changed.
_CLOCKS = ((0x9003, 0x9291, 0x9011), (0x9004, 0x9292, 0x9012), (DATE_TIME, 0x9290, 0x9010))
_EXIF_TIME = re.compile(r"(\d{4})[:\-/.](\d\d?)[:\-/.](\d\d?)(?:[ T]+(\d\d?):(\d\d?)(?::(\d\d?))?)?")
_OFFSET = re.compile(r"([+-])(\d\d?):?(\d\d)")
_NAMED_TIME = re.compile(
    r"(?<!\d)(\d{4})([-_.]?)(\d\d)\2(\d\d)"  # 20230102, 2023-01-02
    r"(?:(?:[-_ .T]|_?at_| at )+(\d\d)([-_.:h]?)(\d\d)\6(\d\d)(?:[._]?(\d{3}))?)?(?!\d)"  # 030405, 03.04.05, .678
)
_UTC_NAMES = "PXL_"  # Pixel phones name files by UTC


@dataclass(frozen=True)
class Taken:
    """`local`: ISO wall clock without a zone; `offset_min`: minutes east of UTC where known."""

    local: str
    offset_min: int | None
    source: Source


def taken(main: Tags, exif: Tags, name: str, mtime_ns: int) -> Taken:
    """The best time there is for a photo."""
    return from_exif(main, exif) or from_name(name) or from_file_time(mtime_ns)


def from_exif(main: Tags, exif: Tags) -> Taken | None:
    """DateTimeOriginal, DateTimeDigitized, DateTime: the first that is a plausible time."""
    tags = {**main, **exif}
    for clock, fraction, offset in _CLOCKS:
        found = _EXIF_TIME.match(text(tags.get(clock)) or "")
        moment = found and _moment(found.groups(), _fraction(tags.get(fraction)), _FIRST_PHOTO)
        if moment:
            return Taken(moment.isoformat(), _offset(tags.get(offset)), "exif")
    return None


def from_name(name: str) -> Taken | None:
    """The time in names such as IMG_20230102_030405, PXL_..., 2023-01-02 03.04.05, Screenshot_..., IMG-20230102-WA0001."""
    for found in _NAMED_TIME.finditer(name):
        year, _, month, day, hour, _, minute, second, milliseconds = found.groups()
        microseconds = int(milliseconds or 0) * 1000
        moment = _moment((year, month, day, hour, minute, second), microseconds, _FIRST_NAMED)
        if moment:
            return Taken(moment.isoformat(), 0 if name.startswith(_UTC_NAMES) else None, "name")
    return None


def from_file_time(mtime_ns: int) -> Taken:
    """The file's time on this computer's wall clock, with its offset then."""
    try:
        moment = datetime.fromtimestamp(mtime_ns / 1e9).astimezone()
    except (OverflowError, OSError, ValueError):
        moment = datetime.fromtimestamp(0).astimezone()
    offset = moment.utcoffset() or timedelta()
    return Taken(moment.replace(tzinfo=None).isoformat(), round(offset.total_seconds() / 60), "file")


def _moment(parts: tuple[str | None, ...], microseconds: int, first_year: int) -> datetime | None:
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    try:
        moment = datetime(year, month, day, hour, minute, second, microseconds)  # noqa: DTZ001  a wall clock has no zone
    except ValueError:
        return None
    latest = datetime.now(UTC).year + 1
    return moment if first_year <= moment.year <= latest else None


def _fraction(value: object) -> int:
    """Microseconds of sub-seconds, which are digits behind a decimal point."""
    digits = re.match(r"\d+", text(value) or "")
    return int(digits.group()[:6].ljust(6, "0")) if digits else 0


def _offset(value: object) -> int | None:
    found = _OFFSET.match(text(value) or "")
    if not found:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    if minutes > 15 * 60:
        return None
    return -minutes if found[1] == "-" else minutes
