"""The page of an empty library: it leads to the first folder."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from photoorg.ui.icons import application_pixmap
from photoorg.ui.views.buttons import text_button
from photoorg.ui.views.labels import plain_label

_MARK = 112
_TITLE = "Find your photos by describing them"
_PROMISE = "Everything stays on this computer. Your photos are never changed."


class WelcomePage(QWidget):
    """The program's mark, what it is for, and one button."""

    add_folder_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = QLabel(self)
        self._mark.setPixmap(application_pixmap(_MARK, self.devicePixelRatioF()))
        self._mark.setAccessibleName("photoorg")
        self._button = text_button("Choose a photo folder \N{HORIZONTAL ELLIPSIS}", look="primary")
        self._button.setMinimumSize(QSize(220, 0))
        self._button.clicked.connect(self.add_folder_clicked)
        self.setFocusProxy(self._button)
        self._lay_out()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 32, 32, 32)
        layout.setSpacing(0)
        layout.addStretch(3)
        self._add(self._mark, 20)
        self._add(plain_label(_TITLE, scale=1.9, weight=QFont.Weight.DemiBold, wrap=True), 28)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(10)
        self._add(plain_label("or drop a folder here", muted=True), 0)
        layout.addStretch(4)
        self._add(plain_label(_PROMISE, muted=True, wrap=True), 0)

    def _add(self, label: QLabel, space_below: int) -> None:
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addWidget(label)
        layout.addSpacing(space_below)
