"""EXIF values, tolerantly: whatever a camera or an editor wrote wrongly costs that one value, never the photo."""

import math
from collections.abc import Mapping
from typing import Any

from PIL import Image

Tags = Mapping[int, Any]
Directories = tuple[Tags, Tags, Tags]
"""The main, EXIF and GPS ones; empty where they are not there or do not parse."""

IMAGE_WIDTH, PHOTOMETRIC = 0x0100, 0x0106
ORIENTATION, MAKE, MODEL, SOFTWARE, DATE_TIME = 0x0112, 0x010F, 0x0110, 0x0131, 0x0132
EXPOSURE, F_NUMBER, ISO, FOCAL_LENGTH, LENS_MODEL = 0x829A, 0x829D, 0x8827, 0x920A, 0xA434
SWAPS_SIDES = frozenset((5, 6, 7, 8))  # the orientations that lie on their side
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE, _ALTITUDE_REF, _ALTITUDE = range(1, 7)
_LONGEST_TEXT = 200
_HIGHEST_M = 100_000  # no photo is taken above; such values are garbage


def read_tags(image: Image.Image) -> Directories:
    """The directories of an opened image."""
    try:
        exif = image.getexif()
    except Exception:  # noqa: BLE001  broken EXIF raises anything, and a photo is a photo without it
        return {}, {}, {}
    return read_directories(exif)


def read_directories(exif: Image.Exif) -> Directories:
    """The directories of EXIF that was found."""
    try:
        main = dict(exif)
    except Exception:  # noqa: BLE001  see read_tags
        return {}, {}, {}
    return main, _directory(exif, _EXIF_IFD), _directory(exif, _GPS_IFD)


def _directory(exif: Image.Exif, tag: int) -> Tags:
    try:
        return dict(exif.get_ifd(tag))
    except Exception:  # noqa: BLE001  see read_tags
        return {}


def text(value: Any) -> str | None:
    """A string without NULs, control characters and outer spaces, in whatever encoding; None if nothing is left."""
    if isinstance(value, (tuple, list)) and value:
        value = value[0]
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    value = _mended(value.partition("\0")[0])
    printable = "".join(character if character.isprintable() else " " for character in value)
    return " ".join(printable.split())[:_LONGEST_TEXT] or None


def _mended(value: str) -> str:
    """Pillow reads text as Latin-1, most writers today mean UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def number(value: Any) -> float | None:
    """A finite number of a rational (also one with a zero denominator), an integer or their first in a row."""
    if isinstance(value, (tuple, list)):
        value = value[0] if value else None
    if value is None or isinstance(value, (str, bytes)):
        return None
    try:
        result = float(value)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return result if math.isfinite(result) else None


def positive(value: Any) -> float | None:
    """As `number`, above zero: cameras write 0 for what they do not know."""
    result = number(value)
    return result if result is not None and result > 0 else None


def orientation(main: Tags) -> int:
    """1 to 8 as stored; 1 where it is missing or nonsense."""
    value = number(main.get(ORIENTATION)) or 1
    return int(value) if value in range(1, 9) else 1


def turned(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """A stored size (width, height) as it is upright."""
    return size[::-1] if orientation in SWAPS_SIDES else size


def position(gps: Tags) -> tuple[float | None, float | None]:
    """Latitude and longitude in degrees, north and east positive; both None unless both are there and make sense."""
    latitude = _degrees(gps.get(_LATITUDE), gps.get(_LATITUDE_REF), "NS", 90)
    longitude = _degrees(gps.get(_LONGITUDE), gps.get(_LONGITUDE_REF), "EW", 180)
    if latitude is None or longitude is None or latitude == longitude == 0:
        return None, None  # 0, 0 in the Atlantic is what receivers without a fix write
    return latitude, longitude


def _degrees(value: Any, reference: Any, signs: str, limit: int) -> float | None:
    if not isinstance(value, (tuple, list)) or not value:
        return None
    parts = [number(part) for part in value[:3]]
    degrees = sum((part / 60.0**power for power, part in enumerate(parts) if part is not None), 0.0)
    sign = (text(reference) or " ")[0].upper()
    if parts[0] is None or sign not in signs or not 0 <= degrees <= limit:
        return None
    return -degrees if sign == signs[1] else degrees


def altitude(gps: Tags) -> float | None:
    """Metres above sea level, negative below."""
    metres = number(gps.get(_ALTITUDE))
    if metres is None or abs(metres) > _HIGHEST_M:
        return None
    reference = gps.get(_ALTITUDE_REF)
    below = reference in (1, b"\x01", b"1", "1")
    return -metres if below else metres
