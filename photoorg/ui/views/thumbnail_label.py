"""A thumbnail with round corners, as large as its place allows."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from photoorg.ui.icons import paint_icon

_HIGHEST = 240
_EMPTY_HEIGHT = 150
_RADIUS = 6.0
_ICON = 32


class ThumbnailLabel(QWidget):
    """Shows a pixmap in its own proportions, never enlarged; without one a quiet area with an icon."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixmap: QPixmap | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_pixmap(self, pixmap: QPixmap | None) -> None:
        """Show a thumbnail, or that there is none."""
        self._pixmap = pixmap if pixmap and not pixmap.isNull() else None
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """What the pane's usual width gives."""
        return QSize(_HIGHEST, self.heightForWidth(_HIGHEST))

    def hasHeightForWidth(self) -> bool:
        """The proportions stay."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height for a width, in logical pixels."""
        return round(self._fitted(width).height()) if self._pixmap else _EMPTY_HEIGHT

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the thumbnail in the middle."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(self.rect())
        if self._pixmap:
            area = self._fitted(self.width())
            area.moveCenter(QRectF(self.rect()).center())
        shape = QPainterPath()
        shape.addRoundedRect(area, _RADIUS, _RADIUS)
        if self._pixmap:
            painter.setClipPath(shape)
            painter.drawPixmap(area, self._pixmap, QRectF(self._pixmap.rect()))
        else:
            painter.fillPath(shape, self.palette().color(QPalette.ColorRole.Mid))
            muted = self.palette().color(QPalette.ColorRole.PlaceholderText)
            place = QRectF(0, 0, _ICON, _ICON)
            place.moveCenter(area.center())
            paint_icon(painter, place, "photos", muted)
        painter.end()

    def _fitted(self, width: int) -> QRectF:
        assert self._pixmap is not None
        size = self._pixmap.deviceIndependentSize()
        fitted = size.scaled(width, _HIGHEST, Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(0, 0, fitted.width(), fitted.height())
