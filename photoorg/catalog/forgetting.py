"""Forgetting: photos leave the library with all that it knows of them, its backups included. Nothing on the disk is touched.

SQLite overwrites what is deleted (`secure_delete`), and the logs are cut off afterwards.
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from photoorg.catalog.backups import Backup, Backups, remove_backup
from photoorg.catalog.database import Database, Params, batches
from photoorg.catalog.example_names import forget_examples
from photoorg.catalog.orphans import PictureRemains
from photoorg.catalog.sqlite_errors import translated
from photoorg.errors import CatalogCorrupt

# Keeps a write under 50 ms.
_PHOTOS_AT_ONCE = 100
# Who asked has long taken an answer by then; it may hold names.
_ANSWERED_FOR = timedelta(minutes=1)

_FILES = """
    SELECT file.id, photo_id, file.volume_id, volume.key, volume.mount, file.path, picture_key,
           missing_since_utc IS NULL AND removed_utc IS NULL
    FROM file JOIN volume ON volume.id = file.volume_id JOIN watch_folder ON watch_folder.id = watch_folder_id
"""
# Rows of tags and albums say in themselves whose they are; JSON's null, for no row, has no photo.
_CHANGES_OF = """
    SELECT id FROM journal_change
    WHERE iif(table_name = 'photo', row_id,
              coalesce(json_extract(before, '$.photo_id'), json_extract(after, '$.photo_id')))
          IN (SELECT value FROM json_each(:ids))
