"""Whether a window can be shown here: is there a display, and are the system libraries there that Qt loads?

Imports Qt inside the functions only: without its libraries the import is what fails.
"""

import contextlib
import ctypes
import importlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

from photoorg.errors import NoDisplay, PhotoorgError, QtLibrariesMissing

_MODULES = ("QtCore", "QtDBus", "QtGui", "QtNetwork", "QtSvg", "QtWidgets")
_DISPLAY_VARIABLES = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY")
_UNREACHABLE = "could not connect to display"  # of X11, which Qt tries last
_PLATFORM = re.compile(r'the Qt platform plugin "(\w+)"')
_NOT_FOUND = re.compile(r"(lib[\w.+-]+\.so[\w.]*): (?:cannot open shared object file|file too short)")

# Library -> its package in Debian and Ubuntu, and in Fedora.
_QT_LIBRARIES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libX11.so.6": ("libx11-6", "libX11"),
    "libbrotlidec.so.1": ("libbrotli1", "libbrotli"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgssapi_krb5.so.2": ("libgssapi-krb5-2", "krb5-libs"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libz.so.1": ("zlib1g", "zlib"),
    "libzstd.so.1": ("libzstd1", "libzstd"),
}
_X11_LIBRARIES = {
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libxcb.so.1": ("libxcb1", "libxcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
}
_WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor"),
}
_PLATFORM_LIBRARIES = {"xcb": _X11_LIBRARIES, "wayland": _WAYLAND_LIBRARIES}
_PACKAGES = _QT_LIBRARIES | _X11_LIBRARIES | _WAYLAND_LIBRARIES


def check_window_possible() -> None:
    """Look for a display and load Qt. Raises NoDisplay, QtLibrariesMissing."""
    if _is_x11_or_wayland() and not any(os.environ.get(name) for name in _DISPLAY_VARIABLES):
        raise NoDisplay(detail="there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)")
    try:
        for module in _MODULES:
            importlib.import_module(f"PySide6.{module}")
    except ImportError as error:
        if found := _NOT_FOUND.search(str(error)):
            raise _libraries_missing([found[1], *_missing(_QT_LIBRARIES | _session_libraries())]) from error
        raise


@contextlib.contextmanager
def start_failures_reported(report: Callable[[PhotoorgError], None]) -> Iterator[None]:
    """While the application object is made: Qt cannot be kept from aborting when no platform plugin starts.

    `report` is called before that with NoDisplay or QtLibrariesMissing, and should end the program.
    """
    from PySide6.QtCore import QtMsgType, qInstallMessageHandler

    messages: list[str] = []

    def handle(kind: QtMsgType, _context: Any, message: str) -> None:
        messages.append(message)
        if kind == QtMsgType.QtFatalMsg:
            report(_start_failure(messages))

    before = qInstallMessageHandler(handle)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def _start_failure(messages: list[str]) -> PhotoorgError:
    """Why no platform plugin started. Qt's own advice names one library at most, which need not be the missing one."""
    said = "\n".join(messages)
    tried = set(_PLATFORM.findall(said))
    if "wayland" in tried and not os.environ.get("DISPLAY"):
        tried.discard("xcb")  # Qt tries it next, though nobody asked for it
    missing = [library for platform in tried for library in _missing(_PLATFORM_LIBRARIES.get(platform, {}))]
    if missing:
        return _libraries_missing(missing)
    if _UNREACHABLE in said:
        displays = [os.environ[name] for name in ("WAYLAND_DISPLAY", "DISPLAY") if os.environ.get(name)]
        return NoDisplay(detail=f"the display {' or '.join(displays) or 'of the X server'} cannot be reached")
    return NoDisplay(detail=messages[0].strip().rstrip("."))


def _is_x11_or_wayland() -> bool:
    return sys.platform not in ("win32", "darwin")


def _session_libraries() -> dict[str, tuple[str, str]]:
    """What the platform plugin will need that Qt is going to choose."""
    if os.environ.get("WAYLAND_DISPLAY"):
        return _WAYLAND_LIBRARIES
    return _X11_LIBRARIES if os.environ.get("DISPLAY") else {}


def _missing(libraries: dict[str, tuple[str, str]]) -> list[str]:
    """Those of the libraries that the system cannot load."""
    return [name for name in libraries if not _loads(name)]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _libraries_missing(names: list[str]) -> QtLibrariesMissing:
    libraries = sorted(set(names))
    debian, fedora = (
        " ".join(sorted({_PACKAGES[name][column] if name in _PACKAGES else name for name in libraries}))
        for column in (0, 1)
    )
    return QtLibrariesMissing(libraries=", ".join(libraries), debian=debian, fedora=fedora)
