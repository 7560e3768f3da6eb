"""The viewer: one photo on a dark page, with what one does with photos one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from photoorg.errors import FileVanished, PhotoOffline, PhotoorgError
from photoorg.library import Photo
from photoorg.ui.picture_loader import PictureLoader
from photoorg.ui.shown_text import shown_name
from photoorg.ui.views.dark_controls import PhotoMessage, SideArrow, dress_dark
from photoorg.ui.views.fading import Fading
from photoorg.ui.views.spinner import Spinner
from photoorg.ui.views.viewer_bar import BAR_HEIGHT, ViewerBar
from photoorg.ui.views.viewer_why import ViewerWhy
from photoorg.ui.views.zoom_view import ZoomView

_MARGIN: Final = 16
_WIDEST_MESSAGE: Final = 440
_PAN: Final = 0.15  # of the view, by one key
_Key = Qt.Key
_MODIFIERS: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class Viewer(QWidget):
    """Shows the photo it is told; it asks for the next one, and for changes, by signals."""

    closed = Signal()
    step_wanted = Signal(int)  # -1 previous, +1 next
    favourite_toggled = Signal()
    rating_chosen = Signal(int)
    why_toggled = Signal(bool)  # on: it is to be answered for the shown photo; told again for each photo

    def __init__(self, pictures: PictureLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self.photo: Photo | None = None  # that is looked at
        self._thumbnail = QPixmap()
        self._position, self._count = 0, 0
        self._is_shown_as_it_is = True  # a picture, not a message, is what there is to see
        self._last_mouse = QPoint()
        self._zoom = ZoomView(self)
        self._spinner = Spinner(self)
        self._message = PhotoMessage(self)
        self._previous = SideArrow("chevron-left", "Previous photo (Left, Page Up)", self)
        self._next = SideArrow("chevron-right", "Next photo (Right, Page Down, Space)", self)
        self._bar = ViewerBar(self)
        self.why = ViewerWhy(self._zoom, self._bar)
        self._fading = Fading([self._bar, self._previous, self._next], self)
        self._actions = self._key_actions()
        dress_dark(self)
        self.setAutoFillBackground(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._connect()

    # --- what is shown ---

    def show_photo(self, photo: Photo, thumbnail: QPixmap | None, *, position: int, count: int) -> None:
        """Show a photo, at first as its thumbnail; `position` counts from 0."""
        self.photo = photo
        self._thumbnail = thumbnail or QPixmap()
        self._bar.show_photo(photo)
        self.show_position(position, count)
        self.setAccessibleName(f"Photo {shown_name(photo.path)}")
        self._show_picture(photo)

    def show_position(self, position: int, count: int) -> None:
        """Photos came or went: the shown one is at `position`, from 0, of so many now."""
        self._position, self._count = position, count
        self._bar.show_position(position, count)
        self._fading.set_wanted(self._previous, position > 0)
        self._fading.set_wanted(self._next, position < count - 1)

    def refresh_photo(self, photo: Photo) -> None:
        """The shown photo has other facts; if its picture is another one, or within reach again, it is loaded anew."""
        before = self.photo
        if before is None or before.id != photo.id:
            return
        self.photo = photo
        self._bar.show_photo(photo)
        self._fading.wake()
        if (before.picture_key, before.online, before.path) != (photo.picture_key, photo.online, photo.path):
            self._show_picture(photo)

    def prefetch(self, photos: Sequence[Photo]) -> None:
        """Load what may be looked at next, the likeliest first, when there is nothing else to do; for a visible viewer."""
        if not self.isVisible():
            return  # nobody knows how large they will be
        self._pictures.prefetch(
            [
                (photo, self._zoom.fitting_long_side(photo.facts.width, photo.facts.height))
                for photo in photos
                if photo.online
            ]
        )

    def show_gone(self) -> None:
        """The file of the shown photo is no longer there."""
        self._stand_back("The file is gone", "It was moved, renamed or deleted.")

    # --- events ---

    def event(self, event: QEvent) -> bool:
        """The viewer's keys are its own, whatever shortcuts the window has."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._action(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the key is for."""
        action = self._action(event)
        if action:
            action()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Whoever moves the mouse looks for the controls."""
        position = event.globalPosition().toPoint()
        if position != self._last_mouse:  # widgets that come and go make Qt send moves, too
            self._last_mouse = position
            self._fading.wake()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """All parts to their places."""
        super().resizeEvent(event)
        self._zoom.setGeometry(self.rect())
        self._bar.setGeometry(0, 0, self.width(), BAR_HEIGHT)
        middle = self.rect().center()
        top = middle.y() - self._previous.height() // 2
        self._previous.move(_MARGIN, top)
        self._next.move(self.width() - self._next.width() - _MARGIN, top)
        self._spinner.move(middle - self._spinner.rect().center())
        self._place_message()

    def showEvent(self, event: QShowEvent) -> None:
        """The keys come here."""
        super().showEvent(event)
        self.setFocus()
        self._fading.wake()
        self._ask_for_pixels()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: no more work, and the memory goes back."""
        super().hideEvent(event)
        if event.spontaneous():  # minimized
            return
        self._fading.stop()
        self._spinner.stop()
        self.why.leave()
        self._pictures.release()
        self.photo = None
        self._zoom.show_picture(QSize(), [])

    # --- pictures ---

    def _show_picture(self, photo: Photo) -> None:
        self._spinner.stop()
        self._message.hide()
        self.why.on_other_photo()
        self._zoom.set_dimmed(False)
        self._is_shown_as_it_is = photo.online
        loaded = self._pictures.picture(photo) if photo.online else None
        size = QSize(photo.facts.width, photo.facts.height)
        self._zoom.show_picture(
            loaded.full_size if loaded else size if not size.isEmpty() else self._thumbnail.size(),
            [self._thumbnail, *(loaded.pixmaps if loaded else ())],
        )
        if not photo.online:
            self._say(
                "", "Its drive is not connected." + ("" if self._thumbnail.isNull() else " This is the thumbnail.")
            )

    def _ask_for_pixels(self) -> None:
        """As many as the screen shows; all of them as soon as somebody zooms in."""
        if self.photo is None or not self._is_shown_as_it_is or not self.isVisible():
            return
        at_least = self._zoom.wanted_long_side() if self._zoom.is_fitting else None
        if self._pictures.want(self.photo, at_least):
            self._spinner.start()
        else:
            self._spinner.stop()

    def _on_loaded(self, photo_id: int) -> None:
        loaded = self._pictures.picture(self.photo) if self.photo and self.photo.id == photo_id else None
        if loaded:
            self._spinner.stop()
            self._zoom.add_pixmaps(loaded.pixmaps, loaded.full_size)

    def _on_failed(self, photo_id: int, error: BaseException) -> None:
        if self.photo is None or self.photo.id != photo_id:
            return
        if isinstance(error, FileVanished):
            self.show_gone()
        elif isinstance(error, PhotoOffline):
            self.refresh_photo(replace(self.photo, online=False))
        else:
            reason = str(error) if isinstance(error, PhotoorgError) else "Something went wrong in the program."
            self._stand_back("The picture cannot be shown", reason)

    def _stand_back(self, title: str, text: str) -> None:
        """The thumbnail, if there is one, behind a message."""
        self._is_shown_as_it_is = False
        self._spinner.stop()
        self._zoom.fit()
        self._zoom.set_dimmed(True)
        self._say(title, text)

    def _say(self, title: str, text: str) -> None:
        self._message.show_texts(title, text)
        self._place_message()

    def _place_message(self) -> None:
        """In the middle; at the bottom if the photo can be seen."""
        width = min(_WIDEST_MESSAGE, self.width() - 2 * _MARGIN, self._message.sizeHint().width())
        layout = self._message.layout()
        height = layout.totalHeightForWidth(width) if layout and layout.hasHeightForWidth() else -1
        place = QRect(QPoint(), QSize(width, max(height, self._message.sizeHint().height())))
        place.moveCenter(self.rect().center())
        if self.photo and not self.photo.online and self._zoom.has_picture:
            place.moveBottom(self.height() - 2 * _MARGIN)
        self._message.setGeometry(place)

    # --- controls ---

    def _connect(self) -> None:
        self._pictures.loaded.connect(self._on_loaded)
        self._pictures.failed.connect(self._on_failed)
        self._zoom.zoomed.connect(self._on_zoomed)
        self.why.wanted.connect(self.why_toggled)
        self._bar.back_clicked.connect(self.closed)
        self._bar.favourite_toggled.connect(self.favourite_toggled)
        self._bar.rating_chosen.connect(self.rating_chosen)
        self._bar.zoom_in_clicked.connect(self._zoom.zoom_in)
        self._bar.zoom_out_clicked.connect(self._zoom.zoom_out)
        self._bar.fit_toggled.connect(self._zoom.toggle)
        self._previous.clicked.connect(lambda: self._step(-1))
        self._next.clicked.connect(lambda: self._step(1))
        self._fading.faded.connect(lambda: self._zoom.hide_pointer(True))
        self._fading.woken.connect(lambda: self._zoom.hide_pointer(False))

    def _key_actions(self) -> dict[Qt.Key, Callable[[], None]]:
        zoom = self._zoom
        stars = (_Key.Key_0, _Key.Key_1, _Key.Key_2, _Key.Key_3, _Key.Key_4, _Key.Key_5)
        return {
            _Key.Key_Escape: self._leave,
            _Key.Key_Left: lambda: self._step_or_pan(-1),
            _Key.Key_Right: lambda: self._step_or_pan(1),
            _Key.Key_Up: lambda: zoom.pan(0, _PAN),
            _Key.Key_Down: lambda: zoom.pan(0, -_PAN),
            _Key.Key_PageUp: lambda: self._step(-1),
            _Key.Key_PageDown: lambda: self._step(1),
            _Key.Key_Space: lambda: self._step(1),
            _Key.Key_F: self.favourite_toggled.emit,
            _Key.Key_Z: zoom.toggle,
            _Key.Key_W: self.why.toggle,
            _Key.Key_Plus: zoom.zoom_in,
            _Key.Key_Equal: zoom.zoom_in,
            _Key.Key_Minus: zoom.zoom_out,
            _Key.Key_F11: self._toggle_full_screen,
            **{key: partial(self.rating_chosen.emit, rating) for rating, key in enumerate(stars)},
        }

    def _action(self, event: QKeyEvent) -> Callable[[], None] | None:
        return None if event.modifiers() & _MODIFIERS else self._actions.get(_Key(event.key()))

    def _on_zoomed(self) -> None:
        self._bar.show_scale(self._zoom.scale, is_fitting=self._zoom.is_fitting)
        self._ask_for_pixels()

    def _step(self, direction: int) -> None:
        if 0 <= self._position + direction < self._count:
            self.step_wanted.emit(direction)

    def _step_or_pan(self, direction: int) -> None:
        if self._zoom.can_pan:
            self._zoom.pan(-_PAN * direction, 0)
        else:
            self._step(direction)

    def _leave(self) -> None:
        """First out of the full screen, then out of the viewer."""
        if self.window().isFullScreen():
            self._toggle_full_screen()
        else:
            self.closed.emit()

    def _toggle_full_screen(self) -> None:
        self.window().setWindowState(self.window().windowState() ^ Qt.WindowState.WindowFullScreen)
