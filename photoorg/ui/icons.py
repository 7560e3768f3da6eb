"""The program's icons: line drawings in one colour, tinted with the palette."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication

from photoorg.paths import resources

IconTarget = QAbstractButton | QAction

_ROLE = QPalette.ColorRole.ButtonText
_GROUPS: Final = (QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled)
_SIZES: Final = (16, 18, 20, 24, 36, 48)  # device pixels; each takes 0.05 ms
_APP_SIZES: Final = (16, 24, 32, 48, 64, 128, 256)
_NAME: Final = "iconName"
_ICON_ROLE: Final = "iconRole"


def icon(name: str, role: QPalette.ColorRole = _ROLE) -> QIcon:
    """An icon in a colour of the palette as it is now; see `set_icon` for one that follows the palette."""
    colour, faint = (QApplication.palette().color(group, role) for group in _GROUPS)
    tinted = QIcon()
    for side in _SIZES:
        tinted.addPixmap(_pixmap(name, colour, side), QIcon.Mode.Normal)
        tinted.addPixmap(_pixmap(name, colour, side), QIcon.Mode.Selected)
        tinted.addPixmap(_pixmap(name, faint, side), QIcon.Mode.Disabled)
    return tinted


def set_icon(target: IconTarget, name: str, role: QPalette.ColorRole = _ROLE) -> None:
    """Give a button or action an icon that is tinted again when the theme changes."""
    target.setProperty(_NAME, name)
    target.setProperty(_ICON_ROLE, role.value)
    target.setIcon(icon(name, role))


def icon_pixmap(name: str, colour: QColor, side: int, device_pixel_ratio: float = 1.0) -> QPixmap:
    """An icon in any colour, `side` logical pixels large: for painting."""
    pixmap = QPixmap(_pixmap(name, colour, round(side * device_pixel_ratio)))
    pixmap.setDevicePixelRatio(device_pixel_ratio)
    return pixmap


def paint_icon(painter: QPainter, rect: QRectF, name: str, colour: QColor) -> None:
    """Paint an icon into the middle of `rect` (logical pixels)."""
    side = round(min(rect.width(), rect.height()))
    pixmap = icon_pixmap(name, colour, side, painter.device().devicePixelRatioF())
    painter.drawPixmap(round(rect.center().x() - side / 2), round(rect.center().y() - side / 2), pixmap)


def application_icon() -> QIcon:
    """The program's own icon, in its own colours."""
    own = QIcon()
    for side in _APP_SIZES:
        own.addPixmap(application_pixmap(side))
    return own


def application_pixmap(side: int, device_pixel_ratio: float = 1.0) -> QPixmap:
    """The program's own icon, `side` logical pixels large."""
    pixmap = _rendered(_drawing("photoorg"), round(side * device_pixel_ratio))
    pixmap.setDevicePixelRatio(device_pixel_ratio)
    return pixmap


def retint(app: QApplication) -> None:
    """Tint what `set_icon` dressed with the palette as it is now."""
    for target in _targets(app):
        if name := target.property(_NAME):
            target.setIcon(icon(name, QPalette.ColorRole(target.property(_ICON_ROLE))))


def _targets(app: QApplication) -> Iterator[IconTarget]:
    for widget in app.allWidgets():
        if isinstance(widget, QAbstractButton):
            yield widget
        yield from widget.actions()


def _pixmap(name: str, colour: QColor, side: int) -> QPixmap:
    key = f"photoorg {name} {colour.name(QColor.NameFormat.HexArgb)} {side}"
    pixmap = QPixmap()
    if not QPixmapCache.find(key, pixmap):
        pixmap = _rendered(_drawing(name).replace(b"currentColor", colour.name().encode()), side)
        QPixmapCache.insert(key, pixmap)
    return pixmap


def _rendered(drawing: bytes, side: int) -> QPixmap:
    pixmap = QPixmap(QSize(side, side))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap


@cache
def _drawing(name: str) -> bytes:
    """The SVG of an icon. Raises FileNotFoundError: a name that is not there is a bug."""
    return (resources() / "icons" / f"{name}.svg").read_bytes()
