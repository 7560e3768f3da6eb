"""How a row of the list of models is painted: its name, its state below, a mark for the one in use."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from photoorg.ui.icons import paint_icon
from photoorg.ui.model_offers import is_doubtful
from photoorg.ui.model_texts import state_text
from photoorg.ui.model_work import ModelRow
from photoorg.ui.models.model_list_model import ModelRole
from photoorg.ui.theme import scaled_font
from photoorg.ui.views.sidebar_delegate import paint_row_ground

_INSET: Final = 10
_ICON: Final = 16
_GAP: Final = 8
_STATE_SCALE: Final = 0.92
_AROUND: Final = 18  # above and below the two lines


class ModelDelegate(QStyledItemDelegate):
    """Two lines for each model."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The height of a row; the width is the view's."""
        return QSize(0, 2 * option.fontMetrics.height() + _AROUND)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        row: ModelRow = index.data(ModelRole.ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row_ground(painter, option)
        area = option.rect.adjusted(_INSET, 0, -_INSET, 0)
        if name := _icon_of(row):
            accent = option.palette.color(QPalette.ColorRole.Highlight)
            paint_icon(painter, QRectF(area.right() - _ICON, area.top(), _ICON, area.height()), name, accent)
            area.adjust(0, 0, -_ICON - _GAP, 0)
        _paint_lines(painter, option, area, row)
        painter.restore()


def _paint_lines(painter: QPainter, option: QStyleOptionViewItem, area: QRect, row: ModelRow) -> None:
    is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
    height = option.fontMetrics.height()
    top = QRect(area.left(), area.top() + (area.height() - 2 * height) // 2, area.width(), height)
    text, muted = (option.palette.color(role) for role in (QPalette.ColorRole.Text, QPalette.ColorRole.PlaceholderText))
    lines = ((top, row.title, 1.0, text), (top.translated(0, height), state_text(row), _STATE_SCALE, muted))
    for line, words, scale, colour in lines:
        weight = QFont.Weight.DemiBold if scale == 1.0 and is_selected else QFont.Weight.Normal
        painter.setFont(scaled_font(scale, weight))
        painter.setPen(colour)
        elided = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)


def _icon_of(row: ModelRow) -> str:
    if row.work is not None:
        return "warning" if row.work.error else ""
    if row.info is None:
        return ""
    if row.info.problem or is_doubtful(row.info):
        return "warning"
    return "check" if row.info.is_active else ""
