"""The list below the search field: what may be meant, or what was searched before. The focus stays in the field."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from photoorg.ui.models.completion_model import CompletionItem, CompletionModel, CompletionRole
from photoorg.ui.views.completion_delegate import CompletionDelegate, row_height
from photoorg.ui.views.field_overlay import SHADOW, FieldOverlay

_PAD: Final = 4
_MOST_ROWS: Final = 9
_Key = Qt.Key
_STEPS: Final = {_Key.Key_Down: 1, _Key.Key_Up: -1}
_Modifier = Qt.KeyboardModifier


class CompletionPopup(FieldOverlay):
    """Nothing in it is chosen until an arrow key or the mouse does so: Return searches for what was typed."""

    chosen = Signal(object)  # CompletionItem

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self._model = CompletionModel(self)
        self.view = QListView(self)
        self.view.setModel(self._model)
        self.view.setItemDelegate(CompletionDelegate(self.view))
        self._dress()
        layout = QVBoxLayout(self)
        inside = SHADOW + _PAD
        layout.setContentsMargins(inside, inside, inside, inside)
        layout.addWidget(self.view)
        self.view.clicked.connect(self._on_clicked)

    def items(self) -> list[CompletionItem]:
        """What is offered."""
        return [self._model.row_at(self._model.index(row)) for row in range(self._model.rowCount())]

    def current(self) -> CompletionItem | None:
        """What is chosen for now."""
        index = self.view.currentIndex()
        return self._model.row_at(index) if index.isValid() else None

    def show_items(self, items: Sequence[CompletionItem]) -> None:
        """Offer these; none hides the list."""
        self._model.show_rows(list(dict.fromkeys(items)))
        self._point_at(QModelIndex())
        self.view.scrollToTop()
        if self._model.rowCount():
            self.appear()
        else:
            self.hide()

    def press(self, event: QKeyEvent) -> bool:
        """Handle a key of the field; tells whether it was one of the list's."""
        key = _Key(event.key())
        if not self.isVisible() or event.modifiers() & ~_Modifier.KeypadModifier:
            return False
        if key in _STEPS:
            self._step(_STEPS[key])
        elif key == _Key.Key_Escape:
            self.hide()
        elif key == _Key.Key_Tab and (self.current() or self.items()[0]).kind != "clear":
            self._choose(self.current() or self.items()[0])
        elif key in {_Key.Key_Return, _Key.Key_Enter} and (item := self.current()) is not None:
            self._choose(item)
        else:
            return False
        return True

    def wanted_height(self, _width: int) -> int:
        """All rows, or as many as are read at a glance."""
        rows = min(self._model.rowCount(), _MOST_ROWS)
        return rows * row_height(self.view.fontMetrics().height()) + 2 * _PAD

    def _dress(self) -> None:
        self.view.setAccessibleName("Suggestions")
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setMouseTracking(True)
        self.view.setUniformItemSizes(True)
        self.view.viewport().setAutoFillBackground(False)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setCursor(Qt.CursorShape.ArrowCursor)

    def _step(self, step: int) -> None:
        """Beyond the ends nothing is chosen, which is the text itself."""
        count, row = self._model.rowCount(), self.view.currentIndex().row()
        self._point_at(self._model.index((row + 1 + step) % (count + 1) - 1))

    def _point_at(self, index: QModelIndex) -> None:
        self.view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if index.isValid():
            self.view.scrollTo(index)

    def _on_clicked(self, index: QModelIndex) -> None:
        self._choose(index.data(CompletionRole.ITEM))

    def _choose(self, item: CompletionItem) -> None:
        self.hide()
        self.chosen.emit(item)
