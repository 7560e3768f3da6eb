"""One SQLite file: transactions, readers beside a writer, and what the environment can do to it."""

import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from catalog_samples import answer_of, child

from photoorg.catalog import database as database_module
from photoorg.catalog.database import Database, batches, in_list
from photoorg.catalog.sqlite_errors import translation_of
from photoorg.errors import CatalogBusy, CatalogCorrupt, DataFolderUnusable, DiskFull

STEPS = [
    "CREATE TABLE word (text TEXT PRIMARY KEY);\nCREATE TABLE count (writes INTEGER);\nINSERT INTO count VALUES (0);\n"
]
COUNT = "UPDATE count SET writes = writes + 1"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "words.sqlite"


@pytest.fixture
def words(path):
    with closing(Database(path, STEPS, after_writes=COUNT)) as database:
        yield database


def add(database, text):
    with database.transaction() as write:
        write.execute("INSERT INTO word VALUES (:text)", {"text": text})


def add_all_or_nothing(database, *what):
    """Add texts in one transaction, and raise what is no text."""
    with database.transaction():
        for text in what:
            if not isinstance(text, str):
                raise text
            add(database, text)


def texts(database):
    return [row[0] for row in database.all("SELECT text FROM word ORDER BY rowid")]


def writes(database):
    return database.value("SELECT writes FROM count")


def in_thread(call):
    """Run a call in a new thread and give its result; it hangs (and the test times out) if the call waits for us."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result(timeout=30)


class Interrupted(BaseException):
    """Like KeyboardInterrupt: no Exception."""


@pytest.mark.parametrize("error", [ValueError, Interrupted])
def test_a_transaction_rolls_back_on_any_exception(words, error):
    with pytest.raises(error):
        add_all_or_nothing(words, "lost", error)
    add(words, "kept")
    assert texts(words) == ["kept"]


def test_a_nested_transaction_that_fails_takes_back_its_own_part_only(words):
    with words.transaction():
        add(words, "first")
        for _ in range(3):
            with pytest.raises(sqlite3.IntegrityError):
                add_all_or_nothing(words, "inner", "first")
        add(words, "last")
    assert texts(words) == ["first", "last"]


def test_an_outer_failure_takes_back_what_was_nested_in_it(words):
    with pytest.raises(ValueError, match="outer"):
        add_all_or_nothing(words, "nested", ValueError("outer"))
    assert texts(words) == []


def test_the_first_error_is_reported_when_sqlite_has_rolled_back_by_itself(words):
    add(words, "there")
    with pytest.raises(sqlite3.IntegrityError), words.transaction() as write:
        write.execute("INSERT OR ROLLBACK INTO word VALUES ('there')")
    add(words, "after")
    assert texts(words) == ["there", "after"]


def test_a_thread_reads_for_the_first_time_while_another_one_writes(words):
    add(words, "before")
    with words.transaction() as write:
        write.execute("INSERT INTO word VALUES ('not yet')")
        assert in_thread(lambda: texts(words)) == ["before"]
    assert in_thread(lambda: texts(words)) == ["before", "not yet"]


def test_writes_of_several_threads_queue_up(words):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: add(words, f"{number:03}"), range(200)))
    assert sorted(texts(words)) == [f"{number:03}" for number in range(200)]


def test_the_closing_statement_runs_once_for_each_transaction_that_wrote(words):
    with words.transaction():
        add(words, "one")
        add(words, "two")
    assert writes(words) == 1
    with words.transaction() as write:
        write.execute("SELECT * FROM word")
        write.execute("DELETE FROM word WHERE text = 'unknown'")
    texts(words)
    assert writes(words) == 1


def test_a_rolled_back_write_leaves_no_trace_in_the_count(words):
    with pytest.raises(sqlite3.IntegrityError):
        add_all_or_nothing(words, "twice", "twice")
    assert writes(words) == 0


def test_readers_cannot_write(words):
    with pytest.raises(DataFolderUnusable):
        words.all("DELETE FROM word")


def test_connections_of_threads_that_ended_are_closed(words):
    for _ in range(20):
        in_thread(lambda: texts(words))
    assert len(words._readers) <= 2


def test_a_database_can_be_closed_twice_and_then_neither_reads_nor_writes(path):
    database = Database(path, STEPS)
    texts(database)
    database.close()
    database.close()
    for use in (lambda: texts(database), lambda: add(database, "late"), lambda: in_thread(lambda: texts(database))):
        with pytest.raises(sqlite3.ProgrammingError):
            use()


def test_two_databases_on_one_file_see_each_other(words, path):
    with closing(Database(path, STEPS)) as other:
        add(words, "from one")
        add(other, "from the other")
        assert texts(words) == texts(other) == ["from one", "from the other"]


def test_a_lock_held_for_too_long_by_another_program_is_a_clear_error(words, path, monkeypatch):
    monkeypatch.setattr(database_module, "_BUSY_TIMEOUT_MS", 50)
    with closing(Database(path, STEPS)) as other, words.transaction(), pytest.raises(CatalogBusy, match="locked"):
        add(other, "in vain")


HOLD = """
import sys
from pathlib import Path
from photoorg.catalog.database import Database
database = Database(Path(sys.argv[1]), sys.argv[2:])
with database.transaction() as write:
    write.execute("INSERT INTO word VALUES ('half done')")
    print("holding", flush=True)
    sys.stdin.readline()
