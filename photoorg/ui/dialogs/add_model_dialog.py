"""Any model of open_clip or the hub, by its name."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from photoorg.ui.views.buttons import text_button
from photoorg.ui.views.labels import plain_label

_WIDTH = 460
_TEXT = "The name of a model as open_clip lists it, or of a repository on huggingface.co."
_EXAMPLE = "ViT-B-16/datacomp_xl_s13b_b90k or hf-hub:ORGANISATION/NAME"
_NOTE = (
    "photoorg knows nothing about its quality or its licence. Some models may be used for research only: "
    "whether the licence suits you is for you to read and decide."
)


class AddModelDialog(QDialog):
    """A line for the name; it says what photoorg cannot know."""

    named = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Add a model by its name")
        self._line = QLineEdit(self)
        self._line.setPlaceholderText(_EXAMPLE)
        self._line.setAccessibleName("Name of the model")
        self._get = text_button("Download", look="primary")
        self._cancel = text_button("Cancel")
        self._lay_out()
        self._line.textChanged.connect(self._on_text_changed)
        self._line.returnPressed.connect(self._on_wanted)
        self._get.clicked.connect(self._on_wanted)
        self._cancel.clicked.connect(self.reject)
        self._on_text_changed()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._get)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        for part in (plain_label(_TEXT, wrap=True), self._line, plain_label(_NOTE, muted=True, wrap=True)):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addLayout(buttons)
        self.setMinimumWidth(_WIDTH)

    def _on_text_changed(self) -> None:
        self._get.setEnabled(bool(self._line.text().strip()))

    def _on_wanted(self) -> None:
        if name := self._line.text().strip():
            self.accept()
            self.named.emit(name)
