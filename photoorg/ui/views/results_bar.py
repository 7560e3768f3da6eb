"""The line above results: what was looked for, how many there are, and the way back."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from photoorg.ui.theme import scaled_font
from photoorg.ui.views.buttons import icon_button, text_button
from photoorg.ui.views.labels import FittingLabel, plain_label

_TITLE_SCALE = 1.15
_LEAST_TITLE = 160  # pixels, of a title that is as long


class ResultsBar(QWidget):
    """Hidden while no results are shown."""

    closed = Signal()
    all_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = FittingLabel(self)
        self._title.setFont(scaled_font(_TITLE_SCALE, QFont.Weight.DemiBold))
        self._note = FittingLabel(self, muted=True)
        self._notices = plain_label(muted=True, wrap=True)
        self._all = text_button("Show weaker matches", look="link")
        self._close = icon_button("close", "Back to the photos (Esc)", self, side=16)
        self._all.clicked.connect(self.all_wanted)
        self._close.clicked.connect(self.closed)
        self._lay_out()
        self.hide()

    def show_results(
        self, title: str, notes: Sequence[str], *, can_show_all: bool, notices: Sequence[str] = ()
    ) -> None:
        """Say what is shown; `notes` are longest first, `can_show_all` offers what was cut off.

        `notices` are what a person should know about the answer, a line each.
        """
        self._title.set_texts([title])
        self._title.setMinimumWidth(min(self._title.sizeHint().width(), _LEAST_TITLE))  # a long note gives way to it
        self.set_notes(notes)
        self._notices.setText("\n".join(notices))
        self._notices.setVisible(bool(notices))
        self._all.setVisible(can_show_all)
        self.setAccessibleName(", ".join((title, *notes[:1], *notices)))
        self.show()

    def set_notes(self, notes: Sequence[str]) -> None:
        """Change what stands beside the title, longest first."""
        self._note.set_texts(notes)

    def title(self) -> str:
        """What is shown."""
        return self._title.text()

    def note(self) -> str:
        """How many."""
        return self._note.text()

    def notices(self) -> str:
        """What there is to know about them."""
        return self._notices.text()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._title)
        line.addWidget(self._note)
        line.addStretch(1)
        line.addWidget(self._all)
        line.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 2)
        layout.setSpacing(2)
        layout.addLayout(line)
        layout.addWidget(self._notices)
