"""A window with queries in it: what tests of searching look at and do, on a library of drawn pictures."""

from typing import Any

from opened_window import OpenedWindow
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

ALL = 40
_COPY, _LEFT, _NO_KEYS = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
# What waits for somebody to rest waits less.
_DELAYS = {
    "query_trouble._REST_MS": 50,
    "results._REMEMBER_AFTER_MS": 20,
    "shelf._COUNT_AFTER_MS": 20,
    "browsing._ASK_AGAIN_AFTER_MS": 20,
}


def hurry(monkeypatch: Any, *but: str) -> None:
    """Let what waits for somebody to rest happen soon, `but` for these."""
    for name in _DELAYS.keys() - set(but):
        monkeypatch.setattr(f"photoorg.ui.{name}", _DELAYS[name])


def chips(window: OpenedWindow) -> list[str]:
    """What stands on the chips."""
    return [chip.spoken for chip in window.browser.search._field.strip.contents()]


def query(window: OpenedWindow) -> str:
    """The whole query in the field."""
    return window.browser.search.text()


def type_on(qtbot: QtBot, window: OpenedWindow, text: str) -> None:
    """Type behind what is there."""
    window.line.setFocus()
    qtbot.keyClicks(window.line, text)


def wait_until_answered(window: OpenedWindow, text: str) -> None:
    """Until the results of this query are shown."""
    results = window.window._finding._results
    window.wait(lambda: results.answer is not None and results.answer.question.text == text)


def ask(window: OpenedWindow, text: str) -> None:
    """Type a query, and wait for its results."""
    window.type_search(text)
    wait_until_answered(window, text.strip())


def message(window: OpenedWindow) -> str:
    """What is said to be wrong with the query, "" for nothing."""
    said = window.browser.search._message
    return said.text() if said.isVisible() else ""


def is_marked(window: OpenedWindow) -> bool:
    """Whether a place in the query is underlined."""
    return window.line._wrong is not None


def drop_on(widget: QWidget, data: QMimeData, place: QPoint | None = None) -> None:
    """Drop something there."""
    where = place or QPoint(50, 20)
    QApplication.sendEvent(widget, QDragEnterEvent(where, _COPY, data, _LEFT, _NO_KEYS))
    QApplication.sendEvent(widget, QDropEvent(QPointF(where), _COPY, data, _LEFT, _NO_KEYS))


def headings(window: OpenedWindow) -> list[int] | None:
    """How many photos the sections of the grid have; None where there are none."""
    sections = window.model.sections
    return None if sections is None else sections.counts.tolist()


def shelf(window: OpenedWindow) -> dict[str, int | None]:
    """Name -> count of the sidebar's albums and tags."""
    model = window.browser.sidebar._model
    rows = [model.row_at(model.index(row)) for row in range(model.rowCount())]
    return {row.title: row.count for row in rows if row.item}


def place_of(window: OpenedWindow, title: str) -> QPoint:
    """Where the sidebar has a row."""
    sidebar = window.browser.sidebar
    titles = [sidebar._model.row_at(sidebar._model.index(row)).title for row in range(sidebar._model.rowCount())]
    return sidebar.view.visualRect(sidebar._model.index(titles.index(title))).center()


def choose_row(qtbot: QtBot, window: OpenedWindow, title: str) -> None:
    """Click on a row of the sidebar."""
    qtbot.mouseClick(window.browser.sidebar.view.viewport(), _LEFT, pos=place_of(window, title))


def save_as(qtbot: QtBot, window: OpenedWindow, name: str) -> None:
    """Keep the search that is shown under a name."""
    window.click("Save as album…", window.browser.results)
    naming = window.browser.results._naming
    naming.line.selectAll()
    qtbot.keyClicks(naming.line, name)
    qtbot.keyClick(naming.line, Qt.Key.Key_Return)


def texts(widget: QWidget) -> str:
    """All that its visible labels say."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())
