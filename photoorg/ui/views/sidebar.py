"""The sidebar: what the library holds, people's albums and tags, its watch folders, and what needs a look."""

from collections.abc import Callable, Hashable, Sequence
from typing import Final

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QListView, QMenu, QVBoxLayout, QWidget

from photoorg.amounts import counted
from photoorg.library import ALL_PHOTOS, Collection, Overview
from photoorg.ui.icons import set_icon
from photoorg.ui.models.sidebar_model import ShelfItem, SidebarModel, SidebarRole, SidebarRow
from photoorg.ui.views.buttons import set_button_text, text_button
from photoorg.ui.views.sidebar_delegate import SidebarDelegate
from photoorg.ui.views.sidebar_view import SidebarView

_WIDTH = 220
_LEAST_WIDTH = 180
_DELETE: Final = {"album": "Delete this album", "smart": "Delete this smart album", "tag": "Delete this tag"}


class Sidebar(QWidget):
    """Collections to choose from; the keyboard walks them with the arrow keys."""

    collection_chosen = Signal(object)  # Collection; by the user, or all photos when the chosen one vanished
    add_folder_clicked = Signal()
    remove_folder_wanted = Signal(object)  # Path
    show_in_folder_wanted = Signal(object)  # Path
    failures_clicked = Signal()
    item_chosen = Signal(object)  # ShelfItem: an album or a tag
    item_renamed = Signal(object, str)  # ShelfItem, its new name
    item_deleted = Signal(object)  # ShelfItem
    photos_dropped = Signal(object, list)  # ShelfItem, an album or a tag; photo ids

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(_LEAST_WIDTH)
        self._updating = False
        self._model = SidebarModel(self)
        self._view = SidebarView(self)
        self._view.setModel(self._model)
        self._view.setItemDelegate(SidebarDelegate(self._view))
        self._add = text_button("Add folder", icon_name="add-folder", look="plain")
        self._failures = text_button("", icon_name="warning", look="plain")
        self._failures.hide()
        self._lay_out()
        self._connect()

    def sizeHint(self) -> QSize:
        """As wide as the window's layout wants it."""
        return QSize(_WIDTH, super().sizeHint().height())

    @property
    def view(self) -> QListView:
        """The list, for the focus."""
        return self._view

    def collection(self) -> Collection | None:
        """The chosen collection."""
        row = self._chosen()
        return row.collection if row else None

    def item(self) -> ShelfItem | None:
        """The chosen album or tag."""
        row = self._chosen()
        return row.item if row else None

    def show_overview(self, overview: Overview) -> None:
        """Take over new counts and folders; what is chosen stays, unless it vanished."""
        self._renew(lambda: self._model.show_overview(overview))
        self._show_failures(overview.failed)

    def show_albums(self, albums: Sequence[ShelfItem]) -> None:
        """Take over the albums, hand-picked and smart ones, each in the order given."""
        self._renew(lambda: self._model.show_albums(albums))

    def show_tags(self, tags: Sequence[ShelfItem]) -> None:
        """Take over the tags, in this order."""
        self._renew(lambda: self._model.show_tags(tags))

    def select(self, chosen: Collection | ShelfItem | None) -> None:
        """Mark a collection, album or tag as the one shown, or none of them; emits nothing."""
        key: Hashable = (chosen.kind, chosen.id) if isinstance(chosen, ShelfItem) else chosen
        self._select_row(None if key is None else self._model.row_of_key(key))

    def rename(self, item: ShelfItem) -> None:
        """Let the user type another name into the row."""
        row = self._model.row_of_key((item.kind, item.id))
        if row is not None:
            self._view.edit(self._model.index(row))

    def menu_of(self, index: QModelIndex) -> QMenu | None:
        """What can be done with a row; None where there is nothing."""
        item = self._model.row_at(index).item if index.isValid() else None
        return self.folder_menu(index) if item is None else self._item_menu(item)

    def folder_menu(self, index: QModelIndex) -> QMenu | None:
        """What can be done with a folder; None for other rows."""
        path = self._model.row_at(index).path if index.isValid() else None
        if path is None:
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        show = menu.addAction("Show in folder", lambda: self.show_in_folder_wanted.emit(path))
        set_icon(show, "show-in-folder")
        menu.addSeparator()
        stop = menu.addAction("Stop watching this folder", lambda: self.remove_folder_wanted.emit(path))
        set_icon(stop, "remove")
        return menu

    def _item_menu(self, item: ShelfItem) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        set_icon(menu.addAction("Rename", lambda: self.rename(item)), "rename")
        menu.addSeparator()
        set_icon(menu.addAction(_DELETE[item.kind], lambda: self.item_deleted.emit(item)), "remove")
        return menu

    def _chosen(self) -> SidebarRow | None:
        chosen = self._view.selectionModel().selectedIndexes()
        found: SidebarRow | None = chosen[0].data(SidebarRole.ROW) if chosen else None
        return found

    def _renew(self, change: Callable[[], None]) -> None:
        before = self._chosen()
        self._updating = True
        change()
        self._updating = False
        if before is None:
            self._select_row(None)
        elif (row := self._model.row_of_key(before.key)) is not None:
            self._select_row(row)
        else:
            self.select(ALL_PHOTOS)
            self.collection_chosen.emit(ALL_PHOTOS)

    def _select_row(self, row: int | None) -> None:
        self._updating = True
        if row is None:
            self._view.selectionModel().clear()
        else:
            self._view.setCurrentIndex(self._model.index(row))
        self._updating = False

    def _lay_out(self) -> None:
        for button in (self._add, self._failures):
            button.setIconSize(QSize(18, 18))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.setSpacing(2)
        layout.addWidget(self._view, 1)
        layout.addWidget(self._failures)
        layout.addWidget(self._add)

    def _connect(self) -> None:
        self._add.clicked.connect(self.add_folder_clicked)
        self._failures.clicked.connect(self.failures_clicked)
        self._view.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._view.menu_wanted.connect(self._on_menu_wanted)
        self._view.clicked.connect(self._on_entered)
        self._view.entered_by_key.connect(self._on_entered)
        self._view.delete_pressed.connect(self._on_delete_pressed)
        self._view.photos_dropped.connect(self.photos_dropped)
        self._model.renamed.connect(self.item_renamed)

    def _show_failures(self, failed: int) -> None:
        text = counted(failed, "file cannot be read", "files cannot be read")
        set_button_text(self._failures, text)
        self._failures.setToolTip(f"{text}: show them with their reasons")
        self._failures.setVisible(failed > 0)

    def _on_selection_changed(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        row = None if self._updating else self._chosen()
        if row is not None and row.collection is not None:
            self.collection_chosen.emit(row.collection)
        elif row is not None and row.item is not None:
            self.item_chosen.emit(row.item)

    def _on_entered(self, index: QModelIndex) -> None:
        if index.isValid() and self._model.row_at(index).toggles:
            self._renew(self._model.toggle_tags)

    def _on_delete_pressed(self, index: QModelIndex) -> None:
        item = self._model.row_at(index).item if index.isValid() else None
        if item is not None:
            self.item_deleted.emit(item)

    def _on_menu_wanted(self, index: QModelIndex, place: QPoint) -> None:
        if menu := self.menu_of(index):
            menu.popup(place)
