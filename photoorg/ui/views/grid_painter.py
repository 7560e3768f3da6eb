"""Paints those parts of the grid that are exposed, and asks for the cells that are in sight or near."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter, QPalette, QRegion

from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.views import day_headings
from photoorg.ui.views.day_headings import DayHeadings
from photoorg.ui.views.grid_geometry import GridGeometry
from photoorg.ui.views.grid_selection import GridSelection
from photoorg.ui.views.photo_delegate import CellState, PhotoDelegate

# What is loaded ahead: at most this much of pixmaps, at about six bytes for each pixel of a square.
_AHEAD_BYTES = 64 << 20
_BYTES_PER_SQUARE_PIXEL = 6


@dataclass(frozen=True)
class Look:
    """What the view shows now: `scroll` and `rect` (of the viewport) in logical pixels, `focus` the row with the focus."""

    grid: GridGeometry
    scroll: int
    rect: QRect
    palette: QPalette
    pixel_ratio: float
    focus: int


class GridPainter:
    """Paints cells and headings."""

    def __init__(
        self,
        model: PhotoListModel,
        selection: GridSelection,
        delegate: PhotoDelegate,
        mark_of: Callable[[int], int] = lambda _photo_id: 0,
    ) -> None:
        """`mark_of` tells how a photo is marked."""
        self._model = model
        self._selection = selection
        self._delegate = delegate
        self._mark_of = mark_of
        self._headings = DayHeadings()
        self._side = 0  # device pixels

    def paint(self, painter: QPainter, region: QRegion, look: Look, *, settled: bool) -> None:
        """Paint a region of the viewport. Until the size of the cells has `settled`, pixmaps are scaled, not reloaded."""
        if settled or not self._side:
            self._side = round(look.grid.side * look.pixel_ratio)
        self._delegate.prepare(look.palette, look.pixel_ratio)
        self._paint_cells(painter, region, look)
        if look.grid.header:
            self._paint_headings(painter, region, look)
            self._paint_first_heading(painter, region, look)
        self._want(look)

    def has_button_at(self, point: QPoint, look: Look) -> bool:
        """Whether the button of a heading is at a point of the viewport."""
        grid = look.grid
        if not grid.header or not grid.row_count:
            return False
        for section in grid.sections_between(look.scroll, look.scroll + look.rect.height()):
            top = max(0, grid.header_top(section) - look.scroll)
            heading = day_headings.heading_of(self._model, section)
            if self._headings.button_rect(self._heading_rect(look, top), heading).contains(point):
                return True
        return False

    def _paint_cells(self, painter: QPainter, region: QRegion, look: Look) -> None:
        done: set[int] = set()  # a cell may be in several rectangles of the region
        rects: Iterable[QRect] = region  # type: ignore[assignment]
        for rect in rects:
            rows = look.grid.rows_between(rect.top() + look.scroll, rect.bottom() + 1 + look.scroll)
            self._paint_rows(painter, rows, rect, look, done)

    def _paint_rows(self, painter: QPainter, rows: range, exposed: QRect, look: Look, done: set[int]) -> None:
        cells, side, left, right = self._model.cells, look.grid.side, exposed.left(), exposed.right()
        xs, ys = look.grid.places(rows.start, rows.stop)
        ids = self._model.ids_between(rows.start, rows.stop)
        for row, photo_id, x, y in zip(rows, ids.tolist(), xs.tolist(), (ys - look.scroll).tolist(), strict=True):
            if x <= right and x + side > left and row not in done:
                done.add(row)
                state = CellState(self._selection.is_selected(row), row == look.focus, self._mark_of(photo_id))
                self._delegate.paint_cell(painter, QRect(x, y, side, side), cells.cell(photo_id, self._side), state)

    def _paint_headings(self, painter: QPainter, region: QRegion, look: Look) -> None:
        for section in look.grid.sections_between(look.scroll, look.scroll + look.rect.height()):
            rect = self._heading_rect(look, look.grid.header_top(section) - look.scroll)
            if rect.top() > 0 and region.intersects(rect):
                self._paint_heading(painter, rect, look, section)

    def _paint_first_heading(self, painter: QPainter, region: QRegion, look: Look) -> None:
        """The heading of the day that is at the top stays there, until the next one pushes it out."""
        grid = look.grid
        if not grid.row_count or not region.intersects(QRect(0, 0, look.rect.width(), grid.header)):
            return
        section = grid.section_at(look.scroll)
        top = min(0, grid.header_top(section + 1) - look.scroll - grid.header)
        ground = QRect(0, top, look.rect.width(), grid.header)
        self._headings.paint_ground(painter, ground, look.palette)
        self._paint_heading(painter, self._heading_rect(look, top), look, section)

    def _heading_rect(self, look: Look, top: int) -> QRect:
        return QRect(look.grid.left, top, look.rect.width() - 2 * look.grid.left, day_headings.HEIGHT)

    def _paint_heading(self, painter: QPainter, rect: QRect, look: Look, section: int) -> None:
        self._headings.paint(painter, rect, look.palette, day_headings.heading_of(self._model, section))

    def _want(self, look: Look) -> None:
        """Load what is in sight first, then a screen below and above."""
        height = look.rect.height()
        seen = look.grid.rows_between(look.scroll, look.scroll + height)
        below = look.grid.rows_between(look.scroll + height, look.scroll + 2 * height)
        above = look.grid.rows_between(look.scroll - height, look.scroll)
        ahead = max(0, _AHEAD_BYTES // (_BYTES_PER_SQUARE_PIXEL * self._side**2) - len(seen))
        below, above = below[:ahead], above[max(0, len(above) - max(0, ahead - len(below))) :]
        ids = [i for rows in (seen, below, above) for i in self._model.ids_between(rows.start, rows.stop).tolist()]
        self._model.cells.want_only(ids, self._side)
