"""Migrations: every version opens, a newer one is refused untouched, and a failing step leaves the old version."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from catalog_samples import known, shown

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.database import Database
from photoorg.catalog.migrations import steps_of
from photoorg.errors import CatalogTooNew, DataFolderUnusable

OLD_CATALOGS = sorted((Path(__file__).parents[2] / "data" / "catalogs").glob("v*.sqlite"))
FIRST = "CREATE TABLE word (text TEXT);\nINSERT INTO word VALUES ('old');\n"
SECOND = "ALTER TABLE word ADD COLUMN language TEXT;\nUPDATE word SET language = 'en';\n"
BROKEN = "UPDATE word SET text = 'changed';\nCREATE TABLE word (text TEXT);\n"


@pytest.fixture
def old(tmp_path):
    """A file of version 1."""
    path = tmp_path / "words.sqlite"
    Database(path, [FIRST]).close()
    return path


def version(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def rows(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM word").fetchall()


@pytest.mark.parametrize("file", OLD_CATALOGS, ids=lambda file: file.stem)
def test_a_catalog_of_every_version_opens_with_its_contents(data_dir, file):
    shutil.copy(file, data_dir.catalog)
    with closing(Catalog(data_dir)) as catalog:
        [folder] = catalog.folders.all()
        assert (folder.volume_key, folder.mount, folder.path) == ("uuid:1234", b"/media/disk", b"pictures")
        assert shown(catalog) == {b"/media/disk/pictures/beach.jpg": 1, b"/media/disk/pictures/for\xeat.jpg": 2}
        photos = catalog.photos.by_ids((1, 2))
        assert [(photos[photo_id].favourite, photos[photo_id].title) for photo_id in (1, 2)] == [
            (True, ""),
            (True, "Into the woods"),
        ]
        assert known(catalog, folder)[b"broken.jpg"].failure_code == "corrupt"
        assert catalog.settings.get("active_model") == "demo"
        assert [request.kind for request in catalog.requests.open()] == ["index"]
        assert catalog.journal.undo().action == "set title"
    assert version(data_dir.catalog) == len(steps_of("catalog"))


@pytest.mark.parametrize("file", OLD_CATALOGS, ids=lambda file: file.stem)
def test_ids_that_were_used_are_not_used_again_after_a_migration(data_dir, file):
    """Backups know them."""
    shutil.copy(file, data_dir.catalog)
    with closing(sqlite3.connect(data_dir.catalog)) as connection, connection:
        connection.execute("UPDATE sqlite_sequence SET seq = 1000")  # as if later ones had been deleted
    with closing(Catalog(data_dir)) as catalog:
        used = {row[0]: row[1] for row in catalog.photos._db.all("SELECT name, seq FROM sqlite_sequence")}
        assert {used[table] for table in ("photo", "file", "journal")} == {1000}


def test_there_is_a_tiny_catalog_of_every_version():
    assert [file.stem for file in OLD_CATALOGS] == [f"v{number + 1}" for number in range(len(steps_of("catalog")))]


def schema_of(path):
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}


def test_the_newest_tiny_catalog_has_the_schema_of_this_program(data_dir):
    Catalog(data_dir).close()
    assert schema_of(OLD_CATALOGS[-1]) == schema_of(data_dir.catalog)


@pytest.mark.parametrize("journal_mode", ["WAL", "DELETE"])
def test_a_newer_catalog_is_refused_without_changing_the_file(old, journal_mode):
    with closing(sqlite3.connect(old)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal_mode}")
        connection.execute("PRAGMA user_version = 7")
    before = old.read_bytes()
    with pytest.raises(CatalogTooNew, match="format 7, this program knows 1"):
        Database(old, [FIRST])
    assert old.read_bytes() == before
    assert list(old.parent.iterdir()) == [old]


def test_a_newer_library_is_refused_and_what_was_opened_before_is_closed(data_dir):
    Catalog(data_dir).close()
    with closing(sqlite3.connect(data_dir.catalog)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(CatalogTooNew):
        Catalog(data_dir)
    assert not list(data_dir.root.glob("*-wal"))


def test_an_older_file_is_copied_before_it_is_brought_up_to_date(old, tmp_path):
    backups = tmp_path / "deep" / "backups"
    Database(old, [FIRST, SECOND], backup_to=backups).close()
    assert (version(old), rows(old)) == (2, [("old", "en")])
    [backup] = backups.iterdir()
    assert backup.name.startswith("catalog-v1-")
    assert (version(backup), rows(backup)) == (1, [("old",)])


def test_neither_a_new_file_nor_a_current_one_is_copied(old, tmp_path):
    backups = tmp_path / "backups"
    Database(old, [FIRST], backup_to=backups).close()
    Database(tmp_path / "new.sqlite", [FIRST, SECOND], backup_to=backups).close()
    assert not backups.exists()


def test_a_failing_step_leaves_the_version_before_it(old):
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        Database(old, [FIRST, SECOND, BROKEN])
    assert (version(old), rows(old)) == (2, [("old", "en")])
    Database(old, [FIRST, SECOND, "UPDATE word SET text = 'mended';\n"]).close()
    assert (version(old), rows(old)) == (3, [("mended", "en")])


def test_a_step_without_its_last_semicolon_runs_to_the_end(tmp_path):
    path = tmp_path / "words.sqlite"
    Database(path, [FIRST + "INSERT INTO word VALUES ('last')\n-- the end\n"]).close()
    assert rows(path) == [("old",), ("last",)]


def test_a_semicolon_in_a_text_or_trigger_ends_no_statement(tmp_path):
    path = tmp_path / "words.sqlite"
    trigger = "CREATE TRIGGER t AFTER DELETE ON word BEGIN\n  SELECT 1;\n  SELECT 2;\nEND;\n"
    Database(path, [FIRST + trigger + "INSERT INTO word VALUES ('a;\nb');\n"]).close()
    assert rows(path) == [("old",), ("a;\nb",)]


def test_without_a_place_for_the_copy_nothing_is_migrated(old, tmp_path):
    (tmp_path / "backups").write_text("a file is in the way")
    with pytest.raises(DataFolderUnusable):
        Database(old, [FIRST, SECOND], backup_to=tmp_path / "backups")
    assert version(old) == 1


class TornBackup(sqlite3.Connection):
    """A connection whose backup stops half way."""

    def backup(self, target, **_kwargs):
        target.execute("CREATE TABLE half (x)")
        raise sqlite3.OperationalError("disk is full")


def test_half_a_copy_is_not_left_lying_around(old, tmp_path, monkeypatch):
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **kwargs: real(*args, **kwargs, factory=TornBackup))
    with pytest.raises(sqlite3.OperationalError):
        Database(old, [FIRST, SECOND], backup_to=tmp_path / "backups")
    monkeypatch.undo()
    assert list((tmp_path / "backups").iterdir()) == []
    assert version(old) == 1


@pytest.mark.parametrize("store", ["catalog", "derived", "thumbnails"])
def test_every_store_has_its_steps_in_order(store):
    steps = steps_of(store)
    assert steps
    assert "CREATE TABLE" in steps[0]


def test_the_first_error_is_reported_when_sqlite_has_rolled_back_by_itself(old):
    step = "CREATE TABLE other (id INTEGER PRIMARY KEY);\n" + 2 * "INSERT OR ROLLBACK INTO other VALUES (1);\n"
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        Database(old, [FIRST, step])
    assert (version(old), rows(old)) == (1, [("old",)])
