"""What a system lets a program watch, and what to do where that is not enough."""

import errno
import os
from pathlib import Path

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import WatchFolder
from photoorg.errors import WatchLimited

_INOTIFY = Path("/proc/sys/fs/inotify")
WATCHES, INSTANCES = "max_user_watches", "max_user_instances"
# What the kernel says when a limit is reached: of watches, of its memory; of instances, of open files.
LIMIT_ERRORS = {errno.ENOSPC: WATCHES, errno.ENOMEM: WATCHES, errno.EMFILE: INSTANCES, errno.ENFILE: INSTANCES}
_ENOUGH = {WATCHES: 524_288, INSTANCES: 512}
_SPARE = 2


def limit_of(name: str, folder: Path = _INOTIFY) -> int | None:
    """A limit of inotify(7) by its name; None where there is none, or it may not be read."""
    try:
        return int((folder / name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def limit_notice(error_number: int, path: bytes) -> WatchLimited:
    """What people are told when a watch folder cannot be followed as a whole."""
    name = LIMIT_ERRORS.get(error_number, WATCHES)
    limit = limit_of(name) or 0
    return WatchLimited(path=os.fsdecode(path), limit=limit, wanted=wanted(name, limit), name=f"fs.inotify.{name}")


def wanted(name: str, limit: int, needed: int = 0) -> int:
    """What a limit should be raised to."""
    return max(_ENOUGH[name], _SPARE * limit, _SPARE * needed)


def check_watching(catalog: Catalog) -> tuple[bool, str]:
    """Whether the folders of the library can be followed, and what there is to know about it."""
    count = len(set[tuple[int, bytes]]().union(*(_directories(catalog, folder) for folder in catalog.folders.all())))
    text = f"{count:,} folders are to be followed."
    limit = limit_of(WATCHES)
    if limit is None:
        return True, text
    text += f" The system allows a user {limit:,} watches (fs.inotify.{WATCHES}), one for each folder, in all programs."
    if count < limit:
        return True, text
    return False, f"{text} {WatchLimited(name=f'fs.inotify.{WATCHES}', wanted=wanted(WATCHES, limit, count)).hint_text}"


def _directories(catalog: Catalog, folder: WatchFolder) -> set[tuple[int, bytes]]:
    """A watch folder, and the folders in it that have pictures or lead to some."""
    found = {(folder.volume_id, folder.path)}
    for file in catalog.files.each_known_in(folder):
        path = os.path.dirname(file.place.path)
        while not file.missing and path and (file.place.volume_id, path) not in found:
            found.add((file.place.volume_id, path))
            path = os.path.dirname(path)
    return found
