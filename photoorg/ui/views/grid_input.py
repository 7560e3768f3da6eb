"""Mouse and keyboard in the grid."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from photoorg.ui.views.grid_geometry import GridGeometry
from photoorg.ui.views.grid_selection import GridSelection
from photoorg.ui.views.rubber_band import RubberBand, scroll_step

Key = Qt.Key
Modifier = Qt.KeyboardModifier

_TICK_MS = 16
_ZOOM = {Key.Key_Plus: 1, Key.Key_Equal: 1, Key.Key_Minus: -1}
_MOVES = {
    *(Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down),
    *(Key.Key_Home, Key.Key_End, Key.Key_PageUp, Key.Key_PageDown),
}


class GridPort(Protocol):
    """What the input needs of the view; points are in the viewport, lengths logical pixels."""

    def grid(self) -> GridGeometry: ...  # noqa: D102
    def row_at(self, point: QPoint) -> int | None: ...  # noqa: D102
    def scroll_value(self) -> int: ...  # noqa: D102
    def scroll_by(self, distance: int) -> None: ...  # noqa: D102
    def page_height(self) -> int: ...  # noqa: D102
    def reveal(self, row: int) -> None: ...  # noqa: D102
    def open_row(self, row: int) -> None: ...  # noqa: D102
    def zoom(self, steps: int) -> None: ...  # noqa: D102
    def drag_photos(self) -> None: ...  # noqa: D102
    def press_heading(self, point: QPoint) -> bool: ...  # noqa: D102
    def give_feedback(self, mark: int) -> bool: ...  # noqa: D102
    def repaint_band(self) -> None: ...  # noqa: D102


class GridMouse:
    """Clicks, drags of photos, and the rubber band from empty space."""

    def __init__(self, port: GridPort, selection: GridSelection, timer: QTimer) -> None:
        self.band: RubberBand | None = None
        self._port = port
        self._selection = selection
        self._pressed: int | None = None
        self._drag_start: QPoint | None = None
        self._pointer = QPoint()
        self._timer = timer
        timer.setInterval(_TICK_MS)
        timer.timeout.connect(self._on_tick)

    def press(self, event: QMouseEvent) -> None:
        """Select, or begin a rubber band."""
        row, modifiers = self._port.row_at(event.position().toPoint()), event.modifiers()
        self._pressed = self._drag_start = None
        if event.button() == Qt.MouseButton.LeftButton and self._port.press_heading(event.position().toPoint()):
            return
        if event.button() == Qt.MouseButton.LeftButton:
            if row is None:
                self._begin_band(event.position().toPoint(), modifiers)
            else:
                self._click(row, modifiers)
                self._drag_start = event.position().toPoint() if self._selection.is_selected(row) else None
        elif event.button() == Qt.MouseButton.RightButton and row is not None and not self._selection.is_selected(row):
            self._selection.select_only(row)

    def move(self, event: QMouseEvent) -> None:
        """Stretch the rubber band, or drag the selected photos away."""
        point = event.position().toPoint()
        if self.band:
            self._pointer = point
            self._timer.start()
            self._stretch()
        elif self._drag_start is not None and _is_far(point - self._drag_start):
            self._pressed = self._drag_start = None
            self._port.drag_photos()

    def release(self, event: QMouseEvent) -> None:
        """End the rubber band; a click on one of many selected photos leaves that one selected."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.band:
            self.band = None
            self._timer.stop()
            self._port.repaint_band()
        elif self._pressed is not None and self._pressed == self._port.row_at(event.position().toPoint()):
            self._selection.select_only(self._pressed)
        self._pressed = self._drag_start = None

    def _click(self, row: int, modifiers: Modifier) -> None:
        if modifiers & Modifier.ShiftModifier:
            self._selection.extend_to(row, keep=bool(modifiers & Modifier.ControlModifier))
        elif modifiers & Modifier.ControlModifier:
            self._selection.toggle(row)
        elif self._selection.is_selected(row):
            self._pressed = row
            self._selection.focus(row)
        else:
            self._selection.select_only(row)

    def _begin_band(self, point: QPoint, modifiers: Modifier) -> None:
        if not modifiers & (Modifier.ShiftModifier | Modifier.ControlModifier):
            self._selection.clear()
        self._pointer = point
        self.band = RubberBand(self._in_grid(point), self._selection.runs())

    def _stretch(self) -> None:
        assert self.band is not None
        before = self.band.rect()
        self.band.pointer = self._in_grid(self._pointer)
        if (rect := self.band.rect()) != before:
            runs = self._port.grid().runs_in(rect.left(), rect.top(), rect.right() + 1, rect.bottom() + 1)
            self._selection.select_runs(runs, besides=self.band.besides)
            self._port.repaint_band()

    def _on_tick(self) -> None:
        """Scroll on while the pointer is held outside."""
        if self.band and (step := scroll_step(self._pointer.y(), self._port.page_height())):
            self._port.scroll_by(step)
            self._stretch()

    def _in_grid(self, point: QPoint) -> QPoint:
        return QPoint(point.x(), point.y() + self._port.scroll_value())


