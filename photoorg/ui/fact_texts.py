"""The facts of a photo as texts for people. Free of Qt."""

from dataclasses import dataclass
from datetime import datetime

from photoorg.library import Photo, PhotoFacts
from photoorg.ui.shown_text import one_line, shown_folder, shown_name

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SOURCES = {"name": "from the file's name", "file": "from the file's date"}
_GLUE = "\N{NO-BREAK SPACE}"  # between a number and its unit
_SMALLEST_SHOWN_MEGAPIXELS = 0.1
_LONGEST_AS_FRACTION_S = 0.3


@dataclass(frozen=True)
class FactRow:
    """One line of the details: what it is, and its value."""

    label: str
    value: str


def fact_rows(photo: Photo) -> list[FactRow]:
    """All that is known about a photo, in the order people look for it; what is not known is left out."""
    facts = photo.facts
    rows = [
        FactRow("Taken", taken_text(facts)),
        FactRow("Camera", camera_text(facts)),
        FactRow("Lens", one_line(facts.lens or "")),
        FactRow("Exposure", exposure_text(facts)),
        FactRow("Size", size_text(facts)),
        FactRow("Format", format_text(facts)),
        FactRow("Files", files_text(photo)),
        FactRow("Place", position_text(facts)),
        FactRow("Folder", shown_folder(photo.path)),
    ]
    return [row for row in rows if row.value]


def taken_text(facts: PhotoFacts) -> str:
    """The camera's wall clock, "Saturday, 21 November 2026, 14:05", and where that is from if not from the camera."""
    try:
        moment = datetime.fromisoformat(facts.taken_local or "")
    except ValueError:
        return ""
    day = f"{_DAYS[moment.weekday()]}, {moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    source = _SOURCES.get(facts.taken_source or "")
    return f"{day}, {moment:%H:%M}" + (f"\n{source}" if source else "")


def camera_text(facts: PhotoFacts) -> str:
    """Make and model; models often start with the make already."""
    make, model = one_line(facts.camera_make or "").strip(), one_line(facts.camera_model or "").strip()
    if not make or not model:
        return make or model
    return model if model.casefold().startswith(make.split()[0].casefold()) else f"{make} {model}"


def exposure_text(facts: PhotoFacts) -> str:
    """Time, aperture, sensitivity, focal length: "1/250 s, f/2.8, ISO 100, 35 mm"."""
    parts = (
        _seconds(facts.exposure_s) if facts.exposure_s else "",
        f"f/{_short(facts.f_number)}" if facts.f_number else "",
        f"ISO{_GLUE}{facts.iso}" if facts.iso else "",
        f"{_short(facts.focal_length_mm)}{_GLUE}mm" if facts.focal_length_mm else "",
    )
    return ", ".join(part for part in parts if part)


def size_text(facts: PhotoFacts) -> str:
    """Pixels, and megapixels where there are enough: "4032 x 3024, 12.2 MP"."""
    if not facts.width or not facts.height:
        return ""
    megapixels = facts.width * facts.height / 1e6
    pixels = f"{facts.width}{_GLUE}\N{MULTIPLICATION SIGN}{_GLUE}{facts.height}"
    return f"{pixels}, {megapixels:.1f}{_GLUE}MP" if megapixels >= _SMALLEST_SHOWN_MEGAPIXELS else pixels


def files_text(photo: Photo) -> str:
    """The names of a photo's files, one a line, the one that is shown first; nothing for a photo of one file."""
    return "\n".join(shown_name(path) for path in (photo.path, *photo.companions)) if photo.companions else ""


def format_text(facts: PhotoFacts) -> str:
    """The file's format, and whether its pictures are shown in turn elsewhere: "GIF, animated"."""
    name = one_line(facts.format)
    return f"{name}, animated" if facts.animated else name


def position_text(facts: PhotoFacts) -> str:
    """Degrees with five decimals, about a metre: "47.37690° N, 8.54170° E, 408 m"."""
    if facts.latitude is None or facts.longitude is None:
        return ""
    north = f"{abs(facts.latitude):.5f}°{_GLUE}{'S' if facts.latitude < 0 else 'N'}"
    east = f"{abs(facts.longitude):.5f}°{_GLUE}{'W' if facts.longitude < 0 else 'E'}"
    height = f", {facts.altitude_m:.0f}{_GLUE}m" if facts.altitude_m is not None else ""
    return f"{north}, {east}{height}"


def _seconds(exposure_s: float) -> str:
    if exposure_s < _LONGEST_AS_FRACTION_S:
        return f"1/{round(1 / exposure_s)}{_GLUE}s"
    return f"{_short(exposure_s)}{_GLUE}s"


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
