"""The search field itself: rounded, with an icon, chips before the text, a busy text and a button to clear it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QWidget

from photoorg.ui.chip_content import NO_CHIPS, ChipContent, ChipLanguage
from photoorg.ui.icons import paint_icon
from photoorg.ui.photo_drag import dragged_photos
from photoorg.ui.views.buttons import icon_button
from photoorg.ui.views.chip_strip import ChipStrip
from photoorg.ui.views.chip_text import ChipText
from photoorg.ui.views.labels import plain_label
from photoorg.ui.views.search_line import SearchLine

_HEIGHT: Final = 40
_WIDEST: Final = 640
_ICON: Final = 18
_AROUND: Final = 14 + 18 + 8 + 3 * 8  # what stands beside chips and text: margins, the icon, gaps
_TEXT_SHARE: Final = 0.42  # of the field, for a text that needs it; the chips get the rest
_LEAST_TEXT: Final = 96
_PLACEHOLDER: Final = "Describe a photo: a dog on the beach"
_DROP_HERE: Final = "Drop to find photos like this"


class SearchField(QWidget):
    """Chips and a line to type into, in a rounded frame that shows the focus."""

    text_changed = Signal(str)  # the text of the whole query
    chip_removed = Signal(int)
    chip_edited = Signal(int)  # it was turned back into text
    photos_dropped = Signal(list, list)  # photo ids; paths of files from outside

    def __init__(self, parent: QWidget | None = None, language: ChipLanguage = NO_CHIPS) -> None:
        super().__init__(parent)
        self.strip = ChipStrip(self)
        self.line = SearchLine(self, self.query, self._undoable)
        self.content = ChipText(self.line, self.strip, language, self)
        self.busy = plain_label(muted=True)
        self.busy.hide()
        self.clear_button = icon_button("close", "Clear search", self, side=16)
        self.clear_button.hide()
        self._is_dropping = False
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self._on_changed("")

    def sizeHint(self) -> QSize:
        """Wide, but not as wide as a window may be."""
        return QSize(_WIDEST, _HEIGHT)

    # --- the query ---

    def query(self) -> str:
        """The text of the whole query, without spaces around it."""
        return self.content.query()

    def set_query(self, text: str) -> None:
        """Show a query, as chips where it can be."""
        self.content.set_query(text)

    def set_chips(self, chips: Sequence[ChipContent], rest: str) -> None:
        """Show these chips, and the text after them."""
        self.content.set_chips(chips, rest)

    def set_thumbnail(self, chip_text: str, pixmap: QPixmap) -> None:
        """Show a picture on the chips of this text, now and later."""
        self.content.set_thumbnail(chip_text, pixmap)

    def show_error(self, start: int, end: int) -> None:
        """Mark a place, in characters of the query, until the next edit."""
        self.content.show_error(start, end)

    def has_focus(self) -> bool:
        """Whether the text or a chip has the focus."""
        return self.line.hasFocus() or self.strip.has_focus()

    # --- events ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The frame shows whether the line has the focus."""
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.update()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room between chips and text."""
        super().resizeEvent(event)
        self._share_room()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Photos are taken; folders are the window's."""
        if dragged_photos(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._show_dropping(is_dropping=True)
        else:
            event.ignore()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """They went elsewhere."""
        self._show_dropping(is_dropping=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell which."""
        self._show_dropping(is_dropping=False)
        photos = dragged_photos(event.mimeData())
        if photos:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.photos_dropped.emit(photos.ids, photos.paths)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame and the icon."""
        is_lit, role = self.has_focus() or self._is_dropping, QPalette.ColorRole
        width = 2.0 if is_lit else 1.0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self.palette().color(role.Base))
        painter.setPen(QPen(self.palette().color(role.Highlight if is_lit else role.Mid), width))
        area = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        icon_area = QRectF(14, 0, _ICON, self.height())
        name = "similar" if self._is_dropping else "search"
        paint_icon(painter, icon_area, name, self.palette().color(role.PlaceholderText))
        painter.end()

    # --- inside ---

    def _undoable(self) -> tuple[bool, bool]:
        return self.content.undoable()

    def _lay_out(self) -> None:
        self.setFixedHeight(max(_HEIGHT, self.line.sizeHint().height() + 16))
        self.setMaximumWidth(_WIDEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14 + _ICON + 8, 0, 8, 0)
        layout.setSpacing(8)
        layout.addWidget(self.strip, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.busy)
        layout.addWidget(self.clear_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setFocusProxy(self.line)

    def _connect(self) -> None:
        self.line.installEventFilter(self)
        self.strip.focus_changed.connect(self.update)
        self.strip.typed.connect(self._on_typed_at_chip)
        self.content.changed.connect(self._on_changed)
        self.content.resized.connect(self._share_room)
        self.line.textChanged.connect(self._share_room)  # also blanks take room
        self.content.chip_removed.connect(self.chip_removed)
        self.content.chip_edited.connect(self.chip_edited)

    def _share_room(self, *_: object) -> None:
        wanted = self.strip.content_width()
        typed = self.line.fontMetrics().horizontalAdvance(self.line.text()) + _LEAST_TEXT // 3
        text = max(_LEAST_TEXT, min(typed, round(self.width() * _TEXT_SHARE)))
        beside = self.clear_button.sizeHint().width() + _AROUND
        self.strip.setFixedWidth(max(0, min(wanted, self.width() - text - beside)))
        self.strip.setVisible(bool(wanted))

    def _show_dropping(self, *, is_dropping: bool) -> None:
        self._is_dropping = is_dropping
        self._show_placeholder()
        self.update()

    def _show_placeholder(self) -> None:
        has_chips = bool(self.strip.chips)
        text = _DROP_HERE if self._is_dropping else "" if has_chips else _PLACEHOLDER
        self.line.setPlaceholderText(text)

    def _on_changed(self, query: str) -> None:
        self.clear_button.setVisible(bool(query))
        self._share_room()
        self._show_placeholder()
        self.text_changed.emit(query)

    def _on_typed_at_chip(self, event: QKeyEvent) -> None:
        """Letters that are typed at a chip go into the text."""
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        QApplication.sendEvent(self.line, QKeyEvent(event.type(), event.key(), event.modifiers(), event.text()))
