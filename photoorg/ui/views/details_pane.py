"""The details pane: what is known about the selected photo, and what can be done with it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from photoorg.amounts import counted
from photoorg.library import Photo
from photoorg.ui.fact_texts import fact_rows
from photoorg.ui.shown_text import shown_name
from photoorg.ui.theme import scaled_font
from photoorg.ui.views.buttons import text_button
from photoorg.ui.views.fact_list import FactList
from photoorg.ui.views.favourite_button import FavouriteButton
from photoorg.ui.views.labels import plain_label
from photoorg.ui.views.rating_stars import RatingStars
from photoorg.ui.views.thumbnail_label import ThumbnailLabel
from photoorg.ui.views.wrapped_text import WrappedText

_WIDTH = 280
_LEAST_WIDTH = 220
_MARGIN = 16
_NAME_SCALE = 1.15
_NOTHING = "Select a photo to see its details."


class DetailsPane(QWidget):
    """Shows one photo, or how many are selected, or a hint."""

    favourite_toggled = Signal(bool)
    rating_chosen = Signal(int)
    similar_clicked = Signal()
    show_in_folder_clicked = Signal()
    copy_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(_LEAST_WIDTH)
        self._thumbnail = ThumbnailLabel()
        self._name = WrappedText()
        self._name.setAccessibleName("Name")
        self._offline = plain_label("Its drive is not connected.", muted=True, wrap=True)
        self._favourite = FavouriteButton()
        self._stars = RatingStars()
        self._facts = FactList()
        self._similar = text_button("Find similar", icon_name="similar")
        self._show_in_folder = text_button("Show in folder", icon_name="show-in-folder")
        self._copy = text_button("Copy", icon_name="copy")
        self._nothing = plain_label(_NOTHING, muted=True, wrap=True)
        self._lay_out()
        self._connect()
        self.show_nothing()

    def sizeHint(self) -> QSize:
        """As wide as the window's layout wants it."""
        return QSize(_WIDTH, super().sizeHint().height())

    def show_photo(self, photo: Photo, thumbnail: QPixmap | None) -> None:
        """Show all about one photo."""
        self._thumbnail.show_pixmap(thumbnail)
        self._name.set_text(shown_name(photo.path))
        self._favourite.set_favourite(photo.favourite)
        self._stars.set_rating(photo.rating)
        self._facts.show_rows(fact_rows(photo))
        self._offline.setHidden(photo.online)
        self._enable_file(photo.online)
        self._show_parts(one=True)

    def show_many(self, count: int) -> None:
        """Show that several photos are selected; a click on the heart or a star is for all of them."""
        self._name.set_text(counted(count, "photo selected", "photos selected"))
        self._favourite.set_favourite(False)
        self._stars.set_rating(0)
        self._offline.hide()
        self._enable_file(True)
        self._show_parts(one=False)

    def show_nothing(self) -> None:
        """Show a hint."""
        self._pages.setCurrentWidget(self._nothing_page)

    def _enable_file(self, enabled: bool) -> None:
        for button in (self._show_in_folder, self._copy):
            button.setEnabled(enabled)

    def _show_parts(self, *, one: bool) -> None:
        for part in (self._thumbnail, self._facts, self._similar, self._show_in_folder):
            part.setVisible(one)
        self._pages.setCurrentWidget(self._scroll)

    def _lay_out(self) -> None:
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._photo_page())
        self._nothing_page = self._hint_page()
        self._pages = QStackedWidget()
        self._pages.addWidget(self._nothing_page)
        self._pages.addWidget(self._scroll)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def _photo_page(self) -> QWidget:
        page = QWidget()
        self._name.setFont(scaled_font(_NAME_SCALE, QFont.Weight.DemiBold))
        layout = QVBoxLayout(page)
        layout.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        layout.setSpacing(12)
        for part in (self._thumbnail, self._name, self._offline):
            layout.addWidget(part)
        layout.addLayout(self._judgement_row())
        layout.addWidget(self._facts)
        layout.addSpacing(4)
        layout.addLayout(self._button_column())
        layout.addStretch(1)
        return page

    def _judgement_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._favourite)
        row.addWidget(self._stars)
        row.addStretch(1)
        row.setContentsMargins(-4, 0, 0, 0)
        return row

    def _hint_page(self) -> QWidget:
        page = QWidget()
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        layout.addWidget(self._nothing)
        return page

    def _button_column(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        for button in (self._similar, self._show_in_folder, self._copy):
            column.addWidget(button)
        return column

    def _connect(self) -> None:
        self._favourite.favourite_toggled.connect(self.favourite_toggled)
        self._stars.rating_chosen.connect(self.rating_chosen)
        self._similar.clicked.connect(self.similar_clicked)
        self._show_in_folder.clicked.connect(self.show_in_folder_clicked)
        self._copy.clicked.connect(self.copy_clicked)
