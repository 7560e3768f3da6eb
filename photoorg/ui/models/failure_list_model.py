"""The files that cannot be read, as a table: name, reason, folder."""

import os
from collections.abc import Sequence
from enum import IntEnum
from html import escape
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from photoorg.errors import PhotoorgError
from photoorg.library import Failure
from photoorg.ui.shown_text import one_line, shown_folder, shown_name, shown_path

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class FailureColumn(IntEnum):
    """What stands where."""

    NAME = 0
    REASON = 1
    FOLDER = 2


_HEADINGS = {FailureColumn.NAME: "Name", FailureColumn.REASON: "Reason", FailureColumn.FOLDER: "Folder"}


class FailureListModel(QAbstractTableModel):
    """One row per file; the texts are made once, so that sorting and filtering thousands is quick."""

    def __init__(self, failures: Sequence[Failure], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._failures = list(failures)
        self._texts = [_texts_of(failure) for failure in self._failures]

    def path(self, row: int) -> Path:
        """The file of a row."""
        return Path(os.fsdecode(self._failures[row].path))

    def line(self, row: int) -> str:
        """A row as text to copy: path, tab, reason."""
        return f"{shown_path(self._failures[row].path)}\t{self._texts[row][FailureColumn.REASON]}"

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        """One for each file."""
        return 0 if parent.isValid() else len(self._failures)

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        """See `FailureColumn`."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text, also as tool tip, where there is room for all of it."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts[index.row()][index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return escape(self._texts[index.row()][index.column()])
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' names."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADINGS.get(FailureColumn(section)) if 0 <= section < len(FailureColumn) else None
        return None


def _texts_of(failure: Failure) -> tuple[str, str, str]:
    reason = one_line(str(PhotoorgError.from_code(failure.code, failure.params)))
    return shown_name(failure.path), reason, shown_folder(failure.path)
