"""Backups: copies of catalog.sqlite, one a day and one before each migration; of each kind the last seven are kept."""

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from photoorg.catalog.sqlite_errors import read_only, translated
from photoorg.errors import CatalogCorrupt, DataFolderUnusable

KEPT = 7
DAILY = "daily"
DAY = timedelta(hours=24)
HALF_MADE = ".new"
_NAME = re.compile(r"catalog-(daily|v\d+)-(\d{8}T\d{12}Z)\.sqlite")
_STAMP = "%Y%m%dT%H%M%S%fZ"
# Between two steps the copying can be cancelled.
_PAGES_AT_ONCE = 1024
# Another program may be making a copy just now, or have just died of it.
_HALF_MADE_FOR = timedelta(hours=1)
_BUSY_TIMEOUT_MS = 10_000


@dataclass(frozen=True)
class Backup:
    """A copy of the catalog: `kind` is "daily", or the version of the catalog that was migrated ("v2")."""

    path: Path
    kind: str
    made: datetime


def utc_time() -> datetime:
    """Now."""
    return datetime.now(UTC)


class Backups:
    """The copies of one catalog."""

    def __init__(self, catalog: Path, folder: Path, clock: Callable[[], datetime] = utc_time) -> None:
        self._catalog = catalog
        self._folder = folder
        self._clock = clock

    def all(self) -> list[Backup]:
        """All copies, newest first."""
        return backups_in(self._folder)

    def make_daily(self, check: Callable[[], None] = lambda: None) -> Backup | None:
        """Make a copy if the newest daily one is older than a day and the catalog has changed since; None if not.

        A catalog without photos is not worth one. `check` is called between steps, and may raise. People's edits go on meanwhile. Raises CatalogCorrupt (also when
        the copy is not sound; it is not kept then), DiskFull, DataFolderUnusable.
        """
        if not self._is_due():
            return None
        with translated(self._catalog), closing(sqlite3.connect(read_only(self._catalog), uri=True)) as source:
            source.isolation_level = None
            return make_backup(source, self._folder, DAILY, self._clock(), check)

    def _is_due(self) -> bool:
        if not _has_photos(self._catalog):
            return False
        newest = next((backup for backup in self.all() if backup.kind == DAILY), None)
        if newest is None:
            return True
        # One from the future was made while the clock was wrong.
        is_recent = timedelta(0) <= self._clock() - newest.made < DAY
        return not is_recent and _revision(newest.path) != _revision(self._catalog)


def backups_in(folder: Path) -> list[Backup]:
    """The copies that lie in a folder, newest first."""
    found = []
    for path in folder.glob("catalog-*.sqlite"):
        if match := _NAME.fullmatch(path.name):
            made = datetime.strptime(match[2], _STAMP).replace(tzinfo=UTC)
            found.append(Backup(path, match[1], made))
    return sorted(found, key=lambda backup: (backup.made, backup.path.name), reverse=True)


def make_backup(
    source: sqlite3.Connection, folder: Path, kind: str, now: datetime, check: Callable[[], None] = lambda: None
) -> Backup:
    """Copy an open catalog, check the copy, then drop those of its kind that are too old.

    Raises DataFolderUnusable, CatalogCorrupt, and SQLite's own errors; then nothing is left of the copy.
    """
    _make_folder(folder)
    path = folder / f"catalog-{kind}-{now.strftime(_STAMP)}.sqlite"
    new = path.with_name(path.name + HALF_MADE)
    try:
        _copy(source, new, check)
        flush_file(new)
        new.replace(path)
    except BaseException:
        for part in (new, Path(f"{new}-journal")):  # half a backup is worse than none
            part.unlink(missing_ok=True)
        raise
    for old in [backup for backup in backups_in(folder) if backup.kind == kind and backup.path != path][KEPT - 1 :]:
        remove_backup(old)
    for left in half_made(folder, now):
        left.unlink(missing_ok=True)
    return Backup(path, kind, now)


def remove_backup(backup: Backup) -> None:
    """Delete a copy, with what SQLite may have left beside it."""
    for ending in ("", "-journal", "-wal", "-shm"):
        Path(f"{backup.path}{ending}").unlink(missing_ok=True)


def half_made(folder: Path, now: datetime) -> list[Path]:
    """What programs that were killed have left."""
    return [path for path in folder.glob(f"catalog-*{HALF_MADE}*") if _is_old(path, now)]


def problem_of(path: Path) -> str:
    """What SQLite finds wrong with a file, empty if it is sound; reads all of it. What a killed program left is taken in."""
    try:
        with translated(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except CatalogCorrupt as error:
        return str(error.params["detail"])
    return "" if found == "ok" else found


def flush_file(path: Path) -> None:
    """Let a file reach the disk."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderUnusable(path=str(folder), detail=error.strerror) from error


def _copy(source: sqlite3.Connection, new: Path, check: Callable[[], None]) -> None:
    """One state of the catalog, however much is written to it meanwhile."""
    with closing(sqlite3.connect(new)) as copy:
        source.execute("BEGIN")
        try:
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # from here on it sees one state
            source.backup(copy, pages=_PAGES_AT_ONCE, progress=lambda *_: check())
        finally:
            if source.in_transaction:
                source.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, complete by itself
        found = str(copy.execute("PRAGMA quick_check(1)").fetchone()[0])
    if found != "ok":
        raise CatalogCorrupt(path=_path_of(source), detail=found)


def _path_of(connection: sqlite3.Connection) -> str:
    return str(connection.execute("PRAGMA database_list").fetchone()[2])


def _has_photos(path: Path) -> bool:
    with translated(path), closing(sqlite3.connect(read_only(path), uri=True)) as connection:
        return connection.execute("SELECT 1 FROM photo LIMIT 1").fetchone() is not None


def _revision(path: Path) -> int | None:
    """None where it cannot be read."""
    try:
        with closing(sqlite3.connect(read_only(path), uri=True)) as connection:
            return int(connection.execute("SELECT revision FROM library").fetchone()[0])
    except (sqlite3.Error, TypeError):
        return None


def _is_old(path: Path, now: datetime) -> bool:
    try:
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return False
    return abs(now - made) > _HALF_MADE_FOR
