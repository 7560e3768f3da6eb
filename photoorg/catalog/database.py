"""One SQLite file: a locked write connection, read-only ones per thread, transactions that nest."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from photoorg.catalog.migrations import migrate
from photoorg.errors import CatalogBusy, CatalogCorrupt, DataFolderUnusable, DiskFull

_BUSY_TIMEOUT_MS = 10_000
Params = Mapping[str, Any]


class Database:
    """A SQLite file in WAL mode. Reads never wait for writes; writes of one process queue on a lock."""

    def __init__(
        self,
        path: Path,
        steps: Sequence[str],
        *,
        backup_to: Path | None = None,
        attached: Mapping[str, Path] | None = None,
        after_writes: str | None = None,
    ) -> None:
        """`attached`: other files that reads may join; `after_writes`: SQL that ends each transaction that wrote."""
        self.path = path
        self._after_writes = after_writes
        self._attached = dict(attached or {})
        self._write_lock = threading.RLock()
        self._depth = 0
        self._readers: list[sqlite3.Connection] = []
        self._local = threading.local()
        with self._translated():
            self._writer = self._open_writer(steps, backup_to)

    def close(self) -> None:
        """Close all connections; may be called twice."""
        with self._write_lock:
            while self._readers:
                self._readers.pop().close()
            self._writer.close()
            self._local = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction, rolled back on any exception; inside another one it is a savepoint."""
        with self._write_lock, self._translated():
            begin, commit, rollback = self._boundaries()
            self._writer.execute(begin)
            self._depth += 1
            changes = self._writer.total_changes
            try:
                yield self._writer
                if self._after_writes and self._depth == 1 and self._writer.total_changes > changes:
                    self._writer.execute(self._after_writes)
                self._writer.execute(commit)
            except BaseException:
                self._roll_back(rollback)
                raise
            finally:
                self._depth -= 1

    def all(self, sql: str, params: Params | None = None) -> list[sqlite3.Row]:
        """Read all rows of a query."""
        with self._translated():
            return self._reader().execute(sql, params or {}).fetchall()

    def one(self, sql: str, params: Params | None = None) -> sqlite3.Row | None:
        """Read the first row of a query, or None."""
        with self._translated():
            row: sqlite3.Row | None = self._reader().execute(sql, params or {}).fetchone()
            return row

    def value(self, sql: str, params: Params | None = None) -> Any:
        """Read the first column of the first row, or None."""
        row = self.one(sql, params)
        return row[0] if row else None

    def _boundaries(self) -> tuple[str, str, str]:
        if self._depth == 0:
            return "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"
        name = f"nested{self._depth}"
        return f"SAVEPOINT {name}", f"RELEASE {name}", f"ROLLBACK TO {name}"

    def _roll_back(self, rollback: str) -> None:
        # SQLite has rolled back by itself after some errors, a full disk among them.
        if self._writer.in_transaction:
            self._writer.execute(rollback)

    def _open_writer(self, steps: Sequence[str], backup_to: Path | None) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
            connection.execute("PRAGMA journal_mode = WAL")
            # FULL: a power failure must not take back a batch whose later parts in another file survived.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            migrate(connection, steps, backup_to)
        except BaseException:
            connection.close()
            raise
        return connection

    def _reader(self) -> sqlite3.Connection:
        reader: sqlite3.Connection | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = self._open_reader()
            with self._write_lock:
                self._readers.append(reader)
        return reader

    def _open_reader(self) -> sqlite3.Connection:
        connection = sqlite3.connect(_read_only(self.path), uri=True, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        for name, path in self._attached.items():
            connection.execute(f"ATTACH DATABASE :uri AS {name}", {"uri": _read_only(path)})
        return connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            translation = _translation(error, self.path)
            if translation is None:
                raise
            raise translation from error


def in_list(values: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """An SQL list for IN and its parameters; keys are bytes, which json_each cannot carry."""
    params = {f"value{number}": value for number, value in enumerate(values)}
    return "(" + ", ".join(f":{name}" for name in params) + ")", params


def _read_only(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"


def _translation(error: sqlite3.Error, path: Path) -> Exception | None:
    """The user's error for what the environment did; None for a bug. Codes: sqlite.org/rescode.html."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    detail = str(error)
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return CatalogBusy(path=str(path))
    if primary == sqlite3.SQLITE_FULL:
        return DiskFull(path=str(path.parent))
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return CatalogCorrupt(path=str(path), detail=detail)
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM):
        return DataFolderUnusable(path=str(path.parent), detail=detail)
    return None
