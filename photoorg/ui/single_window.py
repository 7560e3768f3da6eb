"""One window for one library: a second start asks the first window to come to the front."""

import contextlib
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from photoorg.errors import DataFolderUnusable, WindowNotAnswering

_LOCK_NAME = "window.lock"
_RAISE = b"raise "
_ACTIVATION_TOKEN = "XDG_ACTIVATION_TOKEN"  # noqa: S105  Wayland's leave to take the focus, from the launcher
_PATIENCE_S = 15.0  # a window that is just closing may need that long
_TRY_S = 0.2
_ANSWER_MS = 1000


class FirstWindow(QObject):
    """The program that shows the library; hears from programs that would have been the second."""

    raise_wanted = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._open: list[QLocalSocket] = []
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_new_connection)
        QLocalServer.removeServer(name)  # left by a program that crashed: a living one would hold the lock
        self._server.listen(name)

    def close(self) -> None:
        """Hear nobody any more; may be called twice."""
        self._server.close()

    def _on_new_connection(self) -> None:
        while socket := self._server.nextPendingConnection():
            self._open.append(socket)
            socket.disconnected.connect(self._on_disconnected)
        self._on_disconnected()

    def _on_disconnected(self) -> None:
        """Take the messages that are complete: a sender hangs up after its own."""
        done = [socket for socket in self._open if socket.state() == QLocalSocket.LocalSocketState.UnconnectedState]
        self._open = [socket for socket in self._open if socket not in done]
        for socket in done:
            message = bytes(socket.readAll().data())
            socket.deleteLater()
            self._take(message)

    def _take(self, message: bytes) -> None:
        if not message.startswith(_RAISE):
            return
        if token := message.removeprefix(_RAISE):
            os.environ[_ACTIVATION_TOKEN] = os.fsdecode(token)  # Qt reads it when a window is activated
        self.raise_wanted.emit()


@contextlib.contextmanager
def only_window(data_dir: Path, *, patience_s: float = _PATIENCE_S) -> Iterator[FirstWindow | None]:
    """Become the one program with a window on the library in `data_dir`; None if another was asked to show its own.

    An OS lock decides, so that two starts at once and a crash leave nothing undecided; the socket only carries the
    message. Raises WindowNotAnswering, DataFolderUnusable.
    """
    name = _socket_name(data_dir)
    lock = FileLock(data_dir / _LOCK_NAME)
    if not _become_first(lock, name, data_dir, patience_s):
        yield None
        return
    try:
        first = FirstWindow(name)
        try:
            yield first
        finally:
            first.close()
    finally:
        lock.release()


def _become_first(lock: FileLock, name: str, data_dir: Path, patience_s: float) -> bool:
    """Whether the lock was taken; if not, its holder was asked. A holder that cannot be asked starts or closes now."""
    deadline = time.monotonic() + patience_s
    while not _taken(lock, data_dir):
        if _asked(name):
            return False
        if time.monotonic() > deadline:
            raise WindowNotAnswering(path=str(data_dir))
    return True


def _taken(lock: FileLock, data_dir: Path) -> bool:
    try:
        lock.acquire(timeout=_TRY_S)
    except Timeout:
        return False
    except (OSError, NotImplementedError) as error:  # the second one: a file system without locks
        raise DataFolderUnusable(path=str(data_dir), detail=str(error)) from error
    return True


def _asked(name: str) -> bool:
    """Ask the window that listens to `name` to come to the front; whether there was one."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_ANSWER_MS):
        return False
    socket.write(_RAISE + os.fsencode(os.environ.get(_ACTIVATION_TOKEN, "")))
    while socket.bytesToWrite():
        if not socket.waitForBytesWritten(_ANSWER_MS):
            return False
    socket.disconnectFromServer()
    return True


def _socket_name(data_dir: Path) -> str:
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME")
    library = f"{user}:{os.path.realpath(data_dir)}"
    return f"photoorg-{hashlib.sha256(os.fsencode(library)).hexdigest()[:24]}"
