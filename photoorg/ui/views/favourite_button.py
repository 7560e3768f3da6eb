"""The heart that makes a photo a favourite."""

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QToolButton, QWidget

from photoorg.ui.icons import paint_icon
from photoorg.ui.views.buttons import name_button

_RED: Final = "#e5484d"
_SIDE: Final = 28
_ICON: Final = 20


class FavouriteButton(QToolButton):
    """Red and filled for a favourite; a click turns it over at once."""

    favourite_toggled = Signal(bool)  # by the user only

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFixedSize(_SIDE, _SIDE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("look", "bare")
        self.clicked.connect(self._on_clicked)
        self.set_favourite(False)

    def set_favourite(self, favourite: bool) -> None:
        """Show whether it is one; emits nothing."""
        self.setChecked(favourite)
        name_button(self, "Remove from favourites" if favourite else "Add to favourites")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the heart over the button's ground."""
        super().paintEvent(event)
        painter = QPainter(self)
        lit = self.isChecked()
        colour = QColor(_RED) if lit else self.palette().color(QPalette.ColorRole.PlaceholderText)
        area = QRectF(0, 0, _ICON, _ICON)
        area.moveCenter(QRectF(self.rect()).center())
        paint_icon(painter, area, "heart-filled" if lit else "heart", colour)
        painter.end()

    def _on_clicked(self, checked: bool) -> None:
        self.set_favourite(checked)
        self.favourite_toggled.emit(checked)
