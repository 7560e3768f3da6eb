"""From the JPEG of a thumbnail to pixels of the size that is shown.

Pillow decodes and scales without Python's global lock. `QImage.fromData` holds it: a batch in a thread stopped the event
loop for as long as it took.
"""

import io

from PIL import Image
from PySide6.QtGui import QImage

# A cell shows the middle square of a thumbnail, whose short side is three quarters of the long one for most photos.
_SMALL, _LARGE = 160, 480
_SMALL_COVERS = 120
_LONGEST = 3  # a panorama is scaled to no more than this many times the side


def long_side_for(side: int) -> int:
    """The long side of the thumbnails that cover a square of `side` device pixels."""
    return _SMALL if side <= _SMALL_COVERS else _LARGE


def decode(jpeg: bytes, side: int) -> QImage | None:
    """The whole picture, its short side `side` pixels long; None if the bytes are no JPEG. Safe in any thread."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as opened:
            size = _scaled(opened.size, side)
            opened.draft("RGB", size)
            pixels = opened.convert("RGB").resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    except (OSError, ValueError, SyntaxError):
        return None
    width, height = pixels.size
    borrowed = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    return borrowed.convertToFormat(QImage.Format.Format_RGB32)


def _scaled(size: tuple[int, int], side: int) -> tuple[int, int]:
    factor = min(side / min(size), _LONGEST * side / max(size))
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
