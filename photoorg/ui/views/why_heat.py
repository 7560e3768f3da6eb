"""Where in a photo a query lies, painted over it: the place stays bright, the rest steps back."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

Float32 = NDArray[np.float32]

_VEIL: Final = 175  # alpha where nothing is, of 255
_GLOW: Final = 70  # alpha of the warm light where it is
_WARM: Final = (255, 176, 46)
_FROM, _TO = 0.25, 0.75  # values between which a place lights up
_SIDE: Final = 256  # pixels of the long side that the map is made of, before it is scaled


class WhyHeat(QWidget):
    """Lies over the view of a photo; the mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._place = QRectF()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_values(self, values: Float32 | None) -> None:
        """Show a map (h, w) of 0..1 over the whole photo, or none."""
        self._image = None if values is None or not values.size else heat_image(values)
        self.setVisible(self._image is not None)
        self.update()

    def set_place(self, place: QRectF) -> None:
        """Where the whole photo is, in pixels of this widget; it may be larger than what is seen."""
        self._place = place
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Over the photo only."""
        if self._image is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._place, self._image)
        painter.end()


def heat_image(values: Float32) -> QImage:
    """A map (h, w) of 0..1 as a veil with a hole, some hundred pixels wide; smooth edges come from scaling it up."""
    height, width = values.shape
    scale = max(1, _SIDE // max(height, width))
    coarse = _toned(np.nan_to_num(np.clip(values, 0, 1)))
    image = QImage(coarse.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
    aspect, mode = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(width * scale, height * scale, aspect, mode)


def _toned(values: Float32) -> NDArray[np.uint8]:
    """Pixels (h, w, 4): dark and dense where little is, a thin warm light where much is."""
    lit = np.clip((values - _FROM) / (_TO - _FROM), 0, 1)
    lit = lit * lit * (3 - 2 * lit)
    pixels = np.zeros((*values.shape, 4), np.uint8)
    for channel, full in enumerate(_WARM):
        pixels[..., channel] = (lit * full).astype(np.uint8)
    pixels[..., 3] = (_VEIL * (1 - lit) + _GLOW * lit * values).astype(np.uint8)
    return pixels
