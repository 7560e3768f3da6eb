"""What stands in the place of photos where there are none."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from photoorg.ui.views.buttons import set_button_text, text_button
from photoorg.ui.views.labels import plain_label

_WIDTH = 420


class EmptyPage(QWidget):
    """A title, a sentence, and perhaps a button."""

    action_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = plain_label(scale=1.4, weight=QFont.Weight.DemiBold, wrap=True)
        self._text = plain_label(muted=True, wrap=True)
        self._button = text_button("")
        self._button.clicked.connect(self.action_clicked)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addStretch(3)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setFixedWidth(_WIDTH)
            layout.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(12)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(4)

    def show_text(self, title: str, text: str, action: str = "") -> None:
        """Say what is not there, why, and what the button does; without `action` there is none."""
        self._title.setText(title)
        self._text.setText(text)
        set_button_text(self._button, action)
        self._button.setVisible(bool(action))

    def title(self) -> str:
        """What is said."""
        return self._title.text()
