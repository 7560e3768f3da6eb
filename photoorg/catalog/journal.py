"""The journal: every change a user makes is one entry that can be undone and redone, also after a restart."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from photoorg.catalog.clock import utc_now
from photoorg.catalog.database import Database
from photoorg.errors import NothingToUndo, PhotoUnknown

PhotoColumn = Literal["favourite", "rating", "title", "caption"]
# What an entry may touch: names in stored entries are checked against this before they become SQL.
_COLUMNS = {"photo": ("favourite", "rating", "title", "caption")}


@dataclass(frozen=True)
class JournalEntry:
    """One change: its action ("set rating", say) and the ids of the rows it touched."""

    id: int
    action: str
    row_ids: tuple[int, ...]


class Journal:
    """Edits of the user's own data. A new edit after an undo ends the redo history, as everywhere."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def set_photos(self, photo_ids: Sequence[int], column: PhotoColumn, value: int | str) -> JournalEntry:
        """Set one column of several photos as one entry. Raises PhotoUnknown; then nothing is changed."""
        action = f"set {column}"
        with self._db.transaction() as write:
            write.execute("DELETE FROM journal WHERE undone_utc IS NOT NULL")
            entry_id = write.execute(
                "INSERT INTO journal (made_utc, action) VALUES (:now, :action)", {"now": utc_now(), "action": action}
            ).lastrowid
            assert entry_id is not None
            for photo_id in photo_ids:
                _change(write, entry_id, "photo", photo_id, {column: value})
        return JournalEntry(entry_id, action, tuple(photo_ids))

    def undo(self) -> JournalEntry:
        """Take back the last entry that stands. Raises NothingToUndo."""
        return self._step(
            "SELECT id, action FROM journal WHERE undone_utc IS NULL ORDER BY id DESC LIMIT 1", "before", "undo"
        )

    def redo(self) -> JournalEntry:
        """Make the entry that was undone last again. Raises NothingToUndo."""
        return self._step(
            "SELECT id, action FROM journal WHERE undone_utc IS NOT NULL ORDER BY id LIMIT 1", "after", "redo"
        )

    def _step(self, find: str, side: Literal["before", "after"], action: Literal["undo", "redo"]) -> JournalEntry:
        with self._db.transaction() as write:
            entry = write.execute(find).fetchone()
            if entry is None:
                raise NothingToUndo(action=action)
            changes = write.execute(
                "SELECT * FROM journal_change WHERE journal_id = :id ORDER BY id", {"id": entry["id"]}
            ).fetchall()
            for change in reversed(changes) if action == "undo" else changes:
                _write_row(write, change["table_name"], change["row_id"], json.loads(change[side]))
            write.execute(
                "UPDATE journal SET undone_utc = :when WHERE id = :id",
                {"id": entry["id"], "when": utc_now() if action == "undo" else None},
            )
        return JournalEntry(entry["id"], entry["action"], tuple(change["row_id"] for change in changes))


def _change(write: sqlite3.Connection, entry_id: int, table: str, row_id: int, after: dict[str, Any]) -> None:
    names = ", ".join(_checked(table, after))
    row = write.execute(f"SELECT {names} FROM {table} WHERE id = :id", {"id": row_id}).fetchone()
    if row is None:
        raise PhotoUnknown(photo=row_id)
    write.execute(
        """INSERT INTO journal_change (journal_id, table_name, row_id, before, after)
           VALUES (:entry, :table, :row, :before, :after)""",
        {"entry": entry_id, "table": table, "row": row_id, "before": json.dumps(dict(row)), "after": json.dumps(after)},
    )
    _write_row(write, table, row_id, after)


def _write_row(write: sqlite3.Connection, table: str, row_id: int, values: dict[str, Any]) -> None:
    assignments = ", ".join(f"{name} = :{name}" for name in _checked(table, values))
    write.execute(f"UPDATE {table} SET {assignments} WHERE id = :id", values | {"id": row_id})


def _checked(table: str, values: dict[str, Any]) -> list[str]:
    allowed = _COLUMNS[table]
    unknown = [name for name in values if name not in allowed]
    if unknown:
        raise ValueError(f"the journal does not know {table}.{unknown[0]}")
    return list(values)
