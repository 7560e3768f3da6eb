"""No display, or a system without Qt's libraries: errors that say what to do, instead of Qt's abort."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from photoorg.errors import NoDisplay
from photoorg.ui.display import check_window_possible

VARIABLES = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "XDG_SESSION_TYPE")
freedesktop = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="this system always has a display")

# Starts Qt as the program does; prints the error, or the platform.
START = """
import json, os, sys
from photoorg.errors import PhotoorgError
from photoorg.ui.display import check_window_possible, start_failures_reported

def report(error):
    print(json.dumps([error.code, str(error), error.hint_text]), flush=True)
    os._exit(1)

try:
    check_window_possible()
except PhotoorgError as error:
    report(error)
from PySide6.QtWidgets import QApplication
with start_failures_reported(report):
    app = QApplication(["start"])
print(json.dumps(["started", app.platformName(), ""]))
"""

# Hides libraries behind a layer of their folder, for one command and in a mount namespace of its own.
HIDE = """
set -e
folder=$1 libraries=$2
shift 2
mount -t tmpfs layers /mnt
mkdir /mnt/upper /mnt/work
mount -t overlay overlay -o "lowerdir=$folder,upperdir=/mnt/upper,workdir=/mnt/work" "$folder"
for library in $libraries; do rm "$folder/$library"; done
exec "$@"
"""


def start(*before: str, **environment: str) -> tuple[str, str, str]:
    clean = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    done = subprocess.run(
        [*before, sys.executable, "-W", "error", "-c", START],
        stdout=subprocess.PIPE, text=True, timeout=60, check=False, env=clean | environment,
    )  # fmt: skip
    code, message, hint = json.loads(done.stdout)
    return code, message, hint


def folder_of(library: str) -> Path:
    listed = subprocess.run(["/sbin/ldconfig", "-p"], stdout=subprocess.PIPE, text=True, check=True).stdout
    found = [line.split("=>")[1].strip() for line in listed.splitlines() if line.split(" ")[0].strip() == library]
    return Path(found[0]).resolve().parent


def hiding(*libraries: str) -> list[str]:
    """A command in front of another one: it runs on a system without the libraries. Skips where that cannot be had."""
    if not (shutil.which("unshare") and shutil.which("/sbin/ldconfig")):
        pytest.skip("there is no unshare here")
    before = ["unshare", "-m", "sh", "-c", HIDE, "sh", str(folder_of(libraries[0])), " ".join(libraries)]
    if subprocess.run([*before, "true"], stderr=subprocess.PIPE, check=False).returncode:
        pytest.skip("this user may not mount")
    return before


@freedesktop
def test_without_a_display_the_commands_that_need_none_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NoDisplay, match="neither DISPLAY nor WAYLAND_DISPLAY") as caught:
        check_window_possible()
    for command in ("index", "watch", "search", "similar", "stats", "demo --headless"):
        assert f"`photoorg {command}`" in caught.value.hint_text


@freedesktop
@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_a_display_that_is_not_there_is_named(variable: str) -> None:
    code, message, hint = start(**{variable: "nowhere:99"})
    if code == "qt-libraries-missing":
        pytest.skip(message)
    assert (code, message) == ("no-display", "The window cannot be opened: the display nowhere:99 cannot be reached.")
    assert "photoorg index" in hint


def test_a_platform_that_qt_does_not_have_is_named() -> None:
    code, message, _ = start(QT_QPA_PLATFORM="nonsense")
    assert code == "no-display"
    assert "nonsense" in message


def test_without_failures_qt_simply_starts() -> None:
    assert start(QT_QPA_PLATFORM="offscreen")[:2] == ("started", "offscreen")


@freedesktop
def test_libraries_that_qt_is_linked_to_are_named_with_their_packages() -> None:
    code, message, hint = start(*hiding("libEGL.so.1"), QT_QPA_PLATFORM="offscreen")
    assert code == "qt-libraries-missing"
    assert "libEGL.so.1" in message
    assert "sudo apt install libegl1`" in hint
    assert "sudo dnf install libglvnd-egl`" in hint


@freedesktop
def test_all_libraries_that_the_x11_plugin_misses_are_named_with_their_packages() -> None:
    missing = {"libxcb-cursor.so.0": "libxcb-cursor0", "libxcb-image.so.0": "libxcb-image0"}
    code, message, hint = start(*hiding(*missing), DISPLAY=":99")
    assert code == "qt-libraries-missing"
    for library, package in missing.items():
        assert library in message
        assert package in hint


@freedesktop
def test_libraries_of_the_session_are_named_together_with_those_of_qt() -> None:
    code, message, _ = start(*hiding("libEGL.so.1", "libxcb-cursor.so.0"), DISPLAY=":99")
    assert code == "qt-libraries-missing"
    assert "libEGL.so.1" in message
    assert "libxcb-cursor.so.0" in message


def test_a_broken_installation_of_qt_is_a_bug_not_a_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def import_fails(name: str) -> Any:
        raise ImportError("undefined symbol: _ZN7QObject")

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr("importlib.import_module", import_fails)
    with pytest.raises(ImportError, match="undefined symbol"):
        check_window_possible()
