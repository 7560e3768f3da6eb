"""Texts made of paths: one to show, one to find by; and the order of paths. The bytes stay the truth."""

import os
import unicodedata
from typing import Any

from photoorg.catalog.records import Place

_AFTER_ALL_PATHS = b"\xff" * 256  # names have at most 255 bytes


def display_text(path: bytes) -> str:
    """For people: bytes that are not UTF-8 become U+FFFD."""
    return path.decode("utf-8", "replace")


def search_key(path: bytes) -> str:
    """For finding: composed (NFC) and without case."""
    return folded(display_text(path))


def folded(text: str) -> str:
    """Any name or text, for finding: composed (NFC) and without case."""
    return unicodedata.normalize("NFC", text).casefold()


def place_values(place: Place) -> dict[str, Any]:
    """The columns of a file that say where it is."""
    return {
        "volume_id": place.volume_id,
        "watch_folder_id": place.watch_folder_id,
        "path": place.path,
        "path_text": display_text(place.path),
        "path_key": search_key(place.path),
    }


def paths_inside(folder: bytes) -> tuple[bytes, bytes]:
    """The first path that can lie below a folder, and the first that lies after all of them."""
    if folder == b"":
        return b"", _AFTER_ALL_PATHS
    separator = os.sep.encode()
    return folder + separator, folder + bytes([separator[0] + 1])
