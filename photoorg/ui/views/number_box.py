"""A number box that can be seen in both themes: Fusion draws its frame darker than a dark window."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSpinBox

_RADIUS = 2.5


class NumberBox(QSpinBox):
    """Qt's, with a frame of its own."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame over Qt's."""
        super().paintEvent(event)
        has_focus, role = self.hasFocus(), QPalette.ColorRole
        width = 2 if has_focus else 1
        inset = width / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(role.Highlight if has_focus else role.PlaceholderText), width))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), _RADIUS, _RADIUS)
        painter.end()
