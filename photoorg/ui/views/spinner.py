"""A quiet sign that something is on its way, for what takes longer than a moment."""

from typing import Final

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

PATIENCE_MS: Final = 300
_SIDE: Final = 44
_RING: Final = 20
_FRAME_MS: Final = 33
_DEGREES: Final = 11  # each frame
_ARC: Final = 100  # degrees
_GROUND: Final = QColor(22, 22, 24, 150)
_RAIL: Final = QColor(255, 255, 255, 40)
_ARC_COLOUR: Final = QColor(255, 255, 255, 220)


class Spinner(QWidget):
    """An arc that turns, for use on dark ground; it shows up only if the wait is longer than a moment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._angle = 90
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self.show)
        self._frames = QTimer(self, interval=_FRAME_MS)
        self._frames.timeout.connect(self._on_frame)
        self.setFixedSize(_SIDE, _SIDE)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Loading")
        self.hide()

    def start(self) -> None:
        """A wait has begun; if one goes on already, this is a part of it."""
        if not self.isVisible() and not self._patience.isActive():
            self._patience.start()

    def stop(self) -> None:
        """The wait is over."""
        self._patience.stop()
        self.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing turns unseen."""
        self._frames.stop()
        super().hideEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the arc."""
        if not self._frames.isActive():
            self._frames.start()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_GROUND)
        painter.drawEllipse(self.rect())
        ring = QRectF(0, 0, _RING, _RING)
        ring.moveCenter(QRectF(self.rect()).center())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_RAIL, 2.5))
        painter.drawEllipse(ring)
        painter.setPen(QPen(_ARC_COLOUR, 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(ring, self._angle * 16, _ARC * 16)
        painter.end()

    def _on_frame(self) -> None:
        self._angle = (self._angle - _DEGREES) % 360
        self.update()
