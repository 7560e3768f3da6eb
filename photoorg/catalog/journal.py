"""The journal: every change a user makes is one entry that can be undone and redone, also after a restart."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from photoorg.catalog.clock import utc_now
from photoorg.catalog.database import Database
from photoorg.errors import NothingToUndo, PhotoUnknown

PhotoColumn = Literal["favourite", "rating", "title", "caption"]
Values = dict[str, Any]

# What an entry may touch: names in stored entries are checked against this before they become SQL.
_COLUMNS = {
    "photo": ("favourite", "rating", "title", "caption"),
    "tag": ("name", "name_key", "made_utc"),
    "photo_tag": ("photo_id", "tag_id", "source", "score"),
    "album": ("name", "name_key", "made_utc", "query", "cut_off", "folded"),
    "album_photo": ("album_id", "photo_id"),
}
# What a row needs to come back: a photo may have been forgotten meanwhile.
_PARENTS = {
    "photo_tag": {"photo_id": "photo", "tag_id": "tag"},
    "album_photo": {"album_id": "album", "photo_id": "photo"},
}


@dataclass(frozen=True)
class JournalEntry:
    """One change: its action ("set rating", say), the ids of the rows it touched, and of the photos that it is about."""

    id: int
    action: str
    row_ids: tuple[int, ...]
    photo_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Change:
    """A row before and after, column -> value; None where there is no such row."""

    table: str
    row_id: int
    before: Values | None
    after: Values | None

    @property
    def photo_id(self) -> int | None:
        values = self.after or self.before or {}
        return self.row_id if self.table == "photo" else values.get("photo_id")


class JournalWriter:
    """Makes the changes of one entry. The entry begins with the first of them: an edit that changes nothing leaves none."""

    def __init__(self, write: sqlite3.Connection, action: str) -> None:
        self.write = write
        self._action = action
        self._entry_id: int | None = None
        self._changes: list[_Change] = []

    @property
    def entry(self) -> JournalEntry | None:
        """The entry, None if nothing was changed."""
        return None if self._entry_id is None else _entry(self._entry_id, self._action, self._changes)

    def update(self, table: str, row_id: int, after: Values) -> bool:
        """Change columns of a row; False if there is no such row."""
        names = ", ".join(_checked(table, after))
        row = self.write.execute(f"SELECT {names} FROM {table} WHERE id = :id", {"id": row_id}).fetchone()
        if row is None:
            return False
        self._note(_Change(table, row_id, dict(row), after))
        _update(self.write, table, row_id, after)
        return True

    def insert(self, table: str, after: Values) -> int:
        """Add a row; gives its id."""
        row_id = _insert(self.write, table, after)
        self._note(_Change(table, row_id, None, after))
        return row_id

    def delete(self, table: str, where: str, values: Values) -> int:
        """Delete rows (delete those that refer to them first); gives how many there were."""
        names = ", ".join(_COLUMNS[table])
        rows = self.write.execute(f"SELECT id, {names} FROM {table} WHERE {where} ORDER BY id", values).fetchall()
        for row in rows:
            before = dict(row)
            row_id = before.pop("id")
            self._note(_Change(table, row_id, before, None))
            _delete(self.write, table, row_id)
        return len(rows)

    def _note(self, change: _Change) -> None:
        if self._entry_id is None:
            self.write.execute("DELETE FROM journal WHERE undone_utc IS NOT NULL")
            self._entry_id = self.write.execute(
                "INSERT INTO journal (made_utc, action) VALUES (:now, :action)",
                {"now": utc_now(), "action": self._action},
            ).lastrowid
        self._changes.append(change)
        self.write.execute(
            """INSERT INTO journal_change (journal_id, table_name, row_id, before, after)
               VALUES (:entry, :table, :row, :before, :after)""",
            {
                "entry": self._entry_id,
                "table": change.table,
                "row": change.row_id,
                "before": json.dumps(change.before),
                "after": json.dumps(change.after),
            },
        )


class Journal:
    """Edits of the user's own data. A new edit after an undo ends the redo history, as everywhere."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def set_photos(self, photo_ids: Sequence[int], column: PhotoColumn, value: int | str) -> JournalEntry:
        """Set one column of several photos as one entry. Raises PhotoUnknown; then nothing is changed."""
        action = f"set {column}"
        with self.edit(action) as journal:
            for photo_id in photo_ids:
                if not journal.update("photo", photo_id, {column: value}):
                    raise PhotoUnknown(photo=photo_id)
        return journal.entry or JournalEntry(0, action, ())

    @contextmanager
    def edit(self, action: str) -> Iterator[JournalWriter]:
        """A transaction whose changes are one entry; on an exception nothing is changed."""
        with self._db.transaction() as write:
            yield JournalWriter(write, action)

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
            changes = [_Change(*row[:2], *map(json.loads, row[2:])) for row in _stored(write, entry["id"])]
            for change in reversed(changes) if action == "undo" else changes:
                _bring_to(write, change, change.before if side == "before" else change.after)
            write.execute(
                "UPDATE journal SET undone_utc = :when WHERE id = :id",
                {"id": entry["id"], "when": utc_now() if action == "undo" else None},
            )
        return _entry(entry["id"], entry["action"], changes)


