"""Migrations: ordered steps of plain SQL, each in one transaction together with its version bump."""

import sqlite3
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from photoorg.catalog.backups import make_backup, utc_time
from photoorg.errors import CatalogTooNew


def steps_of(store: str) -> list[str]:
    """The SQL texts of one store ("catalog", "derived", "thumbnails"), oldest first."""
    folder = files("photoorg.catalog") / "schema"
    names = [entry.name for entry in folder.iterdir() if entry.name.startswith(f"{store}-")]
    ordered = sorted(names, key=lambda name: int(name.removesuffix(".sql").rpartition("-")[2]))
    return [(folder / name).read_text(encoding="utf-8") for name in ordered]


def migrate(connection: sqlite3.Connection, steps: Sequence[str], backup_to: Path | None = None) -> None:
    """Bring a store up to date; `backup_to` is a folder for a copy of an older one from before.

    Raises CatalogTooNew if a newer program wrote it, CatalogCorrupt if the copy is not sound.
    """
    refuse_newer(connection, len(steps))
    version = _version(connection)
    if version == len(steps):
        return
    if version > 0 and backup_to is not None:
        make_backup(connection, backup_to, f"v{version}", utc_time())
    for number in range(version + 1, len(steps) + 1):
        _apply(connection, number, steps[number - 1])


def refuse_newer(connection: sqlite3.Connection, known: int) -> None:
    """Raise CatalogTooNew for a store of a later version than `known`; nothing is written."""
    found = _version(connection)
    if found > known:
        raise CatalogTooNew(found=found, known=known)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _apply(connection: sqlite3.Connection, number: int, step: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another program may have done this step while we waited for the lock.
        if _version(connection) < number:
            for statement in _statements(step):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has rolled back by itself after some errors, a full disk among them.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    """Split a script: sqlite3's own executescript would commit the open transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():  # a comment at the end, or a statement without its semicolon
        yield statement
