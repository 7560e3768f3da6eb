"""Looking at photos one by one: steps through the rows of a list with the viewer."""

from PySide6.QtCore import QModelIndex, QObject, Signal
from PySide6.QtGui import QPixmap

from photoorg.library import Photo
from photoorg.ui.cell_loader import CellLoader
from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.views.viewer import Viewer

_THUMBNAIL_SIDE = 480  # device pixels
_NEAR = (1, -1, 2)  # looked at next, most likely first


class Viewing(QObject):
    """Keeps the viewer on a photo of the list, also while the list changes below it."""

    photo_shown = Signal(int)  # photo id
    ended = Signal()  # closed, or nothing is left to look at

    def __init__(self, viewer: Viewer, model: PhotoListModel, cells: CellLoader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._model = model
        self._cells = cells
        self._photo_id: int | None = None
        self._row = 0
        self._is_shown = False
        self._has_left = False
        viewer.step_wanted.connect(self._on_step_wanted)
        viewer.closed.connect(self.end)
        cells.loaded.connect(self._on_cells_loaded)
        model.rowsRemoved.connect(self._on_rows_removed)
        for changed in (model.rowsInserted, model.modelReset, model.layoutChanged):
            changed.connect(self._on_rows_changed)

    @property
    def photo_id(self) -> int | None:
        """The photo that is looked at, None if the viewer is not in use."""
        return self._photo_id

    def open(self, photo_id: int) -> None:
        """Look at a photo."""
        row = self._model.row_of(photo_id)
        if row is not None:
            self._go_to(row)

    def end(self) -> None:
        """Back to the grid."""
        if self._photo_id is not None:
            self._photo_id = None
            self.ended.emit()

    def _go_to(self, row: int) -> None:
        self._row, self._photo_id = row, self._model.photo_id(row)
        self._is_shown = self._has_left = False
        self._show()
        self.photo_shown.emit(self._photo_id)

    def _show(self) -> None:
        assert self._photo_id is not None
        cell = self._cells.cell(self._photo_id, _THUMBNAIL_SIDE)
        if cell.photo is None:  # comes with the next cells
            return
        if self._is_shown:
            self._viewer.refresh_photo(cell.photo)
        else:
            self._is_shown = True
            self._show_anew(cell.photo, cell.pixmap)
        self._viewer.prefetch([photo for step in _NEAR if (photo := self._neighbour(step))])

    def _show_anew(self, photo: Photo, thumbnail: QPixmap | None) -> None:
        self._viewer.show_photo(photo, thumbnail, position=self._row, count=self._model.rowCount())

    def _neighbour(self, step: int) -> Photo | None:
        row = self._row + step
        if not 0 <= row < self._model.rowCount():
            return None
        return self._cells.cell(self._model.photo_id(row), _THUMBNAIL_SIDE).photo

    def _on_step_wanted(self, step: int) -> None:
        # Where a photo has left, the next one has taken its row.
        row = self._row + step - (1 if self._has_left and step > 0 else 0)
        if self._photo_id is not None and 0 <= row < self._model.rowCount():
            self._go_to(row)

    def _on_cells_loaded(self, photo_ids: set[int]) -> None:
        if self._photo_id not in photo_ids:
            return
        if self._cells.photo(self._photo_id) is None:
            self._viewer.show_gone()
        else:
            self._show()

    def _on_rows_removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        if first <= self._row <= last:
            self._row = first
        self._on_rows_changed()

    def _on_rows_changed(self, *_: object) -> None:
        """Stay on the photo, wherever its row is now, also if it has none: it may only have left the collection."""
        if self._photo_id is None:
            return
        row = self._model.row_of(self._photo_id)
        self._has_left = row is None
        self._row = min(self._row, self._model.rowCount()) if row is None else row
        if self._is_shown:
            self._viewer.show_position(self._row, self._model.rowCount() + self._has_left)
