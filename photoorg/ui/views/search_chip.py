"""A chip in the search field: a part of the query that is understood, to be removed or turned back into text."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from photoorg.ui.chip_content import ChipContent
from photoorg.ui.icons import paint_icon, set_icon
from photoorg.ui.theme import scaled_font
from photoorg.ui.views.buttons import icon_button

CHIP_HEIGHT: Final = 26
_WIDEST_LABEL: Final = 190
_RADIUS: Final = 8.0
_PAD: Final = 8
_GAP: Final = 5
_PICTURE: Final = 20
_ICON: Final = 14
_BUTTON: Final = 20
_MINUS: Final = "\N{MINUS SIGN}"
_TINT: Final = 0.13
_GROUND: Final = 0.075
_ICONS: Final = {"like": "similar", "filter": "filter"}
_OWN_KEYS: Final = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo, QKeySequence.StandardKey.SelectAll)
_Key = Qt.Key
_Role = QPalette.ColorRole


class SearchChip(QWidget):
    """Takes the focus by a click or from the text beside it; its keys are those of text: arrows, Backspace, Delete, Return."""

    remove_wanted = Signal(int)  # where the focus goes: -1 to the chip before, 1 to the one after, 0 to the text
    edit_wanted = Signal()
    left = Signal(int)  # by the keyboard: -1 to the chip before, 1 to the one after
    typed = Signal(object)  # QKeyEvent: a key that is the text's

    def __init__(self, content: ChipContent, parent: QWidget) -> None:
        super().__init__(parent)
        self.content = content
        self._is_marked = False
        self._is_wrong = False
        self.setFont(scaled_font(1.0))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(content.spoken)
        self.setAccessibleDescription("Backspace removes it, Return turns it into text")
        self.setToolTip(content.text)
        self._button = icon_button("close", f"Remove {content.spoken}", self, side=12)
        self._button.setProperty("look", "tiny")
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.setCursor(Qt.CursorShape.ArrowCursor)
        self._button.clicked.connect(lambda: self.remove_wanted.emit(0))
        self._button.setGeometry(self.sizeHint().width() - _BUTTON - 3, (CHIP_HEIGHT - _BUTTON) // 2, _BUTTON, _BUTTON)
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """As wide as its parts."""
        return QSize(self._label_left() + self._label_width() + 2 + _BUTTON + 3, CHIP_HEIGHT)

    def set_marked(self, marked: bool) -> None:
        """Whether it belongs to what is selected."""
        self._is_marked = marked
        self._light_up()

    def set_wrong(self, wrong: bool) -> None:
        """Whether an error is in it."""
        self._is_wrong = wrong
        self.update()

    @property
    def is_wrong(self) -> bool:
        """Whether an error is in it."""
        return self._is_wrong

    # --- events ---

    def event(self, event: QEvent) -> bool:
        """Undo and the like are the field's, not the window's, as in the text beside."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier and bool(event.text())
            if plain or any(event.matches(key) for key in _OWN_KEYS):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What can be done with it; other keys are the text's."""
        key = event.key()
        if key in {_Key.Key_Backspace, _Key.Key_Delete}:
            self.remove_wanted.emit(-1 if key == _Key.Key_Backspace else 1)
        elif key in {_Key.Key_Return, _Key.Key_Enter, _Key.Key_F2}:
            self.edit_wanted.emit()
        elif key in {_Key.Key_Left, _Key.Key_Right}:
            self.left.emit(-1 if key == _Key.Key_Left else 1)
        elif key in {_Key.Key_Tab, _Key.Key_Backtab}:
            super().keyPressEvent(event)
        else:
            self.typed.emit(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to text."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.edit_wanted.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The focus is all that a click gives."""
        event.accept()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be clicked."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """No longer."""
        super().leaveEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Look selected."""
        super().focusInEvent(event)
        self._light_up()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No longer."""
        super().focusOutEvent(event)
        self._light_up()

    # --- painting ---

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A rounded ground, a picture or icon, the sign, the label; the button paints itself."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(self._colour(_Role.BrightText), 1.5) if self._is_wrong else Qt.PenStyle.NoPen)
        painter.setBrush(self._ground())
        painter.drawRoundedRect(area, _RADIUS, _RADIUS)
        self._paint_picture(painter)
        self._paint_label(painter)
        painter.end()

    def _paint_picture(self, painter: QPainter) -> None:
        thumbnail = self.content.thumbnail
        if thumbnail is not None and not thumbnail.isNull():
            place = QRectF(3, (CHIP_HEIGHT - _PICTURE) / 2, _PICTURE, _PICTURE)
            shape = QPainterPath()
            shape.addRoundedRect(place, 5, 5)
            side = min(thumbnail.width(), thumbnail.height())
            middle = QPointF((thumbnail.width() - side) / 2, (thumbnail.height() - side) / 2)
            painter.save()
            painter.setClipPath(shape)
            painter.drawPixmap(place, thumbnail, QRectF(middle.x(), middle.y(), side, side))
            painter.restore()
        elif name := _ICONS.get(self.content.kind):
            place = QRectF(_PAD, 0, _ICON, CHIP_HEIGHT)
            paint_icon(painter, place, name, self._ink() if self._is_lit() else self._quiet())

    def _paint_label(self, painter: QPainter) -> None:
        metrics, left = self.fontMetrics(), self._label_left()
        painter.setFont(self.font())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        if self.content.is_negative:
            painter.setPen(self._ink() if self._is_lit() else self._colour(_Role.BrightText))
            sign = metrics.horizontalAdvance(_MINUS) + 3
            painter.drawText(QRectF(left - sign, 0, sign, CHIP_HEIGHT), flags, _MINUS)
        painter.setPen(self._ink())
        label = metrics.elidedText(self.content.shown, Qt.TextElideMode.ElideRight, self._label_width())
        painter.drawText(QRectF(left, 0, self._label_width() + 2, CHIP_HEIGHT), flags, label)

    def _label_left(self) -> int:
        content, left = self.content, _PAD
        if content.thumbnail is not None and not content.thumbnail.isNull():
            left = 3 + _PICTURE + _GAP
        elif content.kind in _ICONS:
            left = _PAD + _ICON + _GAP
        if content.is_negative:
            left += QFontMetrics(self.font()).horizontalAdvance(_MINUS) + 3
        return left

    def _label_width(self) -> int:
        return min(self.fontMetrics().horizontalAdvance(self.content.shown) + 1, _WIDEST_LABEL)

    def _light_up(self) -> None:
        set_icon(self._button, "close", _Role.HighlightedText if self._is_lit() else _Role.ButtonText)
        self.update()

    def _is_lit(self) -> bool:
        return self.hasFocus() or self._is_marked

    def _ground(self) -> QColor:
        if self._is_lit():
            return self._colour(_Role.Highlight)
        more = 0.05 if self.underMouse() else 0.0
        if self.content.is_negative:
            return _faded(self._colour(_Role.BrightText), _TINT + more)
        if self.content.kind == "like":
            return _faded(self._colour(_Role.Highlight), _TINT + more)
        return _faded(self._colour(_Role.Text), _GROUND + more)

    def _ink(self) -> QColor:
        return self._colour(_Role.HighlightedText if self._is_lit() else _Role.Text)

    def _quiet(self) -> QColor:
        return self._colour(_Role.BrightText if self.content.is_negative else _Role.PlaceholderText)

    def _colour(self, role: QPalette.ColorRole) -> QColor:
        return self.palette().color(role)


def _faded(colour: QColor, alpha: float) -> QColor:
    colour.setAlphaF(alpha)
    return colour
