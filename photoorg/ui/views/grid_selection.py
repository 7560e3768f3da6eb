"""Which photos of the grid are selected: in runs of rows, so that a million at once are no work."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange, QPersistentModelIndex

from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.photo_order import runs_of

Int64 = NDArray[np.int64]
Flag = QItemSelectionModel.SelectionFlag


class GridSelection:
    """The gestures of selecting, over Qt's selection model. Rows are those of the photo model."""

    def __init__(self, model: PhotoListModel, selection: QItemSelectionModel) -> None:
        self._model = model
        self._selection = selection
        self._anchor = QPersistentModelIndex()

    @property
    def current_row(self) -> int:
        """The row with the focus, -1 for none."""
        return self._selection.currentIndex().row()

    def is_selected(self, row: int) -> bool:
        """Whether a row is selected."""
        return self._selection.isSelected(self._model.index(row, 0))

    def select_only(self, row: int) -> None:
        """Select one row and nothing else."""
        self._anchor = QPersistentModelIndex(self._model.index(row, 0))
        self._selection.setCurrentIndex(self._model.index(row, 0), Flag.ClearAndSelect)

    def toggle(self, row: int) -> None:
        """Select a row or take it out."""
        self._anchor = QPersistentModelIndex(self._model.index(row, 0))
        self._selection.setCurrentIndex(self._model.index(row, 0), Flag.Toggle)

    def extend_to(self, row: int, *, keep: bool = False) -> None:
        """Select all from where the selection began to `row`, with `keep` in addition to what is selected."""
        begin = self._anchor.row() if self._anchor.isValid() else max(self.current_row, 0)
        if not self._anchor.isValid():
            self._anchor = QPersistentModelIndex(self._model.index(begin, 0))
        rows = self._ranges(np.array([sorted((begin, row))]))
        self._selection.select(rows, Flag.Select if keep else Flag.ClearAndSelect)
        self.focus(row)

    def focus(self, row: int) -> None:
        """Move the focus, and nothing else."""
        self._selection.setCurrentIndex(self._model.index(row, 0), Flag.NoUpdate)

    def select_all(self) -> None:
        """Select every row."""
        if count := self._model.rowCount():
            self._selection.select(self._ranges(np.array([[0, count - 1]])), Flag.ClearAndSelect)

    def clear(self) -> None:
        """Select nothing."""
        self._selection.clearSelection()

    def runs(self) -> Int64:
        """The selected rows as runs (k, 2) of first and last row, ascending."""
        chosen_ranges: Iterable[QItemSelectionRange] = self._selection.selection()  # type: ignore[assignment]
        runs = sorted((chosen.top(), chosen.bottom()) for chosen in chosen_ranges)
        return np.array(runs, np.int64).reshape(len(runs), 2)

    def select_runs(self, runs: Int64, *, besides: Int64 | None = None) -> None:
        """Select runs of rows (k, 2), and those of `besides`, and nothing else."""
        chosen = self._ranges(runs)
        if besides is not None and len(besides):
            both = self._ranges(besides)
            both.merge(chosen, Flag.Select)
            chosen = both
        self._selection.select(chosen, Flag.ClearAndSelect)

    def ids(self) -> Int64:
        """The selected photos (n,) in the order of the rows."""
        parts = [self._model.ids_between(first, last + 1) for first, last in self.runs().tolist()]
        return np.concatenate([np.zeros(0, np.int64), *parts])

    def _ranges(self, runs: Int64) -> QItemSelection:
        rows = QItemSelection()
        for first, last in runs.tolist():
            rows.append(QItemSelectionRange(self._model.index(first, 0), self._model.index(last, 0)))
        return rows

    def restore(self, photo_ids: Int64, current_id: int | None) -> None:
        """Select photos again, as far as they are still here, after a reset."""
        self.select_runs(runs_of(self._model.rows_of(photo_ids)))
        row = None if current_id is None else self._model.row_of(current_id)
        if row is not None:
            self.focus(row)
