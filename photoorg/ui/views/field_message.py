"""What is wrong with a search, said below the field."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QWidget

from photoorg.ui.icons import paint_icon
from photoorg.ui.views.field_overlay import SHADOW, FieldOverlay
from photoorg.ui.views.labels import plain_label

_PAD: Final = 10
_ICON: Final = 16


class FieldMessage(FieldOverlay):
    """One sentence, with a sign; clicks go through it."""

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._label = plain_label(wrap=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SHADOW + 2 * _PAD + _ICON - 2, SHADOW + 8, SHADOW + _PAD, SHADOW + 8)
        layout.addWidget(self._label)

    def text(self) -> str:
        """What is said."""
        return self._label.text()

    def say(self, text: str) -> None:
        """Show a sentence."""
        self._label.setText(text)
        self.setAccessibleName(text)
        self.appear()

    def wanted_width(self, most: int) -> int:
        """As wide as its text, at most as wide as the field."""
        around = 3 * _PAD + _ICON - 2
        return min(most, self._label.fontMetrics().horizontalAdvance(self._label.text()) + around + 4)

    def wanted_height(self, width: int) -> int:
        """All lines of the text."""
        return self._label.heightForWidth(width - 3 * _PAD - _ICON + 2) + 16

    def paintEvent(self, event: QPaintEvent) -> None:
        """The frame, and the sign."""
        super().paintEvent(event)
        painter = QPainter(self)
        line = self._label.fontMetrics().height()
        place = QRectF(SHADOW + _PAD, SHADOW + 8, _ICON, line)
        paint_icon(painter, place, "warning", self.palette().color(QPalette.ColorRole.BrightText))
        painter.end()
