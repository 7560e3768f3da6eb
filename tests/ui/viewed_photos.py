"""Photos on disk for the tests of the viewer, and a bridge with the real decode worker behind it."""

import io
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtGui import QColor, QPixmap

from photoorg.library import Photo, PhotoFacts

COLOURS = (
    (220, 30, 30),
    (30, 200, 30),
    (30, 30, 220),
    (230, 220, 40),
)  # top left, top right, bottom left, bottom right


def quarters(width: int = 400, height: int = 200) -> Image.Image:
    """Four rectangles of different colours: which way round it is shows."""
    values = np.empty((height, width, 3), np.uint8)
    for number, colour in enumerate(COLOURS):
        rows = slice(height // 2) if number < 2 else slice(height // 2, None)
        columns = slice(width // 2, None) if number % 2 else slice(width // 2)
        values[rows, columns] = colour
    return Image.fromarray(values)


def encoded(image: Image.Image, format_name: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_name, **options)
    return buffer.getvalue()


def photo_at(path: Path, photo_id: int = 1, *, size: tuple[int, int] = (400, 200), **changes) -> Photo:
    facts = PhotoFacts("JPEG", *size, 1, "2026-11-21T14:05:00", 60, "exif")
    key = b"%016d" % photo_id
    return replace(Photo(photo_id, os.fsencode(path), True, key, False, 0, "", "", facts), **changes)


def written(path: Path, data: bytes | None = None, photo_id: int = 1, **facts) -> Photo:
    path.write_bytes(encoded(quarters(), "JPEG", quality=95) if data is None else data)
    return photo_at(path, photo_id, **facts)


def grey(width: int = 80, height: int = 40) -> QPixmap:
    """A thumbnail that nobody takes for the picture."""
    pixmap = QPixmap(width, height)
    pixmap.fill(QColor(128, 128, 128))
    return pixmap


def is_near(colour: QColor, expected: tuple[int, int, int], tolerance: int = 40) -> bool:
    found = colour.red(), colour.green(), colour.blue()
    return all(abs(a - b) <= tolerance for a, b in zip(found, expected, strict=True))
