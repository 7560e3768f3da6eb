"""Controls over a photo that step back while nobody needs them."""

from typing import Final

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QObject, QPropertyAnimation, QTimer, Signal
from PySide6.QtWidgets import QApplication, QGraphicsOpacityEffect, QWidget

IDLE_MS: Final = 2500
_FADE_MS: Final = 180


class Fading(QObject):
    """Shows widgets on `wake` and fades them out after a while, unless mouse or keyboard are in one of them."""

    woken = Signal()
    faded = Signal()

    def __init__(self, widgets: list[QWidget], parent: QWidget, *, idle_ms: int = IDLE_MS) -> None:
        super().__init__(parent)
        self._widgets = widgets
        self._wanted = dict.fromkeys(widgets, True)
        self._animations = [self._animation(widget) for widget in widgets]
        self._animations[0].finished.connect(self._on_animation_finished)
        self._idle = QTimer(self, singleShot=True, interval=idle_ms)
        self._idle.timeout.connect(self._on_idle)
        self.is_awake = True

    def wake(self) -> None:
        """Show the widgets now, and for a while."""
        self._idle.start()
        if self.is_awake:
            return
        self.is_awake = True
        for widget in self._widgets:
            widget.setVisible(self._wanted[widget])
        self._fade(1.0)
        self.woken.emit()

    def set_wanted(self, widget: QWidget, wanted: bool) -> None:
        """Whether one of the widgets is to be seen at all."""
        self._wanted[widget] = wanted
        widget.setVisible(wanted and self.is_awake)

    def stop(self) -> None:
        """Stay as it is: nobody looks."""
        self._idle.stop()

    def _animation(self, widget: QWidget) -> QPropertyAnimation:
        effect = QGraphicsOpacityEffect(widget)
        effect.setOpacity(1.0)
        effect.setEnabled(False)  # costs a detour in painting
        widget.setGraphicsEffect(effect)
        animation = QPropertyAnimation(effect, b"opacity", self)
        animation.setDuration(_FADE_MS)
        animation.setEasingCurve(QEasingCurve.Type.InOutQuad)
        return animation

    def _fade(self, opacity: float) -> None:
        for animation in self._animations:
            animation.stop()
            effect = animation.targetObject()
            assert isinstance(effect, QGraphicsOpacityEffect)
            effect.setEnabled(True)
            animation.setStartValue(effect.opacity())
            animation.setEndValue(opacity)
            animation.start(QAbstractAnimation.DeletionPolicy.KeepWhenStopped)

    def _is_in_use(self) -> bool:
        focused = QApplication.focusWidget()
        return any(
            widget.isVisible() and (widget.underMouse() or (focused is not None and widget.isAncestorOf(focused)))
            for widget in self._widgets
        )

    def _on_idle(self) -> None:
        if self._is_in_use():
            self._idle.start()
            return
        self.is_awake = False
        self._fade(0.0)

    def _on_animation_finished(self) -> None:
        for animation in self._animations:
            effect = animation.targetObject()
            assert isinstance(effect, QGraphicsOpacityEffect)
            effect.setEnabled(not self.is_awake)
        if not self.is_awake:
            for widget in self._widgets:
                widget.hide()
            self.faded.emit()
