"""The headings above the cells: days, or how well results match."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette

from photoorg.amounts import counted
from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.photo_order import MATCHES
from photoorg.ui.photo_texts import day_text
from photoorg.ui.theme import scaled_font

HEIGHT = 44
_TEXT_HEIGHT = 28
_BOTTOM = 6
_GAP = 10
_VEIL_ALPHA = 242
_FLAGS = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


@dataclass(frozen=True)
class Heading:
    """What stands above a section: a title, how many photos it has, and what a click on `button` does."""

    title: str
    count: str
    button: str = ""


def heading_of(model: PhotoListModel, section: int) -> Heading:
    """The heading of a section; there must be sections."""
    sections = model.sections
    assert sections is not None
    day, count = int(sections.days[section]), int(sections.counts[section])
    photos = counted(count, "photo", "photos")
    if day == MATCHES[0]:
        return Heading("Best matches", photos) if count else Heading("Nothing matches well", "")
    if day == MATCHES[1]:
        photos = counted(model.weaker_count, "photo", "photos")
        return Heading("Weaker matches", photos, "Hide" if model.shows_weaker else "Show")
    return Heading(day_text(day), photos)


class DayHeadings:
    """Paints headings: the day, and how many photos it has in a quieter colour."""

    def __init__(self) -> None:
        self._day_font = scaled_font(1.1, QFont.Weight.DemiBold)
        self._count_font = scaled_font(0.95)

    def paint(self, painter: QPainter, rect: QRect, palette: QPalette, heading: Heading) -> None:
        """A heading in its rectangle, which is as wide as the cells."""
        line = _line(rect)
        painter.setFont(self._day_font)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        painter.drawText(line, _FLAGS, heading.title)
        line.setLeft(line.left() + QFontMetrics(self._day_font).horizontalAdvance(heading.title) + _GAP)
        painter.setFont(self._count_font)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(line, _FLAGS, heading.count)
        if heading.button:
            painter.setPen(palette.color(QPalette.ColorRole.Link))
            painter.drawText(self.button_rect(rect, heading).adjusted(_GAP, 0, 0, 0), _FLAGS, heading.button)

    def button_rect(self, rect: QRect, heading: Heading) -> QRect:
        """Where in the rectangle of a heading its button is."""
        if not heading.button:
            return QRect()
        line = _line(rect)
        title = QFontMetrics(self._day_font).horizontalAdvance(heading.title) + _GAP
        metrics = QFontMetrics(self._count_font)
        line.setLeft(line.left() + title + metrics.horizontalAdvance(heading.count))
        line.setWidth(min(metrics.horizontalAdvance(heading.button) + 2 * _GAP, max(0, line.width())))
        return line

    def paint_ground(self, painter: QPainter, rect: QRect, palette: QPalette) -> None:
        """The ground of a heading that stays at the top while photos scroll below it."""
        veil = QColor(palette.color(QPalette.ColorRole.Base))
        veil.setAlpha(_VEIL_ALPHA)
        painter.fillRect(rect, veil)


def _line(rect: QRect) -> QRect:
    return QRect(rect.x(), rect.bottom() + 1 - _BOTTOM - _TEXT_HEIGHT, rect.width(), _TEXT_HEIGHT)
