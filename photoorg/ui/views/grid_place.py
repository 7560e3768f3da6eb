"""What is seen and selected in the grid stays so while its rows come, go, or are renewed."""

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QObject

from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.views.grid_layout import GridLayout, Seen
from photoorg.ui.views.grid_selection import GridSelection, Int64


class GridPlace(QObject):
    """Make it before the view takes the model: it must hear of changes first."""

    def __init__(
        self,
        parent: QObject,
        model: PhotoListModel,
        layout: GridLayout,
        page_height: Callable[[], int],
        mark_stale: Callable[[], None],
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._layout = layout
        self._page_height = page_height
        self._mark_stale = mark_stale
        self._choice: GridSelection | None = None
        self._before_reset: tuple[Seen, Int64, int | None] = ([], np.zeros(0, np.int64), None)
        for about_to_change in (model.rowsAboutToBeInserted, model.rowsAboutToBeRemoved, model.layoutAboutToBeChanged):
            about_to_change.connect(self._on_rows_about_to_change)
        for changed in (model.rowsRemoved, model.layoutChanged, model.sections_changed):
            changed.connect(self._on_rows_changed)
        model.modelAboutToBeReset.connect(self._on_about_to_be_reset)
        model.rows_renewed.connect(self._on_rows_renewed)

    def keep_selection(self, choice: GridSelection) -> None:
        """Which selection to find again."""
        self._choice = choice

    def _on_rows_about_to_change(self, *_: Any) -> None:
        self._layout.hold_place(self._page_height())

    def _on_rows_changed(self, *_: Any) -> None:
        self._mark_stale()

    def _on_about_to_be_reset(self) -> None:
        seen = self._layout.hold_place(self._page_height())
        if self._choice is not None:
            row = self._choice.current_row
            current = self._model.photo_id(row) if row >= 0 else None
            self._before_reset = (seen, self._choice.ids(), current)

    def _on_rows_renewed(self) -> None:
        seen, selected, current = self._before_reset
        self._layout.take_place(seen)
        self._mark_stale()
        if self._choice is not None:
            self._choice.restore(selected, current)
