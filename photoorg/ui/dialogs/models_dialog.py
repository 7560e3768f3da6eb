"""The models: those on this computer and those that can be had; one is chosen on the left, all about it is on the right."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QListView, QVBoxLayout, QWidget

from photoorg.ui.model_work import ModelRow
from photoorg.ui.models.model_list_model import ModelListModel
from photoorg.ui.views.buttons import text_button
from photoorg.ui.views.labels import plain_label
from photoorg.ui.views.model_delegate import ModelDelegate
from photoorg.ui.views.model_details import ModelDetails

_SIZE = (800, 560)
_LEAST = (560, 360)
_LIST_WIDTH = 230
_DOTS = "\N{HORIZONTAL ELLIPSIS}"
_EXPLANATION = "A model finds photos by what you write. It runs on this computer; photos never leave it."


class ModelsDialog(QDialog):
    """Shows what it is given; what is wanted is for others to do."""

    wanted = Signal(str, str)  # an action, and a model's reference
    folder_wanted = Signal()
    other_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Models")
        self.resize(*_SIZE)
        self.setMinimumSize(*_LEAST)
        self._chosen: str | None = None
        self._model = ModelListModel(self)
        self._list = self._make_list()
        self._details = ModelDetails(self)
        self._folder = text_button(f"Add from a folder {_DOTS}", icon_name="add-folder")
        self._other = text_button(f"Add by name {_DOTS}")
        self._close = text_button("Close")
        self._lay_out()
        self._list.selectionModel().currentChanged.connect(self._on_current_changed)
        self._details.wanted.connect(self.wanted)
        self._folder.clicked.connect(self.folder_wanted)
        self._other.clicked.connect(self.other_wanted)
        self._close.clicked.connect(self.accept)

    def show_rows(self, rows: Sequence[ModelRow]) -> None:
        """Show what is known now; the chosen model stays chosen."""
        is_first = self._model.rowCount() == 0
        chosen = self._chosen  # rows that go take the selection along
        self._model.show_rows(rows)
        if is_first and chosen is None and rows:
            chosen = next((row.reference for row in rows if row.info and row.info.is_active), rows[0].reference)
        self.choose(chosen or "")

    def choose(self, reference: str) -> None:
        """Show all about a model; of one that is not listed yet, as soon as it is."""
        self._chosen = reference or self._chosen
        place = self._model.row_of(reference)
        if place is not None:
            self._list.setCurrentIndex(self._model.index(place))
        self._show_current()

    def _make_list(self) -> QListView:
        view = QListView(self)
        view.setAccessibleName("Models")
        view.setModel(self._model)
        view.setItemDelegate(ModelDelegate(view))
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.viewport().setAutoFillBackground(False)
        view.setMouseTracking(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setFixedWidth(_LIST_WIDTH)
        return view

    def _lay_out(self) -> None:
        halves = QHBoxLayout()
        halves.setSpacing(4)
        halves.addWidget(self._list)
        halves.addWidget(self._details, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._folder)
        buttons.addWidget(self._other)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(plain_label(_EXPLANATION, muted=True, wrap=True))
        layout.addLayout(halves, 1)
        layout.addLayout(buttons)
        self._list.setFocus()

    def _on_current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self._chosen = self._model.row_at(current).reference
        self._show_current()

    def _show_current(self) -> None:
        index = self._list.currentIndex()
        self._details.show_row(self._model.row_at(index) if index.isValid() else None)
