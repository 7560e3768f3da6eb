"""The query in the search field: keeps chips and text together through typing, pasting, removing and undoing."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPixmap

from photoorg.ui.chip_content import ChipContent, ChipLanguage, Chips
from photoorg.ui.edit_history import Change, EditHistory
from photoorg.ui.views.chip_strip import ChipStrip
from photoorg.ui.views.search_line import SearchLine

State = tuple[tuple[ChipContent, ...], str]


class ChipText(QObject):
    """A blank, Return or a paste turns what is understood into chips; an unfinished word is left alone."""

    changed = Signal(str)  # the text of the query; never twice the same in a row
    chip_removed = Signal(int)
    chip_edited = Signal(int)
    resized = Signal()  # the chips, without a change of the query

    def __init__(self, line: SearchLine, strip: ChipStrip, language: ChipLanguage, parent: QObject) -> None:
        super().__init__(parent)
        self._line = line
        self._strip = strip
        self._language = language
        self._history: EditHistory[State] = EditHistory(((), ""))
        self._change: Change = "other"
        self._is_showing = False
        self._before = ""  # the text of the line
        self._told = ""
        self._thumbnails: dict[str, QPixmap] = {}
        self._connect()

    def query(self) -> str:
        """The text of the whole query, without spaces around it."""
        return self._language.text_of_chips(Chips(self._strip.contents(), self._line.text().strip())).strip()

    def set_query(self, text: str) -> None:
        """Show a query, as chips where it can be."""
        found = self._language.chips_of(text) if text.strip() else Chips()
        if found.chips:
            self._show(found.chips, found.rest, len(found.rest))
        else:
            self._show((), text, len(text))

    def set_chips(self, chips: Sequence[ChipContent], rest: str) -> None:
        """Show these chips, and the text after them."""
        self._show(chips, rest, len(rest))

    def set_thumbnail(self, chip_text: str, pixmap: QPixmap) -> None:
        """Show a picture on the chips of this text, now and later."""
        self._thumbnails[chip_text] = pixmap
        self._strip.show_chips([self._dressed(self._named(chip, chip_text)) for chip in self._strip.contents()])
        self.resized.emit()

    def replace(self, start: int, end: int, text: str) -> None:
        """Put another text in place of some characters of the query."""
        query = self.query()
        tail = query[end:]
        found = self._language.chips_of(query[:start] + text + tail)
        rest = found.rest
        if not tail and text.endswith(" ") and rest:
            rest = rest.rstrip() + " "
        self._show(found.chips, rest, len(rest) - len(tail) if rest.endswith(tail) else len(rest))

    def cursor(self) -> int:
        """Where the cursor stands, in characters of the query."""
        typed, query = self._line.text(), self.query()
        before = len(query) - len(typed.strip())
        return min(len(query), before + max(0, self._line.cursorPosition() - (len(typed) - len(typed.lstrip()))))

    def absorb(self) -> None:
        """Turn what has been typed and is understood into chips; or all into text, where chips would mislead: a OR b."""
        typed, before = self._line.text(), self._strip.contents()
        found = self._language.chips_of(self._language.text_of_chips(Chips(before, typed.strip())))
        if len(found.chips) == len(before):
            return
        tail = typed[self._line.cursorPosition() :].strip()
        rest = found.rest
        if rest and typed.endswith(" ") and not rest.endswith(" "):
            rest += " "  # the next word does not stick to the last one
        cursor = len(rest) - len(tail) if tail and rest.endswith(tail) else len(rest)
        self._show(found.chips, rest, cursor)

    def undoable(self) -> tuple[bool, bool]:
        """Whether there is something to undo, and to redo."""
        return self._history.can_undo, self._history.can_redo

    def show_error(self, start: int, end: int) -> None:
        """Mark a place, in characters of the query."""
        query, at = self.query(), 0
        for index, chip in enumerate(self._strip.contents()):
            at = query.find(chip.text, at)
            if at <= start < at + len(chip.text):
                self._strip.show_wrong(index)
                return
            at += len(chip.text)
        typed = self._line.text()
        shift = len(query) - len(typed.strip()) - (len(typed) - len(typed.lstrip()))
        self._line.show_wrong((max(start - shift, 0), max(end - shift, 0)))

    # --- inside ---

    def _connect(self) -> None:
        self._line.textEdited.connect(self._on_edited)
        self._line.textChanged.connect(self._on_text_changed)
        self._line.returnPressed.connect(self.absorb)
        self._line.start_passed.connect(lambda: self._strip.focus_chip(len(self._strip.chips) - 1))
        self._line.everything_marked.connect(self._strip.mark_all)
        self._line.everything_removed.connect(lambda: self._show((), "", 0))
        self._line.undo_wanted.connect(lambda: self._restore(self._history.undo()))
        self._line.redo_wanted.connect(lambda: self._restore(self._history.redo()))
        self._strip.remove_wanted.connect(self._on_remove_wanted)
        self._strip.edit_wanted.connect(self._on_edit_wanted)
        self._strip.end_passed.connect(self._on_end_passed)

    def _show(self, chips: Sequence[ChipContent], rest: str, cursor: int) -> None:
        self._is_showing = True
        self._strip.show_chips([self._dressed(chip) for chip in chips])
        self._line.setText(rest)
        self._line.setCursorPosition(cursor)
        self._is_showing = False
        self._change = "other"
        self._tell()

    def _restore(self, state: State) -> None:
        chips, text = state
        self._show([self._named(chip, chip.text) for chip in chips], text, len(text))
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _named(self, chip: ChipContent, chip_text: str) -> ChipContent:
        """Its photo may have become known, with its name."""
        found = self._language.chips_of(chip_text).chips if chip.text == chip_text else ()
        return replace(chip, label=found[0].label) if len(found) == 1 else chip

    def _dressed(self, chip: ChipContent) -> ChipContent:
        pixmap = self._thumbnails.get(chip.text)
        return chip if pixmap is None else replace(chip, thumbnail=pixmap)

    def _tell(self) -> None:
        """Remember what there is now, and say so, if it is something else."""
        self._before = self._line.text()
        state = self._strip.contents(), self._before
        if state != self._history.current:
            self._history.record(state, self._change)
        self._strip.show_wrong(None)
        self._line.show_wrong(None)
        query = self.query()
        if query != self._told:
            self._told = query
            self.changed.emit(query)

    def _on_edited(self, text: str) -> None:
        longer, typed = len(text) - len(self._before), text[self._line.cursorPosition() - 1 :][:1]
        if longer == 1 and not typed.isspace():
            self._change = "typed"
        elif longer == -1:
            self._change = "removed"
        if longer > 1 or (longer == 1 and typed.isspace()):
            self.absorb()

    def _on_text_changed(self, _text: str) -> None:
        if not self._is_showing:
            self._tell()
            self._change = "other"

    def _on_remove_wanted(self, index: int, then: int) -> None:
        chips = list(self._strip.contents())
        del chips[index]
        self._show(chips, self._line.text(), self._line.cursorPosition())
        if chips and then:
            self._strip.focus_chip(max(0, index - 1) if then < 0 else index)
        else:
            self._line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.chip_removed.emit(index)

    def _on_edit_wanted(self, index: int) -> None:
        chips = list(self._strip.contents())
        text, rest = chips.pop(index).text, self._line.text().lstrip()
        self._show(chips, f"{text} {rest}" if rest else text, len(text))
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.chip_edited.emit(index)

    def _on_end_passed(self) -> None:
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)
        self._line.setCursorPosition(0)
