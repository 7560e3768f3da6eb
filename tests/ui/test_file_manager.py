"""Show in folder: the desktop's file manager, or the folder alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from photoorg.errors import FileVanished
from photoorg.ui.file_manager import show_in_folder

# Shows a file, on a bus where a file manager answers ("manager") or does not; prints what the desktop was asked for.
DESKTOP = """
import sys
from pathlib import Path
from PySide6.QtCore import ClassInfo, QCoreApplication, QObject, QTimer, QUrl, Slot
from PySide6.QtDBus import QDBusConnection
from PySide6.QtGui import QDesktopServices, QGuiApplication
from photoorg.ui.file_manager import show_in_folder

@ClassInfo({"D-Bus Interface": "org.freedesktop.FileManager1"})
class FileManager(QObject):
    @Slot("QStringList", str)
    def ShowItems(self, addresses, startup_id):
        print("select", *addresses)
        QCoreApplication.quit()

class Opener(QObject):
    @Slot(QUrl)
    def open(self, address):
        print("open", bytes(address.toEncoded().data()).decode())
        QCoreApplication.quit()

app = QGuiApplication(["desktop"])
opener, manager = Opener(), FileManager()
QDesktopServices.setUrlHandler("file", opener, "open")
if sys.argv[1] == "manager":
    bus = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, "desktop")
    bus.registerObject("/org/freedesktop/FileManager1", manager, QDBusConnection.RegisterOption.ExportAllSlots)
    assert bus.registerService("org.freedesktop.FileManager1")
QTimer.singleShot(0, lambda: show_in_folder(Path(sys.argv[2])))
app.exec()
"""

needs_bus = pytest.mark.skipif(not shutil.which("dbus-run-session"), reason="dbus-run-session is not here")
freedesktop = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="this system's own file manager would open"
)


def asked_for(photo: Path, *, before: list[str], desktop: str = "") -> str:
    done = subprocess.run(
        [*before, sys.executable, "-W", "error", "-c", DESKTOP, desktop, photo],
        stdout=subprocess.PIPE, text=True, timeout=60, check=True,
        env=os.environ | {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"},
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A file whose name holds a space, a per cent sign and a byte that is not UTF-8."""
    photo = tmp_path / os.fsdecode(b"100% \xff sea.jpg")
    photo.touch()
    return photo


@needs_bus
@freedesktop
def test_the_file_is_selected_in_the_desktops_file_manager(photo: Path) -> None:
    asked = asked_for(photo, before=["dbus-run-session", "--"], desktop="manager")
    assert asked == f"select {photo.parent.as_uri()}/100%25%20%FF%20sea.jpg"


@needs_bus
@freedesktop
def test_without_a_file_manager_on_the_bus_the_folder_is_opened(photo: Path) -> None:
    assert asked_for(photo, before=["dbus-run-session", "--"]) == f"open {photo.parent.as_uri()}"


@freedesktop
def test_without_a_bus_the_folder_is_opened(photo: Path) -> None:
    assert asked_for(photo, before=[]) == f"open {photo.parent.as_uri()}"


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileVanished):
        show_in_folder(tmp_path / "gone.jpg")
