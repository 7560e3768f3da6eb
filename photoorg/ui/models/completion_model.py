"""What may be meant by what is being typed: rows of the list below the search field."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt

from photoorg.ui.models.record_list_model import RecordListModel

CompletionKind = Literal["filter", "value", "past", "thing", "tag", "album", "folder", "camera", "clear"]

_SPOKEN = {"filter": "filter", "past": "past search", "tag": "tag", "album": "album", "folder": "folder"}


@dataclass(frozen=True)
class CompletionItem:
    """A row: what people read, a quieter `detail`, and what its icon says.

    If it is chosen, `insert` takes the place of the characters `start` to before `end` of the query; with no `start`
    it takes the place of all of it. "clear" is the row that clears the history.
    """

    text: str
    detail: str = ""
    kind: CompletionKind = "value"
    insert: str = ""
    start: int | None = None
    end: int | None = None


class CompletionRole(IntEnum):
    """What the model tells beside Qt's own roles."""

    ITEM = Qt.ItemDataRole.UserRole + 1


class CompletionModel(RecordListModel[CompletionItem]):
    """The rows, in the order they were given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda item: item, parent)

    def _answers(self, row: CompletionItem) -> dict[int, Callable[[], Any]]:
        spoken = ", ".join(part for part in (row.text, row.detail, _SPOKEN.get(row.kind, "")) if part)
        return {
            Qt.ItemDataRole.DisplayRole: lambda: row.text,
            Qt.ItemDataRole.AccessibleTextRole: lambda: spoken,
            CompletionRole.ITEM: lambda: row,
        }
