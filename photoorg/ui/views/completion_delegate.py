"""How a row of the list below the search field is painted: icon, text, quieter detail."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from photoorg.ui.icons import paint_icon
from photoorg.ui.models.completion_model import CompletionItem, CompletionRole

ROW_HEIGHT: Final = 32
_INSET: Final = 10
_ICON: Final = 16
_GAP: Final = 10
_CHOSEN: Final = 0.14
_HOVER: Final = 0.05
_ICONS: Final = {"past": "history", "clear": "clear"}


class CompletionDelegate(QStyledItemDelegate):
    """Paints the rows."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The height of a row; the width is the view's."""
        return QSize(0, row_height(option.fontMetrics.height()))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        item: CompletionItem = index.data(CompletionRole.ITEM)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option)
        muted = option.palette.color(QPalette.ColorRole.PlaceholderText)
        is_quiet = item.kind == "clear"
        area = option.rect.adjusted(_INSET, 0, -_INSET, 0)
        icon_area = QRectF(area.left(), area.top(), _ICON, area.height())
        paint_icon(painter, icon_area, _ICONS.get(item.kind, item.kind), muted)
        painter.setFont(option.font)
        text_area = area.adjusted(_ICON + _GAP, 0, 0, 0)
        text = option.palette.color(QPalette.ColorRole.Text)
        if item.detail:
            side = text_area.adjusted(text_area.width() // 2, 0, 0, 0)
            taken = _paint_text(painter, side, item.detail, muted, right=True)
            text_area.adjust(0, 0, -taken - _GAP, 0)
        _paint_text(painter, text_area, item.text, muted if is_quiet else text)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            ground = _faded(option.palette.color(QPalette.ColorRole.Highlight), _CHOSEN)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            ground = _faded(option.palette.color(QPalette.ColorRole.Text), _HOVER)
        else:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(option.rect).adjusted(0, 1, 0, -1), 7, 7)


def row_height(text_height: int) -> int:
    """The height of a row whose text is so high, in pixels."""
    return max(ROW_HEIGHT, text_height + 12)


def _paint_text(painter: QPainter, area: QRect, text: str, colour: QColor, *, right: bool = False) -> int:
    """Paint as much as fits; tells how wide that is."""
    metrics = painter.fontMetrics()
    elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.setPen(colour)
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, elided)
    return metrics.horizontalAdvance(elided)


def _faded(colour: QColor, alpha: float) -> QColor:
    colour.setAlphaF(alpha)
    return colour
