"""Where the view stands in the grid: the geometry as it is now, and the same photos in sight when it changes."""

from collections.abc import Callable
from statistics import mode

from PySide6.QtWidgets import QScrollBar

from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.views.grid_geometry import GridGeometry

_MOST_HELD = 64

Seen = list[tuple[int, int]]


class GridLayout:
    """Measures the grid when it is asked for after a change, and scrolls to where the view was."""

    def __init__(self, model: PhotoListModel, bar: QScrollBar, measure: Callable[[], GridGeometry]) -> None:
        self._model = model
        self._bar = bar
        self._measure = measure
        self._grid = GridGeometry([], 1, cell=1)
        self._is_stale = True
        self._seen: Seen = []

    @property
    def header(self) -> int:
        """The height of the headings when the grid was last measured."""
        return self._grid.header

    def grid(self, height: int) -> GridGeometry:
        """The grid as it is now, in a view of this height; sets the scroll bar."""
        if self._is_stale:
            self._is_stale = False
            before, self._grid = self._grid, self._measure()
            self.set_range(height)
            self._find_place(is_same_size=(before.columns, before.side) == (self._grid.columns, self._grid.side))
        return self._grid

    def mark_stale(self) -> None:
        """Measure again before the grid is used the next time."""
        self._is_stale = True

    def hold_place(self, height: int) -> Seen:
        """Remember which photos are seen and how far from the top: call it before a change.

        At the very top nothing is remembered: new photos are to be seen there.
        """
        top = self._bar.value()
        if not self._is_stale and not self._seen and top:
            rows = self._grid.rows_between(top + self._grid.header, top + height)[:_MOST_HELD]
            ids = self._model.ids_between(rows.start, rows.stop).tolist()
            heights = self._grid.places(rows.start, rows.stop)[1].tolist()
            self._seen = [(photo_id, y - top) for photo_id, y in zip(ids, heights, strict=True)]
        return self._seen

    def take_place(self, seen: Seen) -> None:
        """Go back to a remembered place at the next measuring; an empty one: stay where the scroll bar is."""
        self._seen = seen

    def set_range(self, height: int) -> None:
        """Give the scroll bar its range and steps."""
        self._bar.setSingleStep(max(1, self._grid.pitch // 4))
        self._bar.setPageStep(max(1, height - self._grid.header))
        self._bar.setRange(0, max(0, self._grid.height - height))

    def _find_place(self, *, is_same_size: bool) -> None:
        """Go to where most of what was seen stands still; after a change of size, where the first photo does."""
        seen, self._seen = self._seen, []
        rows = ((self._model.row_of(photo_id), distance) for photo_id, distance in seen)
        values = [self._grid.place(row)[1] - distance for row, distance in rows if row is not None]
        if values:
            self._bar.setValue(mode(values) if is_same_size else values[0])