"""


def test_a_killed_program_leaves_neither_its_lock_nor_half_a_transaction(words, path):
    add(words, "before")
    with child(HOLD, path, *STEPS) as other:
        assert other.stdout.readline() == "holding\n"
        other.kill()
        other.wait()
    add(words, "after")
    assert texts(words) == ["before", "after"]


CREATE = """
import sys, json
from pathlib import Path
from photoorg.catalog.catalog import Catalog
from photoorg.paths import DataDir
print("ready", flush=True)
sys.stdin.readline()
for number in range(8):
    data = DataDir(Path(sys.argv[1]) / str(number))
    data.create()
    catalog = Catalog(data)
    catalog.settings.put("from", "anybody")
    print(catalog.settings.library_id, flush=True)
    catalog.close()
"""


def test_programs_that_create_one_library_at_once_agree_on_it(tmp_path):
    with child(CREATE, tmp_path) as one, child(CREATE, tmp_path) as two:
        both = (one, two)
        assert [process.stdout.readline() for process in both] == ["ready\n"] * 2
        for process in both:
            process.stdin.write("go\n")
            process.stdin.flush()
        outputs = [process.communicate(timeout=60) for process in both]
        assert [process.returncode for process in both] == [0, 0], outputs
    first, second = (out.split() for out, _ in outputs)
    assert first == second
    assert len(set(first)) == 8


@pytest.mark.parametrize("garbage", [b"just text, no database", b"x" * 10_000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_refused_and_left_alone(path, garbage):
    path.write_bytes(garbage)
    with pytest.raises(CatalogCorrupt, match=r"words\.sqlite"):
        Database(path, STEPS)
    assert path.read_bytes() == garbage


def test_a_truncated_database_is_reported_when_its_lost_part_is_read(path):
    with closing(Database(path, STEPS)) as database:
        for number in range(2000):
            if number % 500 == 0:
                add(database, f"{number} " + "long " * 5000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(CatalogCorrupt), closing(Database(path, STEPS)) as database:
        texts(database)


def test_an_empty_file_becomes_a_new_database(path):
    path.touch()
    with closing(Database(path, STEPS)) as database:
        assert texts(database) == []


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path):
    with pytest.raises(DataFolderUnusable):
        Database(tmp_path / "nowhere" / "words.sqlite", STEPS)


def test_a_reader_that_cannot_open_an_attached_file_leaves_no_connection_behind(tmp_path, path):
    with closing(Database(path, STEPS, attached={"other": tmp_path / "missing.sqlite"})) as database:
        with pytest.raises(DataFolderUnusable):
            texts(database)
        assert not database._readers


ON_SMALL_DISK = """
import json, os, subprocess, sys
from pathlib import Path
from photoorg.catalog.catalog import Catalog
from photoorg.errors import PhotoorgError
from photoorg.paths import DataDir
disk = Path(sys.argv[1])
def mount(options, *kind):
    subprocess.run(["mount", *kind, "-o", options, *(["tmpfs"] if kind else []), str(disk)], check=True)
