"""How a row of the sidebar is painted: icon, name, count; quiet, from the palette's colours."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from photoorg.ui.icons import paint_icon
from photoorg.ui.models.sidebar_model import SidebarRole, SidebarRow
from photoorg.ui.theme import scaled_font

_ROW_HEIGHT: Final = 30
_HEADING_HEIGHT: Final = 32
_INSET: Final = 8
_ICON: Final = 18
_GAP: Final = 8
_RADIUS: Final = 8.0
_SELECTED_ALPHA: Final = 0.16
_HOVER_ALPHA: Final = 0.055
_HEADING_SCALE: Final = 0.9
_BY_KEYBOARD: Final = QStyle.StateFlag.State_KeyboardFocusChange


class SidebarDelegate(QStyledItemDelegate):
    """Paints headings and collections, and lets people rename what is theirs."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The height of a row; the width is the view's."""
        row: SidebarRow = index.data(SidebarRole.ROW)
        least = _HEADING_HEIGHT if row.is_heading else _ROW_HEIGHT
        return QSize(0, max(least, option.fontMetrics.height() + 12))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        row: SidebarRow = index.data(SidebarRole.ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.is_heading:
            _paint_heading(painter, option, row.title)
        else:
            paint_row_ground(painter, option)
            _paint_collection(painter, option, row)
        painter.restore()

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """A line for another name."""
        line = QLineEdit(parent)
        line.setProperty("look", "row")
        line.setAccessibleName("Name")
        return line

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Where the name is."""
        editor.setGeometry(option.rect.adjusted(_INSET + _ICON + 1, 1, -1, -1))


def _paint_heading(painter: QPainter, option: QStyleOptionViewItem, title: str) -> None:
    painter.setFont(scaled_font(_HEADING_SCALE, QFont.Weight.DemiBold))
    painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
    area = option.rect.adjusted(_INSET, 0, -_INSET, -5)
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, title)


def paint_row_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Paint what shows that a row is selected, below the mouse, or reached by the keyboard."""
    area = QRectF(option.rect).adjusted(0.75, 1.75, -0.75, -1.75)
    if option.state & QStyle.StateFlag.State_Selected:
        painter.setBrush(_faded(option.palette.color(QPalette.ColorRole.Highlight), _SELECTED_ALPHA))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(_faded(option.palette.color(QPalette.ColorRole.Text), _HOVER_ALPHA))
    focused = option.state & QStyle.StateFlag.State_HasFocus and option.state & _BY_KEYBOARD
    painter.setPen(QPen(option.palette.color(QPalette.ColorRole.Highlight), 1.5) if focused else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(area, _RADIUS - 1, _RADIUS - 1)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_collection(painter: QPainter, option: QStyleOptionViewItem, row: SidebarRow) -> None:
    area = option.rect.adjusted(_INSET, 0, -_INSET, 0)
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    muted = option.palette.color(QPalette.ColorRole.PlaceholderText)
    text = option.palette.color(QPalette.ColorRole.Text) if row.online and not row.toggles else muted
    _paint_icon(painter, area, row, option.palette.color(QPalette.ColorRole.Highlight) if selected else text)
    painter.setFont(option.font)
    count = "" if row.count is None else f"{row.count:,}"
    count_width = _paint_count(painter, area, count, text if selected else muted)
    name = area.adjusted(_ICON + _GAP, 0, -count_width - _GAP, 0)
    taken = _paint_elided(painter, name, row.title, text)
    _paint_elided(
        painter,
        name.adjusted(taken + _GAP, 0, 0, 0),
        " \N{MIDDLE DOT} ".join(filter(None, (row.parents, row.mark))),
        muted,
    )


def _paint_icon(painter: QPainter, area: QRect, row: SidebarRow, colour: QColor) -> None:
    paint_icon(painter, QRectF(area.left(), area.top(), _ICON, area.height()), row.icon, colour)


def _paint_count(painter: QPainter, area: QRect, count: str, colour: QColor) -> int:
    painter.setPen(colour)
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
    return painter.fontMetrics().horizontalAdvance(count)


def _paint_elided(painter: QPainter, area: QRect, text: str, colour: QColor) -> int:
    """Paint as much as fits; tells how wide that is."""
    metrics = QFontMetrics(painter.font())
    elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.setPen(colour)
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)
    return metrics.horizontalAdvance(elided)


def _faded(colour: QColor, alpha: float) -> QColor:
    colour.setAlphaF(alpha)
    return colour
