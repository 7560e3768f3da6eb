"""The buttons of the program: flat, with names for people who hear the screen; a click leaves the focus where it is."""

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from photoorg.ui.icons import set_icon

_AROUND_TEXT = 24  # the style sheet's borders and paddings, and the gap after the icon

Look = Literal["normal", "plain", "link", "chip", "primary"]


def icon_button(icon_name: str, text: str, parent: QWidget | None = None, *, side: int = 18) -> QToolButton:
    """A button that shows an icon only; `text` is its tool tip and accessible name, `side` the icon's in pixels."""
    button = QToolButton(parent)
    button.setIconSize(QSize(side, side))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    set_icon(button, icon_name)
    name_button(button, text)
    return button


def name_button(button: QToolButton, text: str) -> None:
    """Change what a button with an icon only is called."""
    button.setToolTip(text)
    button.setAccessibleName(text)


def text_button(
    text: str,
    parent: QWidget | None = None,
    *,
    icon_name: str | None = None,
    look: Look = "normal",
    elided: bool = False,
) -> QPushButton:
    """A button with text, taken literally; an `elided` or "plain" one fills its place and shortens its text to it."""
    button = ElidedButton(parent) if look == "plain" or elided else QPushButton(parent)
    button.setAutoDefault(False)
    button.setProperty("look", look)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    set_button_text(button, text)
    if icon_name:
        set_icon(button, icon_name)
    return button


def set_button_text(button: QPushButton, text: str) -> None:
    """Change a button's text; an ampersand in it is no keyboard mnemonic."""
    button.setAccessibleName(text)
    if isinstance(button, ElidedButton):
        button.elide()
    else:
        button.setText(_literal(text))


class ElidedButton(QPushButton):
    """A button as narrow as its place, that shows as much of its accessible name as fits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def elide(self) -> None:
        """Show what fits."""
        room = self.width() - self.iconSize().width() - _AROUND_TEXT
        self.setText(_literal(self.fontMetrics().elidedText(self.accessibleName(), Qt.TextElideMode.ElideRight, room)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another text."""
        super().resizeEvent(event)
        self.elide()


def _literal(text: str) -> str:
    return text.replace("&", "&&")
