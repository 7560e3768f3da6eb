"""The sidebar's rows: the library's collections and the watch folders with their counts."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from html import escape
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt

from photoorg.amounts import counted
from photoorg.library import ALL_PHOTOS, FAVOURITES, Collection, FolderInfo, Overview
from photoorg.ui.models.record_list_model import AnyIndex, RecordListModel
from photoorg.ui.shown_text import distinguishing_parents, shown_name, shown_path


class SidebarRole(IntEnum):
    """What the model tells beside Qt's own roles; each gives the field of `SidebarRow` of the same name, or the row."""

    COLLECTION = Qt.ItemDataRole.UserRole + 1
    ROW = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True)
class SidebarRow:
    """One row; a heading has no collection. `parents` tells folders of one name apart; `path` is a folder's own.

    `mark` is a word on what is wrong with a folder.
    """

    title: str
    collection: Collection | None = None
    icon: str = ""
    count: int = 0
    parents: str = ""
    path: Path | None = None
    online: bool = True
    mark: str = ""

    @property
    def key(self) -> Hashable:
        """What stays the same while the row changes."""
        return self.collection or self.title


class SidebarModel(RecordListModel[SidebarRow]):
    """Headings and collections: the title, the tool tip, the accessible text, and `SidebarRole`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda row: row.key, parent)

    def show_overview(self, overview: Overview) -> None:
        """Take over new counts and folders."""
        self.show_rows(list(_rows_of(overview)))

    def row_of(self, collection: Collection) -> int | None:
        """Where a collection is listed."""
        return next((i for i, row in enumerate(self._rows) if row.collection == collection), None)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """A heading can be neither selected nor reached."""
        if not index.isValid() or self._rows[index.row()].collection is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def _answers(self, row: SidebarRow) -> dict[int, Callable[[], Any]]:
        qt = Qt.ItemDataRole
        return {
            qt.DisplayRole: lambda: row.title,
            qt.ToolTipRole: lambda: _tool_tip(row),
            qt.AccessibleTextRole: lambda: _spoken(row),
            SidebarRole.COLLECTION: lambda: row.collection,
            SidebarRole.ROW: lambda: row,
        }


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
    mark = "" if folder.online else "offline"
    if folder.online and folder.vanished:
        mark = f"{folder.vanished.files:,} gone"
    return SidebarRow(
        shown_name(folder.path),
        Collection("folder", folder.id),
        "folder-offline" if not folder.online else "warning" if mark else "folder",
        folder.photos,
        parents,
        folder.path,
        folder.online,
        mark,
    )


def _tool_tip(row: SidebarRow) -> str | None:
    if row.path is None:
        return None
    path = f"<p style='white-space: pre-wrap'>{escape(shown_path(row.path))}</p>"
    return path if not row.mark else f"{path}<p>{'not connected' if not row.online else row.mark}</p>"


def _spoken(row: SidebarRow) -> str:
    if row.collection is None:
        return row.title
    parts = [row.title, row.parents, counted(row.count, "photo", "photos"), row.mark if row.online else "not connected"]
    return ", ".join(part for part in parts if part)
