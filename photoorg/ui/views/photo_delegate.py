"""How a cell of the grid looks: the middle square of the photo, rounded, with its marks."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from photoorg.ui.cell_loader import Cell, CellLoader
from photoorg.ui.icons import icon_pixmap
from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.views.grid_feedback import MORE, mark_colour

RADIUS = 6
_FRAME = 7  # the ring and the gap between it and the photo
_RING = 3.0
_MARK = 18
_MARK_MARGIN = 6
_BADGE = 22
_BADGE_INSET = 8  # inside the frame of a selected cell
_SHADOW_ALPHA = 40
_TILE_SHADE = 0.45  # of the line's colour, over the base
_OFFLINE_OPACITY = 0.4
_SMALLEST_WITH_NOTE = 72
_MOST_PIECES = 24
_CORNERS = ((0, 0), (1, 0), (0, 1), (1, 1))


class CellState(NamedTuple):
    """What the view knows of a cell beside its photo."""

    selected: bool = False
    focused: bool = False
    mark: int = 0  # of grid_feedback


class PhotoDelegate(QStyledItemDelegate):
    """Paints cells by blits: what needs smooth edges is drawn once and kept, by size, colour and pixel ratio."""

    def __init__(self, cells: CellLoader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cells = cells
        self._pieces: dict[tuple[object, ...], QPixmap] = {}
        self._palette = QPalette()
        self._ratio = 1.0

    def prepare(self, palette: QPalette, device_pixel_ratio: float) -> None:
        """Take on the view's colours and pixel ratio; pieces of others are dropped."""
        if device_pixel_ratio != self._ratio or palette != self._palette:
            self._pieces.clear()
        self._palette, self._ratio = palette, device_pixel_ratio

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt's way to paint a cell; the grid calls `paint_cell`."""
        rect, state = option.rect, option.state
        self.prepare(option.palette, painter.device().devicePixelRatioF())
        cell = self._cells.cell(index.data(PhotoListModel.PhotoIdRole), round(rect.width() * self._ratio))
        states = (QStyle.StateFlag.State_Selected, QStyle.StateFlag.State_HasFocus)
        self.paint_cell(painter, rect, cell, CellState(*(bool(state & flag) for flag in states)))

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The cell is as large as the view makes it."""
        size: QSize = option.rect.size()
        return size

    def paint_cell(self, painter: QPainter, rect: QRect, cell: Cell, state: CellState) -> None:
        """Paint a cell into a square of the view."""
        self._paint_picture(painter, rect, cell)
        if cell.photo is not None:
            self._paint_marks(painter, rect, cell)
        if state.mark:
            badge = self._piece("badge", state.mark, lambda: self._draw_badge(state.mark))
            painter.drawPixmap(rect.topLeft() + QPoint(_BADGE_INSET, _BADGE_INSET), badge)
        if state.selected:
            painter.drawPixmap(rect.topLeft(), self._frame(rect.width()))
        else:
            self._paint_corners(painter, rect)
        if state.focused:
            self._paint_focus(painter, rect, state.selected)

    # --- the parts ---

    def _paint_picture(self, painter: QPainter, rect: QRect, cell: Cell) -> None:
        if cell.pixmap is None:
            painter.fillRect(rect, self._tile())
            if cell.missing and rect.width() >= _SMALLEST_WITH_NOTE:
                self._paint_note(painter, rect)
        elif cell.photo is not None and not cell.photo.online:
            painter.setOpacity(_OFFLINE_OPACITY)
            self._paint_pixmap(painter, rect, cell.pixmap)
            painter.setOpacity(1.0)
        else:
            self._paint_pixmap(painter, rect, cell.pixmap)

    def _paint_pixmap(self, painter: QPainter, rect: QRect, pixmap: QPixmap) -> None:
        """The middle square: a plain copy where the pixmap has the cell's size, else scaled."""
        side, wanted = min(pixmap.width(), pixmap.height()), round(rect.width() * self._ratio)
        source = QRect((pixmap.width() - side) // 2, (pixmap.height() - side) // 2, side, side)
        if side != wanted:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(rect, pixmap, source)

    def _paint_note(self, painter: QPainter, rect: QRect) -> None:
        """A quiet sign that there is no thumbnail."""
        side = max(20, rect.width() // 6)
        note = self._piece("note", side, lambda: self._icon("photos", self._colour(QPalette.ColorRole.Mid), side))
        painter.drawPixmap(rect.center() - QPoint(side // 2, side // 2), note)

    def _paint_marks(self, painter: QPainter, rect: QRect, cell: Cell) -> None:
        assert cell.photo is not None
        inset = _MARK + _MARK_MARGIN
        if cell.photo.favourite:
            painter.drawPixmap(rect.bottomLeft() + QPoint(_MARK_MARGIN + 1, 1 - inset), self._mark("heart-filled"))
        if cell.photo.facts.animated:
            painter.drawPixmap(rect.topRight() + QPoint(-inset, _MARK_MARGIN), self._mark("play"))
        if not cell.photo.online:
            painter.drawPixmap(rect.bottomRight() + QPoint(-inset, 1 - inset), self._offline_mark())

    def _paint_corners(self, painter: QPainter, rect: QRect) -> None:
        """Cut the corners off with the colour of the ground: far cheaper than a clip."""
        left, top, far = rect.x(), rect.y(), rect.width() - RADIUS
        for x, y in _CORNERS:
            painter.drawPixmap(left + x * far, top + y * far, self._corner(x, y))

    def _corner(self, x: int, y: int) -> QPixmap:
        return self._piece("corner", 2 * y + x, lambda: self._draw_corner(x, y))

    def _paint_focus(self, painter: QPainter, rect: QRect, selected: bool) -> None:
        inset = _FRAME + 1.0 if selected else 1.0
        colour = QColor(Qt.GlobalColor.white) if selected else self._colour(QPalette.ColorRole.Highlight)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 2.0))
        painter.drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), RADIUS - 1, RADIUS - 1)
        painter.restore()

    # --- pieces that are drawn once ---

    def _piece(self, kind: str, side: int, draw: Callable[[], QPixmap]) -> QPixmap:
        key = (kind, side)
        if key not in self._pieces:
            if len(self._pieces) >= _MOST_PIECES:  # the size of the cells has changed often
                self._pieces.clear()
            self._pieces[key] = draw()
        return self._pieces[key]

    def _frame(self, side: int) -> QPixmap:
        """All around a selected photo: the accent ring, a gap in the colour of the ground, an opening for the photo."""
        return self._piece("frame", side, lambda: self._draw_frame(side))

    def _mark(self, name: str) -> QPixmap:
        return self._piece(name, _MARK, lambda: self._draw_mark(name))

    def _offline_mark(self) -> QPixmap:
        """In the colour of text: the photo below it has faded into the ground."""
        colour = self._colour(QPalette.ColorRole.Text)
        return self._piece("folder-offline", _MARK, lambda: self._icon("folder-offline", colour, _MARK))

    def _draw_frame(self, side: int) -> QPixmap:
        pixmap, painter = self._canvas(side)
        opening = QRectF(0, 0, side, side).adjusted(_FRAME, _FRAME, -_FRAME, -_FRAME)
        ground = QPainterPath()
        ground.addRect(-1, -1, side + 2, side + 2)
        ground.addRoundedRect(opening, RADIUS - 1, RADIUS - 1)
        painter.fillPath(ground, self._colour(QPalette.ColorRole.Base))
        half = _RING / 2 + 0.5
        painter.setPen(QPen(self._colour(QPalette.ColorRole.Highlight), _RING))
        painter.drawRoundedRect(QRectF(0, 0, side, side).adjusted(half, half, -half, -half), RADIUS + 2, RADIUS + 2)
        painter.end()
        return pixmap

    def _draw_corner(self, x: int, y: int) -> QPixmap:
        pixmap, painter = self._canvas(RADIUS)
        outside = QPainterPath()
        outside.addRect(-1, -1, RADIUS + 2, RADIUS + 2)
        outside.addEllipse(QRectF(-x * RADIUS, -y * RADIUS, 2 * RADIUS, 2 * RADIUS))
        painter.fillPath(outside, self._colour(QPalette.ColorRole.Base))
        painter.end()
        return pixmap

    def _draw_mark(self, name: str) -> QPixmap:
        """A white icon over its own soft shadow, to be seen on any photo."""
        pixmap, painter = self._canvas(_MARK)
        shadow = self._icon(name, QColor(0, 0, 0, _SHADOW_ALPHA), _MARK - 2)
        for x, y in ((0, 1), (2, 1), (1, 0), (1, 2), (1, 1)):
            painter.drawPixmap(x, y, shadow)
        painter.drawPixmap(1, 1, self._icon(name, QColor(Qt.GlobalColor.white), _MARK - 2))
        painter.end()
        return pixmap

    def _draw_badge(self, mark: int) -> QPixmap:
        """A disc in the mark's colour, with a white rim and sign."""
        pixmap, painter = self._canvas(_BADGE)
        painter.setPen(QPen(QColor(Qt.GlobalColor.white), 1.5))
        painter.setBrush(mark_colour(mark))
        painter.drawEllipse(QRectF(1, 1, _BADGE - 2, _BADGE - 2))
        middle, arm = _BADGE / 2, _BADGE / 4
        painter.setPen(QPen(QColor(Qt.GlobalColor.white), 2, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(middle - arm, middle), QPointF(middle + arm, middle))
        if mark == MORE:
            painter.drawLine(QPointF(middle, middle - arm), QPointF(middle, middle + arm))
        painter.end()
        return pixmap

    def _canvas(self, side: int) -> tuple[QPixmap, QPainter]:
        pixmap = QPixmap(round(side * self._ratio), round(side * self._ratio))
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return pixmap, painter

    def _icon(self, name: str, colour: QColor, side: int) -> QPixmap:
        return icon_pixmap(name, colour, side, self._ratio)

    def _colour(self, role: QPalette.ColorRole) -> QColor:
        return self._palette.color(role)

    def _tile(self) -> QColor:
        """An opaque mixture: to fill with a translucent colour takes thirty times as long."""
        base, line = self._colour(QPalette.ColorRole.Base), self._colour(QPalette.ColorRole.Mid)
        pairs = ((base.red(), line.red()), (base.green(), line.green()), (base.blue(), line.blue()))
        return QColor(*(round(b + _TILE_SHADE * (a - b)) for b, a in pairs))
