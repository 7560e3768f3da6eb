"""Salvage: what SQLite can still read of a damaged file is taken over into a sound one, row by row."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photoorg.catalog.sqlite_errors import read_only

_IDS_AT_ONCE = 10_000
_HIGHEST_ID = 10**9  # a number beyond comes from the damage
_PREFIXES = 1 << 16
_PREFIXES_AT_ONCE = 256
_AFTER_ALL_KEYS = b"\xff" * 64
# What one row may lack; SQLite says the same of a whole range.
_UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)

Rows = Callable[[int, int], list[Any]]


@dataclass(frozen=True)
class _Table:
    """A table and its key: a row id, else the key of a small table, else bytes that are spread evenly."""

    name: str
    key: str
    kind: str = "id"


# Parents before children. Requests are not: nobody waits for an answer any more.
_CATALOG = (
    _Table("volume", "id"),
    _Table("watch_folder", "id"),
    _Table("setting", "key", "small"),
    _Table("photo", "id"),
    _Table("file", "id"),
    _Table("facts", "file_id"),
    _Table("tag", "id"),
    _Table("photo_tag", "id"),
    _Table("album", "id"),
    _Table("album_photo", "id"),
    _Table("search_history", "query", "small"),
    _Table("journal", "id"),
    _Table("journal_change", "id"),
)
_DERIVED = (_Table("model", "id"), _Table("embedding", "id"), _Table("perceptual_hash", "picture_key", "bytes"))
_THUMBNAILS = (_Table("thumbnail", "id"),)
_TABLES = {"catalog.sqlite": _CATALOG, "derived.sqlite": _DERIVED, "thumbnails.sqlite": _THUMBNAILS}


def salvage(damaged: Path, sound: sqlite3.Connection, *, with_name: bool) -> dict[str, int]:
    """Bring the rows of `sound` to the state that the damaged file has them in, and add those that are only there.

    `with_name`: `sound` is new, and becomes the library that the damaged one was. Gives how many rows of each table that changed. What cannot be read, or does not fit, is left out.
    """
    sound.execute("BEGIN IMMEDIATE")
    try:
        with closing(sqlite3.connect(read_only(damaged), uri=True)) as source:
            counts = {table.name: _take_over(source, sound, table) for table in _TABLES[damaged.name]}
            if damaged.name == "catalog.sqlite":
                _take_over_numbers(source, sound, with_name=with_name)
        sound.execute("COMMIT")
    except BaseException:
        if sound.in_transaction:
            sound.execute("ROLLBACK")
        raise
    return {name: count for name, count in counts.items() if count}


def _take_over(source: sqlite3.Connection, sound: sqlite3.Connection, table: _Table) -> int:
    columns = _shared_columns(source, sound, table.name)
    return sum(_write(sound, table, columns, row) for row in _rows(source, table, columns))


def _shared_columns(source: sqlite3.Connection, sound: sqlite3.Connection, table: str) -> list[str]:
    """The damaged file may be of another version; none where not even that can be read."""
    here = [row[1] for row in sound.execute(f"PRAGMA table_info({table})")]
    try:
        there = {row[1] for row in source.execute(f"PRAGMA table_info({table})")}
    except _UNREADABLE:
        return []
    return [name for name in here if name in there]


def _rows(source: sqlite3.Connection, table: _Table, columns: list[str]) -> Iterator[Any]:
    if not columns:
        return
    select = f"SELECT {', '.join(columns)} FROM {table.name}"

    def read(first: int, last: int) -> list[Any]:
        if table.kind == "small":
            return source.execute(select).fetchall()
        ends = (first, last) if table.kind == "id" else (_prefix(first), _prefix(last) + _AFTER_ALL_KEYS)
        return source.execute(f"{select} WHERE {table.key} BETWEEN ? AND ?", ends).fetchall()

    last, step = _ranges(source, table)
    for first in range(0, last + 1, step):
        yield from _readable(read, first, min(first + step - 1, last))


def _ranges(source: sqlite3.Connection, table: _Table) -> tuple[int, int]:
    """The highest number to ask for, and how many to ask for at once."""
    if table.kind == "id":
        return _highest(source, table), _IDS_AT_ONCE
    return (_PREFIXES - 1, _PREFIXES_AT_ONCE) if table.kind == "bytes" else (0, 1)


def _readable(read: Rows, first: int, last: int) -> Iterator[Any]:
    """The rows of a range; where it cannot be read, those of its halves."""
    try:
        rows = read(first, last)
    except _UNREADABLE:
        if first < last:
            middle = (first + last) // 2
            yield from _readable(read, first, middle)
            yield from _readable(read, middle + 1, last)
        return
    yield from rows


def _prefix(number: int) -> bytes:
    return number.to_bytes(2, "big")


def _highest(source: sqlite3.Connection, table: _Table) -> int:
    found = [0]
    for sql in (
        f"SELECT max({table.key}) FROM {table.name}",
        f"SELECT seq FROM sqlite_sequence WHERE name = '{table.name}'",
    ):
        try:
            row = source.execute(sql).fetchone()
        except _UNREADABLE:
            continue
        if row is not None and isinstance(row[0], int):
            found.append(row[0])
    return min(max(found), _HIGHEST_ID)


def _write(sound: sqlite3.Connection, table: _Table, columns: list[str], row: Any) -> int:
    """Whether a row was new or different, as a number."""
    others = [name for name in columns if name != table.key]
    new = ", ".join(f"excluded.{name}" for name in others)
    old = ", ".join(f"{table.name}.{name}" for name in others)
    sql = (
        f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
        f"ON CONFLICT ({table.key}) DO UPDATE SET ({', '.join(others)}) = ({new}) WHERE ({old}) IS NOT ({new})"
    )
    try:
        return max(0, sound.execute(sql, row).rowcount)
    except sqlite3.IntegrityError:  # garbage, or what it refers to could not be read
        return 0


def _take_over_numbers(source: sqlite3.Connection, sound: sqlite3.Connection, *, with_name: bool) -> None:
    """Ids are never used again, and the revision only grows."""
    try:
        for name, last in source.execute("SELECT name, seq FROM sqlite_sequence").fetchall():
            sound.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (last, name))
        library, created, revision = source.execute("SELECT id, created_utc, revision FROM library").fetchone()
        sound.execute("UPDATE library SET revision = max(revision, ?) + 1", (revision,))
        if with_name:
            sound.execute("UPDATE library SET id = ?, created_utc = ?", (library, created))
    except (*_UNREADABLE, TypeError):  # TypeError: there is no such row
        return
