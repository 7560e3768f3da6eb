"""Texts made of paths: one to show, one to find by; and the order of paths. The bytes stay the truth."""

import os
import unicodedata

_AFTER_ALL_PATHS = b"\xff" * 256  # names have at most 255 bytes


def display_text(path: bytes) -> str:
    """For people: bytes that are not UTF-8 become U+FFFD."""
    return path.decode("utf-8", "replace")


def search_key(path: bytes) -> str:
    """For finding: composed (NFC) and without case."""
    return unicodedata.normalize("NFC", display_text(path)).casefold()


def paths_inside(folder: bytes) -> tuple[bytes, bytes]:
    """The first path that can lie below a folder, and the first that lies after all of them."""
    if folder == b"":
        return b"", _AFTER_ALL_PATHS
    separator = os.sep.encode()
    return folder + separator, folder + bytes([separator[0] + 1])
