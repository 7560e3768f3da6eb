"""What SQLite reports, as errors that a user can read."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from photoorg.errors import CatalogBusy, CatalogCorrupt, DataFolderUnusable, DiskFull

# What SQLite says when its shared memory or a new log cannot get space; files grow by pages and by 32 KiB blocks.
_PERHAPS_FULL = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
_SMALLEST_GROWTH = 32_768


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors about the file at `path` become CatalogBusy, CatalogCorrupt, DataFolderUnusable or DiskFull."""
    try:
        yield
    except sqlite3.Error as error:
        translation = translation_of(error, path)
        if translation is None:
            raise
        raise translation from error


def translation_of(error: sqlite3.Error, path: Path) -> Exception | None:
    """The user's error for what the environment did; None for a bug. Codes: sqlite.org/rescode.html."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    detail = str(error)
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
        return CatalogBusy(path=str(path))
    if primary == sqlite3.SQLITE_FULL or (primary in _PERHAPS_FULL and _is_full(path.parent)):
        return DiskFull(path=str(path.parent))
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return CatalogCorrupt(path=str(path), detail=detail)
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM):
        return DataFolderUnusable(path=str(path.parent), detail=detail)
    return None


def read_only(path: Path) -> str:
    """The URI that opens a file for reading alone."""
    return f"{path.absolute().as_uri()}?mode=ro"


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _SMALLEST_GROWTH
    except OSError:
        return False
