"""Two JPEG sizes of a picture, for the grid."""

import io
from typing import Final

from PIL import Image

LONG_SIDES: Final = (160, 480)  # pixels; the larger one of a 12-megapixel photo still decodes at 1/8
_QUALITY = 80


def thumbnail_size(width: int, height: int, long_side: int) -> tuple[int, int]:
    """Width and height with this long side, the picture's aspect ratio, and never enlarged."""
    factor = min(1.0, long_side / max(width, height))
    return max(1, round(width * factor)), max(1, round(height * factor))


def to_jpeg(image: Image.Image) -> bytes:
    """An RGB image as baseline JPEG."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
