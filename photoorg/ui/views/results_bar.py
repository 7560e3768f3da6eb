"""The line above results: what was looked for, how many there are, what can be done with them, and the way back."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from photoorg.amounts import counted
from photoorg.ui.theme import scaled_font
from photoorg.ui.views.buttons import icon_button, set_button_text, text_button
from photoorg.ui.views.labels import FittingLabel, plain_label
from photoorg.ui.views.name_row import NameRow
from photoorg.ui.views.results_controls import ResultsControls

_TITLE_SCALE = 1.15
_LEAST_TITLE = 160  # pixels, of a title that is as long
_LEAST_WIDTH = 240
_GAPS = 60  # of the line, with its margins
_AROUND_LINK = 48
_SLACK = 2


class ResultsBar(QWidget):
    """Hidden while no results are shown. What is not set is not shown."""

    closed = Signal()
    all_wanted = Signal()
    cutoff_changed = Signal(float)  # from 1, strict, to 0; also while the slider is dragged
    automatic_wanted = Signal()
    fold_toggled = Signal(bool)
    exact_wanted = Signal()
    save_wanted = Signal(str)  # the name for the album

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._proposal = ""
        self._title = FittingLabel(self)
        self._title.setFont(scaled_font(_TITLE_SCALE, QFont.Weight.DemiBold))
        self._note = FittingLabel(self, muted=True)
        self._least_note = ""
        self._notices = plain_label(muted=True, wrap=True)
        self._exact = text_button("", look="link", elided=True)
        self._exact.hide()
        self.controls = ResultsControls()
        self._close = icon_button("close", "Back to the photos (Esc)", self, side=16)
        self._line = QWidget(self)
        self._naming = NameRow("Save this search as", "Name of the album", self)
        self._naming.hide()
        self._lay_out()
        self._connect()
        self.hide()

    def show_results(
        self, title: str, notes: Sequence[str], *, can_show_all: bool, notices: Sequence[str] = ()
    ) -> None:
        """Say what is shown; `notes` are longest first, `can_show_all` offers what was cut off.

        `notices` are what a person should know about the answer, a line each.
        """
        self._end_naming()
        self._title.set_texts([title])
        self._title.setMinimumWidth(min(self._title.sizeHint().width(), _LEAST_TITLE))  # a long note gives way to it
        self.controls.set_can_show_all(can_show_all)
        self.set_notes(notes)
        self._notices.setText("\n".join(notices))
        self._notices.setVisible(bool(notices))
        self.setAccessibleName(", ".join((title, *notes[:1], *notices)))
        self.show()

    def set_notes(self, notes: Sequence[str]) -> None:
        """Change what stands beside the title, longest first."""
        self._note.set_texts(notes)
        self._least_note = notes[-1] if notes else ""
        self._note.setMinimumWidth(self._note.fontMetrics().horizontalAdvance(self._least_note) + _SLACK)
        self._fit()

    def set_cutoff(self, cutoff: float | None, automatic: float | None = None) -> None:
        """Where the relevance slider stands, from 1 (strict) to 0, and where the automatic cut-off is; None: no slider."""
        self.controls.set_cutoff(cutoff, automatic)
        self._fit()

    def set_copies(self, count: int, *, folded: bool) -> None:
        """How many copies of photos are among the results, and whether they are folded; 0 says nothing."""
        self.controls.set_copies(count, folded=folded)
        self._fit()

    def set_exact(self, count: int, words: str) -> None:
        """How many other photos have these words in their names or tags; 0 says nothing."""
        text = f"Also {counted(count, 'photo', 'photos')} with “{words}” in their names or tags"
        self._exact.setMaximumWidth(self._exact.fontMetrics().horizontalAdvance(text) + _AROUND_LINK)
        set_button_text(self._exact, text)
        self._exact.setVisible(count > 0)

    def set_saving(self, proposal: str | None) -> None:
        """Offer to keep the search as an album, with a name that may do; None: do not."""
        self._proposal = proposal or ""
        self.controls.set_can_save(proposal is not None)
        self._fit()

    def ask_for_other_name(self, name: str, problem: str) -> None:
        """The name cannot be taken: say why, and let the user change it."""
        self._line.hide()
        self._naming.show()
        self._naming.ask(name, problem)

    def title(self) -> str:
        """What is shown."""
        return self._title.text()

    def note(self) -> str:
        """How many."""
        return self._note.text()

    def notices(self) -> str:
        """What there is to know about them."""
        return self._notices.text()

    def minimumSizeHint(self) -> QSize:
        """It gives way: what has no room goes into a menu."""
        return QSize(_LEAST_WIDTH, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find room for what matters most."""
        super().resizeEvent(event)
        self._fit()

    # --- inside ---

    def _fit(self) -> None:
        """The controls get what title and shortest note leave."""
        note = self._note.fontMetrics().horizontalAdvance(self._least_note)
        texts = self._title.minimumWidth() + note + self._close.sizeHint().width() + _GAPS
        self.controls.fit(self.width() - texts)

    def _lay_out(self) -> None:
        line = QHBoxLayout(self._line)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self._title)
        line.addWidget(self._note)
        line.addStretch(1)
        line.addWidget(self.controls)
        line.addWidget(self._close)
        link = QHBoxLayout()
        link.addWidget(self._exact, 1)
        link.addStretch(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 2)
        layout.setSpacing(2)
        layout.addWidget(self._line)
        layout.addWidget(self._naming)
        layout.addLayout(link)
        layout.addWidget(self._notices)

    def _connect(self) -> None:
        controls = self.controls
        controls.all_wanted.connect(self.all_wanted)
        controls.cutoff_changed.connect(self.cutoff_changed)
        controls.automatic_wanted.connect(self.automatic_wanted)
        controls.fold_toggled.connect(self.fold_toggled)
        controls.save_clicked.connect(self._on_save_clicked)
        self._close.clicked.connect(self.closed)
        self._exact.clicked.connect(self.exact_wanted)
        self._naming.named.connect(self._on_named)
        self._naming.left.connect(self._end_naming)

    def _on_save_clicked(self) -> None:
        self.ask_for_other_name(self._proposal, "")

    def _on_named(self, name: str) -> None:
        self._end_naming()
        self.save_wanted.emit(name)

    def _end_naming(self) -> None:
        self._naming.hide()
        self._line.show()
