"""Makes the screenshots of the README: `python packaging/make_screenshots.py DEMO_DATA_DIR [FONT]`, after `photoorg demo`.

Runs the real window offscreen over the demo library.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PIL import Image
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from photoorg.demo.searches import SUGGESTED_SEARCHES
from photoorg.library import Library
from photoorg.ui.main_window import MainWindow
from photoorg.ui.theme import apply_theme

FOLDER = Path(__file__).parent / "screenshots"
SIZE = (1280, 820)
SUGGESTIONS = 6
SEARCH = "boats at night"
SETTLE_MS = 1500


def main() -> None:
    """Make them all."""
    app = QApplication(["photoorg"])
    if len(sys.argv) > 2:  # noqa: PLR2004
        app.setFont(QFont(sys.argv[2], 10))
    apply_theme(app, dark=False)
    with Library(sys.argv[1], encoder_host="own-process") as library:
        window = MainWindow(library, [search.query for search in SUGGESTED_SEARCHES[:SUGGESTIONS]])
        window.resize(*SIZE)
        window.show()
        show_search(window)
        save(window, "search")
        show_viewer(window)
        save(window, "viewer")
        window.shut_down()


def show_search(window: MainWindow) -> None:
    """Results, with one of them marked and selected."""
    browser = window._browser
    browser.search.set_text(SEARCH)
    wait_until(lambda: window._browsing.answer is not None)
    settle()
    window._actions.set_favourite([window._model.photo_id(1)], favourite=True)
    browser.grid.select_id(window._model.photo_id(1))
    settle()


def show_viewer(window: MainWindow) -> None:
    """One photo."""
    window._browsing.leave_results()
    settle()
    window._on_opened(window._model.photo_id(1))
    settle()


def save(window: MainWindow, name: str) -> None:
    """As a small file."""
    path = FOLDER / f"{name}.png"
    window.grab().save(str(path))
    Image.open(path).convert("RGB").save(path, optimize=True)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Let the window work until something is so."""
    while not is_so():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)


def settle() -> None:
    """Let the window work for a moment."""
    loop = QEventLoop()
    QTimer.singleShot(SETTLE_MS, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
