"""Opens a library in a window and runs it to its end: one window per library, errors, signals, shutdown."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from photoorg import __version__
from photoorg.errors import Cancelled, PhotoorgError
from photoorg.log import set_up_logging
from photoorg.paths import DataDir, default_data_dir
from photoorg.ui.bug_reports import BugReports
from photoorg.ui.display import start_failures_reported
from photoorg.ui.ending_signals import EndingSignals
from photoorg.ui.icons import application_icon
from photoorg.ui.single_window import FirstWindow, only_window
from photoorg.ui.theme import apply_theme

if TYPE_CHECKING:
    from photoorg.library import Library
    from photoorg.ui.main_window import MainWindow

_log = logging.getLogger(__name__)

_NAME = "photoorg"
_BUG_TEXT = "Something went wrong that should not."
_BUG_ADVICE = (
    "photoorg goes on, and your photos are safe. If it behaves oddly, start it again. The details are in {log}"
)
_WITHOUT_EYES = ("offscreen", "minimal")  # Qt platforms that nobody can look at


def run_window(
    data_dir: Path | None,
    *,
    device: str = "auto",
    suggestions: Sequence[str] = (),
    say: Callable[[str], object],
    on_fatal: Callable[[PhotoorgError], None],
    make_window: Callable[[Library, Sequence[str]], MainWindow] | None = None,
) -> None:
    """Show the library's window until it is closed; if another program shows it already, that one is brought to the front.

    `say` gets lines for the terminal. `on_fatal` gets NoDisplay or QtLibrariesMissing when Qt cannot start, and must not
    return: Qt aborts after it. `suggestions` are searches to offer. Raises what opening a library raises,
    WindowNotAnswering, and Cancelled when a signal closed the window.
    """
    folder = DataDir(Path(os.path.expanduser(data_dir)).absolute() if data_dir else default_data_dir())
    with EndingSignals() as ending:
        app = _application(on_fatal)
        ending.listen()
        with _shown_errors(ending), _only_window(folder, say) as first:
            if first:
                with _open_library(folder.root, device) as library:
                    _run(app, library, first, ending, lambda: (make_window or _main_window)(library, suggestions))
    if ending.received:
        raise Cancelled


def _application(on_fatal: Callable[[PhotoorgError], None]) -> QApplication:
    QCoreApplication.setApplicationName(_NAME)
    QCoreApplication.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName(_NAME)
    with start_failures_reported(on_fatal):
        app = QApplication([_NAME])
    app.setWindowIcon(application_icon())
    apply_theme(app)
    return app


def _open_library(data_dir: Path, device: str) -> Library:
    from photoorg.library import Library  # loads numpy and more, which a second start does without

    library = Library(data_dir, device=device, encoder_host="own-process")
    set_up_logging(library.data_dir.log)
    return library


def _main_window(library: Library, suggestions: Sequence[str]) -> MainWindow:
    from photoorg.ui.main_window import MainWindow

    return MainWindow(library, suggestions=suggestions)


def _run(
    app: QApplication,
    library: Library,
    first: FirstWindow,
    ending: EndingSignals,
    make_window: Callable[[], MainWindow],
) -> None:
    window = make_window()
    with BugReports(lambda: _tell_of_bug(window, library.data_dir.log)):
        try:
            first.raise_wanted.connect(lambda: _bring_to_front(window))
            window.closing.connect(first.close)  # who comes now waits, and opens a window of its own
            window.show()
            _log.info("the window is open; photoorg %s, Qt %s on %s", __version__, qVersion(), app.platformName())
            if not ending.received:
                app.exec()
        finally:
            first.close()
            _end(window)


def _end(window: MainWindow) -> None:
    window.hide()
    window.shut_down()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _bring_to_front(window: QWidget) -> None:
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()


def _tell_of_bug(window: QWidget, log_file: Path) -> None:
    box = QMessageBox(QMessageBox.Icon.Warning, _NAME, _BUG_TEXT, parent=window)
    box.setInformativeText(_BUG_ADVICE.format(log=log_file))
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


@contextmanager
def _only_window(folder: DataDir, say: Callable[[str], object]) -> Iterator[FirstWindow | None]:
    folder.create()
    with only_window(folder.root) as first:
        if first is None:
            say("photoorg is open already with this library: its window was asked to come to the front.")
        yield first


@contextmanager
def _shown_errors(ending: EndingSignals) -> Iterator[None]:
    """An error that a user can read is shown in a box, for those who started from a menu, and raised again."""
    try:
        yield
    except PhotoorgError as error:
        if not ending.received and QGuiApplication.platformName() not in _WITHOUT_EYES:
            _error_box(error).exec()
        raise


def _error_box(error: PhotoorgError) -> QMessageBox:
    box = QMessageBox(QMessageBox.Icon.Critical, _NAME, str(error))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(error.hint_text)
    return box
