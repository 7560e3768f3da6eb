"""What can be done with results, side by side; what has no room stands in a menu."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget, QWidgetAction

from photoorg.ui.views.buttons import icon_button, set_button_text, text_button
from photoorg.ui.views.relevance_slider import RelevanceControl, RelevanceSlider

_SPACING: Final = 8
_ALL: Final = "Show weaker matches"
_SAVE: Final = "Save as album\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True)
class _Room:
    """What is shown where there is so much room; each level needs less than the one before."""

    words: bool = True
    copies: bool = True
    buttons: bool = True
    slider: bool = True


_LEVELS: Final = (
    _Room(),
    _Room(words=False),
    _Room(words=False, copies=False),
    _Room(words=False, copies=False, buttons=False),
    _Room(words=False, copies=False, buttons=False, slider=False),
)


class ResultsControls(QWidget):
    """The relevance slider, folding of copies, saving, and weaker matches; each shown if it is wanted."""

    cutoff_changed = Signal(float)
    automatic_wanted = Signal()
    fold_toggled = Signal(bool)
    save_clicked = Signal()
    all_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cutoff: tuple[float, float | None] | None = None
        self._copies, self._is_folding = 0, True
        self._can_save = self._can_show_all = False
        self._room = _LEVELS[0]
        self._relevance = RelevanceControl(self)
        self._fold = text_button("", self, look="link")
        self._save = text_button(_SAVE, self, look="link")
        self._all = text_button(_ALL, self, look="link")
        self._more = _menu_button(self, self._fill_menu)
        self._lay_out()
        self._connect()
        self._show_parts()

    @property
    def slider(self) -> RelevanceSlider:
        """The slider, where there is room for it."""
        return self._relevance.slider

    def set_cutoff(self, cutoff: float | None, automatic: float | None) -> None:
        """Where the slider stands, and where its mark; without a cut-off there is no slider."""
        self._cutoff = None if cutoff is None else (cutoff, automatic)
        if self._cutoff:
            self.slider.show_cutoff(*self._cutoff)
        self._show_parts()

    def set_copies(self, count: int, *, folded: bool) -> None:
        """How many copies there are among the results, if they are folded; 0: nothing to fold or unfold."""
        self._copies, self._is_folding = count, folded
        set_button_text(self._fold, self._fold_text())
        self._fold.setToolTip("Show every copy by itself" if folded else "Show copies of a photo as one")
        self._show_parts()

    def set_can_save(self, can_save: bool) -> None:
        """Whether the search can be kept."""
        self._can_save = can_save
        self._show_parts()

    def set_can_show_all(self, can_show_all: bool) -> None:
        """Whether there are weaker matches to show."""
        self._can_show_all = can_show_all
        self._show_parts()

    def fit(self, width: int) -> None:
        """Take no more than this, if that can be."""
        fitting = (room for room in _LEVELS if self.wanted_width(room) <= width)
        self._room = next(fitting, _LEVELS[-1])
        self._show_parts()

    def wanted_width(self, room: _Room = _LEVELS[0]) -> int:
        """The width of all parts, in pixels."""
        widths = [self._relevance.width_with_words(room.words)] if self._cutoff and room.slider else []
        widths += [
            button.sizeHint().width() for button, is_wanted, is_shown in self._buttons(room) if is_wanted and is_shown
        ]
        if self._has_more(room):
            widths.append(self._more.sizeHint().width())
        return sum(widths) + _SPACING * max(0, len(widths) - 1)

    # --- inside ---

    def _buttons(self, room: _Room) -> list[tuple[QPushButton, bool, bool]]:
        return [
            (self._fold, bool(self._copies), room.copies),
            (self._all, self._can_show_all, room.buttons),
            (self._save, self._can_save, room.buttons),
        ]

    def _has_more(self, room: _Room) -> bool:
        hidden = any(is_wanted and not is_shown for _, is_wanted, is_shown in self._buttons(room))
        return hidden or (self._cutoff is not None and not room.slider)

    def _show_parts(self) -> None:
        self._relevance.setVisible(self._cutoff is not None and self._room.slider)
        self._relevance.show_words(self._room.words)
        for button, is_wanted, is_shown in self._buttons(self._room):
            button.setVisible(is_wanted and is_shown)
        self._more.setVisible(self._has_more(self._room))

    def _fill_menu(self, menu: QMenu) -> None:
        """What is not seen beside it."""
        menu.clear()
        if self._cutoff and not self._room.slider:
            menu.addAction(self._slider_action(menu))
        runs: dict[QPushButton, Callable[[], object]] = {
            button: button.click for button, _, _ in self._buttons(self._room)
        }
        for button, is_wanted, is_shown in self._buttons(self._room):
            if is_wanted and not is_shown:
                menu.addAction(button.text(), runs[button])

    def _slider_action(self, menu: QMenu) -> QWidgetAction:
        assert self._cutoff is not None
        control = RelevanceControl(menu)
        control.setContentsMargins(10, 6, 10, 6)
        control.slider.show_cutoff(self.slider.cutoff(), self._cutoff[1])
        control.slider.cutoff_changed.connect(self._on_moved_in_menu)
        control.slider.automatic_wanted.connect(menu.close)
        control.slider.automatic_wanted.connect(self.automatic_wanted)
        action = QWidgetAction(menu)
        action.setDefaultWidget(control)
        return action

    def _on_moved_in_menu(self, cutoff: float) -> None:
        self.slider.show_cutoff(cutoff, self._cutoff[1] if self._cutoff else None)
        self.cutoff_changed.emit(cutoff)

    def _fold_text(self) -> str:
        return f"Copies folded: {self._copies:,}" if self._is_folding else "Fold copies"

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_SPACING)
        for part in (self._relevance, self._fold, self._all, self._save, self._more):
            layout.addWidget(part)

    def _connect(self) -> None:
        self.slider.cutoff_changed.connect(self.cutoff_changed)
        self.slider.automatic_wanted.connect(self.automatic_wanted)
        self._fold.clicked.connect(lambda: self.fold_toggled.emit(not self._is_folding))
        self._save.clicked.connect(self.save_clicked)
        self._all.clicked.connect(self.all_wanted)


def _menu_button(parent: QWidget, fill: Callable[[QMenu], None]) -> QToolButton:
    button = icon_button("more", "More about these results", parent)
    menu = QMenu(button)
    menu.aboutToShow.connect(lambda: fill(menu))
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
