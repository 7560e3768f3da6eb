"""A row to give a name in, in place of a dialog."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from photoorg.ui.views.buttons import text_button
from photoorg.ui.views.labels import plain_label

_WIDEST = 320


class NameRow(QWidget):
    """Return takes the name, Escape leaves; an empty name cannot be taken."""

    named = Signal(str)
    left = Signal()

    def __init__(self, label: str, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setPlaceholderText(placeholder)
        self.line.setAccessibleName(placeholder)
        self.line.setMaximumWidth(_WIDEST)
        self.line.installEventFilter(self)
        self._save = text_button("Save", look="normal")
        self._cancel = text_button("Cancel", look="link")
        self._problem = plain_label(wrap=True)
        self._problem.setForegroundRole(QPalette.ColorRole.BrightText)
        self._problem.hide()
        layout = QHBoxLayout()
        layout.setSpacing(8)
        layout.addWidget(plain_label(label, muted=True))
        layout.addWidget(self.line, 10)
        layout.addWidget(self._save)
        layout.addWidget(self._cancel)
        layout.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addLayout(layout)
        rows.addWidget(self._problem)
        self.line.textChanged.connect(self._on_text_changed)
        self.line.returnPressed.connect(self._take)
        self._save.clicked.connect(self._take)
        self._cancel.clicked.connect(self.left)

    def ask(self, proposal: str, problem: str = "") -> None:
        """Begin with a name that may do, or that does not do because of a problem."""
        self.line.setText(proposal)
        self._on_text_changed(proposal)
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self.line.setAccessibleDescription(problem)
        self.line.selectAll()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape is not the window's while a name is given."""
        escapes = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escapes and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if escapes and event.type() == QEvent.Type.KeyPress:
            self.left.emit()
            return True
        return super().eventFilter(watched, event)

    def problem(self) -> str:
        """What is wrong with the name."""
        return self._problem.text() if self._problem.isVisibleTo(self) else ""

    def _on_text_changed(self, text: str) -> None:
        self._save.setEnabled(bool(text.strip()))
        self._problem.hide()

    def _take(self) -> None:
        if name := self.line.text().strip():
            self.named.emit(name)
