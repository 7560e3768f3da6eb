"""The models as a list: what is offered, what is on this computer, what goes on."""

from collections.abc import Callable, Sequence
from enum import IntEnum
from html import escape
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from photoorg.ui.model_texts import state_text
from photoorg.ui.model_work import ModelRow

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class ModelRole(IntEnum):
    """What the model tells beside Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole + 1


class ModelListModel(QAbstractListModel):
    """One row for each; rows change, come and go singly, so that a selection stays."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ModelRow] = []

    def show_rows(self, rows: Sequence[ModelRow]) -> None:
        """Take over what is known now."""
        wanted = [row.reference for row in rows]
        for place in reversed(range(len(self._rows))):
            if self._rows[place].reference not in wanted:
                self._remove(place)
        kept = [row.reference for row in self._rows]
        if kept != [reference for reference in wanted if reference in kept]:
            while self._rows:  # in another order: begin anew
                self._remove(len(self._rows) - 1)
        for place, row in enumerate(rows):
            self._put(place, row)

    def row_of(self, reference: str) -> int | None:
        """Where a model is listed."""
        return next((place for place, row in enumerate(self._rows) if row.reference == reference), None)

    def row_at(self, index: AnyIndex) -> ModelRow:
        """The row behind a valid index."""
        return self._rows[index.row()]

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        """A list has no rows below its rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title, the state as tool tip, both as accessible text, and `ModelRole`."""
        if not index.isValid():
            return None
        row, qt = self._rows[index.row()], Qt.ItemDataRole
        answers: dict[int, Callable[[], Any]] = {
            qt.DisplayRole: lambda: row.title,
            qt.ToolTipRole: lambda: escape(f"{row.title}: {state_text(row)}"),
            qt.AccessibleTextRole: lambda: f"{row.title}, {state_text(row)}",
            ModelRole.ROW: lambda: row,
        }
        answer = answers.get(role)
        return answer() if answer else None

    def _put(self, place: int, row: ModelRow) -> None:
        if place == len(self._rows) or self._rows[place].reference != row.reference:
            self.beginInsertRows(_ROOT, place, place)
            self._rows.insert(place, row)
            self.endInsertRows()
        elif self._rows[place] != row:
            self._rows[place] = row
            self.dataChanged.emit(self.index(place), self.index(place))

    def _remove(self, place: int) -> None:
        self.beginRemoveRows(_ROOT, place, place)
        del self._rows[place]
        self.endRemoveRows()
