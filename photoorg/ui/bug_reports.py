"""A bug in a slot or in a thread is logged with its traceback, and the window goes on."""

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler

_log = logging.getLogger(__name__)
_qt_log = logging.getLogger(f"{__name__}.qt")

# Much of what Qt warns of is no fault of ours (a font, a missing portal): such lines are for the log file.
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.DEBUG,
    QtMsgType.QtWarningMsg: logging.INFO,
    QtMsgType.QtCriticalMsg: logging.WARNING,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class BugReports:
    """While it is entered, exceptions that nobody caught go to the log; the first one on the GUI thread is also told.

    Python calls the hooks for slots, overridden methods of Qt, threads and finalizers. `tell_user` is called once, from
    the event loop.
    """

    def __init__(self, tell_user: Callable[[], object]) -> None:
        self._tell_user = tell_user
        self._told = False

    def __enter__(self) -> Self:
        self._before = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = self._on_exception
        threading.excepthook = _on_thread_exception
        sys.unraisablehook = _on_unraisable
        self._qt_before = qInstallMessageHandler(_on_qt_message)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
        qInstallMessageHandler(self._qt_before)

    def _on_exception(self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        _log.error("a bug; the window goes on", exc_info=(kind, error, traceback))
        if not self._told:
            self._told = True
            QTimer.singleShot(0, self._tell_user)


def _on_thread_exception(failed: Any) -> None:
    if failed.exc_type is not SystemExit:
        thread = failed.thread.name if failed.thread else "?"
        _log.error(
            "a bug ended the thread %s", thread, exc_info=(failed.exc_type, failed.exc_value, failed.exc_traceback)
        )


def _on_unraisable(failed: Any) -> None:
    _log.error(
        "%s %r",
        failed.err_msg or "a bug in",
        failed.object,
        exc_info=(failed.exc_type, failed.exc_value, failed.exc_traceback),
    )


def _on_qt_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    _qt_log.log(_LEVELS.get(kind, logging.INFO), "%s", message)
