"""The search bar: the field that people describe photos in, and suggestions to click."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from photoorg.ui.views.buttons import text_button
from photoorg.ui.views.flow_layout import FlowLayout
from photoorg.ui.views.search_field import SearchField

DEBOUNCE_MS: Final = 50  # with the search itself within what feels immediate


class SearchBar(QWidget):
    """Tells what is looked for once typing rests; Return does not wait, Escape clears."""

    text_settled = Signal(str)  # without spaces around it; "" when cleared; never twice the same

    def __init__(self, parent: QWidget | None = None, *, debounce_ms: int = DEBOUNCE_MS) -> None:
        super().__init__(parent)
        self._settled = ""
        self._field = SearchField(self)
        self._chips = QWidget(self)
        self._flow = FlowLayout(self._chips)
        self._chips.hide()
        self._timer = QTimer(self, singleShot=True, interval=debounce_ms)
        self._lay_out()
        self._connect()

    @property
    def chips(self) -> QWidget:
        """The suggestions, to be laid out below the field, where there is more room."""
        return self._chips

    def text(self) -> str:
        """What is in the field, without spaces around it."""
        return self._field.line.text().strip()

    def set_text(self, text: str, *, settle: bool = True) -> None:
        """Put a text into the field; `settle` False only shows it."""
        self._field.line.setText(text)
        self._timer.stop()
        if settle:
            self._settle()
        else:
            self._settled = ""  # nothing was looked for: what is typed next counts, whatever it is

    def clear(self) -> None:
        """Empty the field and say so."""
        self.set_text("")

    def set_busy(self, text: str | None) -> None:
        """Show what the search waits for, such as "Loading the model", or nothing."""
        self._field.busy.setText(text or "")
        self._field.busy.setVisible(bool(text))

    def set_suggestions(self, texts: Sequence[str]) -> None:
        """Offer searches to click below the field; none hides them."""
        for chip in self._chip_buttons():
            self._flow.removeWidget(chip)
            chip.deleteLater()
        for text in texts:
            self._add_chip(text)
        self._chips.setVisible(bool(texts))

    def suggestions(self) -> list[str]:
        """The searches on offer."""
        return [chip.accessibleName() for chip in self._chip_buttons()]

    def select_all(self) -> None:
        """Put the focus into the field, ready to type something else."""
        self._field.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.line.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape empties a field that has a text; in an empty one it is the window's."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            escaped = event.key() == Qt.Key.Key_Escape and bool(self._field.line.text())
            if escaped:
                self.clear()
                return True
        return super().eventFilter(watched, event)

    def _add_chip(self, text: str) -> None:
        chip = text_button(text, self._chips, look="chip")
        chip.setCursor(Qt.CursorShape.PointingHandCursor)
        chip.clicked.connect(lambda: self.set_text(text))
        self._flow.addWidget(chip)
        chip.show()

    def _chip_buttons(self) -> list[QPushButton]:
        items = (self._flow.itemAt(i) for i in range(self._flow.count()))
        widgets = [item.widget() for item in items if item]
        return [widget for widget in widgets if isinstance(widget, QPushButton)]

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addStretch(1)
        layout.addWidget(self._field, 1000)
        layout.addStretch(1)
        self.setFocusProxy(self._field)

    def _connect(self) -> None:
        line = self._field.line
        line.installEventFilter(self)
        line.textChanged.connect(self._on_text_changed)
        line.returnPressed.connect(self._settle)
        self._timer.timeout.connect(self._settle)
        self._field.clear_button.clicked.connect(self._on_clear_clicked)

    def _settle(self) -> None:
        self._timer.stop()
        if self.text() != self._settled:
            self._settled = self.text()
            self.text_settled.emit(self._settled)

    def _on_text_changed(self, text: str) -> None:
        self._field.clear_button.setVisible(bool(text))
        self._timer.start()

    def _on_clear_clicked(self) -> None:
        self.clear()
        self._field.line.setFocus()
