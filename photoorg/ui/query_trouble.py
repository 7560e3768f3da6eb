"""What is wrong with a query: said at once, or where it is only unfinished, when typing rests."""

from typing import Final

from PySide6.QtCore import QObject, QTimer

from photoorg.library import QueryError
from photoorg.ui.views.search_bar import SearchBar

_REST_MS: Final = 1_500
_OPENED: Final = {"query-unbalanced": ("(", '"', "“", "„", "”")}


class QueryTrouble(QObject):
    """Keeps quiet about what somebody is still typing: `date:`, a quotation that is not closed yet, an OR at the end."""

    def __init__(self, bar: SearchBar) -> None:
        super().__init__(bar)
        self._bar = bar
        self._error: QueryError | None = None
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._on_rested)
        bar.text_changed.connect(lambda _: self._forget())
        bar.returned.connect(self._say)

    def show(self, error: QueryError) -> None:
        """Say what is wrong with the query that was asked, if it is there still."""
        if error.params.get("query", self._bar.text()) != self._bar.text():
            return
        self._error = error
        if self._is_unfinished(error):
            self._rest.start()
        else:
            self._say()

    def _is_unfinished(self, error: QueryError) -> bool:
        place = self._bar.cursor_place()
        if not self._bar.is_typing or place < error.start:
            return False
        if error.code in _OPENED:
            return error.params.get("near") in _OPENED[error.code]
        is_last = error.end >= place
        return is_last and (self._bar.is_in_word or error.code == "query-operator")

    def _forget(self) -> None:
        self._error = None
        self._rest.stop()

    def _on_rested(self) -> None:
        if self._bar.is_choosing:  # the list says how to go on
            self._rest.start()
        else:
            self._say()

    def _say(self) -> None:
        error, self._error = self._error, None
        self._rest.stop()
        if error is not None:
            hint = f" {error.hint_text}" if error.hint_text else ""
            self._bar.show_error(f"{error}{hint}", error.start, error.end)
