"""A row of buttons for what is on offer."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from photoorg.ui.model_offers import Offer
from photoorg.ui.views.buttons import Look, text_button
from photoorg.ui.views.flow_layout import FlowLayout

_QUIET = ("later", "dismiss")


class OfferRow(QWidget):
    """The buttons stay as long as the offers do: a focus is not lost when numbers change."""

    chosen = Signal(str)  # the offer's action

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offers: tuple[Offer, ...] = ()
        self._buttons: list[QPushButton] = []
        self._anchor = QWidget(self)  # never seen; where Tab comes to the buttons
        self._anchor.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._anchor.hide()
        self._flow = FlowLayout(self, centred=False)

    def show_offers(self, offers: Sequence[Offer]) -> None:
        """Offer these."""
        if tuple(offers) == self._offers:
            return
        had_focus = any(button.hasFocus() for button in self._buttons)
        self._offers = tuple(offers)
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._add(offer) for offer in offers]
        self._keep_place()
        if had_focus and self._buttons:
            self._buttons[0].setFocus()

    def _keep_place(self) -> None:
        """Let Tab come to the new buttons where it came to the old ones, not at the end."""
        before = self._anchor
        for button in self._buttons:
            QWidget.setTabOrder(before, button)
            before = button

    def _add(self, offer: Offer) -> QPushButton:
        look: Look = "primary" if offer.is_main else "link" if offer.action in _QUIET else "normal"
        button = text_button(offer.text, self, look=look)
        button.clicked.connect(lambda: self.chosen.emit(offer.action))
        self._flow.addWidget(button)
        button.show()
        return button
