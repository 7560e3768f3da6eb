"""Migrations: ordered steps of plain SQL, each in one transaction together with its version bump."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from photoorg.errors import CatalogTooNew, DataFolderUnusable


def steps_of(store: str) -> list[str]:
    """The SQL texts of one store ("catalog", "derived", "thumbnails"), oldest first."""
    folder = files("photoorg.catalog") / "schema"
    names = [entry.name for entry in folder.iterdir() if entry.name.startswith(f"{store}-")]
    ordered = sorted(names, key=lambda name: int(name.removesuffix(".sql").rpartition("-")[2]))
    return [(folder / name).read_text(encoding="utf-8") for name in ordered]


def migrate(connection: sqlite3.Connection, steps: Sequence[str], backup_to: Path | None = None) -> None:
    """Bring a store up to date; `backup_to` is a folder for a copy of an older one from before.

    Raises CatalogTooNew if a newer program wrote it.
    """
    refuse_newer(connection, len(steps))
    version = _version(connection)
    if version == len(steps):
        return
    if version > 0 and backup_to is not None:
        _back_up(connection, backup_to, version)
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


def _back_up(connection: sqlite3.Connection, folder: Path, version: int) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderUnusable(path=str(folder), detail=error.strerror) from error
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    path = folder / f"catalog-v{version}-{stamp}.sqlite"
    copy = sqlite3.connect(path)
    try:
        connection.backup(copy)
    except BaseException:
        copy.close()
        path.unlink(missing_ok=True)  # half a backup is worse than none
        raise
    copy.close()
