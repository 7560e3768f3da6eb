"""The search field itself: rounded, with an icon, a busy text and a button to clear it."""

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from photoorg.ui.icons import paint_icon
from photoorg.ui.theme import scaled_font
from photoorg.ui.views.buttons import icon_button
from photoorg.ui.views.labels import plain_label

_HEIGHT = 40
_WIDEST = 640
_ICON = 18
_FONT_SCALE = 1.12
_PLACEHOLDER = "Describe a photo: a dog on the beach"


class SearchField(QWidget):
    """A line to type into, in a rounded frame that shows the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit(self)
        self.line.setProperty("look", "bare")
        self.line.setFont(scaled_font(_FONT_SCALE))
        self.line.setPlaceholderText(_PLACEHOLDER)
        self.line.setAccessibleName("Search")
        self.line.setAcceptDrops(False)  # a dropped folder is the window's
        self.line.installEventFilter(self)
        self.busy = plain_label(muted=True)
        self.busy.hide()
        self.clear_button = icon_button("close", "Clear search", self, side=16)
        self.clear_button.hide()
        self._lay_out()

    def sizeHint(self) -> QSize:
        """Wide, but not as wide as a window may be."""
        return QSize(_WIDEST, _HEIGHT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The frame shows whether the line has the focus."""
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame and the icon."""
        focused, role = self.line.hasFocus(), QPalette.ColorRole
        width = 2.0 if focused else 1.0
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self.palette().color(role.Base))
        painter.setPen(QPen(self.palette().color(role.Highlight if focused else role.Mid), width))
        area = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        icon_area = QRectF(14, 0, _ICON, self.height())
        paint_icon(painter, icon_area, "search", self.palette().color(role.PlaceholderText))
        painter.end()

    def _lay_out(self) -> None:
        self.setFixedHeight(max(_HEIGHT, self.line.sizeHint().height() + 16))
        self.setMaximumWidth(_WIDEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14 + _ICON + 8, 0, 8, 0)
        layout.setSpacing(8)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.busy)
        layout.addWidget(self.clear_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setFocusProxy(self.line)