def _is_far(way: QPoint) -> bool:
    return way.manhattanLength() >= QApplication.startDragDistance()


class GridKeys:
    """The keyboard: moving, selecting, opening, zooming; plus and minus judge results, with Ctrl they zoom them, too."""

    def __init__(self, port: GridPort, selection: GridSelection, row_count: Callable[[], int]) -> None:
        self._port = port
        self._selection = selection
        self._row_count = row_count
        self._column: tuple[int, int] | None = None  # the column that going up and down keeps, and the row it led to

    def press(self, event: QKeyEvent) -> bool:
        """Handle a key; tells whether it was one of ours."""
        key, modifiers = Key(event.key()), event.modifiers()
        if key in _MOVES and not modifiers & (Modifier.AltModifier | Modifier.MetaModifier):
            return self._move(key, modifiers)
        if key == Key.Key_A and modifiers & Modifier.ControlModifier:
            self._selection.select_all()
        elif key in _ZOOM:
            if modifiers & Modifier.ControlModifier or not self._port.give_feedback(_ZOOM[key]):
                self._port.zoom(_ZOOM[key])
        elif key in {Key.Key_Return, Key.Key_Enter} and self._selection.current_row >= 0:
            self._port.open_row(self._selection.current_row)
        else:
            return False
        return True

    def _move(self, key: Key, modifiers: Modifier) -> bool:
        if not self._row_count():
            return False
        row = self.target(key)
        if modifiers & Modifier.ShiftModifier:
            self._selection.extend_to(row)
        elif modifiers & Modifier.ControlModifier:
            self._selection.focus(row)
        else:
            self._selection.select_only(row)
        self._port.reveal(row)
        return True

    def target(self, key: Key) -> int:
        """Where a key leads to from the current row; there must be rows."""
        grid, row, last = self._port.grid(), self._selection.current_row, self._row_count() - 1
        if row < 0:
            return last if key == Key.Key_End else 0
        if key in {Key.Key_Home, Key.Key_End}:
            return 0 if key == Key.Key_Home else last
        if key in {Key.Key_Left, Key.Key_Right}:
            return min(max(row + (1 if key == Key.Key_Right else -1), 0), last)
        column = self._column[0] if self._column and self._column[1] == row else grid.column_of(row)
        target = self._vertical(grid, key, row, column)
        self._column = (column, target)
        return target

    def _vertical(self, grid: GridGeometry, key: Key, row: int, column: int) -> int:
        if key in {Key.Key_Up, Key.Key_Down}:
            return grid.row_beside(row, 1 if key == Key.Key_Down else -1, column)
        page = max(grid.pitch, self._port.page_height() - grid.header - grid.pitch)
        y = grid.place(row)[1] + grid.side // 2 + (page if key == Key.Key_PageDown else -page)
        return grid.row_near(grid.left + column * grid.pitch, y)