def _stored(write: sqlite3.Connection, entry_id: int) -> list[Any]:
    return write.execute(
        "SELECT table_name, row_id, before, after FROM journal_change WHERE journal_id = :id ORDER BY id",
        {"id": entry_id},
    ).fetchall()


def _entry(entry_id: int, action: str, changes: Sequence[_Change]) -> JournalEntry:
    photos = dict.fromkeys(change.photo_id for change in changes)
    return JournalEntry(
        entry_id,
        action,
        tuple(change.row_id for change in changes),
        tuple(photo_id for photo_id in photos if photo_id is not None),
    )


def _bring_to(write: sqlite3.Connection, change: _Change, values: Values | None) -> None:
    """Give a row the values that it has on one side of a change."""
    if values is None:
        _delete(write, change.table, change.row_id)
    elif change.before is not None and change.after is not None:
        _update(write, change.table, change.row_id, values)
    elif all(_exists(write, table, values[name]) for name, table in _PARENTS.get(change.table, {}).items()):
        # What is there by now in its place, after a merge of photos for instance, stays.
        _insert(write, change.table, {"id": change.row_id, **values}, "OR IGNORE")


def _exists(write: sqlite3.Connection, table: str, row_id: int) -> bool:
    return write.execute(f"SELECT 1 FROM {table} WHERE id = :id", {"id": row_id}).fetchone() is not None


def _insert(write: sqlite3.Connection, table: str, values: Values, conflict: str = "") -> int:
    names = _checked(table, values)
    columns, places = ", ".join(names), ", ".join(f":{name}" for name in names)
    done = write.execute(f"INSERT {conflict} INTO {table} ({columns}) VALUES ({places})", values)
    return int(done.lastrowid or 0)


def _update(write: sqlite3.Connection, table: str, row_id: int, values: Values) -> None:
    assignments = ", ".join(f"{name} = :{name}" for name in _checked(table, values))
    write.execute(f"UPDATE {table} SET {assignments} WHERE id = :id", values | {"id": row_id})


def _delete(write: sqlite3.Connection, table: str, row_id: int) -> None:
    if table not in _COLUMNS:
        raise ValueError(f"the journal does not know {table}")
    write.execute(f"DELETE FROM {table} WHERE id = :id", {"id": row_id})


def _checked(table: str, values: Values) -> list[str]:
    allowed = ("id", *_COLUMNS[table])
    unknown = [name for name in values if name not in allowed]
    if unknown:
        raise ValueError(f"the journal does not know {table}.{unknown[0]}")
    return list(values)
