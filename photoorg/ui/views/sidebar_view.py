"""The list in the sidebar, and what is done in it with mouse and keyboard."""

from typing import Final

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QFrame, QListView, QWidget

from photoorg.ui.models.record_list_model import AnyIndex
from photoorg.ui.models.sidebar_model import SidebarRole
from photoorg.ui.photo_drag import dragged_photos

_HAND_PICKED: Final = ("album", "tag")


class SidebarView(QListView):
    """The list in the sidebar: without a frame, on the window's own ground."""

    menu_wanted = Signal(QModelIndex, QPoint)  # the row, and where on the screen
    entered_by_key = Signal(QModelIndex)
    delete_pressed = Signal(QModelIndex)
    photos_dropped = Signal(object, list)  # ShelfItem; photo ids

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Library")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setEditTriggers(QListView.EditTrigger.EditKeyPressed)
        self.setAcceptDrops(True)
        self._target = QModelIndex()

    def selectionCommand(self, index: AnyIndex, event: QEvent | None = None) -> QItemSelectionModel.SelectionFlag:
        """A row that cannot be chosen leaves what is chosen."""
        if index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsSelectable:
            return QItemSelectionModel.SelectionFlag.NoUpdate
        return super().selectionCommand(index, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return and Delete are for the current row."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entered_by_key.emit(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the mouse for the row below it, by the keyboard for the current row."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self.menu_wanted.emit(self.indexAt(event.pos()), event.globalPos())
        else:
            index = self.currentIndex()
            self.menu_wanted.emit(index, self.viewport().mapToGlobal(self.visualRect(index).center()))

    # --- photos that are dropped on an album or a tag ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Photos of the library are taken; all else is the window's."""
        event.setAccepted(bool(dragged_photos(event.mimeData()).ids))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show the row that would take them."""
        self._aim(self.indexAt(event.position().toPoint()))
        if self._target.isValid():
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """They went elsewhere."""
        self._aim(QModelIndex())

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell which row has them now."""
        self._aim(self.indexAt(event.position().toPoint()))
        photo_ids, index = dragged_photos(event.mimeData()).ids, self._target
        self._aim(QModelIndex())
        if index.isValid() and photo_ids:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.photos_dropped.emit(index.data(SidebarRole.ROW).item, photo_ids)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, and a frame around the one that photos are dragged over."""
        super().paintEvent(event)
        if self._target.isValid():
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
            painter.drawRoundedRect(QRectF(self.visualRect(self._target)).adjusted(1, 2, -1, -2), 7, 7)
            painter.end()

    def _aim(self, index: QModelIndex) -> None:
        item = index.data(SidebarRole.ROW).item if index.isValid() else None
        self._target = index if item is not None and item.kind in _HAND_PICKED else QModelIndex()
        self.viewport().update()
