"""Shows a file in the system's file manager, selected in its folder."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QProcess, QUrl
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher
from PySide6.QtGui import QDesktopServices

from photoorg.errors import FileVanished

_SERVICE = "org.freedesktop.FileManager1"  # https://www.freedesktop.org/wiki/Specifications/file-manager-interface/
_OBJECT = "/org/freedesktop/FileManager1"


def show_in_folder(path: Path) -> None:
    """Open the folder of a file with the file selected; does not wait until it is open. Raises FileVanished."""
    if not os.path.lexists(path):
        raise FileVanished
    if sys.platform == "darwin":
        QProcess.startDetached("/usr/bin/open", ["-R", str(path)])
    elif sys.platform == "win32":
        explorer = QProcess()
        explorer.setProgram("explorer.exe")
        explorer.setNativeArguments(f'/select,"{path}"')  # Explorer takes no other quotes
        explorer.startDetached()
    else:
        _show_through_dbus(path)


def _show_through_dbus(path: Path) -> None:
    """Ask the desktop's file manager; where none knows how, the folder is opened without a selection."""
    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        _open_folder(path)
        return
    message = QDBusMessage.createMethodCall(_SERVICE, _OBJECT, _SERVICE, "ShowItems")
    message.setArguments([[path.as_uri()], ""])
    # The application holds it until there is an answer.
    answer = QDBusPendingCallWatcher(bus.asyncCall(message), QCoreApplication.instance())
    answer.finished.connect(lambda: _on_answered(answer, path))


def _on_answered(answer: QDBusPendingCallWatcher, path: Path) -> None:
    if answer.isError():
        _open_folder(path)
    answer.deleteLater()


def _open_folder(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromEncoded(path.parent.as_uri().encode()))
