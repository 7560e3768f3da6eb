"""The window on a real library, and how tests look into it and use it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from photoorg import Library
from photoorg.library import ALL_PHOTOS, Collection, Photo
from photoorg.ui.main_window import MainWindow
from photoorg.ui.views.labels import FittingLabel


class OpenedWindow:
    """A window that is shown, and its library."""

    def __init__(self, qtbot: QtBot, library: Library, suggestions: tuple[str, ...] = ()) -> None:
        self._qtbot = qtbot
        self.library = library
        self.window = MainWindow(library, suggestions)
        self.browser = self.window._browser
        self.viewer = self.window._viewer
        self.grid = self.browser.grid
        self.model = self.window._model
        self.window.show()
        self.window.activateWindow()

    def close(self) -> None:
        """Close the window like a user, then the library; may be called twice."""
        self.window.close()
        self.library.close()

    # --- waiting ---

    def wait(self, fact: Callable[[], bool]) -> None:
        """Until something is so."""
        self._qtbot.waitUntil(fact)

    def wait_for_photos(self, count: int) -> None:
        """Until the grid has so many photos, and all of them are loaded."""
        self.wait(lambda: self.model.rowCount() == count and len(self.names()) == count)

    def wait_for_names(self, *names: str) -> None:
        """Until the grid shows just these photos, in this order."""
        self.wait(lambda: self.names() == list(names))

    def wait_for_results(self, title: str) -> None:
        """Until the answer to a search is shown; `title` is a part of its title."""
        self.wait(lambda: not self.browser.results.isHidden() and title in self.browser.results.title())

    def wait_until_watching(self) -> None:
        """Until all that was there is indexed, and the folders are followed."""
        self.wait(lambda: self.says("Watching"))

    # --- looking ---

    def ids(self) -> list[int]:
        """The photos of the grid."""
        return [self.model.photo_id(row) for row in range(self.model.rowCount())]

    def photos(self) -> list[Photo]:
        """What the window knows of them; those that are not loaded are asked for."""
        cells = [self.window._cells.cell(photo_id, 160) for photo_id in self.ids()]
        return [cell.photo for cell in cells if cell.photo]

    def names(self) -> list[str]:
        """Their file names."""
        return [name_of(photo) for photo in self.photos()]

    def photo(self, name: str) -> Photo:
        """A photo of the grid by its file name."""
        return next(photo for photo in self.photos() if name_of(photo) == name)

    def says(self, text: str, within: QWidget | None = None) -> bool:
        """Whether a visible label has this text in it."""
        parts = within or self.window
        labels = [*parts.findChildren(QLabel), *parts.findChildren(FittingLabel)]
        return any(text in label.text() for label in labels if label.isVisible())

    def shown_details(self) -> str:
        """The name in the details pane, "" if it shows no photo."""
        details = self.browser.details
        return details._name.toPlainText() if details._pages.currentWidget() is details._scroll else ""

    def counts(self) -> dict[str, int]:
        """Title -> count of the sidebar's collections."""
        model = self.browser.sidebar._model
        rows = [model.row_at(model.index(row)) for row in range(model.rowCount())]
        return {row.title: row.count for row in rows if row.collection}

    def folder_collection(self, title: str) -> Collection:
        """The collection of a watch folder by its title in the sidebar."""
        model = self.browser.sidebar._model
        rows = [model.row_at(model.index(row)) for row in range(model.rowCount())]
        return next(row.collection for row in rows if row.title == title and row.collection)

    # --- using ---

    @property
    def line(self) -> QLineEdit:
        """Where searches are typed."""
        return self.browser.search._field.line

    def type_search(self, text: str) -> None:
        """Type into the search field what is to be looked for."""
        self.line.setFocus()
        self.line.selectAll()
        self._qtbot.keyClicks(self.line, text)

    def search(self, text: str) -> None:
        """Type it, and wait for the results."""
        self.type_search(text)
        self.wait_for_results(f"“{text}”")

    def choose(self, collection: Collection = ALL_PHOTOS) -> None:
        """Click on a collection in the sidebar."""
        sidebar = self.browser.sidebar
        index = sidebar._model.index(sidebar._model.row_of(collection))
        self._qtbot.mouseClick(
            sidebar.view.viewport(), Qt.MouseButton.LeftButton, pos=sidebar.view.visualRect(index).center()
        )

    def select(self, *names: str) -> None:
        """Select photos of the grid by their file names."""
        self.grid.select_id(self.photo(names[0]).id)
        for name in names[1:]:
            self.grid._choice.toggle(self.model.row_of(self.photo(name).id))

    def open(self, name: str) -> None:
        """Look at a photo in the viewer."""
        self.select(name)
        self.press(Qt.Key.Key_Return, self.grid)
        assert self.viewer.isVisible()

    def press(self, key: Qt.Key, on: QWidget, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is made to be."""
        self.window.activateWindow()
        self.wait(self.window.isActiveWindow)
        on.setFocus()
        self._qtbot.keyClick(on, key, modifiers)

    def click(self, text: str, within: QWidget | None = None) -> None:
        """Click on a visible button by its accessible name."""
        buttons = (within or self.window).findChildren(QAbstractButton)
        (button,) = [b for b in buttons if b.isVisible() and b.accessibleName() == text]
        self._qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def action(self, text: str) -> QAction:
        """A command of the window."""
        return next(action for action in self.browser.actions() if action.text() == text)

    def drop(self, *paths: Path) -> bool:
        """Drop files or folders on the window; tells whether it takes them."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        where = QPoint(300, 300)
        act, button, no_keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(where, act, data, button, no_keys)
        QApplication.sendEvent(self.window, enter)
        if enter.isAccepted():
            QApplication.sendEvent(self.window, QDropEvent(QPointF(where), act, data, button, no_keys))
        return enter.isAccepted()


def name_of(photo: Photo) -> str:
    """The file name of a photo."""
    return Path(photo.path.decode()).name
