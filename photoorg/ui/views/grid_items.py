"""What Qt's item views ask of the grid: where items are, in words of the geometry; and the accessible items."""

from abc import abstractmethod
from typing import Any

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import QAccessible, QAccessibleTableModelChangeEvent, QRegion
from PySide6.QtWidgets import QAbstractItemView, QListView

from photoorg.ui.views.grid_geometry import GridGeometry

Index = QModelIndex | QPersistentModelIndex
Hint = QAbstractItemView.ScrollHint
Action = QAbstractItemView.CursorAction
Key = Qt.Key

MARGIN = 16  # logical pixels, left and right of the cells
_KEYS = {
    Action.MoveUp: Key.Key_Up,
    Action.MoveDown: Key.Key_Down,
    Action.MoveHome: Key.Key_Home,
    Action.MoveEnd: Key.Key_End,
    Action.MovePageUp: Key.Key_PageUp,
    Action.MovePageDown: Key.Key_PageDown,
    Action.MoveLeft: Key.Key_Left,
    Action.MovePrevious: Key.Key_Left,
    Action.MoveRight: Key.Key_Right,
    Action.MoveNext: Key.Key_Right,
}


class GridItems(QListView):
    """Items in a grid geometry, for a model with one column.

    Of QListView only the accessible items are used, which Qt gives to no other subclass of QAbstractItemView.
    """

    @abstractmethod
    def grid(self) -> GridGeometry:
        """The geometry as it is now."""

    @abstractmethod
    def key_target(self, key: Key) -> int:
        """The row that a key leads to; there are rows."""

    def scroll_value(self) -> int:
        """How far the grid is scrolled, in logical pixels."""
        return self.verticalScrollBar().value()

    def page_height(self) -> int:
        """The height of what is seen, in logical pixels."""
        return self.viewport().height()

    def row_at(self, point: QPoint) -> int | None:
        """The row at a point of the viewport; none where the heading at the top covers it."""
        grid = self.grid()
        return grid.row_at(point.x(), point.y() + self.scroll_value()) if point.y() >= grid.header else None

    def visualRect(self, index: Index) -> QRect:
        """The square of a cell in the viewport."""
        grid = self.grid()
        if not index.isValid() or index.row() >= grid.row_count:
            return QRect()
        x, y = grid.place(index.row())
        return QRect(x, y - self.scroll_value(), grid.side, grid.side)

    def indexAt(self, point: QPoint) -> QModelIndex:
        """The cell at a point of the viewport."""
        row = self.row_at(point)
        return QModelIndex() if row is None else self.model().index(row, 0)

    def scrollTo(self, index: Index, hint: Hint = Hint.EnsureVisible) -> None:
        """Scroll as little as needed to see a cell whole, or to where the hint wants it."""
        grid, bar = self.grid(), self.verticalScrollBar()
        if not index.isValid() or index.row() >= grid.row_count:
            return
        y = grid.place(index.row())[1]
        highest, lowest = y - (grid.header or MARGIN), y + grid.pitch + MARGIN - self.page_height()
        middle = y + (grid.side - self.page_height()) // 2
        targets = {Hint.PositionAtTop: highest, Hint.PositionAtBottom: lowest, Hint.PositionAtCenter: middle}
        bar.setValue(targets.get(hint, min(max(bar.value(), lowest), highest)))

    def moveCursor(self, action: Action, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """The item that a cursor action leads to."""
        if not self.model().rowCount():
            return QModelIndex()
        return self.model().index(self.key_target(_KEYS[action]), 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select the items in a rectangle of the viewport."""
        area = rect.normalized().translated(0, self.scroll_value())
        runs = self.grid().runs_in(area.left(), area.top(), area.right() + 1, area.bottom() + 1)
        rows = QItemSelection()
        for first, last in runs.tolist():
            rows.append(QItemSelectionRange(self.model().index(first, 0), self.model().index(last, 0)))
        self.selectionModel().select(rows, command)

    def visualRegionForSelection(self, _selection: QItemSelection) -> QRegion:
        """All that is seen: to find out more exactly costs more than to paint it."""
        return QRegion(self.viewport().rect())

    def horizontalOffset(self) -> int:
        """There is no scrolling to the side."""
        return 0

    def verticalOffset(self) -> int:
        """How far the grid is scrolled."""
        return self.scroll_value()

    def isIndexHidden(self, _index: Index) -> bool:
        """No item is hidden."""
        return False

    def keyboardSearch(self, _text: str) -> None:
        """Letters do not search among the items: most of their names are not loaded."""

    def doItemsLayout(self) -> None:
        """There is no layout of items."""

    def dataChanged(self, first: Index, last: Index, _roles: Any = ()) -> None:
        """Paint those cells again that are seen."""
        seen = self.grid().rows_between(self.scroll_value(), self.scroll_value() + self.page_height())
        for row in range(max(first.row(), seen.start), min(last.row() + 1, seen.stop)):
            self.viewport().update(self.visualRect(self.model().index(row, 0)))
        if QAccessible.isActive():
            self._tell_accessibility(first.row(), last.row())

    def _tell_accessibility(self, first: int, last: int) -> None:
        event = QAccessibleTableModelChangeEvent(self, QAccessibleTableModelChangeEvent.ModelChangeType.DataChanged)
        event.setFirstRow(first)
        event.setLastRow(last)
        QAccessible.updateAccessibility(event)