"""
_AT_PLACE = "WHERE file.volume_id = (SELECT id FROM volume WHERE key = :key) AND file.path = :path "


@dataclass(frozen=True)
class DoomedFile:
    """A file that is to be forgotten; `path` is relative to the volume, which was last seen at `mount`.

    `is_followed`: the next scan takes it in again if it still lies there.
    """

    id: int
    photo_id: int | None
    volume_id: int
    volume_key: str
    mount: bytes
    path: bytes
    picture_key: bytes | None
    is_followed: bool


class Forgetting:
    """Finds what is to be forgotten, and forgets it."""

    def __init__(self, main: Database, remains: PictureRemains, backups: Backups) -> None:
        self._db = main
        self._remains = remains
        self._backups = backups

    def files_at(self, places: Sequence[tuple[str, bytes]]) -> list[DoomedFile]:
        """The files at one of these places (volume key, path), and all others of their photos; missing ones too."""
        found: dict[int, DoomedFile] = {}
        for key, path in places:
            place = {"key": key, "path": path}
            # Present and missing files have an index of places each.
            here = self._files(_AT_PLACE + "AND missing_since_utc IS NULL", place)
            here += self._files(_AT_PLACE + "AND missing_since_utc IS NOT NULL", place)
            photos = [file.photo_id for file in here if file.photo_id is not None]
            found |= {file.id: file for file in [*here, *self.files_of(photos)]}
        return list(found.values())

    def volumes(self) -> list[tuple[str, bytes]]:
        """Key and last mount point of all volumes that were ever seen."""
        return [(row[0], row[1]) for row in self._db.all("SELECT key, mount FROM volume")]

    def files_of(self, photo_ids: Sequence[int]) -> list[DoomedFile]:
        """All files of these photos."""
        ids = json.dumps([int(number) for number in photo_ids])
        return self._files("WHERE photo_id IN (SELECT value FROM json_each(:ids))", {"ids": ids})

    def missing_files(self) -> list[DoomedFile]:
        """The files of photos of which none is there any more, and unreadable files that are gone."""
        return self._files(
            """WHERE missing_since_utc IS NOT NULL AND removed_utc IS NULL AND NOT EXISTS (
                   SELECT 1 FROM file AS other WHERE other.photo_id = file.photo_id AND other.missing_since_utc IS NULL)"""
        )

    def files_removed_before(self, utc: str) -> list[DoomedFile]:
        """The files of watch folders that were removed before a time."""
        return self._files("WHERE removed_utc < :utc", {"utc": utc})

    def forget(self, files: Sequence[DoomedFile], check: Callable[[], None] = lambda: None) -> int:
        """Forget files, the photos that have no others, and what was derived from their pictures. Gives how many photos.

        In many short writes; `check` is called between them, and may raise. Raises DiskFull, CatalogBusy ...
        """
        if not files:
            return 0
        forgotten = 0
        for batch in batches(files, _PHOTOS_AT_ONCE):
            check()
            forgotten += self._forget_some(batch)
        keys = list(dict.fromkeys(file.picture_key for file in files if file.picture_key is not None))
        self._remains.remove(keys, check)
        for backup in self._backups.all():
            check()
            _forget_in_backup(backup, files)
        self.forget_answers()
        self.cut_logs()
        return forgotten

    def forget_removed_folders(self, utc: str) -> None:
        """Forget watch folders that were removed before a time, as far as no file is left of them."""
        with self._db.transaction() as write:
            _forget_folders(write, utc)
        for backup in self._backups.all():
            with _opened(backup) as connection, connection:
                _forget_folders(connection, utc)
        self.cut_logs()

    def removed_folders(self, utc: str) -> int:
        """How many watch folders were removed before a time."""
        return int(self._db.value("SELECT count(*) FROM watch_folder WHERE removed_utc < :utc", {"utc": utc}))

    def forget_answers(self) -> None:
        """Drop answers to other programs that nobody took."""
        before = (datetime.now(UTC) - _ANSWERED_FOR).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        with self._db.transaction() as write:
            write.execute("DELETE FROM request WHERE done_utc < :before", {"before": before})

    def cut_logs(self) -> None:
        """Let nothing of what was deleted stay in the write-ahead logs, as far as no other program reads just now."""
        self._db.cut_log()
        self._remains.cut_logs()

    def _files(self, where: str, params: Params | None = None) -> list[DoomedFile]:
        rows = self._db.all(_FILES + where, params)
        return [DoomedFile(*(*row[:7], bool(row[7]))) for row in rows]

    def _forget_some(self, files: Sequence[DoomedFile]) -> int:
        changes = self._changes_of(files)
        with self._db.transaction() as write:
            _forget_journal(write, changes)
            return _forget_files(write, files)

    def _changes_of(self, files: Sequence[DoomedFile]) -> list[int]:
        """Read beforehand: the journal has no index of what it is about."""
        ids = json.dumps([file.photo_id for file in files if file.photo_id is not None])
        rows = self._db.all(
            _CHANGES_OF,
            {"ids": ids},
        )
        return [row[0] for row in rows]


def _forget_journal(write: sqlite3.Connection, changes: Sequence[int]) -> None:
    """Delete changes, and entries that have none any more."""
    ids = {"ids": json.dumps(list(changes))}
    touched = write.execute(
        "SELECT DISTINCT journal_id FROM journal_change WHERE id IN (SELECT value FROM json_each(:ids))", ids
    ).fetchall()
    write.execute("DELETE FROM journal_change WHERE id IN (SELECT value FROM json_each(:ids))", ids)
    write.execute(
        """DELETE FROM journal WHERE id IN (SELECT value FROM json_each(:ids))
           AND NOT EXISTS (SELECT 1 FROM journal_change WHERE journal_id = journal.id)""",
        {"ids": json.dumps([row[0] for row in touched])},
    )


def _forget_files(write: sqlite3.Connection, files: Sequence[DoomedFile]) -> int:
    """Delete files, with those of earlier that could never be read at the same places, and photos without a file."""
    write.executemany("DELETE FROM file WHERE id = :id", [{"id": file.id} for file in files])
    write.executemany(
        "DELETE FROM file WHERE volume_id = :volume AND path = :path AND photo_id IS NULL",
        [{"volume": file.volume_id, "path": file.path} for file in files],
    )
    forget_examples(write, [(file.photo_id, file.path) for file in files])
    photos = json.dumps(sorted({file.photo_id for file in files if file.photo_id is not None}))
    return write.execute(
        """DELETE FROM photo WHERE id IN (SELECT value FROM json_each(:ids))
           AND NOT EXISTS (SELECT 1 FROM file WHERE photo_id = photo.id)""",
        {"ids": photos},
    ).rowcount


def _forget_folders(write: sqlite3.Connection, utc: str) -> None:
    write.execute(
        """DELETE FROM watch_folder WHERE removed_utc < :utc
           AND NOT EXISTS (SELECT 1 FROM file WHERE watch_folder_id = watch_folder.id)""",
        {"utc": utc},
    )


def _forget_in_backup(backup: Backup, files: Sequence[DoomedFile]) -> None:
    """The same in a copy; one that is damaged cannot be used, and might keep what is to be forgotten."""
    try:
        with translated(backup.path), _opened(backup) as connection, connection:
            ids = json.dumps(sorted({file.photo_id for file in files if file.photo_id is not None}))
            changes = connection.execute(
                _CHANGES_OF,
                {"ids": ids},
            ).fetchall()
            _forget_journal(connection, [row[0] for row in changes])
            for batch in batches(files, _PHOTOS_AT_ONCE):
                _forget_files(connection, batch)
            connection.execute("DELETE FROM request")
    except CatalogCorrupt:
        remove_backup(backup)


def _opened(backup: Backup) -> "closing[sqlite3.Connection]":
    connection = sqlite3.connect(backup.path)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    return closing(connection)
