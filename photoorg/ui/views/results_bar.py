"""The line above results: what was looked for, how many there are, and the way back."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QWidget

from photoorg.ui.theme import scaled_font
from photoorg.ui.views.buttons import icon_button, text_button
from photoorg.ui.views.labels import FittingLabel

_TITLE_SCALE = 1.15


class ResultsBar(QWidget):
    """Hidden while no results are shown."""

    closed = Signal()
    all_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = FittingLabel(self)
        self._title.setFont(scaled_font(_TITLE_SCALE, QFont.Weight.DemiBold))
        self._note = FittingLabel(self, muted=True)
        self._all = text_button("Show weaker matches", look="link")
        self._close = icon_button("close", "Back to the photos (Esc)", self, side=16)
        self._all.clicked.connect(self.all_wanted)
        self._close.clicked.connect(self.closed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 2)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._note)
        layout.addStretch(1)
        layout.addWidget(self._all)
        layout.addWidget(self._close)
        self.hide()

    def show_results(self, title: str, note: str, *, can_show_all: bool) -> None:
        """Say what is shown; `can_show_all` offers what was cut off."""
        self._title.set_texts([title])
        self._note.set_texts([note])
        self._all.setVisible(can_show_all)
        self.setAccessibleName(f"{title}, {note}")
        self.show()

    def title(self) -> str:
        """What is shown."""
        return self._title.text()

    def note(self) -> str:
        """How many."""
        return self._note.text()
