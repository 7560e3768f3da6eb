"""Photos that leave the grid: what is dragged, and how it looks below the pointer."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QDrag, QFont, QPainter, QPainterPath, QPalette, QPixmap
from PySide6.QtWidgets import QWidget

from photoorg.library import Photo
from photoorg.ui.cell_loader import CellLoader
from photoorg.ui.photo_drag import photo_data
from photoorg.ui.theme import scaled_font

_SIDE: Final = 72
_CELL: Final = 160  # device pixels, of the thumbnail that is looked for
_BADGE: Final = 22
_MOST_FILES: Final = 1_000
_OPACITY: Final = 0.9


def drag_photos(source: QWidget, cells: CellLoader, photo_ids: Sequence[int], current_id: int | None) -> None:
    """Drag photos away until they are dropped; into other programs as files, if all of them are within reach."""
    if not photo_ids:
        return
    drag = QDrag(source)
    drag.setMimeData(photo_data(photo_ids, _paths([cells.photo(photo_id) for photo_id in photo_ids])))
    shown = photo_ids[0] if current_id is None or current_id not in photo_ids else current_id
    drag.setPixmap(_picture(source, cells.cell(shown, _CELL).pixmap, len(photo_ids)))
    drag.setHotSpot(QPoint(_SIDE // 2, _SIDE // 2))
    drag.exec(Qt.DropAction.CopyAction)


def _paths(photos: Sequence[Photo | None]) -> list[Path]:
    """The files of photos: all or none of them, so that nobody copies a part without knowing."""
    there = [photo for photo in photos if photo is not None and photo.online]
    if len(there) < len(photos) or len(photos) > _MOST_FILES:
        return []
    return [Path(os.fsdecode(photo.path)) for photo in there]


def _picture(source: QWidget, thumbnail: QPixmap | None, count: int) -> QPixmap:
    """The middle square of a thumbnail, with the number of photos."""
    ratio = source.devicePixelRatioF()
    picture = QPixmap(round(_SIDE * ratio), round(_SIDE * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(2, 2, _SIDE - 4, _SIDE - 4), 8, 8)
    painter.setOpacity(_OPACITY)
    painter.fillPath(shape, source.palette().color(QPalette.ColorRole.Mid))
    if thumbnail is not None and not thumbnail.isNull():
        side = min(thumbnail.width(), thumbnail.height())
        middle = QRect((thumbnail.width() - side) // 2, (thumbnail.height() - side) // 2, side, side)
        painter.setClipPath(shape)
        painter.drawPixmap(QRect(2, 2, _SIDE - 4, _SIDE - 4), thumbnail, middle)
        painter.setClipping(False)
    painter.setOpacity(1.0)
    if count > 1:
        _paint_count(painter, source.palette(), f"{count:,}")
    painter.end()
    return picture


def _paint_count(painter: QPainter, palette: QPalette, text: str) -> None:
    painter.setFont(scaled_font(0.95, QFont.Weight.DemiBold))
    width = max(_BADGE, painter.fontMetrics().horizontalAdvance(text) + 12)
    place = QRectF(_SIDE - width, 0, width, _BADGE)
    painter.setPen(QColor(palette.color(QPalette.ColorRole.Base)))
    painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
    painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), _BADGE / 2 - 1, _BADGE / 2 - 1)
    painter.setPen(palette.color(QPalette.ColorRole.HighlightedText))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
