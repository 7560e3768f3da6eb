"""Files of which so many vanished at once that nothing is marked missing before a person has decided."""

import json
import sqlite3
from collections.abc import Collection, Iterable

from photoorg.catalog.database import Database, batches
from photoorg.catalog.records import Vanished, WatchFolder

_ROWS_PER_WRITE = 1000


class VanishedStore:
    """What is held; the triggers of the schema let go of a file as soon as anything else becomes of it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> dict[int, Vanished]:
        """What is held, by the id of its watch folder."""
        rows = self._db.all(
            """SELECT id, vanished_files, vanishing_confirmed,
                      (SELECT count(*) FROM file WHERE watch_folder_id = watch_folder.id AND missing_since_utc IS NULL)
               FROM watch_folder WHERE vanished_files > 0 AND removed_utc IS NULL"""
        )
        return {row[0]: Vanished(row[1], row[3], bool(row[2])) for row in rows}

    def places(self, folder_ids: Iterable[int]) -> dict[int, tuple[int, int, bytes]]:
        """File id -> (watch folder id, volume id, path) of the files that are held."""
        rows = self._db.all(
            """SELECT file.id, vanished_file.watch_folder_id, volume_id, path
               FROM vanished_file JOIN file ON file.id = file_id
               WHERE vanished_file.watch_folder_id IN (SELECT value FROM json_each(:folders))""",
            {"folders": json.dumps(list(folder_ids))},
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def count_there(self, folder_id: int) -> int:
        """How many files of a watch folder are not missing; those that are held are counted."""
        return int(
            self._db.value(
                "SELECT count(*) FROM file WHERE watch_folder_id = :id AND missing_since_utc IS NULL", {"id": folder_id}
            )
        )

    def hold(self, folder_id: int, file_ids: Collection[int]) -> None:
        """These files vanished: they stay as they are until a person has decided."""
        rows = [{"id": file_id, "folder": folder_id} for file_id in file_ids]
        for batch in batches(rows, _ROWS_PER_WRITE):
            with self._db.transaction() as write:
                # Another watch folder may have held them.
                write.executemany("DELETE FROM vanished_file WHERE file_id = :id AND watch_folder_id != :folder", batch)
                # And another program may have forgotten them.
                write.executemany(
                    "INSERT OR IGNORE INTO vanished_file SELECT id, :folder FROM file WHERE id = :id", batch
                )

    def let_go(self, file_ids: Iterable[int]) -> None:
        """These files are there again."""
        for batch in batches([{"id": file_id} for file_id in file_ids], _ROWS_PER_WRITE):
            with self._db.transaction() as write:
                write.executemany("DELETE FROM vanished_file WHERE file_id = :id", batch)

    def confirm(self, folder: WatchFolder) -> None:
        """A person says that the files which are held are gone: the next look at the folder marks them missing."""
        with self._db.transaction() as write:
            _set_confirmed(write, folder.id, 1)

    def ask_again(self, folder_id: int) -> None:
        """What was confirmed is done with; whatever is still held wants a new decision."""
        with self._db.transaction() as write:
            _set_confirmed(write, folder_id, 0)


def _set_confirmed(write: sqlite3.Connection, folder_id: int, value: int) -> None:
    write.execute(
        "UPDATE watch_folder SET vanishing_confirmed = :value WHERE id = :id AND vanished_files > 0",
        {"id": folder_id, "value": value},
    )