mount("size=" + sys.argv[2], "-t", "tmpfs")
"""

FILLING_UP = (
    ON_SMALL_DISK
    + """
seen = []
catalog = None
try:
    catalog = Catalog(DataDir(disk))
    for number in range(100):
        catalog.thumbnails.add({b"%d" % number: {160: os.urandom(100_000)}})
except PhotoorgError as error:
    seen.append(error.code)
mount("remount,size=64m")
catalog = catalog or Catalog(DataDir(disk))
catalog.thumbnails.add({b"after": {160: b"jpeg"}})
stored = [number for number in range(100) if catalog.thumbnails.of([b"%d" % number], 160)]
catalog.settings.put("key", "value")
catalog.close()
print(json.dumps({"seen": seen, "gapless": stored == list(range(len(stored)))}))
"""
)

READ_ONLY = (
    ON_SMALL_DISK
    + """
Catalog(DataDir(disk)).close()
mount("remount,ro")
before = sorted(path.name for path in disk.iterdir())
try:
    Catalog(DataDir(disk))
except PhotoorgError as error:
    print(json.dumps({"code": error.code, "same": before == sorted(path.name for path in disk.iterdir())}))
"""
)


@pytest.mark.parametrize("size", ["8k", "32k", "92k", "140k", "400k", "2m"])
def test_a_full_disk_is_a_clear_error_and_what_was_stored_before_stays(tmp_path, own_mounts, size):
    assert answer_of(FILLING_UP, tmp_path, size, prefix=own_mounts) == {"seen": ["disk-full"], "gapless": True}


def test_a_read_only_data_folder_is_a_clear_error(tmp_path, own_mounts):
    assert answer_of(READ_ONLY, tmp_path, "8m", prefix=own_mounts) == {"code": "data-folder-unusable", "same": True}


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (sqlite3.SQLITE_FULL, DiskFull),
        (sqlite3.SQLITE_IOERR_FSYNC, DataFolderUnusable),
        (sqlite3.SQLITE_PROTOCOL, CatalogBusy),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, CatalogBusy),
        (sqlite3.SQLITE_CORRUPT_INDEX, CatalogCorrupt),
    ],
)
def test_errors_of_the_environment_are_translated_by_their_code(path, code, error):
    failure = sqlite3.OperationalError("text")
    failure.sqlite_errorcode = code
    assert isinstance(translation_of(failure, path), error)


def test_a_mistake_in_sql_stays_a_bug(words):
    with pytest.raises(sqlite3.OperationalError, match="syntax"):
        words.all("SELEKT")


def test_batches_hold_all_values_in_order():
    assert [list(batch) for batch in batches(range(7), 3)] == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(batches([], 3)) == []


def test_a_list_without_values_matches_nothing(words):
    values, params = in_list([])
    assert words.all(f"SELECT 1 WHERE 1 IN {values}", params) == []


def test_reads_during_many_writes_see_whole_transactions_only(words):
    stop = threading.Event()

    def odd_counts():
        seen = []
        while not stop.is_set():
            seen.append(words.value("SELECT count(*) FROM word") % 2)
        return sum(seen)

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(odd_counts) for _ in range(2)]
        try:
            for number in range(100):
                with words.transaction():
                    add(words, f"a{number}")
                    add(words, f"b{number}")
        finally:
            stop.set()
        assert [reader.result() for reader in readers] == [0, 0]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows has no such paths")
def test_a_path_that_is_not_utf8_can_hold_a_database(tmp_path):
    folder = tmp_path / os.fsdecode(b"caf\xe9 #?%")
    folder.mkdir()
    with closing(Database(folder / "words.sqlite", STEPS)) as database:
        add(database, "here")
        assert texts(database) == ["here"]
