"""The list of files that cannot be read, with the reasons."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from photoorg.amounts import counted
from photoorg.library import Failure
from photoorg.ui.models.failure_list_model import FailureColumn, FailureListModel
from photoorg.ui.views.buttons import text_button
from photoorg.ui.views.labels import plain_label

_SIZE = (860, 520)
_ROW_HEIGHT = 30
_WIDTHS = {FailureColumn.NAME: 220, FailureColumn.REASON: 340}
_EXPLANATION = "photoorg leaves these files as they are, and tries them again when they change, or when you ask for it."


class FailuresDialog(QDialog):
    """A table to filter, sort and copy; made for thousands of rows."""

    show_in_folder_wanted = Signal(object)  # Path
    retry_wanted = Signal(object)  # list of paths

    def __init__(self, failures: Sequence[Failure], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Files that cannot be read")
        self.resize(*_SIZE)
        self._model = FailureListModel(failures, self)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(self._model)
        self._shown.setFilterKeyColumn(-1)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._shown.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._filter = QLineEdit(self)
        self._count = plain_label(scale=1.15, weight=QFont.Weight.DemiBold)
        self._table = self._make_table()
        self._show = text_button("Show in folder", icon_name="show-in-folder")
        self._copy = text_button("Copy list", icon_name="copy")
        self._retry = text_button("Try again", icon_name="again")
        self._close = text_button("Close")
        self._lay_out()
        self._connect()
        self._on_rows_changed()

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setAccessibleName("Files that cannot be read")
        table.setModel(self._shown)
        table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)  # else all rows are sorted at once
        table.setSortingEnabled(True)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setItemDelegateForColumn(FailureColumn.FOLDER, FolderDelegate(table))
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        _set_up_headers(table)
        return table

    def _lay_out(self) -> None:
        self._filter.setPlaceholderText("Filter by name, reason or folder")
        self._filter.setAccessibleName("Filter")
        self._filter.setClearButtonEnabled(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(self._count)
        layout.addWidget(plain_label(_EXPLANATION, muted=True, wrap=True))
        layout.addSpacing(4)
        layout.addWidget(self._filter)
        layout.addWidget(self._table, 1)
        layout.addSpacing(4)
        layout.addLayout(self._button_row())

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._show)
        row.addWidget(self._copy)
        row.addWidget(self._retry)
        row.addStretch(1)
        row.addWidget(self._close)
        return row

    def _connect(self) -> None:
        self._filter.textChanged.connect(self._shown.setFilterFixedString)
        self._shown.rowsInserted.connect(self._on_rows_changed)
        self._shown.rowsRemoved.connect(self._on_rows_changed)
        self._table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._table.doubleClicked.connect(self._on_row_opened)
        self._show.clicked.connect(self._on_show_clicked)
        self._copy.clicked.connect(self._on_copy_clicked)
        self._retry.clicked.connect(self._on_retry_clicked)
        self._close.clicked.connect(self.accept)
        QShortcut(QKeySequence.StandardKey.Find, self, self._filter.setFocus)
        QShortcut(QKeySequence.StandardKey.Copy, self._table, self._on_copy_clicked)

    def _chosen_rows(self) -> list[int]:
        """Rows of the model, in the order of the table."""
        chosen = sorted(self._table.selectionModel().selectedRows(), key=QModelIndex.row)
        return [self._shown.mapToSource(index).row() for index in chosen]

    def _all_rows(self) -> list[int]:
        return [self._shown.mapToSource(self._shown.index(i, 0)).row() for i in range(self._shown.rowCount())]

    def _on_rows_changed(self) -> None:
        shown, total = self._shown.rowCount(), self._model.rowCount()
        text = counted(total, "file cannot be read", "files cannot be read")
        self._count.setText(text if shown == total else f"{shown:,} of {text}")
        self._copy.setEnabled(shown > 0)
        self._retry.setEnabled(shown > 0)
        self._show.setEnabled(bool(self._chosen_rows()))

    def _on_selection_changed(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        self._show.setEnabled(bool(self._chosen_rows()))

    def _on_row_opened(self, index: QModelIndex) -> None:
        self.show_in_folder_wanted.emit(self._model.path(self._shown.mapToSource(index).row()))

    def _on_show_clicked(self) -> None:
        for row in self._chosen_rows()[:1]:
            self.show_in_folder_wanted.emit(self._model.path(row))

    def _on_retry_clicked(self) -> None:
        """The chosen files, or all that are shown if there are none; the list is an old one from then on."""
        rows = self._chosen_rows() or self._all_rows()
        self.retry_wanted.emit([self._model.path(row) for row in rows])
        self.accept()

    def _on_copy_clicked(self) -> None:
        """The chosen rows, or all that are shown if there is at most one."""
        chosen = self._chosen_rows()
        rows = chosen if len(chosen) > 1 else self._all_rows()
        QGuiApplication.clipboard().setText("".join(f"{self._model.line(row)}\n" for row in rows))


class FolderDelegate(QStyledItemDelegate):
    """Shortens folders in their middle: both ends tell more."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Qt's own, but for the place of the dots."""
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle


def _set_up_headers(table: QTableView) -> None:
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    header.setStretchLastSection(True)
    for column, width in _WIDTHS.items():
        header.resizeSection(column, width)
