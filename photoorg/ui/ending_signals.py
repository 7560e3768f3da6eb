"""Ctrl-C, SIGTERM and a closed terminal end the event loop, instead of raising somewhere in the middle of it."""

import signal
import socket
from types import FrameType, TracebackType
from typing import Any, Self

from PySide6.QtCore import QCoreApplication, QSocketNotifier
from PySide6.QtWidgets import QApplication

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP


class EndingSignals:
    """While it is entered, a signal raises nothing: `received` tells whether one came.

    After `listen` it also closes all windows and ends the event loop. Python runs its handlers only between two of its
    own instructions, and an idle event loop has none: the byte that Python's C handler writes wakes the loop.
    """

    def __init__(self) -> None:
        self.received = False
        self._before: dict[int, Any] = {}
        self._notifier: QSocketNotifier | None = None

    def __enter__(self) -> Self:
        self._read, self._write = socket.socketpair()
        self._read.setblocking(False)
        self._write.setblocking(False)
        self._wakeup_before = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
            if signal.getsignal(number) != signal.SIG_IGN:  # nohup, or a shell's background job
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        if self._notifier:
            self._notifier.setEnabled(False)
        self._read.close()
        self._write.close()

    def listen(self) -> None:
        """Wake the event loop from now on; needs the application object."""
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._on_woken)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.received = True

    def _on_woken(self) -> None:
        if any(number in self._before for number in self._read.recv(64)):
            self.received = True
            QApplication.closeAllWindows()
            QCoreApplication.exit()
