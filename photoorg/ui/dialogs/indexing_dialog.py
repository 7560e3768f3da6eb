"""How much photos may be read, and when; and what is left alone."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from photoorg.library import Settings
from photoorg.ui.views.buttons import text_button
from photoorg.ui.views.check_box import CheckBox
from photoorg.ui.views.labels import plain_label
from photoorg.ui.views.number_box import NumberBox

_WIDTH = 480
_PATTERNS_HEIGHT = 110
_WHEN = "While one of these keeps it waiting, photos can be searched and looked at as always."
_WHEN_HEADING = "Read new photos"
_IGNORED_HEADING = "Leave alone in all folders, one pattern a line"
_EXAMPLE = "**/cache/**\n*.tmp.jpg"
_NOTE = (
    "Patterns are those of a .gitignore. A .photoorgignore file in a folder holds for that folder; a .nomedia file hides it. "
    "What is ignored disappears from the library and comes back as it was when the pattern goes."
)


class IndexingDialog(QDialog):
    """Shows settings; what is wanted is for others to do, who close it or say what is wrong."""

    wanted = Signal(object)  # changes: a dict of names and values of Settings

    def __init__(self, settings: Settings, cores: int, parent: QWidget | None = None) -> None:
        """`cores` are those of this computer."""
        super().__init__(parent)
        self.setWindowTitle("Indexing")
        self._idle = CheckBox("Only while nobody uses the computer", self)
        self._mains = CheckBox("Not on battery", self)
        self._cores = self._make_cores(max(cores, settings.max_cores))
        self._patterns = self._make_patterns()
        self._error = plain_label(wrap=True)
        self._error.hide()
        self._save = text_button("Save", look="primary")
        self._cancel = text_button("Cancel")
        self._show(settings)
        self._lay_out()
        self._save.clicked.connect(self._on_save)
        self._cancel.clicked.connect(self.reject)

    def show_error(self, text: str) -> None:
        """Say why nothing was saved."""
        self._error.setText(text)
        self._error.show()
        self._make_room()
        self._save.setEnabled(True)

    def _show(self, settings: Settings) -> None:
        self._idle.setChecked(settings.only_when_idle)
        self._mains.setChecked(settings.not_on_battery)
        self._cores.setValue(settings.max_cores)
        self._patterns.setPlainText("\n".join(settings.ignore))

    def _make_cores(self, most: int) -> NumberBox:
        box = NumberBox(self)
        box.setRange(0, most)
        box.setSpecialValueText("All")
        box.setAccessibleName("Processor cores")
        box.setMinimumWidth(90)
        return box

    def _make_patterns(self) -> QPlainTextEdit:
        edit = QPlainTextEdit(self)
        edit.setPlaceholderText(_EXAMPLE)
        edit.setAccessibleName("Patterns to ignore")
        edit.setTabChangesFocus(True)
        edit.setFixedHeight(_PATTERNS_HEIGHT)
        return edit

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(10)
        for part in (_heading(_WHEN_HEADING), self._idle, self._mains):
            layout.addWidget(part)
        layout.addLayout(_row(plain_label("Processor cores at most"), self._cores, None))
        layout.addWidget(plain_label(_WHEN, muted=True, wrap=True))
        layout.addSpacing(8)
        layout.addWidget(_heading(_IGNORED_HEADING))
        layout.addWidget(self._patterns)
        layout.addWidget(plain_label(_NOTE, muted=True, wrap=True))
        layout.addWidget(self._error)
        layout.addStretch(1)
        layout.addLayout(_row(None, self._cancel, self._save))
        self.setMinimumWidth(_WIDTH)
        self.resize(_WIDTH, 0)
        self._make_room()

    def _make_room(self) -> None:
        """Texts that are wrapped tell only a layout how high they are."""
        if layout := self.layout():
            layout.invalidate()
            self.resize(self.width(), max(self.height(), layout.heightForWidth(self.width())))

    def _on_save(self) -> None:
        self._save.setEnabled(False)
        self._error.hide()
        lines = (line.strip() for line in self._patterns.toPlainText().splitlines())
        self.wanted.emit(
            {
                "only_when_idle": self._idle.isChecked(),
                "not_on_battery": self._mains.isChecked(),
                "max_cores": self._cores.value(),
                "ignore": tuple(line for line in lines if line),
            }
        )


def _heading(text: str) -> QLabel:
    return plain_label(text, weight=QFont.Weight.DemiBold)


def _row(*parts: QWidget | None) -> QHBoxLayout:
    """Widgets side by side; None takes the room that is left."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
    return row
