"""The sidebar's rows: the library's collections, albums, watch folders and tags with their counts."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from html import escape
from pathlib import Path
from typing import Any, Final, Literal

from PySide6.QtCore import QObject, Qt, Signal

from photoorg.amounts import counted
from photoorg.library import ALL_PHOTOS, FAVOURITES, Collection, FolderInfo, Overview
from photoorg.ui.models.record_list_model import AnyIndex, RecordListModel
from photoorg.ui.shown_text import distinguishing_parents, shown_name, shown_path

_MOST_TAGS: Final = 8
_ICONS: Final = {"album": "album", "smart": "smart-album", "tag": "tag"}


class SidebarRole(IntEnum):
    """What the model tells beside Qt's own roles; each gives the field of `SidebarRow` of the same name, or the row."""

    COLLECTION = Qt.ItemDataRole.UserRole + 1
    ROW = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True)
class ShelfItem:
    """What people have made to find photos by; `count` is None while nobody has counted."""

    kind: Literal["album", "smart", "tag"]
    id: int
    name: str
    count: int | None = None


@dataclass(frozen=True)
class SidebarRow:
    """One row: a collection, an item of people's own, or else a heading. `parents` tells folders of one name apart.

    `path` is a folder's own, and `mark` a word on what is wrong with it. A row that `toggles` shows more tags, or fewer.
    """

    title: str
    collection: Collection | None = None
    icon: str = ""
    count: int | None = 0
    parents: str = ""
    path: Path | None = None
    online: bool = True
    mark: str = ""
    item: ShelfItem | None = None
    toggles: bool = False

    @property
    def key(self) -> Hashable:
        """What stays the same while the row changes."""
        own = (self.item.kind, self.item.id) if self.item else None
        return own or self.collection or ("toggle" if self.toggles else self.title)

    @property
    def is_heading(self) -> bool:
        """Whether it stands above others."""
        return self.collection is None and self.item is None and not self.toggles


class SidebarModel(RecordListModel[SidebarRow]):
    """Headings and collections: the title, the tool tip, the accessible text, and `SidebarRole`."""

    renamed = Signal(object, str)  # ShelfItem, the name that somebody gave it; the row waits for the answer

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda row: row.key, parent)
        self._overview: Overview | None = None
        self._albums: list[ShelfItem] = []
        self._tags: list[ShelfItem] = []
        self._has_all_tags = False

    def show_overview(self, overview: Overview) -> None:
        """Take over new counts and folders."""
        self._overview = overview
        self._renew()

    def show_albums(self, albums: Sequence[ShelfItem]) -> None:
        """Take over the albums, hand-picked and smart ones, each in the order given."""
        self._albums = list(albums)
        self._renew()

    def show_tags(self, tags: Sequence[ShelfItem]) -> None:
        """Take over the tags; of many only the first ones are listed until all are wanted."""
        self._tags = list(tags)
        self._renew()

    def toggle_tags(self) -> None:
        """List all tags, or only the first ones."""
        self._has_all_tags = not self._has_all_tags
        self._renew()

    def row_of(self, collection: Collection) -> int | None:
        """Where a collection is listed."""
        return next((i for i, row in enumerate(self._rows) if row.collection == collection), None)

    def row_of_key(self, key: Hashable) -> int | None:
        """Where a row is now."""
        return next((i for i, row in enumerate(self._rows) if row.key == key), None)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """A heading can be neither selected nor reached; people's own items can be renamed."""
        flag = Qt.ItemFlag
        if not index.isValid() or self._rows[index.row()].is_heading:
            return flag.NoItemFlags
        row = self._rows[index.row()]
        flags = flag.ItemIsEnabled | flag.ItemNeverHasChildren
        flags |= flag.NoItemFlags if row.toggles else flag.ItemIsSelectable
        return flags | flag.ItemIsEditable if row.item else flags

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for another name."""
        item, name = self._rows[index.row()].item, str(value).strip()
        if role != Qt.ItemDataRole.EditRole or item is None or name in {"", item.name}:
            return False
        self.renamed.emit(item, name)
        return True

    def _renew(self) -> None:
        self.show_rows(list(self._all_rows()))

    def _all_rows(self) -> Iterator[SidebarRow]:
        if self._overview is not None:
            yield from _rows_of(self._overview)
        yield from _shelf("Albums", [item for item in self._albums if item.kind == "album"])
        yield from _shelf("Smart albums", [item for item in self._albums if item.kind == "smart"])
        if self._overview is not None:
            yield from _folder_rows(self._overview)
        is_long = len(self._tags) > _MOST_TAGS + 1
        yield from _shelf("Tags", self._tags if self._has_all_tags or not is_long else self._tags[:_MOST_TAGS])
        if is_long:
            text = "Show fewer" if self._has_all_tags else f"Show all {len(self._tags):,}"
            icon = "chevron-up" if self._has_all_tags else "chevron-down"
            yield SidebarRow(text, icon=icon, count=None, toggles=True)

    def _answers(self, row: SidebarRow) -> dict[int, Callable[[], Any]]:
        qt = Qt.ItemDataRole
        return {
            qt.DisplayRole: lambda: row.title,
            qt.EditRole: lambda: row.title,
            qt.ToolTipRole: lambda: _tool_tip(row),
            qt.AccessibleTextRole: lambda: _spoken(row),
            SidebarRole.COLLECTION: lambda: row.collection,
            SidebarRole.ROW: lambda: row,
        }


def _rows_of(overview: Overview) -> Iterator[SidebarRow]:
    yield SidebarRow("Library")
    yield SidebarRow("All photos", ALL_PHOTOS, "photos", overview.photos)
    yield SidebarRow("Favourites", FAVOURITES, "heart", overview.favourites)


def _shelf(title: str, items: Sequence[ShelfItem]) -> Iterator[SidebarRow]:
    if items:
        yield SidebarRow(title)
        for item in items:
            yield SidebarRow(item.name, icon=_ICONS[item.kind], count=item.count, item=item)


def _folder_rows(overview: Overview) -> Iterator[SidebarRow]:
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
    if row.item is not None:
        return f"<p style='white-space: pre-wrap'>{escape(row.title)}</p>"  # the row may have no room for it
    if row.path is None:
        return None
    path = f"<p style='white-space: pre-wrap'>{escape(shown_path(row.path))}</p>"
    return path if not row.mark else f"{path}<p>{'not connected' if not row.online else row.mark}</p>"


def _spoken(row: SidebarRow) -> str:
    if row.count is None or row.is_heading:
        return row.title
    parts = [row.title, row.parents, counted(row.count, "photo", "photos"), row.mark if row.online else "not connected"]
    return ", ".join(part for part in parts if part)
