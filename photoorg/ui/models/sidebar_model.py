"""The sidebar's rows: the library's collections and the watch folders with their counts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from html import escape
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from photoorg.library import ALL_PHOTOS, FAVOURITES, Collection, FolderInfo, Overview
from photoorg.ui.shown_text import counted, distinguishing_parents, shown_name, shown_path

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class SidebarRole(IntEnum):
    """What the model tells beside Qt's own roles; each gives the field of `SidebarRow` of the same name, or the row."""

    COLLECTION = Qt.ItemDataRole.UserRole + 1
    ROW = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True)
class SidebarRow:
    """One row; a heading has no collection. `parents` tells folders of one name apart; `path` is a folder's own."""

    title: str
    collection: Collection | None = None
    icon: str = ""
    count: int = 0
    parents: str = ""
    path: Path | None = None
    online: bool = True

    @property
    def key(self) -> object:
        """What stays the same while the row changes."""
        return self.collection or self.title


class SidebarModel(QAbstractListModel):
    """Headings and collections; a new overview changes, adds and removes single rows, so that a selection stays."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[SidebarRow] = []

    def show_overview(self, overview: Overview) -> None:
        """Take over new counts and folders."""
        rows = list(_rows_of(overview))
        keys = [row.key for row in rows]
        self._remove_all_but(set(keys))
        if not _is_in_order([row.key for row in self._rows], keys):
            self._remove_all_but(set())
        self._insert_missing(rows)
        self._change(rows)

    def row_of(self, collection: Collection) -> int | None:
        """Where a collection is listed."""
        return next((i for i, row in enumerate(self._rows) if row.collection == collection), None)

    def row_at(self, index: AnyIndex) -> SidebarRow:
        """The row behind a valid index."""
        return self._rows[index.row()]

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        """A list has no rows below its rows."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title, the tool tip, the accessible text, and `SidebarRole`."""
        if not index.isValid():
            return None
        row, qt = self._rows[index.row()], Qt.ItemDataRole
        answers: dict[int, Callable[[], Any]] = {
            qt.DisplayRole: lambda: row.title,
            qt.ToolTipRole: lambda: _tool_tip(row),
            qt.AccessibleTextRole: lambda: _spoken(row),
            SidebarRole.COLLECTION: lambda: row.collection,
            SidebarRole.ROW: lambda: row,
        }
        answer = answers.get(role)
        return answer() if answer else None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """A heading can be neither selected nor reached."""
        if not index.isValid() or self._rows[index.row()].collection is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def _remove_all_but(self, keys: set[object]) -> None:
        for i in range(len(self._rows) - 1, -1, -1):
            if self._rows[i].key not in keys:
                self.beginRemoveRows(QModelIndex(), i, i)
                del self._rows[i]
                self.endRemoveRows()

    def _insert_missing(self, rows: list[SidebarRow]) -> None:
        for i, row in enumerate(rows):
            if i == len(self._rows) or self._rows[i].key != row.key:
                self.beginInsertRows(QModelIndex(), i, i)
                self._rows.insert(i, row)
                self.endInsertRows()

    def _change(self, rows: list[SidebarRow]) -> None:
        for i, row in enumerate(rows):
            if self._rows[i] != row:
                self._rows[i] = row
                self.dataChanged.emit(self.index(i), self.index(i))


def _rows_of(overview: Overview) -> Iterator[SidebarRow]:
    yield SidebarRow("Library")
    yield SidebarRow("All photos", ALL_PHOTOS, "photos", overview.photos)
    yield SidebarRow("Favourites", FAVOURITES, "heart", overview.favourites)
    if overview.folders:
        yield SidebarRow("Folders")
        folders = sorted(overview.folders, key=lambda folder: (folder.path.name.casefold(), folder.path))
        parents = distinguishing_parents([folder.path for folder in folders])
        yield from map(_folder_row, folders, parents)


def _folder_row(folder: FolderInfo, parents: str) -> SidebarRow:
    return SidebarRow(
        shown_name(folder.path),
        Collection("folder", folder.id),
        "folder" if folder.online else "folder-offline",
        folder.photos,
        parents,
        folder.path,
        folder.online,
    )


def _is_in_order(some: list[object], all_: list[object]) -> bool:
    return some == [key for key in all_ if key in set(some)]


def _tool_tip(row: SidebarRow) -> str | None:
    if row.path is None:
        return None
    path = f"<p style='white-space: pre-wrap'>{escape(shown_path(row.path))}</p>"
    return path if row.online else f"{path}<p>not connected</p>"


def _spoken(row: SidebarRow) -> str:
    if row.collection is None:
        return row.title
    parts = [row.title, row.parents, counted(row.count, "photo", "photos"), "" if row.online else "not connected"]
    return ", ".join(part for part in parts if part)
