"""Where in a shown photo a search matches: a glow of one hue over the place, and nothing elsewhere."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

_MOST: Final = 0.62  # how opaque the best place is
_STARTS: Final = 0.35  # of the map: below that nothing is shown
_OUTLINED: Final = 0.7  # of the map: the outline is what the colour-blind, and people with blue photos, go by
_LONG_SIDE: Final = 512  # pixels of the picture that is painted; the painter enlarges it smoothly


class WhyOverlay:
    """A heat map (h, w) of 0..1 in the photo's own coordinates, ready to be painted over the photo."""

    def __init__(self, values: NDArray[np.float32], colour: QColor) -> None:
        self._heat = heat_image(values, colour)

    def paint(self, painter: QPainter, photo: QRectF) -> None:
        """Paint it where the whole photo is shown, also if that reaches beyond the painter's clip."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(photo, self._heat, QRectF(self._heat.rect()))
        painter.restore()


def heat_image(values: NDArray[np.float32], colour: QColor) -> QImage:
    """The map in one hue, transparent where it is low, with a thin light line around its best places."""
    smooth = _enlarged(values)
    strength = np.clip((smooth - _STARTS) / (1 - _STARTS), 0, 1)
    alpha = _MOST * strength * strength * (3 - 2 * strength)
    pixels = np.empty((*smooth.shape, 4), np.uint8)
    pixels[...] = (colour.red(), colour.green(), colour.blue(), 0)
    pixels[..., 3] = (255 * alpha + 0.5).astype(np.uint8)
    pixels[_rim(smooth >= _OUTLINED)] = (255, 255, 255, 230)
    height, width = smooth.shape
    borrowed = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return borrowed.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _enlarged(values: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = values.shape
    factor = _LONG_SIDE / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    image = Image.fromarray(np.asarray(values, np.float32)).resize(size, Image.Resampling.BICUBIC)
    return np.asarray(np.clip(np.asarray(image), 0, 1), dtype=np.float32)


def _rim(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The cells of an area that touch the outside; the picture's own border is none."""
    around = np.pad(inside, 1, mode="edge")
    core = around[2:, 1:-1] & around[:-2, 1:-1] & around[1:-1, 2:] & around[1:-1, :-2]
    return np.asarray(inside & ~core)
