"""One SQLite file: a locked write connection, read-only ones per thread, transactions that nest."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from photoorg.catalog.migrations import migrate, refuse_newer
from photoorg.catalog.sqlite_errors import read_only, translated
from photoorg.errors import CatalogBusy, CatalogCorrupt, DataFolderUnusable

_BUSY_TIMEOUT_MS = 10_000
# With SQLite's own 2 MiB, walking an index reads most pages of the table many times.
READER_CACHE_KIB = 16_384
# SQLite takes 32,766 parameters, but finds each by its name in time that grows with their number.
IN_LIST_MAX = 500
_SWITCH_TRIES = 100
Params = Mapping[str, Any]
Value = TypeVar("Value")


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
        reader_cache_kib: int = READER_CACHE_KIB,
    ) -> None:
        """`attached`: other files that reads may join; `after_writes`: SQL that ends each transaction that wrote.

        `reader_cache_kib`: memory of each reading thread, at most.
        """
        self.path = path
        self._after_writes = after_writes
        self._attached = dict(attached or {})
        self._reader_cache_kib = reader_cache_kib
        self._write_lock = threading.RLock()
        self._depth = 0
        # A lock of its own: a thread's first read must not wait for a write transaction either.
        self._readers_lock = threading.Lock()
        self._readers: dict[threading.Thread, sqlite3.Connection] = {}
        self._closed = False
        with self._translated():
            self._writer = self._open_writer(steps, backup_to)

    def close(self) -> None:
        """Close all connections; may be called twice."""
        with self._write_lock, self._readers_lock:
            self._closed = True
            while self._readers:
                self._readers.popitem()[1].close()
            self._writer.close()

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

    def each(self, sql: str, params: Params | None = None) -> Iterator[tuple[Any, ...]]:
        """Read the rows of a query one by one, as plain tuples: for many. Nothing may be written meanwhile."""
        with self._translated():
            cursor = self._reader().cursor()
            cursor.row_factory = None
            yield from cursor.execute(sql, params or {})

    def one(self, sql: str, params: Params | None = None) -> sqlite3.Row | None:
        """Read the first row of a query, or None."""
        with self._translated():
            row: sqlite3.Row | None = self._reader().execute(sql, params or {}).fetchone()
            return row

    def value(self, sql: str, params: Params | None = None) -> Any:
        """Read the first column of the first row, or None."""
        row = self.one(sql, params)
        return row[0] if row else None

    def cut_log(self) -> bool:
        """Take the write-ahead log into the file and cut it off; False if somebody reads or writes just now: nobody waits."""
        try:
            with self._translated(), closing(sqlite3.connect(self.path, timeout=0)) as connection:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
                return bool(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
        except CatalogBusy:
            return False

    def check(self) -> str:
        """What is wrong with the file, empty if it is sound; reads all of it."""
        try:
            found = str(self.value("PRAGMA main.quick_check(1)"))
        except (CatalogCorrupt, DataFolderUnusable) as error:
            return str(error)
        return "" if found == "ok" else found

    def _boundaries(self) -> tuple[str, str, list[str]]:
        if self._depth == 0:
            return "BEGIN IMMEDIATE", "COMMIT", ["ROLLBACK"]
        name = f"nested{self._depth}"
        return f"SAVEPOINT {name}", f"RELEASE {name}", [f"ROLLBACK TO {name}", f"RELEASE {name}"]

    def _roll_back(self, rollback: list[str]) -> None:
        # SQLite has rolled back by itself after some errors, a full disk among them.
        if self._writer.in_transaction:
            for statement in rollback:
                self._writer.execute(statement)

    def _open_writer(self, steps: Sequence[str], backup_to: Path | None) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
            refuse_newer(connection, len(steps))
            _use_write_ahead_log(connection)
            # FULL: a power failure must not take back a batch whose later parts in another file survived.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            # What is deleted, or written anew elsewhere, leaves nothing behind in the file: people can make it forget.
            connection.execute("PRAGMA secure_delete = ON")
            migrate(connection, steps, backup_to)
        except BaseException:
            connection.close()
            raise
        return connection

    def _reader(self) -> sqlite3.Connection:
        thread = threading.current_thread()
        reader = self._readers.get(thread)
        if reader is None:
            with self._readers_lock:
                if self._closed:
                    raise sqlite3.ProgrammingError(f"{self.path} is closed")
                self._close_readers_of_ended_threads()
                reader = self._readers[thread] = self._open_reader()
        return reader

    def _close_readers_of_ended_threads(self) -> None:
        for thread in [thread for thread in self._readers if not thread.is_alive()]:
            self._readers.pop(thread).close()

    def _open_reader(self) -> sqlite3.Connection:
        connection = sqlite3.connect(read_only(self.path), uri=True, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
            connection.execute(f"PRAGMA cache_size = {-self._reader_cache_kib}")
            for name, path in self._attached.items():
                connection.execute(f"ATTACH DATABASE :uri AS {name}", {"uri": read_only(path)})
        except BaseException:
            connection.close()
            raise
        return connection

    def _translated(self) -> AbstractContextManager[None]:
        return translated(self.path)


def batches(values: Sequence[Value], size: int) -> Iterator[Sequence[Value]]:
    """The values in order, at most `size` at a time."""
    return (values[start : start + size] for start in range(0, len(values), size))


def in_list(values: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """An SQL list for IN of at most IN_LIST_MAX values, and its parameters; json_each cannot carry bytes."""
    params = {f"value{number}": value for number, value in enumerate(values)}
    return "(" + ", ".join(f":{name}" for name in params) + ")", params


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch a new file over; SQLite does not wait here by itself while another program does the same."""
    for _ in range(_SWITCH_TRIES):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            connection.execute("BEGIN IMMEDIATE")  # waits for the other one
            connection.execute("ROLLBACK")
        else:
            return
    connection.execute("PRAGMA journal_mode = WAL")
