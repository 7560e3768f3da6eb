"""The slider that says how well photos must match to be shown."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from photoorg.ui.views.labels import plain_label

_STEPS: Final = 100
_WIDTH: Final = 112
_HANDLE: Final = 14  # as in the style sheet


class RelevanceSlider(QSlider):
    """From strict (left) to broad; a mark shows the automatic cut-off, a double click or Backspace goes back to it.

    Cut-offs are from 1 (strict) to 0 (everything).
    """

    cutoff_changed = Signal(float)  # by the user, also while it is dragged
    automatic_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._automatic: float | None = None
        self.setRange(0, _STEPS)
        self.setPageStep(10)
        self.setFixedWidth(_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Relevance, from strict to broad")
        self.setToolTip("How well photos must match. Double click: automatic")
        self.valueChanged.connect(self._on_value_changed)

    def show_cutoff(self, cutoff: float, automatic: float | None) -> None:
        """Stand at a cut-off; tells nobody."""
        self._automatic = automatic
        self.blockSignals(True)
        self.setValue(_position(cutoff))
        self.blockSignals(False)
        self._describe()
        self.update()

    def cutoff(self) -> float:
        """Where it stands."""
        return (_STEPS - self.value()) / _STEPS

    @property
    def is_automatic(self) -> bool:
        """Whether it stands where the program would put it."""
        return self._automatic is not None and self.value() == _position(self._automatic)

    def event(self, event: QEvent) -> bool:
        """Backspace is its own, whatever shortcuts the window has."""
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if is_key and event.key() == Qt.Key.Key_Backspace:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Backspace: automatic."""
        if event.key() == Qt.Key.Key_Backspace:
            self.automatic_wanted.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click into the groove goes there at once."""
        if (
            event.button() == Qt.MouseButton.LeftButton
            and abs(event.position().x() - self._x_of(self.value())) > _HANDLE
        ):
            room = self.width() - _HANDLE
            self.setValue(round((event.position().x() - _HANDLE / 2) / room * _STEPS))
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Automatic."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.automatic_wanted.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The mark below the groove, then the slider."""
        if self._automatic is not None:
            painter = QPainter(self)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), 1.5))
            x, middle = self._x_of(_position(self._automatic)), self.height() / 2
            painter.drawLine(QPointF(x, middle - 7), QPointF(x, middle + 7))
            painter.end()
        super().paintEvent(event)

    def _x_of(self, position: int) -> float:
        return _HANDLE / 2 + position / _STEPS * (self.width() - _HANDLE)

    def _on_value_changed(self, _value: int) -> None:
        self._describe()
        self.cutoff_changed.emit(self.cutoff())

    def _describe(self) -> None:
        automatic = ", automatic" if self.is_automatic else ""
        self.setAccessibleDescription(f"Photos that match {self.cutoff():.0%} or better{automatic}")


class RelevanceControl(QWidget):
    """The slider between two words, which go first where it is narrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = RelevanceSlider(self)
        self._words = [plain_label("Strict", muted=True, scale=0.95), plain_label("Broad", muted=True, scale=0.95)]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._words[0])
        layout.addWidget(self.slider)
        layout.addWidget(self._words[1])

    def show_words(self, shown: bool) -> None:
        """Whether there is room for the words."""
        for word in self._words:
            word.setVisible(shown)

    def width_with_words(self, shown: bool) -> int:
        """How wide it is then, in pixels."""
        words = sum(word.sizeHint().width() + 6 for word in self._words) if shown else 0
        return _WIDTH + words


def _position(cutoff: float) -> int:
    return round((1 - min(max(cutoff, 0.0), 1.0)) * _STEPS)
