"""Texts made of paths: one to show, one to find by. The bytes stay the truth."""

import unicodedata


def display_text(path: bytes) -> str:
    """For people: bytes that are not UTF-8 become U+FFFD."""
    return path.decode("utf-8", "replace")


def search_key(path: bytes) -> str:
    """For finding: composed (NFC) and without case."""
    return unicodedata.normalize("NFC", display_text(path)).casefold()
