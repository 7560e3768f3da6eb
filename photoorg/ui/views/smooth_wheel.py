"""Wheel steps as a short glide instead of a jump; touchpads, which are smooth already, scroll directly."""

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollBar

_LINE = 40  # logical pixels for each of the lines that the system scrolls at one notch
_NOTCH = 120  # Qt's unit: an eighth of a degree, 15 degrees
_DURATION_MS = 160


class SmoothWheel(QObject):
    """Moves a scroll bar."""

    def __init__(self, bar: QScrollBar) -> None:
        super().__init__(bar)
        self._bar = bar
        self._glide = QVariantAnimation(self)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.valueChanged.connect(self._on_moved)

    def scroll(self, event: QWheelEvent) -> None:
        """Scroll as a wheel or touchpad asks."""
        if not event.pixelDelta().isNull():
            self.stop()
            self._bar.setValue(self._bar.value() - event.pixelDelta().y())
            return
        notches = event.angleDelta().y() / _NOTCH
        self.glide(-round(notches * QApplication.wheelScrollLines() * _LINE))

    def glide(self, distance: int) -> None:
        """Scroll by a distance, further than where a glide that is under way would end."""
        is_gliding = self._glide.state() == QVariantAnimation.State.Running
        start = self._glide.endValue() if is_gliding else self._bar.value()
        end = min(max(start + distance, self._bar.minimum()), self._bar.maximum())
        self._glide.stop()
        self._glide.setDuration(_DURATION_MS)
        self._glide.setStartValue(self._bar.value())
        self._glide.setEndValue(end)
        self._glide.start()

    def _on_moved(self, value: int) -> None:
        self._bar.setValue(value)

    def stop(self) -> None:
        """Stay here."""
        self._glide.stop()
