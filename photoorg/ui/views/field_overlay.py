"""What floats below the search field, over the rest of the window: it takes no room and no focus."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

SHADOW: Final = 12  # pixels around the frame
_DROP: Final = 3  # the shadow lies lower than the frame
_GAP: Final = 4
_SHADOW_ALPHA: Final = 7
_RADIUS: Final = 10.0
_MOVES: Final = {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.LayoutRequest}


class FieldOverlay(QWidget):
    """A rounded frame with a soft shadow that follows a field. It is a child of the window: no window of its own."""

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self._field = field
        self._watched: list[QWidget] = []
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def wanted_height(self, width: int) -> int:
        """How high the content would like to be, in pixels, where it is so wide."""
        raise NotImplementedError

    def wanted_width(self, most: int) -> int:
        """How wide it would like to be; as wide as the field, unless told otherwise."""
        return most

    def appear(self) -> None:
        """Show it, on top of everything."""
        self._follow()
        self.place()
        self.raise_()
        self.show()

    def place(self) -> None:
        """Below the field, within the window."""
        window = self._field.window()
        corner = self._field.mapTo(window, QPoint(0, self._field.height() + _GAP))
        width = min(self.wanted_width(self._field.width()), window.width() - 2)
        height = min(self.wanted_height(width), window.height() - corner.y() - _GAP)
        frame = QRect(corner, corner + QPoint(width - 1, max(height, 0) - 1))
        self.setGeometry(frame.adjusted(-SHADOW, -SHADOW, SHADOW, SHADOW))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the field, and the window it is in."""
        if event.type() in _MOVES and self.isVisible():
            self.place()
        if event.type() == QEvent.Type.Hide and watched is self._field:
            self.hide()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Shadow, ground and line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, _SHADOW_ALPHA))
        for spread in range(SHADOW - _DROP, 0, -2):
            painter.drawRoundedRect(
                frame.adjusted(-spread, -spread + _DROP, spread, spread + _DROP), _RADIUS + spread, _RADIUS + spread
            )
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.end()

    def _follow(self) -> None:
        """The field may have come into another window since."""
        window = self._field.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        watched = self._field
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched = [watched]
        while watched is not window and (parent := watched.parentWidget()) is not None:
            watched = parent
            self._watched.append(watched)
        for widget in self._watched:
            widget.installEventFilter(self)
