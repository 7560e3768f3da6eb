"""The text in the search field: a line whose undo, selection and clipboard take the chips before it into account."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from photoorg.ui.theme import scaled_font

_FONT_SCALE: Final = 1.12
_WAVE: Final = 2.0  # pixels, half of its height and a quarter of its length
_Keys = QKeySequence.StandardKey
_Key = Qt.Key


class SearchLine(QLineEdit):
    """Where searches are typed. "Everything" is the text together with the chips."""

    start_passed = Signal()  # Left or Backspace where the text begins
    everything_removed = Signal()
    everything_marked = Signal(bool)
    undo_wanted = Signal()
    redo_wanted = Signal()
    clicked = Signal()

    def __init__(self, parent: QWidget, query: Callable[[], str], undoable: Callable[[], tuple[bool, bool]]) -> None:
        """`query` gives the text of everything, `undoable` whether there is something to undo and to redo."""
        super().__init__(parent)
        self._query = query
        self._undoable = undoable
        self._is_everything = False
        self._wrong: tuple[int, int] | None = None
        self.setProperty("look", "bare")
        self.setFont(scaled_font(_FONT_SCALE))
        self.setAccessibleName("Search")
        self.setAcceptDrops(False)  # what is dropped is the field's or the window's
        self.selectionChanged.connect(lambda: self._mark_everything(is_marked=False))
        self.cursorPositionChanged.connect(lambda: self._mark_everything(is_marked=False))

    def selectAll(self) -> None:
        """Select everything."""
        super().selectAll()
        self._mark_everything(is_marked=True)

    def show_wrong(self, place: tuple[int, int] | None) -> None:
        """Underline from a character to before another; one place further where they are the same."""
        self._wrong = place
        self.update()

    # --- events ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What goes beyond the text, else what a line does."""
        if event.matches(_Keys.Undo):
            self.undo_wanted.emit()
        elif event.matches(_Keys.Redo):
            self.redo_wanted.emit()
        elif event.matches(_Keys.SelectAll):
            self.selectAll()
        elif self._is_everything and self._press_on_everything(event):
            pass
        elif event.key() in {_Key.Key_Left, _Key.Key_Backspace} and not event.modifiers() and self._is_at_start():
            self.start_passed.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click is told, and ends that everything is selected."""
        self._mark_everything(is_marked=False)
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What is selected is seen by the focus only."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._mark_everything(is_marked=False)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The usual menu, for everything."""
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        can_undo, can_redo = self._undoable()
        for action in menu.actions():
            self._adapt(action, can_undo=can_undo, can_redo=can_redo)
        menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        """A wavy line below what is wrong."""
        super().paintEvent(event)
        if self._wrong is None:
            return
        area = self._wrong_area(*self._wrong)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.BrightText), 1.4))
        xs = [area.left() + i * 2 * _WAVE for i in range(int(area.width() // (2 * _WAVE)) + 2)]
        painter.drawPolyline([QPointF(x, area.bottom() + (_WAVE if i % 2 else 0)) for i, x in enumerate(xs)])
        painter.end()

    # --- inside ---

    def _press_on_everything(self, event: QKeyEvent) -> bool:
        """Tells whether there is nothing left to do."""
        if event.matches(_Keys.Copy):
            self._copy_everything()
            return True
        if event.matches(_Keys.Cut):
            self._cut_everything()
            return True
        if event.key() in {_Key.Key_Backspace, _Key.Key_Delete}:
            self.everything_removed.emit()
            return True
        if event.matches(_Keys.Paste) or (event.text().isprintable() and event.text() and not self._is_command(event)):
            self.everything_removed.emit()
        return False

    def _adapt(self, action: QAction, *, can_undo: bool, can_redo: bool) -> None:
        """Qt names the actions of its menu."""
        own: dict[str, tuple[Callable[[], object], bool]] = {
            "edit-undo": (self.undo_wanted.emit, can_undo),
            "edit-redo": (self.redo_wanted.emit, can_redo),
        }
        has_text = bool(self._query())
        own["select-all"] = (self.selectAll, has_text)
        if self._is_everything:
            own["edit-copy"] = (self._copy_everything, has_text)
            own["edit-delete"] = (self.everything_removed.emit, has_text)
            own["edit-cut"] = (self._cut_everything, has_text)
        if action.objectName() in own:
            run, is_enabled = own[action.objectName()]
            action.triggered.disconnect()
            action.triggered.connect(lambda _checked: run())
            action.setEnabled(is_enabled)

    def _copy_everything(self) -> None:
        QGuiApplication.clipboard().setText(self._query())

    def _cut_everything(self) -> None:
        self._copy_everything()
        self.everything_removed.emit()

    @staticmethod
    def _is_command(event: QKeyEvent) -> bool:
        return bool(event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier))

    def _is_at_start(self) -> bool:
        return self.cursorPosition() == 0 and not self.hasSelectedText()

    def _mark_everything(self, *, is_marked: bool) -> None:
        if is_marked != self._is_everything:
            self._is_everything = is_marked
            self.everything_marked.emit(is_marked)

    def _wrong_area(self, start: int, end: int) -> QRect:
        metrics, text = self.fontMetrics(), self.text()
        origin = self.cursorRect().center().x() - metrics.horizontalAdvance(text[: self.cursorPosition()])
        left = origin + metrics.horizontalAdvance(text[:start])
        right = origin + metrics.horizontalAdvance(text[: max(end, start + 1)])
        least = metrics.averageCharWidth()
        bottom = (self.height() + metrics.height()) // 2 - 1
        return QRect(left, 0, max(right - left, least), bottom)
