"""The models as a list: what is offered, what is on this computer, what goes on."""

from collections.abc import Callable
from enum import IntEnum
from html import escape
from typing import Any

from PySide6.QtCore import QObject, Qt

from photoorg.ui.model_texts import state_text
from photoorg.ui.model_work import ModelRow
from photoorg.ui.models.record_list_model import RecordListModel


class ModelRole(IntEnum):
    """What the model tells beside Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole + 1


class ModelListModel(RecordListModel[ModelRow]):
    """One row for each: the title, the state as tool tip, both as accessible text, and `ModelRole`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(lambda row: row.reference, parent)

    def row_of(self, reference: str) -> int | None:
        """Where a model is listed."""
        return next((place for place, row in enumerate(self._rows) if row.reference == reference), None)

    def _answers(self, row: ModelRow) -> dict[int, Callable[[], Any]]:
        qt = Qt.ItemDataRole
        return {
            qt.DisplayRole: lambda: row.title,
            qt.ToolTipRole: lambda: escape(f"{row.title}: {state_text(row)}"),
            qt.AccessibleTextRole: lambda: f"{row.title}, {state_text(row)}",
            ModelRole.ROW: lambda: row,
        }
