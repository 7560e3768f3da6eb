"""What the grid says about photos: day headings, and what a screen reader tells of a cell."""

from PySide6.QtCore import QDate, QLocale

from photoorg.library import Photo
from photoorg.ui.shown_text import shown_name


def day_text(day: int) -> str:
    """A day YYYYMMDD like "Saturday, 21 November 2026", in the order of the user's country; 0 is an unknown one."""
    date = QDate(day // 10_000, day // 100 % 100, day % 100)
    return QLocale().toString(date, QLocale.FormatType.LongFormat) if date.isValid() else "Date unknown"


def accessible_text(photo: Photo) -> str:
    """Name, day and marks of a photo in one sentence."""
    taken = (photo.facts.taken_local or "")[:10].replace("-", "")
    parts = [shown_name(photo.path), day_text(int(taken) if taken.isdecimal() else 0)]
    parts += ["animated"] * photo.facts.animated
    parts += ["favourite"] * photo.favourite
    parts += [f"rated {photo.rating} of 5"] * bool(photo.rating)
    parts += ["offline"] * (not photo.online)
    return ", ".join(parts)
