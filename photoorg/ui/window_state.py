"""What the window looks like, kept from one start to the next: beside the library, as it belongs to this library."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QWidget

from photoorg.ui.views.browser import Browser

_SIZE = (1280, 820)


class WindowState:
    """Geometry, panes, size of the cells, and which notices were read. A file that is damaged means the defaults."""

    def __init__(self, file: Path) -> None:
        self._values = QSettings(str(file), QSettings.Format.IniFormat)

    def restore(self, window: QWidget, browser: Browser) -> None:
        """Give the window the look it had."""
        window.resize(*_SIZE)
        window.restoreGeometry(self._bytes("geometry"))
        browser.splitter.restoreState(self._bytes("panes"))
        browser.want_panes(sidebar=self._is("sidebar", default=True), details=self._is("details", default=True))
        browser.grid.set_cell_size(self._number("cell_size", browser.grid.cell_size))

    def save(self, window: QWidget, browser: Browser) -> None:
        """Remember it."""
        if not window.isFullScreen():  # only the viewer knows the way out of it
            self._values.setValue("geometry", window.saveGeometry())
        self._values.setValue("panes", browser.splitter.saveState())
        self._values.setValue("sidebar", browser.wants_sidebar)
        self._values.setValue("details", browser.wants_details)
        self._values.setValue("cell_size", browser.grid.cell_size)
        self._values.sync()

    def was_dismissed(self, notice: str) -> bool:
        """Whether a notice was read and put away."""
        return self._is(f"dismissed/{notice}", default=False)

    def dismiss(self, notice: str, *, dismissed: bool = True) -> None:
        """Do not show a notice again, or do."""
        self._values.setValue(f"dismissed/{notice}", dismissed)

    def _bytes(self, key: str) -> QByteArray:
        value = self._values.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def _is(self, key: str, *, default: bool) -> bool:
        return str(self._values.value(key, default)).lower() == "true"

    def _number(self, key: str, default: int) -> int:
        value = str(self._values.value(key, default))
        return int(value) if value.isdecimal() else default
