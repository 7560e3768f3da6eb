"""The search bar: the field that people describe photos in, what may be meant, what is wrong, and suggestions to click."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QWidget

from photoorg.ui.chip_content import NO_CHIPS, ChipContent, ChipLanguage
from photoorg.ui.models.completion_model import CompletionItem
from photoorg.ui.views.buttons import text_button
from photoorg.ui.views.completion_popup import CompletionPopup
from photoorg.ui.views.field_message import FieldMessage
from photoorg.ui.views.flow_layout import FlowLayout
from photoorg.ui.views.search_field import SearchField

DEBOUNCE_MS: Final = 50  # with the search itself within what feels immediate
_CLEAR_HISTORY: Final = CompletionItem("Clear history", kind="clear")


class SearchBar(QWidget):
    """Tells what is looked for once typing rests; Return does not wait, Escape clears.

    Texts are those of whole queries: `language` says which parts of them are shown as chips.
    """

    text_changed = Signal(str)
    returned = Signal()  # Return was pressed; what it settles has been told
    text_settled = Signal(str)  # without spaces around it; "" when cleared; never twice the same
    completion_chosen = Signal(object)  # CompletionItem, after it has been put into the query
    history_clear_wanted = Signal()
    chip_removed = Signal(int)
    chip_edited = Signal(int)
    photos_dropped = Signal(list, list)  # photo ids; paths of files from outside

    def __init__(
        self, parent: QWidget | None = None, *, language: ChipLanguage = NO_CHIPS, debounce_ms: int = DEBOUNCE_MS
    ) -> None:
        super().__init__(parent)
        self._settled = ""
        self._is_done = False  # with this text: what completes it comes too late
        self._recent: list[str] = []
        self._field = SearchField(self, language)
        self._popup = CompletionPopup(self._field)
        self._message = FieldMessage(self._field)
        self._chips = QWidget(self)
        self._flow = FlowLayout(self._chips)
        self._chips.hide()
        self._timer = QTimer(self, singleShot=True, interval=debounce_ms)
        self._lay_out()
        self._connect()

    # --- the query ---

    @property
    def chips(self) -> QWidget:
        """The suggestions, to be laid out below the field, where there is more room."""
        return self._chips

    def text(self) -> str:
        """The whole query, without spaces around it."""
        return self._field.query()

    def cursor_place(self) -> int:
        """Where the cursor stands in it."""
        return self._field.content.cursor()

    @property
    def is_in_word(self) -> bool:
        """Whether somebody types, and has not ended the last word."""
        return self.is_typing and not self._field.line.text()[: self._field.line.cursorPosition()].endswith(" ")

    @property
    def is_typing(self) -> bool:
        """Whether the text is one that somebody types, and has not ended with Return."""
        return self._field.line.hasFocus() and not self._is_done

    @property
    def is_choosing(self) -> bool:
        """Whether a list of what may be meant is open."""
        return self._popup.isVisible()

    def set_text(self, text: str, *, settle: bool = True) -> None:
        """Put a query into the field; `settle` False only shows it."""
        self._field.set_query(text)
        self._end_change(settle=settle)

    def set_chips(self, chips: Sequence[ChipContent], rest: str, *, settle: bool = True) -> None:
        """Put chips and the text after them into the field."""
        self._field.set_chips(chips, rest)
        self._end_change(settle=settle)

    def set_thumbnail(self, chip_text: str, pixmap: QPixmap) -> None:
        """Show a picture on the chips of this text, now and later."""
        self._field.set_thumbnail(chip_text, pixmap)

    def clear(self) -> None:
        """Empty the field and say so."""
        self.set_text("")

    def select_all(self) -> None:
        """Put the focus into the field, ready to type something else."""
        self._field.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.line.selectAll()

    # --- what is said about it ---

    def set_busy(self, text: str | None) -> None:
        """Show what the search waits for, such as "Loading the model", or nothing."""
        self._field.busy.setText(text or "")
        self._field.busy.setVisible(bool(text))

    def show_error(self, message: str, start: int, end: int) -> None:
        """Say what is wrong, and mark the place, in characters of the query; until the next edit."""
        self._field.show_error(start, end)
        if not self._popup.isVisible():  # while somebody chooses, the mark is enough
            self._message.say(message)

    def set_completions(self, items: Sequence[CompletionItem]) -> None:
        """Offer these below the field, as long as somebody types in it."""
        self._popup.show_items(items if self.is_typing else ())
        if items:
            self._message.hide()

    def set_recent(self, texts: Sequence[str]) -> None:
        """The last searches, newest first, to offer in an empty field."""
        self._recent = list(texts)

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

    # --- events ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys are the list's first; Escape then empties a field that has a text; in an empty one it is the window's."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape and (self._popup.isVisible() or self.text()):
                event.accept()
                return True
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._press(event) or super().eventFilter(watched, event)
        elif event.type() == QEvent.Type.FocusOut and QApplication.activePopupWidget() is None:
            self._popup.hide()
        return super().eventFilter(watched, event)

    # --- inside ---

    def _press(self, event: QKeyEvent) -> bool:
        is_escape = event.key() == Qt.Key.Key_Escape
        if self._popup.press(event):
            self._is_done = self._is_done or is_escape
            return True
        if is_escape and self.text():
            self.clear()
            return True
        return event.key() == Qt.Key.Key_Down and self._offer_recent()

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
        field = self._field
        field.line.installEventFilter(self)
        field.line.returnPressed.connect(self._on_return)
        field.line.clicked.connect(self._offer_recent)
        field.text_changed.connect(self._on_text_changed)
        field.clear_button.clicked.connect(self._on_clear_clicked)
        field.chip_removed.connect(self.chip_removed)
        field.chip_edited.connect(self.chip_edited)
        field.photos_dropped.connect(self.photos_dropped)
        self._popup.chosen.connect(self._on_chosen)
        self._timer.timeout.connect(self._settle)

    def _end_change(self, *, settle: bool) -> None:
        self._timer.stop()
        self._popup.hide()
        self._is_done = True
        if settle:
            self._settle()
        else:
            self._settled = ""  # nothing was looked for: what is typed next counts, whatever it is

    def _settle(self) -> None:
        self._timer.stop()
        if self.text() != self._settled:
            self._settled = self.text()
            self.text_settled.emit(self._settled)

    def _offer_recent(self) -> bool:
        if self.text() or not self._recent:
            return False
        rows = [CompletionItem(text, kind="past", insert=text) for text in self._recent]
        self._popup.show_items([*rows, _CLEAR_HISTORY])
        return True

    def _on_return(self) -> None:
        self._popup.hide()
        self._is_done = True
        self._settle()
        self.returned.emit()

    def _on_text_changed(self, text: str) -> None:
        self._message.hide()
        self._is_done = False
        if not text:
            self._popup.hide()
        self._timer.start()
        self.text_changed.emit(text)

    def _on_chosen(self, item: CompletionItem) -> None:
        if item.kind == "clear":
            self._recent = []
            self.history_clear_wanted.emit()
            return
        if item.start is None:
            self.set_text(item.insert or item.text)
        else:
            self._field.content.replace(item.start, len(self.text()) if item.end is None else item.end, item.insert)
        self.completion_chosen.emit(item)

    def _on_clear_clicked(self) -> None:
        self.clear()
        self._field.line.setFocus()
