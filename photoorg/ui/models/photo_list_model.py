"""The photos of a view as rows, fine with a million of them; changes come in place."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from photoorg.library import Photo, Timeline, TimelineChanges
from photoorg.ui.cell_loader import CellLoader
from photoorg.ui.photo_order import NO_PHOTOS, PhotoOrder, Revision, Sections, Splice, runs_of
from photoorg.ui.photo_texts import accessible_text
from photoorg.ui.shown_text import shown_name

Index = QModelIndex | QPersistentModelIndex

# With more runs of rows than this a reset costs less than following them one by one. Photos that change places are a
# reset, too: to follow them through a change of the layout, Qt would remember each of 100,000 selected rows by itself.
_MOST_RUNS = 400
_ROOT = QModelIndex()

PhotoIds = Sequence[int] | NDArray[np.int64]


class PhotoListModel(QAbstractListModel):
    """One row per photo: a timeline in sections of days, or results in an order of their own."""

    PhotoRole = Qt.ItemDataRole.UserRole
    PhotoIdRole = Qt.ItemDataRole.UserRole + 1

    rows_renewed = Signal()
    """After a reset that shows the same collection again: selection and place are to be found again by photo id."""
    sections_changed = Signal()
    """Rows are in other sections than before, without a change of the rows."""

    def __init__(self, cells: CellLoader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cells = cells
        self._order = NO_PHOTOS
        self._rows = Splice.whole(NO_PHOTOS)
        self._weaker = NO_PHOTOS.ids
        self._shows_weaker = True
        cells.loaded.connect(self._on_cells_loaded)

    # --- what is shown ---

    @property
    def cells(self) -> CellLoader:
        """Where the cells of the rows come from."""
        return self._cells

    @property
    def sections(self) -> Sections | None:
        """The days of a timeline, or how well results match; None for results of which that is not known."""
        return self._order.sections

    @property
    def shows_weaker(self) -> bool:
        """Whether weaker matches have rows."""
        return self._shows_weaker

    @property
    def weaker_count(self) -> int:
        """How many weaker matches there are, whether or not they have rows."""
        return len(self._weaker)

    def show_timeline(self, timeline: Timeline) -> None:
        """Show another collection, from its beginning."""
        self._reset(PhotoOrder(timeline.photo_ids, timeline.taken))

    def show_results(self, photo_ids: PhotoIds) -> None:
        """Show photos in this order, without sections."""
        self._weaker = NO_PHOTOS.ids
        self._reset(PhotoOrder(_unique(photo_ids)))

    def show_matches(self, best: PhotoIds, weaker: PhotoIds, *, show_weaker: bool) -> None:
        """Show results from their beginning: those that match well, and below a heading, if wanted, the weaker ones."""
        self._reset(self._matches(best, weaker, show_weaker=show_weaker))

    def update_results(self, photo_ids: PhotoIds) -> None:
        """Other results without sections; what stays keeps its selection and place."""
        self._weaker = NO_PHOTOS.ids
        self._become(PhotoOrder(_unique(photo_ids)))

    def update_matches(self, best: PhotoIds, weaker: PhotoIds, *, show_weaker: bool) -> None:
        """Another cut-off for the same results: what stays keeps its selection and place."""
        self._become(self._matches(best, weaker, show_weaker=show_weaker))
        self.sections_changed.emit()

    def set_shows_weaker(self, shown: bool) -> None:
        """Give weaker matches rows, or take them away."""
        best = self._order.best
        if best is not None and shown != self._shows_weaker:
            self.update_matches(self._order.ids[:best], self._weaker, show_weaker=shown)

    def update_timeline(self, timeline: Timeline) -> None:
        """Show the same collection as it is now; what stays keeps its selection and place."""
        self._become(PhotoOrder(timeline.photo_ids, timeline.taken))
        self._cells.renew_all()

    def apply_changes(self, changes: TimelineChanges) -> None:
        """Bring rows, and what is cached of their photos, up to date; of results only rows that are gone go."""
        if self._order.taken is None:
            self.remove_photos(changes.gone.tolist())
        else:
            self._become(self._order.merged(changes.gone, changes.there))
        self._cells.renew([*changes.gone.tolist(), *changes.there.photo_ids.tolist()])

    def remove_photos(self, photo_ids: Iterable[int]) -> None:
        """Take photos out of the rows."""
        gone = np.fromiter(photo_ids, np.int64)
        self._weaker = self._weaker[~np.isin(self._weaker, gone)]
        self._become(self._order.without(gone))

    # --- rows and photos ---

    def photo_id(self, row: int) -> int:
        """The photo of a row."""
        return self._rows.photo_id(row)

    def ids_between(self, first: int, stop: int) -> NDArray[np.int64]:
        """The photos (n,) of the rows from `first` to before `stop`."""
        return self._rows.ids_between(first, stop)

    def row_of(self, photo_id: int) -> int | None:
        """The row of a photo, or None."""
        return self._rows.row_of(photo_id)

    def rows_of(self, photo_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows (n,) of those photos that are here, ascending."""
        rows = self._order.rows_of(photo_ids)
        rows.sort()
        return rows[np.searchsorted(rows, 0) :]

    def photo(self, row: int) -> Photo | None:
        """The photo of a row, if it is loaded."""
        return self._cells.photo(self.photo_id(row)) if 0 <= row < self._rows.count else None

    # --- Qt ---

    def rowCount(self, parent: Index = _ROOT) -> int:
        """The number of photos."""
        return 0 if parent.isValid() else self._rows.count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """File name, accessible text, photo and id; of photos that are not loaded the id only."""
        if not self.checkIndex(index, self.CheckIndexOption.IndexIsValid):
            return None
        photo_id = self.photo_id(index.row())
        if role == self.PhotoIdRole:
            return photo_id
        answer = _ANSWERS.get(role)
        photo = self._cells.photo(photo_id) if answer else None
        return answer(photo) if answer and photo else None

    # --- from one order to another ---

    def _matches(self, best: PhotoIds, weaker: PhotoIds, *, show_weaker: bool) -> PhotoOrder:
        first, everything = (
            _unique(best),
            _unique(np.concatenate((np.asarray(best, np.int64), np.asarray(weaker, np.int64)))),
        )
        self._weaker, self._shows_weaker = everything[len(first) :], show_weaker
        return PhotoOrder(everything if show_weaker else first, best=len(first))

    def _reset(self, order: PhotoOrder) -> None:
        self.beginResetModel()
        self._order, self._rows = order, Splice.whole(order)
        self.endResetModel()

    def _become(self, order: PhotoOrder) -> None:
        revision = Revision.between(self._order, order)
        if not revision.is_possible or len(revision.removed) + len(revision.inserted) > _MOST_RUNS:
            self._reset(order)
            self.rows_renewed.emit()
            return
        old, self._order = self._order, order
        self._remove(old, revision.kept, revision.removed)
        self._insert(revision.kept, order, revision.inserted)
        self._rows = Splice.whole(order)

    def _remove(self, old: PhotoOrder, kept: PhotoOrder, runs: NDArray[np.int64]) -> None:
        """Remove runs of the rows of `old`; before the seam the rows are those of `kept` already."""
        shift = 0
        for first, last in runs.tolist():
            self.beginRemoveRows(_ROOT, first + shift, last + shift)
            seam = first + shift
            shift -= last - first + 1
            self._rows = Splice(kept, seam, old, shift)
            self.endRemoveRows()

    def _insert(self, kept: PhotoOrder, new: PhotoOrder, runs: NDArray[np.int64]) -> None:
        """Insert runs of the rows of `new`; after the seam the rows are still those of `kept`."""
        shift = 0
        for first, last in runs.tolist():
            self.beginInsertRows(_ROOT, first, last)
            shift += last - first + 1
            self._rows = Splice(new, last + 1, kept, shift)
            self.endInsertRows()

    def _on_cells_loaded(self, photo_ids: set[int]) -> None:
        for first, last in runs_of(self.rows_of(np.fromiter(photo_ids, np.int64))).tolist():
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))


def _unique(photo_ids: PhotoIds) -> NDArray[np.int64]:
    """Each once, where it comes first."""
    ids = np.asarray(photo_ids, np.int64)
    firsts = np.unique(ids, return_index=True)[1]
    return ids if len(firsts) == len(ids) else ids[np.sort(firsts)]


def _name_of(photo: Photo) -> str:
    return shown_name(photo.path)


_ANSWERS: dict[int, Callable[[Photo], Any]] = {
    Qt.ItemDataRole.DisplayRole: _name_of,
    Qt.ItemDataRole.ToolTipRole: _name_of,
    Qt.ItemDataRole.AccessibleTextRole: accessible_text,
    PhotoListModel.PhotoRole: lambda photo: photo,
}
