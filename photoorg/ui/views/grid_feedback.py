"""More like this, less like this: buttons over the cell below the mouse, and the marks that they leave."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from photoorg.ui.views.buttons import name_button
from photoorg.ui.views.dark_controls import light_button

MORE: Final = 1
LESS: Final = -1
_SIDE: Final = 26
_INSET: Final = 5
_GROUND: Final = QColor(20, 20, 22, 190)
_NAMES: Final = {MORE: "More like this (+)", LESS: "Less like this (-)"}
_TAKE_BACK: Final = {MORE: "Not more like this (+)", LESS: "Not less like this (-)"}


class GridFeedback(QObject):
    """Off until it is switched on; photos are given by their ids."""

    given = Signal(int, list)  # MORE, LESS, or 0 where a mark is taken back; photo ids

    def __init__(self, viewport: QWidget, repaint: Callable[[], None]) -> None:
        super().__init__(viewport)
        self.is_on = False
        self._repaint = repaint
        self._marks: dict[int, int] = {}
        self._hovered: int | None = None  # photo id
        self._buttons = _HoverButtons(viewport)
        self._buttons.pressed.connect(self._on_pressed)

    def switch(self, *, on: bool) -> None:
        """Whether what is shown can be judged."""
        self.is_on = on
        self.leave()

    def set_marks(self, more: Collection[int], less: Collection[int]) -> None:
        """Which photos are marked."""
        self._marks = dict.fromkeys(more, MORE) | dict.fromkeys(less, LESS)
        if self._hovered is not None:
            self._buttons.show_mark(self.mark_of(self._hovered))
        self._repaint()

    def mark_of(self, photo_id: int) -> int:
        """MORE, LESS or 0."""
        return self._marks.get(photo_id, 0)

    def give(self, mark: int, photo_ids: list[int]) -> bool:
        """Judge photos; those that are all marked so already lose the mark. Tells whether that can be done."""
        if not self.is_on or not photo_ids:
            return False
        is_same = all(self.mark_of(photo_id) == mark for photo_id in photo_ids)
        self.given.emit(0 if is_same else mark, photo_ids)
        return True

    def hover(self, photo_id: int, cell: QRect) -> None:
        """The mouse is over this photo."""
        if self.is_on:
            self._hovered = photo_id
            self._buttons.show_mark(self.mark_of(photo_id))
            self._buttons.move(cell.topLeft() + QPoint(_INSET, _INSET))
            self._buttons.show()

    def leave(self) -> None:
        """The mouse is over no photo."""
        self._hovered = None
        self._buttons.hide()

    def _on_pressed(self, mark: int) -> None:
        if self._hovered is not None:
            self.give(mark, [self._hovered])


class _HoverButtons(QWidget):
    """A dark pill with plus and minus, to be seen on any photo."""

    pressed = Signal(int)

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._mark = 0
        layout = QHBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        self._buttons = {MORE: light_button("more-like", _NAMES[MORE]), LESS: light_button("less-like", _NAMES[LESS])}
        for mark, button in self._buttons.items():
            button.setFixedSize(_SIDE, _SIDE)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(partial(self.pressed.emit, mark))
            layout.addWidget(button)
        self.adjustSize()
        self.hide()

    def show_mark(self, mark: int) -> None:
        """Show how the photo is marked."""
        self._mark = mark
        for own, button in self._buttons.items():
            name_button(button, _TAKE_BACK[own] if own == mark else _NAMES[own])
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The pill, with a lit half where the photo is marked."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_GROUND)
        painter.drawRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        if self._mark:
            place = QRectF(self._buttons[self._mark].geometry()).adjusted(2, 2, -2, -2)
            painter.setBrush(mark_colour(self._mark))
            painter.drawEllipse(place)
        painter.end()


def mark_colour(mark: int) -> QColor:
    """The same over every photo and in both themes; white can be read on it."""
    return QColor("#2f6fde") if mark == MORE else QColor("#c23b31")
