"""The grid of photos: its own geometry, painting and input, so that a million rows are as quick as a hundred."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelection, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.views import day_headings
from photoorg.ui.views.grid_drag import drag_photos
from photoorg.ui.views.grid_feedback import GridFeedback
from photoorg.ui.views.grid_geometry import GridGeometry
from photoorg.ui.views.grid_hover import GridHover
from photoorg.ui.views.grid_input import GridKeys, GridMouse, Key
from photoorg.ui.views.grid_items import MARGIN, GridItems, Index
from photoorg.ui.views.grid_layout import GridLayout
from photoorg.ui.views.grid_painter import GridPainter, Look
from photoorg.ui.views.grid_place import GridPlace
from photoorg.ui.views.grid_selection import GridSelection
from photoorg.ui.views.photo_delegate import PhotoDelegate
from photoorg.ui.views.smooth_wheel import SmoothWheel

CELL_SIZES = (96, 112, 128, 160, 192, 224, 272, 320, 400, 480)  # logical pixels
_DEFAULT_CELL = 160
_SPACING = 4
_SETTLE_MS = 150


class PhotoGridView(GridItems):
    """A grid in sections of days, over a PhotoListModel."""

    opened = Signal(int)  # the photo id of a double click or Enter
    selection_ids_changed = Signal()
    cell_size_changed = Signal(int)
    weaker_toggled = Signal(bool)  # by the button in the heading; the rows are there or gone already

    def __init__(self, model: PhotoListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photos = model
        self._cell_size = _DEFAULT_CELL
        self._layout = GridLayout(model, self.verticalScrollBar(), self._measured)
        self._layout_timer = _single_shot(self, 0)
        self._layout_timer.timeout.connect(self.grid)
        self._settle_timer = _single_shot(self, _SETTLE_MS)
        self._settle_timer.timeout.connect(self.viewport().update)
        self._wheel = SmoothWheel(self.verticalScrollBar())
        self.feedback = GridFeedback(self.viewport(), self.viewport().update)
        self._dress()
        place = GridPlace(self, model, self._layout, self.page_height, self._mark_stale)
        self.setModel(model)
        self._choice = GridSelection(model, self.selectionModel())
        place.keep_selection(self._choice)
        self._mouse = GridMouse(self, self._choice, QTimer(self))
        self._keys = GridKeys(self, self._choice, model.rowCount)
        delegate = PhotoDelegate(model.cells, self)
        self.setItemDelegate(delegate)
        self._painter = GridPainter(model, self._choice, delegate, self.feedback.mark_of)
        self._hover = GridHover(self.viewport(), model, self._painter, self.feedback)
        self._hover.weaker_toggled.connect(self.weaker_toggled)

    def _dress(self) -> None:
        self.setAccessibleName("Photos")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAutoScroll(False)

    # --- what the window asks ---

    @property
    def cell_size(self) -> int:
        """The side of the cells that was asked for, in logical pixels."""
        return self._cell_size

    def set_cell_size(self, logical_pixels: int) -> None:
        """Make the cells larger or smaller; what is seen at the top stays there."""
        size = min(max(logical_pixels, CELL_SIZES[0]), CELL_SIZES[-1])
        if size != self._cell_size:
            self._layout.hold_place(self.page_height())
            self._cell_size = size
            self._resettle()
            self.cell_size_changed.emit(size)

    def zoom(self, steps: int) -> None:
        """Take the next larger (1) or smaller (-1) size of cells."""
        sizes = [size for size in CELL_SIZES if (size - self._cell_size) * steps > 0]
        if sizes:
            self.set_cell_size(min(sizes, key=lambda size: abs(size - self._cell_size)))

    def selected_ids(self) -> list[int]:
        """The selected photos in the order of the grid."""
        ids: list[int] = self._choice.ids().tolist()
        return ids

    def current_id(self) -> int | None:
        """The photo with the focus."""
        row = self._choice.current_row
        return self._photos.photo_id(row) if row >= 0 else None

    def select_id(self, photo_id: int) -> None:
        """Select one photo and bring it into sight; for one that is not here nothing happens."""
        row = self._photos.row_of(photo_id)
        if row is not None:
            self._choice.select_only(row)
            self.reveal(row)

    def select_again(self, photo_ids: Sequence[int]) -> None:
        """Select those of these photos that are here; the place stays."""
        rows = [row for photo_id in photo_ids if (row := self._photos.row_of(photo_id)) is not None]
        for index, row in enumerate(rows):
            (self._choice.toggle if index else self._choice.select_only)(row)

    # --- where things are ---

    def grid(self) -> GridGeometry:
        """The geometry as it is now."""
        return self._layout.grid(self.page_height())

    def _measured(self) -> GridGeometry:
        sections = self._photos.sections
        counts = [self._photos.rowCount()] if sections is None else sections.counts
        header = 0 if sections is None else day_headings.HEIGHT
        # The scroll bar's width is kept free also without one: its coming and going must not change the layout.
        width = self.maximumViewportSize().width() - self.verticalScrollBar().sizeHint().width()
        return GridGeometry(counts, width, cell=self._cell_size, spacing=_SPACING, header=header, margin=MARGIN)

    def scroll_by(self, distance: int) -> None:
        """Scroll down, or up where negative, in logical pixels."""
        self._wheel.stop()
        self.verticalScrollBar().setValue(self.scroll_value() + distance)

    def reveal(self, row: int) -> None:
        """Scroll as little as needed to see a cell whole."""
        self.scrollTo(self._photos.index(row, 0))

    def open_row(self, row: int) -> None:
        """Tell that a photo is to be opened."""
        self.opened.emit(self._photos.photo_id(row))

    def drag_photos(self) -> None:
        """Drag the selected photos away."""
        drag_photos(self, self._photos.cells, self.selected_ids(), self.current_id())

    def press_heading(self, point: QPoint) -> bool:
        """Use the button of a heading, if one is there; tells whether it is."""
        return self._hover.press(point, self._look())

    def can_give_feedback(self) -> bool:
        """Whether results are shown that can be judged."""
        return self.feedback.is_on

    def give_feedback(self, mark: int) -> bool:
        """Judge the selected photos; tells whether results are shown that can be."""
        return self.feedback.give(mark, self.selected_ids())

    def repaint_band(self) -> None:
        """Paint the rubber band as it is now."""
        self.viewport().update()

    # --- keeping the place ---

    def _mark_stale(self) -> None:
        self._layout.mark_stale()
        self._layout_timer.start()
        self.viewport().update()

    def _resettle(self) -> None:
        """The cells change their size; pixmaps of the new size are loaded when that has ended."""
        self._settle_timer.start()
        self._mark_stale()

    # --- what the model tells ---

    def reset(self) -> None:
        """Begin at the top."""
        super().reset()
        self.feedback.leave()
        self._layout.take_place([])
        self._mark_stale()
        self.verticalScrollBar().setValue(0)

    def rowsInserted(self, _parent: Index, _start: int, _end: int) -> None:
        """Measure when it is needed."""
        self._mark_stale()

    def updateGeometries(self) -> None:
        """Bring the scroll bar up to date."""
        self._layout.set_range(self.page_height())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell the window."""
        super().selectionChanged(selected, deselected)
        self.viewport().update()
        self.selection_ids_changed.emit()

    # --- painting and scrolling ---

    def _look(self) -> Look:
        focus = self._choice.current_row if self.hasFocus() else -1
        area = self.viewport().rect()
        return Look(self.grid(), self.scroll_value(), area, self.palette(), self.devicePixelRatioF(), focus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is exposed."""
        look = self._look()
        painter = QPainter(self.viewport())
        self._painter.paint(painter, event.region(), look, settled=not self._settle_timer.isActive())
        if self._mouse.band:
            self._mouse.band.paint(painter, look.scroll, self.palette().color(QPalette.ColorRole.Highlight))

    def scrollContentsBy(self, _dx: int, dy: int) -> None:
        """Move what is painted and paint the rest: the new lines, and the heading that stays at the top."""
        self.feedback.leave()
        if self._mouse.band or abs(dy) >= self.page_height():
            self.viewport().update()
            return
        self.viewport().scroll(0, dy)
        self.viewport().update(0, 0, self.viewport().width(), self._layout.header + max(0, dy))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the photos at the top in place."""
        self._layout.hold_place(event.oldSize().height())
        super().resizeEvent(event)
        self._resettle()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.viewport().update()

    # --- mouse and keyboard ---

    def viewportEvent(self, event: QEvent) -> bool:
        """Buttons over a cell go with the mouse."""
        if event.type() in {QEvent.Type.Leave, QEvent.Type.Wheel}:
            self.feedback.leave()
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select."""
        self._wheel.stop()
        self._mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Select with the rubber band, drag, or show what can be clicked."""
        self._mouse.move(event)
        if not event.buttons():
            index = self.indexAt(point := event.position().toPoint())
            self._hover.move(point, self._look(), index.row() if index.isValid() else None, self.visualRect(index))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what the press began."""
        self._mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a photo."""
        row = self.row_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and row is not None and not event.modifiers():
            self.open_row(row)
        else:
            self._mouse.press(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll smoothly; with Ctrl change the size of the cells."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom((event.angleDelta().y() > 0) - (event.angleDelta().y() < 0))
        else:
            self._wheel.scroll(event)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, select, open, zoom; all other keys are the window's."""
        event.setAccepted(self._keys.press(event))

    def key_target(self, key: Key) -> int:
        """The row that a key leads to."""
        return self._keys.target(key)


def _single_shot(parent: QWidget, interval_ms: int) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    return timer
