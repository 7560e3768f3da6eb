"""A list of records that is shown anew again and again: only what has changed is told."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

AnyIndex = QModelIndex | QPersistentModelIndex
Record = TypeVar("Record")
_ROOT = QModelIndex()


class RecordListModel(QAbstractListModel, Generic[Record]):
    """One row for each record; rows change, come and go singly, so that a selection stays."""

    def __init__(self, key: Callable[[Record], Hashable], parent: QObject | None = None) -> None:
        """`key` gives what stays the same while a record changes."""
        super().__init__(parent)
        self._key = key
        self._rows: list[Record] = []

    def show_rows(self, rows: Sequence[Record]) -> None:
        """Take over what is known now."""
        keys = [self._key(row) for row in rows]
        self._remove_all_but(set(keys))
        kept = [self._key(row) for row in self._rows]
        if kept != [key for key in keys if key in set(kept)]:
            self._remove_all_but(set())  # in another order: begin anew
        for place, row in enumerate(rows):
            self._put(place, row)

    def row_at(self, index: AnyIndex) -> Record:
        """The record behind a valid index."""
        return self._rows[index.row()]

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        """A list has no rows below its rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What `_answers` has for a role."""
        if not index.isValid():
            return None
        answer = self._answers(self._rows[index.row()]).get(role)
        return answer() if answer else None

    def _answers(self, row: Record) -> dict[int, Callable[[], Any]]:
        """For each role what a record says."""
        raise NotImplementedError

    def _remove_all_but(self, keys: set[Hashable]) -> None:
        for place in reversed(range(len(self._rows))):
            if self._key(self._rows[place]) not in keys:
                self.beginRemoveRows(_ROOT, place, place)
                del self._rows[place]
                self.endRemoveRows()

    def _put(self, place: int, row: Record) -> None:
        if place == len(self._rows) or self._key(self._rows[place]) != self._key(row):
            self.beginInsertRows(_ROOT, place, place)
            self._rows.insert(place, row)
            self.endInsertRows()
        elif self._rows[place] != row:
            self._rows[place] = row
            self.dataChanged.emit(self.index(place), self.index(place))
