"""All about one model, and what can be done with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from photoorg.ui.model_offers import offers_of
from photoorg.ui.model_texts import model_facts, trouble_text
from photoorg.ui.model_work import ModelRow
from photoorg.ui.views.fact_list import FactList
from photoorg.ui.views.labels import plain_label
from photoorg.ui.views.offer_row import OfferRow
from photoorg.ui.views.work_progress import WorkProgress

_MARGIN = 16
_TITLE_SCALE = 1.3


class ModelDetails(QScrollArea):
    """Title, one line, trouble if there is any, buttons, progress, facts."""

    wanted = Signal(str, str)  # an action, and the model's reference

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: ModelRow | None = None
        self._title = plain_label(scale=_TITLE_SCALE, weight=QFont.Weight.DemiBold, wrap=True)
        self._summary = plain_label(muted=True, wrap=True)
        self._trouble = plain_label(wrap=True)
        self._offers = OfferRow()
        self._progress = WorkProgress()
        self._facts = FactList()
        self._offers.chosen.connect(self._on_chosen)
        self._lay_out()

    def show_row(self, row: ModelRow | None) -> None:
        """Show a model, or nothing."""
        if row == self._row:
            return
        if row is None or self._row is None or row.reference != self._row.reference:
            self.verticalScrollBar().setValue(0)
        self._row = row
        self._page.setVisible(row is not None)
        if row is not None:
            self._fill(row)

    def _fill(self, row: ModelRow) -> None:
        summary = row.info.summary if row.info else ""
        texts = {self._title: row.title, self._summary: summary, self._trouble: trouble_text(row)}
        for label, text in texts.items():
            label.setText(text)
            label.setVisible(bool(text))
        offers = offers_of(row)
        self._offers.show_offers(offers)
        self._offers.setVisible(bool(offers))
        self._progress.show_work(row.work)
        self._facts.show_rows(model_facts(row.info) if row.info else [])

    def _lay_out(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self._page = QWidget()
        layout = QVBoxLayout(self._page)
        layout.setContentsMargins(_MARGIN, 4, _MARGIN, _MARGIN)
        layout.setSpacing(8)
        for part in (self._title, self._summary, self._trouble, self._offers, self._progress):
            layout.addWidget(part)
        layout.addSpacing(8)
        layout.addWidget(self._facts)
        layout.addStretch(1)
        self.setWidget(self._page)
        self._page.setAutoFillBackground(False)
        self._page.hide()

    def _on_chosen(self, action: str) -> None:
        if self._row is not None:
            self.wanted.emit(action, self._row.reference)
