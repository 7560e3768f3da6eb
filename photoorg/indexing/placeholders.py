"""Placeholders: files of cloud storage that are listed on the disk, and whose content is not there until somebody reads it.

photoorg never makes a cloud fetch them: a new one is left out, and of a known photo everything stays as it is.
"""

import os
import stat
from typing import Any

from photoorg.media.formats import kind_of

# Windows, winnt.h: OneDrive, Dropbox and iCloud set the first; the others are of older and of tape storage.
_RECALL_ON_DATA_ACCESS, _RECALL_ON_OPEN, _OFFLINE = 0x400000, 0x40000, 0x1000
_AWAY = _RECALL_ON_DATA_ACCESS | _RECALL_ON_OPEN | _OFFLINE
# macOS, sys/stat.h: a file provider's file without its data.
_DATALESS = 0x40000000
_STUB_ENDING = b".icloud"


def is_online_only(status: Any) -> bool:
    """Whether the content of a file is not on the disk, by what `os.stat` gives.

    Linux has no such flag. A size without blocks is none: small files have no blocks of their own on btrfs, and
    network drives tell nothing of theirs.
    """
    attributes = getattr(status, "st_file_attributes", 0)
    return bool(attributes & _AWAY or getattr(status, "st_flags", 0) & _DATALESS)


def stub_name(name: bytes) -> bytes:
    """The name of the hidden file that stands for an evicted one in older versions of macOS."""
    return b"." + name + _STUB_ENDING


def name_of_stub(name: bytes) -> bytes | None:
    """The name of the picture that such a hidden file stands for; None for other files."""
    inner = name[1 : -len(_STUB_ENDING)]
    return inner if inner and name == stub_name(inner) and kind_of(inner) == "picture" else None


def stub_at(path: bytes) -> os.stat_result | None:
    """What stands for the file at `path` if that was evicted by an older macOS."""
    folder, name = os.path.split(path)
    try:
        status = os.lstat(os.path.join(folder, stub_name(name)))
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None
