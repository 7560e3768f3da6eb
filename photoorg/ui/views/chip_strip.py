"""The chips of the search field in one line, which scrolls sideways where there are many."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QLinearGradient, QPainter, QPaintEvent, QPalette, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from photoorg.ui.chip_content import ChipContent
from photoorg.ui.views.search_chip import CHIP_HEIGHT, SearchChip

_SPACING: Final = 4
_FADE: Final = 24
_COUNT: Final = 26  # the room for how many chips are out of sight


class ChipStrip(QWidget):
    """Chips side by side; the last ones are seen, unless one of the others has the focus."""

    remove_wanted = Signal(int, int)  # which; where the focus goes: -1 before it, 1 after it, 0 to the text
    edit_wanted = Signal(int)
    end_passed = Signal()  # by the keyboard, to the text
    typed = Signal(object)  # QKeyEvent
    focus_changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._chips: list[SearchChip] = []
        self._offset = 0
        self._fade = _Fade(self)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(CHIP_HEIGHT)

    @property
    def chips(self) -> Sequence[SearchChip]:
        """The chips that are shown."""
        return self._chips

    def contents(self) -> tuple[ChipContent, ...]:
        """What they say."""
        return tuple(chip.content for chip in self._chips)

    def show_chips(self, contents: Sequence[ChipContent]) -> None:
        """Show these; chips that are the same as before stay."""
        kept = {id(chip): chip for chip in self._chips}
        chips = [self._take(content, kept) for content in contents]
        for chip in kept.values():
            chip.hide()
            chip.deleteLater()
        self._chips = chips
        self._offset = self._furthest()
        self._place()

    def sizeHint(self) -> QSize:
        """Room for all of them."""
        return QSize(self.content_width(), CHIP_HEIGHT)

    def content_width(self) -> int:
        """How wide all of them are, in pixels."""
        return sum(chip.width() for chip in self._chips) + _SPACING * max(0, len(self._chips) - 1)

    def focus_chip(self, index: int) -> None:
        """Give a chip the focus; beyond the last one it is the text's."""
        if index >= len(self._chips):
            self.end_passed.emit()
        elif index >= 0:
            self._chips[index].setFocus(Qt.FocusReason.OtherFocusReason)

    def has_focus(self) -> bool:
        """Whether one of them has the focus."""
        return any(chip.hasFocus() for chip in self._chips)

    def mark_all(self, marked: bool) -> None:
        """Whether all of them are selected, together with the text."""
        for chip in self._chips:
            chip.set_marked(marked)

    def show_wrong(self, index: int | None) -> None:
        """Mark the chip with an error in it."""
        for i, chip in enumerate(self._chips):
            chip.set_wrong(i == index)
        if index is not None:
            self._reveal(self._chips[index])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the last ones in sight."""
        super().resizeEvent(event)
        self._offset = self._furthest()
        self._place()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways."""
        delta = event.angleDelta()
        self._scroll_to(self._offset - (delta.x() or delta.y()))
        event.accept()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """A chip with the focus is to be seen whole."""
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut} and isinstance(watched, SearchChip):
            if event.type() == QEvent.Type.FocusIn:
                self._reveal(watched)
            self.focus_changed.emit()
        return False

    def _take(self, content: ChipContent, kept: dict[int, SearchChip]) -> SearchChip:
        same = next((chip for chip in kept.values() if chip.content.looks_like(content)), None)
        if same is not None:
            del kept[id(same)]
            return same
        chip = SearchChip(content, self)
        chip.installEventFilter(self)
        chip.remove_wanted.connect(partial(self._on_remove_wanted, chip))
        chip.edit_wanted.connect(partial(self._on_edit_wanted, chip))
        chip.left.connect(partial(self._on_left, chip))
        chip.typed.connect(self._on_typed)
        chip.show()
        return chip

    def _on_remove_wanted(self, chip: SearchChip, then: int) -> None:
        self.remove_wanted.emit(self._chips.index(chip), then)

    def _on_edit_wanted(self, chip: SearchChip) -> None:
        self.edit_wanted.emit(self._chips.index(chip))

    def _on_left(self, chip: SearchChip, step: int) -> None:
        self.focus_chip(self._chips.index(chip) + step)

    def _on_typed(self, event: QKeyEvent) -> None:
        self.typed.emit(event)

    def _furthest(self) -> int:
        return max(0, self.content_width() - self.width())

    def _reveal(self, chip: SearchChip) -> None:
        left = chip.x() + self._offset
        ahead = _COUNT + _FADE // 2
        self._scroll_to(min(max(self._offset, left + chip.width() + _FADE - self.width()), max(0, left - ahead)))

    def _scroll_to(self, offset: int) -> None:
        self._offset = min(max(offset, 0), self._furthest())
        self._place()

    def _place(self) -> None:
        left = -self._offset
        for chip in self._chips:
            chip.move(left, 0)
            left += chip.width() + _SPACING
        hidden = sum(chip.x() + chip.width() // 2 < _COUNT for chip in self._chips) if self._offset else 0
        self._fade.show_ends(hidden, self._offset > 0, self._offset < self._furthest())


class _Fade(QWidget):
    """Shows that there are more chips: they fade into the ground at the ends, and those out of sight are counted."""

    def __init__(self, strip: ChipStrip) -> None:
        super().__init__(strip)
        self._hidden = 0
        self._left = self._right = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_ends(self, hidden: int, left: bool, right: bool) -> None:
        """How many are out of sight before the others, and at which ends there are more."""
        self._hidden, self._left, self._right = hidden, left, right
        strip = self.parentWidget()
        assert strip is not None
        self.setGeometry(strip.rect())
        self.raise_()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """From the field's ground to nothing."""
        painter = QPainter(self)
        if self._left:
            covered = _COUNT if self._hidden else 0
            painter.fillRect(0, 0, covered, self.height(), self.palette().color(QPalette.ColorRole.Base))
            self._paint_shade(painter, covered, covered + _FADE)
        if self._hidden:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(0, 0, _COUNT, self.height(), Qt.AlignmentFlag.AlignVCenter, f"+{self._hidden}")
        if self._right:
            self._paint_shade(painter, self.width(), self.width() - _FADE)
        painter.end()

    def _paint_shade(self, painter: QPainter, edge: int, inside: int) -> None:
        base = self.palette().color(QPalette.ColorRole.Base)
        clear = QColor(base)
        clear.setAlpha(0)
        shade = QLinearGradient(edge, 0, inside, 0)
        shade.setColorAt(0, base)
        shade.setColorAt(1, clear)
        painter.fillRect(min(edge, inside), 0, _FADE, self.height(), shade)
