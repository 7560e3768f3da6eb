"""One picture in a view: fitting or zoomed, moved with mouse, touchpad and keys; sharp on every screen."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QSizePolicy, QWidget

from photoorg.ui.views.zoom_geometry import Point, ZoomGeometry

_STEP: Final = 1.25  # by a notch of the wheel, or a key
_NOTCH: Final = 120  # of QWheelEvent.angleDelta
_REST_MS: Final = 120
_PIXELS_FROM: Final = 3.0  # from this scale on one wants to see the pixels as they are
_DIMMED: Final = 0.35


class ZoomView(QWidget):
    """Shows a picture of which there may be several sizes: it paints the smallest one that has pixels enough."""

    zoomed = Signal()  # scale or what fits has changed, also by a change of size

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._geometry = ZoomGeometry()
        self._pixmaps: list[QPixmap] = []  # of the same picture, smallest first
        self._opacity = 1.0
        self._dragged_from: QPointF | None = None
        self._hides_pointer = False
        self._moving = QTimer(self, singleShot=True, interval=_REST_MS)
        self._moving.timeout.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.grabGesture(Qt.GestureType.PinchGesture)

    # --- the picture ---

    def show_picture(self, size: QSize, pixmaps: Sequence[QPixmap]) -> None:
        """Another picture of `size` full pixels, in whatever sizes there are of it; it fits the view."""
        self._pixmaps = []
        self._moving.stop()
        self._geometry.set_picture(size.width(), size.height())
        for pixmap in pixmaps:
            self._add(pixmap)
        self._show_hand()
        self.zoomed.emit()
        self.update()

    def add_pixmaps(self, pixmaps: Sequence[QPixmap], size: QSize) -> None:
        """The same picture with other pixels; zoom and position stay, unless its true `size` is another one."""
        if (float(size.width()), float(size.height())) != self._geometry.picture:
            self.show_picture(size, pixmaps)
            return
        for pixmap in pixmaps:
            self._add(pixmap)
        self.update()

    def set_dimmed(self, dimmed: bool) -> None:
        """Whether the picture stands back behind a message."""
        self._opacity = _DIMMED if dimmed else 1.0
        self.update()

    def hide_pointer(self, hide: bool) -> None:
        """Whether the mouse pointer is in the way."""
        self._hides_pointer = hide
        self._show_hand()

    @property
    def has_picture(self) -> bool:
        """Whether there is anything to see."""
        return bool(self._pixmaps)

    def wanted_long_side(self) -> int:
        """The pixels that the long side of the picture covers on the screen, at most all that it has."""
        return round(min(1.0, self._geometry.scale) * max(self._geometry.picture))

    def fitting_long_side(self, width: int, height: int) -> int:
        """The same for another picture of these full pixels, when it fits."""
        other = ZoomGeometry()
        other.set_view(*self._geometry.view)
        other.set_picture(width, height)
        return round(other.scale * max(other.picture))

    def picture_place(self) -> QRectF:
        """Where the whole picture is, in logical pixels of this view; it may reach beyond."""
        ratio = self.devicePixelRatioF()
        return QRectF(*(length / ratio for length in self._geometry.target))

    # --- zooming and panning ---

    @property
    def scale(self) -> float:
        """Screen pixels for each of the picture's."""
        return self._geometry.scale

    @property
    def is_fitting(self) -> bool:
        """Whether the whole picture is shown."""
        return self._geometry.is_fitting

    @property
    def can_pan(self) -> bool:
        """Whether a part of the picture is outside the view."""
        return self._geometry.can_pan

    def fit(self) -> None:
        """Show the whole picture."""
        self._geometry.fit()
        self._on_moved()

    def zoom_to(self, scale: float, at: Point | None = None) -> None:
        """Zoom around a point (screen pixels of this view; None: the middle)."""
        self._geometry.zoom_to(scale, at)
        self._on_moved()

    def toggle(self, at: Point | None = None) -> None:
        """From fitting to 100%, from everything else to fitting; a picture that fits at 100% goes to 200%."""
        if not self.is_fitting:
            self.fit()
        else:
            self.zoom_to(1.0 if self.scale < 1.0 else 2.0, at)

    def zoom_in(self) -> None:
        """One step larger."""
        self.zoom_to(self.scale * _STEP)

    def zoom_out(self) -> None:
        """One step smaller."""
        self.zoom_to(self.scale / _STEP)

    def pan(self, right: float, down: float) -> None:
        """Move the picture by parts of the view's size."""
        width, height = self._geometry.view
        self._geometry.pan(right * width, down * height)
        self._on_moved()

    # --- events ---

    def event(self, event: QEvent) -> bool:
        """Pinches come as native gestures (touchpads) or as Qt's own (touch screens)."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_to(self.scale * (1 + event.value()), self._screen_point(event.position()))
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                middle = self.mapFromGlobal(pinch.centerPoint())
                self.zoom_to(self.scale * pinch.scaleFactor(), self._screen_point(middle))
                return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._measure()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A fitting picture goes on fitting."""
        super().resizeEvent(event)
        self._measure()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer."""
        delta = event.angleDelta().y()
        if delta:
            self.zoom_to(self.scale * _STEP ** (delta / _NOTCH), self._screen_point(event.position()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a zoomed picture."""
        if event.button() == Qt.MouseButton.LeftButton and self.can_pan:
            self._dragged_from = event.position()
            self._show_hand()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the picture along; others hear of the movement, too."""
        if self._dragged_from is not None:
            moved = (event.position() - self._dragged_from) * self.devicePixelRatioF()
            self._dragged_from = event.position()
            self._geometry.pan(moved.x(), moved.y())
            self._on_moved()
        event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let it go."""
        self._dragged_from = None
        self._show_hand()
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fitting or 100%, around the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.toggle(self._screen_point(event.position()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the part that is visible: quickly while it moves, smoothly when it rests."""
        pixmap = self._pixmap_to_paint()
        if pixmap is None:
            return
        painter = QPainter(self)
        painter.setOpacity(self._opacity)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._is_smooth(pixmap))
        target, source = self._areas(pixmap)
        painter.drawPixmap(target, pixmap, source)
        painter.end()

    # --- inside ---

    def _add(self, pixmap: QPixmap) -> None:
        if not pixmap.isNull():
            self._pixmaps.append(pixmap)
            self._pixmaps.sort(key=QPixmap.width)

    def _pixmap_to_paint(self) -> QPixmap | None:
        width = self._geometry.target[2]
        enough = (pixmap for pixmap in self._pixmaps if pixmap.width() >= width - 1)
        return next(enough, self._pixmaps[-1] if self._pixmaps else None)

    def _is_smooth(self, pixmap: QPixmap) -> bool:
        shows_pixels = self.scale >= _PIXELS_FROM and pixmap.width() >= self._geometry.picture[0]
        return not self._moving.isActive() and not shows_pixels

    def _areas(self, pixmap: QPixmap) -> tuple[QRectF, QRectF]:
        """Where to paint (logical pixels), and what of the pixmap. At rest the edges lie on screen pixels."""
        left, top, width, height = self._geometry.target
        seen = QRectF(*self._geometry.visible())
        across, down = pixmap.width() / self._geometry.picture[0], pixmap.height() / self._geometry.picture[1]
        source = QRectF(seen.x() * across, seen.y() * down, seen.width() * across, seen.height() * down)
        source = QRectF(source.toAlignedRect().intersected(pixmap.rect()))
        to_screen = width / pixmap.width(), height / pixmap.height()
        ratio = self.devicePixelRatioF()
        return QRectF(
            (round(left) + source.x() * to_screen[0]) / ratio,
            (round(top) + source.y() * to_screen[1]) / ratio,
            source.width() * to_screen[0] / ratio,
            source.height() * to_screen[1] / ratio,
        ), source

    def _measure(self) -> None:
        ratio = self.devicePixelRatioF()
        self._geometry.set_view(self.width() * ratio, self.height() * ratio)
        self._on_moved()

    def _on_moved(self) -> None:
        self._moving.start()
        self._show_hand()
        self.zoomed.emit()
        self.update()

    def _show_hand(self) -> None:
        if self._hides_pointer:
            self.setCursor(Qt.CursorShape.BlankCursor)
        elif self._dragged_from is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self.can_pan:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.unsetCursor()

    def _screen_point(self, position: QPointF) -> Point:
        ratio = self.devicePixelRatioF()
        return position.x() * ratio, position.y() * ratio
