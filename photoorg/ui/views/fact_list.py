"""Facts as lines of a label and a value."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from photoorg.ui.fact_texts import FactRow
from photoorg.ui.views.labels import plain_label
from photoorg.ui.views.wrapped_text import WrappedText

_LABEL_WIDTH = 68


class FactList(QWidget):
    """Shows rows of facts; the values can be selected and break where they must."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[tuple[QLabel, WrappedText]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)

    def rows(self) -> list[FactRow]:
        """What is shown."""
        shown = [(label, value) for label, value in self._lines if not label.isHidden()]
        return [FactRow(label.text(), value.toPlainText()) for label, value in shown]

    def show_rows(self, rows: Sequence[FactRow]) -> None:
        """Show these facts only; lines are made once and used again."""
        while len(self._lines) < len(rows):
            self._add_line()
        for i, (label, value) in enumerate(self._lines):
            if i < len(rows):
                label.setText(rows[i].label)
                value.set_text(rows[i].value)
                value.setAccessibleName(rows[i].label)
            label.setVisible(i < len(rows))
            value.setVisible(i < len(rows))

    def _add_line(self) -> None:
        label, value, row = plain_label(muted=True), WrappedText(self), len(self._lines)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)
        self._lines.append((label, value))
