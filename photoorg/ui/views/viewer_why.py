"""Why this match: the viewer's answer to where in the photo the query lies."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from photoorg.ui.views.labels import plain_label
from photoorg.ui.views.viewer_bar import ViewerBar
from photoorg.ui.views.why_heat import WhyHeat
from photoorg.ui.views.zoom_view import ZoomView

_BOTTOM: Final = 24
_WIDEST: Final = 520
_GROUND: Final = QColor(22, 22, 24, 215)
_LOOKING: Final = "Looking for the place in the photo"
_WHOLE: Final = "The whole scene matches, no place in it more than the others."


class ViewerWhy(QObject):
    """Off until it is switched on, and gone where a photo is no result of a meaning."""

    wanted = Signal(bool)  # switched on, for each photo anew; or off

    def __init__(self, zoom: ZoomView, bar: ViewerBar) -> None:
        super().__init__(zoom)
        self._zoom = zoom
        self._bar = bar
        self._is_available = self._is_on = False
        self._heat = WhyHeat(zoom)
        self._caption = _Caption(zoom)
        zoom.zoomed.connect(self.place)
        bar.why_clicked.connect(self.toggle)
        bar.show_why(available=False, on=False)

    @property
    def is_on(self) -> bool:
        """Whether the answer is wanted."""
        return self._is_on

    def set_available(self, available: bool) -> None:
        """Whether the photos that are looked at are results of a meaning."""
        self._is_available = available
        if not available:
            self._switch(on=False)
        self._bar.show_why(available=available, on=self._is_on)

    def toggle(self) -> None:
        """Ask, or do not ask any more."""
        if self._is_available:
            self._switch(on=not self._is_on)
            self.wanted.emit(self._is_on)

    def leave(self) -> None:
        """Nobody looks any more."""
        if self._is_on:
            self.toggle()

    def on_other_photo(self) -> None:
        """The answer was for the photo before."""
        self._clear()
        if self._is_on:
            self.set_busy()
            self.wanted.emit(True)

    def set_busy(self) -> None:
        """The answer is looked for."""
        if self._is_on:
            self._heat.show_values(None)
            self._say(_LOOKING)

    def show_answer(self, values: NDArray[np.float32] | None, text: str, *, is_local: bool) -> None:
        """A map (h, w) of 0..1, and what is said about it; an answer that comes too late is dropped."""
        if self._is_on:
            self._heat.show_values(values if is_local else None)
            self._say(text or ("" if is_local else _WHOLE))
            self.place()

    def place(self) -> None:
        """Follow the photo, and the size of the view."""
        self._heat.setGeometry(self._zoom.rect())
        self._heat.set_place(self._zoom.picture_place())
        self._caption.place()

    def _switch(self, *, on: bool) -> None:
        self._is_on = on
        self._bar.show_why(available=self._is_available, on=on)
        self._clear()
        if on:
            self.set_busy()

    def _clear(self) -> None:
        self._heat.show_values(None)
        self._say("")

    def _say(self, text: str) -> None:
        self._caption.say(text)


class _Caption(QWidget):
    """A sentence in a dark pill at the bottom."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._label = plain_label(wrap=True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.addWidget(self._label)
        self.hide()

    def say(self, text: str) -> None:
        self._label.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.place()

    def place(self) -> None:
        wide = self._label.fontMetrics().horizontalAdvance(self._label.text()) + 34
        width = min(wide, _WIDEST, self._view.width() - 32)
        self.resize(width, self._label.heightForWidth(width - 32) + 16)
        middle, bottom = self._view.rect().center().x(), self._view.height() - _BOTTOM
        self.move(QPoint(middle - width // 2, bottom - self.height()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The pill."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_GROUND)
        painter.drawRoundedRect(QRectF(self.rect()), 14, 14)
        painter.end()
