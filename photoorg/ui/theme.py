"""The look of the program: colours, palette and style sheet, light and dark, following the system while it runs."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from photoorg.ui.icons import retint
from photoorg.ui.style_sheet import style_sheet

_FOLLOWER: Final = "colour scheme follower"


@dataclass(frozen=True)
class Colours:
    """The colours of one theme, as #rrggbb; `line` for hairlines, `faint` for what is disabled.

    `alert` is for what is wrong or taken away; views find it as BrightText in the palette.
    """

    window: str
    base: str
    text: str
    muted: str
    line: str
    accent: str
    on_accent: str
    link: str
    faint: str
    tool_tip: str
    alert: str


LIGHT: Final = Colours(
    window="#f6f6f4",
    base="#ffffff",
    text="#1d1d1f",
    muted="#6e6e73",
    line="#e3e2de",
    accent="#2f6fde",
    on_accent="#ffffff",
    link="#245fc9",
    faint="#a2a2a6",
    tool_tip="#ffffff",
    alert="#b3261e",
)
DARK: Final = Colours(
    window="#1c1c1e",
    base="#242426",
    text="#f2f2f0",
    muted="#98989d",
    line="#38383a",
    accent="#5b9bff",
    on_accent="#0c1524",
    link="#7db0ff",
    faint="#6c6c70",
    tool_tip="#2e2e31",
    alert="#ff9088",
)


def apply_theme(app: QApplication, dark: bool | None = None) -> None:
    """Dress the whole program. `dark` None follows the system's colour scheme, also when it changes later."""
    _stop_following(app)
    app.setStyle("Fusion")
    if dark is None:
        _Follower(app)
        dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    _dress(app, DARK if dark else LIGHT)


def scaled_font(scale: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The program's font, `scale` times as large."""
    font = QApplication.font()
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * scale)
    else:
        font.setPixelSize(round(font.pixelSize() * scale))
    font.setWeight(weight)
    return font


def palette_of(colours: Colours) -> QPalette:
    """A palette with all roles of a theme, also for disabled widgets."""
    palette = QPalette(QColor(colours.text), QColor(colours.window))
    for role, name in _roles(colours).items():
        palette.setColor(role, QColor(name))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.faint))
    for role in (QPalette.ColorRole.Highlight, QPalette.ColorRole.Accent):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.line))
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.HighlightedText, QColor(colours.muted))
    return palette


class _Follower(QObject):
    """Dresses the program anew when the system turns light or dark."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.setObjectName(_FOLLOWER)
        self._app = app
        app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)

    def stop(self) -> None:
        """Follow no longer."""
        self._app.styleHints().colorSchemeChanged.disconnect(self._on_scheme_changed)
        self.setParent(None)

    def _on_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        _dress(self._app, DARK if scheme == Qt.ColorScheme.Dark else LIGHT)


def _stop_following(app: QApplication) -> None:
    for follower in app.findChildren(_Follower, _FOLLOWER):
        follower.stop()


def _dress(app: QApplication, colours: Colours) -> None:
    app.setPalette(palette_of(colours))
    app.setStyleSheet(style_sheet(colours.text, colours.faint))
    retint(app)


def _roles(colours: Colours) -> dict[QPalette.ColorRole, str]:
    role = QPalette.ColorRole
    texts = dict.fromkeys((role.WindowText, role.Text, role.ButtonText), colours.text)
    areas = {role.Window: colours.window, role.Button: colours.window, role.Base: colours.base}
    lines = dict.fromkeys((role.Mid, role.Midlight, role.Dark), colours.line)
    accents = dict.fromkeys((role.Highlight, role.Accent), colours.accent)
    links = dict.fromkeys((role.Link, role.LinkVisited), colours.link)
    rest = {
        role.BrightText: colours.alert,
        role.AlternateBase: colours.window,
        role.Light: colours.base,
        role.Shadow: "#000000",
        role.PlaceholderText: colours.muted,
        role.HighlightedText: colours.on_accent,
        role.ToolTipBase: colours.tool_tip,
        role.ToolTipText: colours.text,
    }
    return texts | areas | lines | accents | links | rest
