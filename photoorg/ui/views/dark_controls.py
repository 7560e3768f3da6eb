"""What lies over a photo on the viewer's page, which is dark in every theme: buttons and a message."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from photoorg.ui.icons import icon_pixmap
from photoorg.ui.style_sheet import style_sheet
from photoorg.ui.theme import DARK, palette_of
from photoorg.ui.views.buttons import name_button
from photoorg.ui.views.labels import plain_label

PAGE: Final = QColor("#161618")
_PANEL: Final = QColor(22, 22, 24, 215)
_ROUND: Final = QColor(22, 22, 24, 150)
_ROUND_HOVERED: Final = QColor(44, 44, 48, 220)
_FAINT: Final = QColor(DARK.faint)
_LIGHT: Final = QColor(DARK.text)
_ROUND_SIDE: Final = 48
_WIDEST_TEXT: Final = 400
_RATIOS: Final = (1.0, 2.0)


def dress_dark(page: QWidget) -> None:
    """Give a page and all that is in it now the dark theme, whatever the program's is."""
    palette = palette_of(DARK)
    palette.setColor(QPalette.ColorRole.Window, PAGE)
    page.setStyleSheet(style_sheet(DARK.text, DARK.faint))
    for widget in (page, *page.findChildren(QWidget)):
        widget.setPalette(palette)  # under a style sheet, children do not inherit it


def light_button(icon_name: str, text: str, parent: QWidget | None = None, *, side: int = 18) -> QToolButton:
    """A button with a light icon only; `text` is its tool tip and accessible name, `side` the icon's in pixels."""
    button = QToolButton(parent)
    button.setIconSize(QSize(side, side))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    name_button(button, text)
    set_light_icon(button, icon_name)
    return button


def set_light_icon(button: QToolButton, icon_name: str) -> None:
    """Change the icon of a `light_button`."""
    light = QIcon()
    for ratio in _RATIOS:
        for mode, colour in ((QIcon.Mode.Normal, _LIGHT), (QIcon.Mode.Disabled, _FAINT)):
            light.addPixmap(icon_pixmap(icon_name, colour, button.iconSize().width(), ratio), mode)
    button.setIcon(light)


class SideArrow(QToolButton):
    """A large round button at a side of the photo."""

    def __init__(self, icon_name: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(_ROUND_SIDE, _ROUND_SIDE)
        self.setIconSize(QSize(24, 24))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys for it are there anyway
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        name_button(self, text)
        set_light_icon(self, icon_name)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A disc, legible over every photo."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_ROUND_HOVERED if self.underMouse() or self.isDown() else _ROUND)
        painter.drawEllipse(self.rect())
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        room = (_ROUND_SIDE - self.iconSize().width()) // 2
        self.icon().paint(painter, self.rect().adjusted(room, room, -room, -room), mode=mode)
        painter.end()


class PhotoMessage(QWidget):
    """A sentence or two over a photo that cannot be shown as it is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = plain_label(scale=1.15, weight=QFont.Weight.DemiBold, wrap=True)
        self._text = plain_label(wrap=True)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 12, 20, 12)
        layout.setSpacing(6)
        layout.addWidget(self._title)
        layout.addWidget(self._text)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(label.text() for label in (self._title, self._text) if label.text())

    def show_texts(self, title: str, text: str) -> None:
        """Say this; either may be empty."""
        for label, words in ((self._title, title), (self._text, text)):
            label.setText(words)
            label.setVisible(bool(words))
            label.setMinimumWidth(min(label.fontMetrics().horizontalAdvance(words) + 1, _WIDEST_TEXT))
        self.setAccessibleName(self.text)
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A dark panel, so that it can be read over every photo."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_PANEL)
        painter.drawRoundedRect(self.rect(), 8, 8)
        painter.end()
