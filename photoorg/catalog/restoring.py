"""Files that SQLite calls damaged, or that are gone: restored from a backup, or made anew with what can still be read.

All of it happens before the library is opened, which it cannot be.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from photoorg.catalog.backups import Backup, backups_in, flush_file, problem_of, utc_time
from photoorg.catalog.lease import IndexerLease
from photoorg.catalog.migrations import migrate, steps_of
from photoorg.catalog.salvage import salvage
from photoorg.catalog.sqlite_errors import read_only, translated
from photoorg.errors import LibraryInUse, PhotoorgError
from photoorg.paths import DataDir

_RESTORED = ".restored"
GONE = "it is gone"
# Where SQLite locks a file that it has open: sqlite.org/fileformat2.html#the_lock_byte_page, os.h.
_SHARED_FIRST, _SHARED_SIZE = 0x40000002, 510


@dataclass(frozen=True)
class Restored:
    """A file that was damaged: what was wrong, where it lies now (None: it was of no more use), and what is in its place.

    `backup` is when the copy was made that took its place, None for a new file; `salvaged` counts the rows that were
    read from the damaged file, by table.
    """

    name: str
    problem: str
    set_aside: Path | None
    backup: datetime | None = None
    salvaged: dict[str, int] = field(default_factory=dict)


def restore_damaged(data_dir: DataDir, clock: Callable[[], datetime] = utc_time) -> list[Restored]:
    """Look at the three SQLite files and put sound ones in the place of those that are damaged.

    A damaged catalog is kept beside the new one, with the date in its name. Raises LibraryInUse, DiskFull,
    DataFolderUnusable, CatalogTooNew; then the file in question is as it was.
    """
    with _alone(data_dir):
        problems = {path: _problem(path, data_dir) for path in _files(data_dir)}
        return [_restore(path, problem, data_dir, clock()) for path, problem in problems.items() if problem]


def _files(data_dir: DataDir) -> tuple[Path, Path, Path]:
    return data_dir.catalog, data_dir.derived, data_dir.thumbnails


@contextmanager
def _alone(data_dir: DataDir) -> Iterator[None]:
    lease = IndexerLease(data_dir.lease)
    if not lease.take():
        raise LibraryInUse(path=str(data_dir.root))
    try:
        if any(path.exists() and is_in_use(path) for path in _files(data_dir)):
            raise LibraryInUse(path=str(data_dir.root))
        yield
    finally:
        lease.release()


def is_in_use(path: Path) -> bool:
    """Whether another program has a SQLite file open: in WAL mode each keeps a shared lock on it all the time."""
    try:
        import fcntl
    except ImportError:  # Windows: there the file cannot be renamed then
        return False
    with path.open("rb+") as stream:
        try:
            fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
        except OSError:
            return True
    return False


def _problem(path: Path, data_dir: DataDir) -> str:
    if path.exists():
        return problem_of(path)
    return GONE if path == data_dir.catalog and backups_in(data_dir.backups) else ""


def _restore(path: Path, problem: str, data_dir: DataDir, now: datetime) -> Restored:
    new = path.with_name(path.name + _RESTORED)
    try:
        backup = _newest_sound(data_dir) if path == data_dir.catalog else None
        if backup is not None:
            shutil.copyfile(backup.path, new)
        salvaged = _fill(new, path, is_new=backup is None)
        set_aside = _put_in_place(new, path, now, keep=path == data_dir.catalog)
    except OSError as error:
        raise _readable_error(error, path) from error
    finally:
        for ending in ("", "-journal"):
            Path(f"{new}{ending}").unlink(missing_ok=True)
    return Restored(path.name, problem, set_aside, backup.made if backup else None, salvaged)


def _newest_sound(data_dir: DataDir) -> Backup | None:
    known = len(steps_of("catalog"))
    return next((b for b in backups_in(data_dir.backups) if not problem_of(b.path) and _version(b.path) <= known), None)


def _version(path: Path) -> int:
    with closing(sqlite3.connect(read_only(path), uri=True)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _fill(new: Path, damaged: Path, *, is_new: bool) -> dict[str, int]:
    """Bring a copy of a backup, or a file that is not there yet, up to date, and add what can be salvaged."""
    with translated(new), closing(sqlite3.connect(new, isolation_level=None)) as sound:
        sound.execute("PRAGMA journal_mode = DELETE")
        sound.execute("PRAGMA foreign_keys = ON")
        migrate(sound, steps_of(damaged.stem))
        salvaged = salvage(damaged, sound, with_name=is_new) if damaged.exists() else {}
    flush_file(new)
    return salvaged


def _put_in_place(new: Path, path: Path, now: datetime, *, keep: bool) -> Path | None:
    """Swap the files; at no moment is there none. The damaged one's log goes first: it must not be taken for the new one's."""
    aside = path.with_name(f"{path.stem}.damaged-{now:%Y%m%dT%H%M%S%fZ}{path.suffix}")
    if keep and path.exists():
        try:
            os.link(path, aside)
        except OSError:  # a file system without links
            shutil.copy2(path, aside)
    for ending in ("-wal", "-shm", "-journal"):
        part = Path(f"{path}{ending}")
        if part.exists():
            part.replace(f"{aside}{ending}") if keep else part.unlink()
    new.replace(path)
    return aside if keep and aside.exists() else None


def _readable_error(error: OSError, path: Path) -> PhotoorgError:
    import errno

    from photoorg.errors import DataFolderUnusable, DiskFull

    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(path=str(path.parent))
    if isinstance(error, PermissionError) and os.name == "nt":
        return LibraryInUse(path=str(path.parent))
    return DataFolderUnusable(path=str(path.parent), detail=error.strerror or str(error))
