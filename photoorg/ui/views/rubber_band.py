"""The rubber band: a rectangle, drawn from empty space, that selects what it touches."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QPainter

_FILL_ALPHA = 40
_EDGE_ALPHA = 160
_SCROLL_SHARE = 4  # of the distance to the edge, at each tick


class RubberBand:
    """From where the button was pressed to where the pointer is, in the coordinates of the whole grid."""

    def __init__(self, origin: QPoint, besides: NDArray[np.int64]) -> None:
        self.besides = besides
        self.pointer = QPoint(origin)
        self._origin = QPoint(origin)

    def rect(self) -> QRect:
        """What it encloses."""
        return QRect(self._origin, self.pointer).normalized()

    def paint(self, painter: QPainter, scroll: int, accent: QColor) -> None:
        """Paint it over the cells."""
        fill, edge = QColor(accent), QColor(accent)
        fill.setAlpha(_FILL_ALPHA)
        edge.setAlpha(_EDGE_ALPHA)
        painter.setPen(edge)
        painter.setBrush(fill)
        painter.drawRect(self.rect().translated(0, -scroll).adjusted(0, 0, -1, -1))


def scroll_step(pointer_y: int, height: int) -> int:
    """How far to scroll while the pointer is above or below the view, 0 while it is inside."""
    beyond = min(pointer_y, 0) + max(pointer_y - height, 0)
    return round(beyond / _SCROLL_SHARE) + (beyond > 0) - (beyond < 0)
