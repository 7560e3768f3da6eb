"""Five stars to click, or to set with the arrow keys and the digits 0 to 5."""

from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from photoorg.ui.icons import paint_icon

STARS: Final = 5
_CELL: Final = 26
_ICON: Final = 18
_GOLD: Final = "#e8a317"


class RatingStars(QAbstractSlider):
    """A rating from 0 to 5; clicking the present star again takes the rating away.

    A slider, so that programs that read the screen know what it is and can change it.
    """

    rating_chosen = Signal(int)  # by the user only

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hovered = 0
        self._shown = 0
        self.setRange(0, STARS)
        self.setPageStep(1)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Rating")
        self.setToolTip("Rating: 0 to 5 stars")
        self.valueChanged.connect(self._on_value_changed)

    def set_rating(self, rating: int) -> None:
        """Show a rating; emits nothing."""
        self._shown = rating
        self.setValue(rating)

    def sizeHint(self) -> QSize:
        """Five cells."""
        return QSize(STARS * _CELL, _CELL + 2)

    def minimumSizeHint(self) -> QSize:
        """It cannot shrink."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the stars, and a frame while the keyboard is here."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self._hovered or self.value()
        for star in range(1, STARS + 1):
            colour = QColor(_GOLD) if star <= lit else self.palette().color(QPalette.ColorRole.PlaceholderText)
            area = QRectF((star - 1) * _CELL + (_CELL - _ICON) / 2, 0, _ICON, self.height())
            paint_icon(painter, area, "star-filled" if star <= lit else "star", colour)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The star below the mouse is the rating, or no rating if it was."""
        if event.button() == Qt.MouseButton.LeftButton:
            star = self._star_at(event)
            self._hovered = 0
            self.setValue(0 if star == self.value() else star)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A slider would take the mouse's release as its own."""
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what a click would give."""
        self._hover(self._star_at(event))

    def enterEvent(self, event: QEnterEvent) -> None:
        """The mouse is a hand here."""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Show the rating itself again."""
        self._hover(0)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling by must not rate."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit is the rating."""
        digit = event.key() - Qt.Key.Key_0
        if 0 <= digit <= STARS:
            self.setValue(digit)
        else:
            super().keyPressEvent(event)

    def _on_value_changed(self, value: int) -> None:
        self.update()
        if value != self._shown:
            self._shown = value
            self.rating_chosen.emit(value)

    def _hover(self, star: int) -> None:
        if star != self._hovered:
            self._hovered = star
            self.update()

    def _star_at(self, event: QMouseEvent) -> int:
        return min(max(int(event.position().x()) // _CELL + 1, 1), STARS)
