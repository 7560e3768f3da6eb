"""The headings of the days above the cells."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette

from photoorg.amounts import counted
from photoorg.ui.photo_texts import day_text
from photoorg.ui.theme import scaled_font

HEIGHT = 44
_TEXT_HEIGHT = 28
_BOTTOM = 6
_GAP = 10
_VEIL_ALPHA = 242


class DayHeadings:
    """Paints headings: the day, and how many photos it has in a quieter colour."""

    def __init__(self) -> None:
        self._day_font = scaled_font(1.1, QFont.Weight.DemiBold)
        self._count_font = scaled_font(0.95)

    def paint(self, painter: QPainter, rect: QRect, palette: QPalette, day: int, count: int) -> None:
        """A heading in its rectangle, which is as wide as the cells."""
        line = QRect(rect.x(), rect.bottom() + 1 - _BOTTOM - _TEXT_HEIGHT, rect.width(), _TEXT_HEIGHT)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        text = day_text(day)
        painter.setFont(self._day_font)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        painter.drawText(line, flags, text)
        line.setLeft(line.left() + QFontMetrics(self._day_font).horizontalAdvance(text) + _GAP)
        painter.setFont(self._count_font)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(line, flags, counted(count, "photo", "photos"))

    def paint_ground(self, painter: QPainter, rect: QRect, palette: QPalette) -> None:
        """The ground of a heading that stays at the top while photos scroll below it."""
        veil = QColor(palette.color(QPalette.ColorRole.Base))
        veil.setAlpha(_VEIL_ALPHA)
        painter.fillRect(rect, veil)
