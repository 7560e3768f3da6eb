"""The sidebar: what the library holds, its watch folders, and what needs a look."""

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QFrame, QListView, QMenu, QVBoxLayout, QWidget

from photoorg.amounts import counted
from photoorg.library import ALL_PHOTOS, Collection, Overview
from photoorg.ui.icons import set_icon
from photoorg.ui.models.sidebar_model import SidebarModel, SidebarRole
from photoorg.ui.views.buttons import set_button_text, text_button
from photoorg.ui.views.sidebar_delegate import SidebarDelegate

_WIDTH = 220
_LEAST_WIDTH = 180


class Sidebar(QWidget):
    """Collections to choose from; the keyboard walks them with the arrow keys."""

    collection_chosen = Signal(object)  # Collection; by the user, or all photos when the chosen one vanished
    add_folder_clicked = Signal()
    remove_folder_wanted = Signal(object)  # Path
    show_in_folder_wanted = Signal(object)  # Path
    failures_clicked = Signal()

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
        chosen = self._view.selectionModel().selectedIndexes()
        found: Collection | None = chosen[0].data(SidebarRole.COLLECTION) if chosen else None
        return found

    def show_overview(self, overview: Overview) -> None:
        """Take over new counts and folders; the chosen collection stays, unless it vanished."""
        before = self.collection()
        self._updating = True
        self._model.show_overview(overview)
        self._updating = False
        self._show_failures(overview.failed)
        if before is not None and self._model.row_of(before) is None:
            self.select(ALL_PHOTOS)
            self.collection_chosen.emit(ALL_PHOTOS)
        else:
            self.select(before)

    def select(self, collection: Collection | None) -> None:
        """Mark a collection as the one shown, or none of them; emits nothing."""
        self._updating = True
        row = None if collection is None else self._model.row_of(collection)
        if row is None:
            self._view.selectionModel().clear()
        else:
            self._view.setCurrentIndex(self._model.index(row))
        self._updating = False

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

    def _show_failures(self, failed: int) -> None:
        text = counted(failed, "file cannot be read", "files cannot be read")
        set_button_text(self._failures, text)
        self._failures.setToolTip(f"{text}: show them with their reasons")
        self._failures.setVisible(failed > 0)

    def _on_selection_changed(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        if not self._updating and (collection := self.collection()) is not None:
            self.collection_chosen.emit(collection)

    def _on_menu_wanted(self, index: QModelIndex, place: QPoint) -> None:
        if menu := self.folder_menu(index):
            menu.popup(place)


class SidebarView(QListView):
    """The list in the sidebar: without a frame, on the window's own ground."""

    menu_wanted = Signal(QModelIndex, QPoint)  # the row, and where on the screen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Library")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListView.ResizeMode.Adjust)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the mouse for the row below it, by the keyboard for the current row."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self.menu_wanted.emit(self.indexAt(event.pos()), event.globalPos())
        else:
            index = self.currentIndex()
            self.menu_wanted.emit(index, self.viewport().mapToGlobal(self.visualRect(index).center()))
