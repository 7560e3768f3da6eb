"""The bar over the viewer's photo: what it is, where in the row it stands, what can be done with it."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from photoorg.library import Photo
from photoorg.ui.fact_texts import taken_text
from photoorg.ui.shown_text import shown_name
from photoorg.ui.theme import scaled_font
from photoorg.ui.views.buttons import name_button
from photoorg.ui.views.dark_controls import light_button, set_light_icon
from photoorg.ui.views.favourite_button import FavouriteButton
from photoorg.ui.views.labels import FittingLabel, plain_label
from photoorg.ui.views.rating_stars import RatingStars

BAR_HEIGHT: Final = 84  # with the gradient's tail
_ROW_HEIGHT: Final = 56
_GROUND: Final = 22, 22, 24  # red, green, blue
_DENSE: Final = 215  # of 255: texts are legible over a white sky
_LESS_DENSE: Final = 180


class ViewerBar(QWidget):
    """Buttons and facts; it changes nothing itself."""

    back_clicked = Signal()
    favourite_toggled = Signal()
    rating_chosen = Signal(int)
    zoom_in_clicked = Signal()
    zoom_out_clicked = Signal()
    fit_toggled = Signal()
    why_clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = FittingLabel()
        self._name.setFont(scaled_font(1.0, QFont.Weight.DemiBold))
        self._date = FittingLabel(muted=False)
        self._position = plain_label()
        self._favourite = FavouriteButton()
        self._favourite.favourite_toggled.connect(lambda _on: self.favourite_toggled.emit())
        self._rating = RatingStars()
        self._rating.setToolTip("Rating (0 to 5)")
        self._rating.rating_chosen.connect(self.rating_chosen)
        self._back = light_button("back", "Back to the photos (Escape)", side=20)
        self._why = light_button("why", "")
        self._why.setCheckable(True)
        self._smaller = light_button("zoom-out", "Zoom out (-)")
        self._larger = light_button("zoom-in", "Zoom in (+)")
        self._fit = light_button("actual-size", "")
        self._scale = plain_label()
        self._lay_out()
        self._connect()

    def show_photo(self, photo: Photo) -> None:
        """The facts of a photo."""
        self._name.set_texts([shown_name(photo.path)])
        self._date.set_texts([taken_text(photo.facts).partition("\n")[0]])
        self._favourite.set_favourite(photo.favourite)
        name_button(self._favourite, f"{self._favourite.accessibleName()} (F)")
        self._rating.set_rating(photo.rating)

    def show_position(self, position: int, count: int) -> None:
        """Where in the row the photo stands; `position` counts from 0."""
        self._position.setText(f"{position + 1:,} of {count:,}" if count > 0 else "")

    def show_scale(self, scale: float, *, is_fitting: bool) -> None:
        """Screen pixels for each of the picture's, and whether that shows all of it."""
        percent = scale * 100
        self._scale.setText(f"{percent:.0f}%" if percent >= 1 else "<1%")
        self._smaller.setEnabled(not is_fitting)
        set_light_icon(self._fit, "actual-size" if is_fitting else "fit")
        name_button(self._fit, "Actual size (Z)" if is_fitting else "Fit to the window (Z)")

    def show_why(self, *, available: bool, on: bool) -> None:
        """Whether it can be asked why the photo matches, and whether it is."""
        self._why.setVisible(available)
        self._why.setChecked(on)
        name_button(self._why, "Show the photo again (W)" if on else "Why this match? (W)")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A shade from the top, dense where the texts are."""
        shade = QLinearGradient(0, 0, 0, self.height())
        for at, alpha in ((0, _DENSE), (_ROW_HEIGHT / self.height(), _LESS_DENSE), (1, 0)):
            shade.setColorAt(at, QColor(*_GROUND, alpha))
        painter = QPainter(self)
        painter.fillRect(self.rect(), shade)
        painter.end()

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addStretch()
        texts.addWidget(self._name)
        texts.addWidget(self._date)
        texts.addStretch()
        controls = QHBoxLayout()
        controls.setSpacing(4)
        controls.addStretch()
        for control in (self._why, self._favourite, self._rating, self._smaller, self._scale, self._larger, self._fit):
            controls.addWidget(control)
        controls.insertSpacing(4, 12)
        _keep_width(self._scale, "8888%")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 16, self._tail())
        row.setSpacing(12)
        row.addWidget(self._back)
        row.addLayout(texts, 1)
        row.addWidget(self._position)
        row.addLayout(controls, 1)

    def _tail(self) -> int:
        self.setFixedHeight(BAR_HEIGHT)
        return BAR_HEIGHT - _ROW_HEIGHT

    def _connect(self) -> None:
        self._back.clicked.connect(self.back_clicked)
        self._smaller.clicked.connect(self.zoom_out_clicked)
        self._larger.clicked.connect(self.zoom_in_clicked)
        self._fit.clicked.connect(self.fit_toggled)
        self._why.clicked.connect(self.why_clicked)


def _keep_width(label: QLabel, widest: str) -> None:
    """Buttons beside a changing number must not move below the mouse."""
    label.setFixedWidth(label.fontMetrics().horizontalAdvance(widest))
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
