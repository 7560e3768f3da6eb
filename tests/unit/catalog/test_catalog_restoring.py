"""Damaged SQLite files: what is put in their place, what is saved of them, and what is never lost."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from catalog_samples import child, digest, known, read, shown, store

from photoorg.catalog.backups import make_backup, problem_of
from photoorg.catalog.catalog import Catalog
from photoorg.catalog.lease import IndexerLease
from photoorg.catalog.restoring import GONE, restore_damaged
from photoorg.errors import CatalogCorrupt, CatalogTooNew, DiskFull, LibraryInUse

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)
MANY = 300
_PAGE = 4096
OLDEST = Path(__file__).parents[2] / "data" / "catalogs" / "v1.sqlite"


@pytest.fixture
def library(data_dir, volume):
    """A closed library: MANY photos, a backup, then a rating and a new photo."""
    with closing(Catalog(data_dir)) as catalog:
        folder = catalog.folders.add(volume, b"pictures")
        for number in range(MANY):
            store(catalog, read(folder, f"{number}.jpg", f"picture {number}"))
        catalog.journal.set_photos([1], "rating", 1)
        back_up(data_dir)
        catalog.journal.set_photos([2, 3], "rating", 4)
        catalog.journal.set_photos([4], "title", "later")
        [new] = store(catalog, read(folder, "new.jpg", "new"))
        catalog.journal.set_photos([new], "favourite", 1)
        catalog.settings.put("active_model", "mine")
    return data_dir


def back_up(data_dir, now=NOON):
    with closing(sqlite3.connect(data_dir.catalog, isolation_level=None)) as source:
        return make_backup(source, data_dir.backups, "daily", now)


def root_pages(path, *names):
    with closing(sqlite3.connect(path)) as connection:
        return [
            connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", [name]).fetchone()[0]
            for name in names
        ]


def ruin(path, *pages):
    """Garbage in pages (numbered from 1) of a closed file."""
    with path.open("rb+") as stream:
        for page in pages:
            stream.seek((page - 1) * _PAGE)
            stream.write(b"\xff" * _PAGE)


def leaves(path, table):
    """The leaf pages of a table."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            rows = connection.execute("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'", [table])
            return [row[0] for row in rows]
        except sqlite3.OperationalError:
            pytest.skip("this SQLite cannot tell where a table lies")


def test_sound_files_are_left_alone(library):
    before = {path.name: path.stat().st_mtime_ns for path in library.root.glob("*.sqlite")}
    assert restore_damaged(library) == []
    assert {path.name: path.stat().st_mtime_ns for path in library.root.glob("*.sqlite")} == before


def test_an_unreadable_catalog_is_replaced_by_the_newest_backup_and_kept(library):
    garbage = b"no database at all" * 1000
    library.catalog.write_bytes(garbage)
    [restored] = restore_damaged(library, lambda: NOON)
    assert (restored.name, restored.backup, restored.salvaged) == ("catalog.sqlite", NOON, {})
    assert restored.set_aside == library.root / "catalog.damaged-20260506T120000000000Z.sqlite"
    assert restored.set_aside.read_bytes() == garbage
    with closing(Catalog(library)) as catalog:
        assert len(shown(catalog)) == MANY
        photos = catalog.photos.by_ids([1, 2])
        assert [photos[number].rating for number in (1, 2)] == [1, 0]
    assert restore_damaged(library) == []


def test_what_people_did_since_the_backup_is_saved_from_the_damaged_catalog(library):
    ruin(library.catalog, *root_pages(library.catalog, "file_place"))
    assert problem_of(library.catalog)
    [restored] = restore_damaged(library)
    assert restored.salvaged["photo"] == 4
    assert restored.salvaged["file"] == 1
    with closing(Catalog(library)) as catalog:
        photos = {os.path.basename(photo.path): photo for photo in catalog.photos.all()}
        assert [photos[b"%d.jpg" % number].rating for number in (0, 1, 2)] == [1, 4, 4]
        assert photos[b"3.jpg"].title == "later"
        assert photos[b"new.jpg"].favourite
        assert catalog.settings.get("active_model") == "mine"
        assert catalog.journal.undo().action == "set favourite"


def test_what_people_keep_is_saved(library):
    with closing(Catalog(library)) as catalog:
        album = catalog.albums.create("Holidays")
        catalog.albums.add(album, [3, 2])
        saved = catalog.albums.save_search("Beaches", "a beach", cut_off=0.7)
        catalog.tags.add([1, 2], "sea")
        catalog.search_history.remember("a dog")
        tag = catalog.tags.named("sea")
    ruin(library.catalog, *root_pages(library.catalog, "file_place"))
    [restored] = restore_damaged(library)
    assert [restored.salvaged[name] for name in ("album", "album_photo", "tag", "photo_tag", "search_history")] == [
        2, 2, 1, 2, 1,
    ]  # fmt: skip
    with closing(Catalog(library)) as catalog:
        assert list(catalog.albums.photo_ids(album)) == [3, 2]
        assert catalog.albums.named("beaches") == saved
        assert catalog.tags.named("sea") == tag
        assert catalog.search_history.recent()[0].query == "a dog"
        assert catalog.journal.undo().action == "add tag"
        assert catalog.tags.list() == []


def test_rows_on_sound_pages_are_saved_though_others_are_lost(library):
    pages = leaves(library.catalog, "photo")
    assert len(pages) > 1
    ruin(library.catalog, pages[-1])
    [restored] = restore_damaged(library)
    assert restored.salvaged["photo"] == 3
    with closing(Catalog(library)) as catalog:
        assert catalog.photos.by_ids([2])[2].rating == 4


def test_ids_are_not_used_again(library):
    with closing(Catalog(library)) as catalog:
        folder = catalog.folders.all()[0]
        [last] = store(catalog, read(folder, "later.jpg", "later"))
    ruin(library.catalog, leaves(library.catalog, "photo")[-1])
    restore_damaged(library)
    with closing(Catalog(library)) as catalog:
        [new] = store(catalog, read(catalog.folders.all()[0], "newest.jpg", "newest"))
        assert new > last


def test_without_a_backup_what_can_be_read_makes_a_new_catalog(library):
    shutil.rmtree(library.backups)
    with closing(sqlite3.connect(library.catalog)) as connection:
        name = connection.execute("SELECT id FROM library").fetchone()
    ruin(library.catalog, *root_pages(library.catalog, "file_place"))
    [restored] = restore_damaged(library)
    assert restored.backup is None
    assert restored.set_aside.exists()
    with closing(Catalog(library)) as catalog:
        assert len(shown(catalog)) == MANY + 1
        assert catalog.settings.library_id == name[0]


def test_without_a_backup_an_unreadable_catalog_is_kept_and_a_new_one_is_empty(library):
    shutil.rmtree(library.backups)
    library.catalog.write_bytes(b"garbage" * 1000)
    [restored] = restore_damaged(library)
    assert (restored.backup, restored.salvaged) == (None, {})
    assert restored.set_aside.read_bytes() == b"garbage" * 1000
    with closing(Catalog(library)) as catalog:
        assert shown(catalog) == {}


def test_a_catalog_that_is_gone_comes_back_from_its_backup(library):
    library.catalog.unlink()
    with pytest.raises(CatalogCorrupt, match="it is gone"):
        Catalog(library)
    assert not library.catalog.exists()
    [restored] = restore_damaged(library)
    assert (restored.problem, restored.set_aside, restored.backup) == (GONE, None, NOON)
    with closing(Catalog(library)) as catalog:
        assert len(shown(catalog)) == MANY


def test_a_new_library_misses_nothing(data_dir):
    assert restore_damaged(data_dir) == []
    assert not data_dir.catalog.exists()


def test_a_damaged_backup_is_passed_over(library):
    newer = back_up(library, NOON.replace(day=7))
    newer.path.write_bytes(newer.path.read_bytes()[:8192] + os.urandom(8192))
    library.catalog.write_bytes(b"garbage" * 1000)
    [restored] = restore_damaged(library)
    assert restored.backup == NOON


def test_a_backup_of_an_older_version_is_brought_up_to_date(data_dir):
    data_dir.backups.mkdir()
    shutil.copy(OLDEST, data_dir.backups / "catalog-v1-20260506T120000000000Z.sqlite")
    data_dir.catalog.write_bytes(b"garbage" * 1000)
    [restored] = restore_damaged(data_dir)
    assert restored.backup == NOON
    with closing(Catalog(data_dir)) as catalog:
        assert len(shown(catalog)) == 2


def test_the_log_of_the_damaged_file_is_not_taken_for_the_new_ones(library):
    """A log that a killed program left."""
    script = """
import os, signal, sys
from pathlib import Path
from photoorg.catalog.catalog import Catalog
from photoorg.paths import DataDir
catalog = Catalog(DataDir(Path(sys.argv[1])))
catalog.settings.put("from", "the log")
os.kill(os.getpid(), signal.SIGKILL)
"""
    with child(script, library.root) as process:
        process.wait()
    assert library.catalog.with_name("catalog.sqlite-wal").stat().st_size
    library.catalog.write_bytes(b"garbage" * 1000)
    restore_damaged(library)
    with closing(Catalog(library)) as catalog:
        assert catalog.settings.get("from") is None
        assert len(shown(catalog)) == MANY


def test_nothing_is_done_while_another_program_indexes(library):
    library.catalog.write_bytes(b"garbage" * 1000)
    lease = IndexerLease(library.lease)
    assert lease.take()
    with pytest.raises(LibraryInUse):
        restore_damaged(library)
    lease.release()
    assert library.catalog.read_bytes() == b"garbage" * 1000


OPEN = """
import sys
from pathlib import Path
from photoorg.catalog.catalog import Catalog
from photoorg.paths import DataDir
catalog = Catalog(DataDir(Path(sys.argv[1])))
catalog.settings.get("x")
print("open", flush=True)
sys.stdin.readline()
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows does not let go of a file that is open")
def test_nothing_is_done_while_another_program_has_the_files_open(library):
    with child(OPEN, library.root) as other:
        assert other.stdout.readline() == "open\n"
        ruin(library.thumbnails, *root_pages(library.thumbnails, "thumbnail"))
        with pytest.raises(LibraryInUse):
            restore_damaged(library)
        other.kill()
        other.wait()
    assert [restored.name for restored in restore_damaged(library)] == ["thumbnails.sqlite"]


def test_embeddings_on_sound_pages_are_saved(data_dir):
    vectors = {digest(str(number)): np.eye(64, dtype=np.float32)[number % 64] for number in range(500)}
    with closing(Catalog(data_dir)) as catalog:
        model = catalog.embeddings.model_id("fingerprint", "mine", 64)
        catalog.embeddings.add(model, vectors)
        catalog.embeddings.add_hashes(dict.fromkeys(vectors, 7), 1)
    ruin(data_dir.derived, leaves(data_dir.derived, "embedding")[3])
    [restored] = restore_damaged(data_dir)
    assert (restored.name, restored.set_aside) == ("derived.sqlite", None)
    assert restored.salvaged["perceptual_hash"] == 500
    assert 450 < restored.salvaged["embedding"] < 500
    with closing(Catalog(data_dir)) as catalog:
        model = catalog.embeddings.model_id("fingerprint", "mine", 64)
        kept = catalog.embeddings.load(model)
        assert len(kept.ids) == restored.salvaged["embedding"]
        for key, vector in zip(kept.picture_keys, kept.vectors, strict=True):
            assert np.array_equal(vector.astype(np.float32), vectors[key])


def test_thumbnails_on_sound_pages_are_saved(data_dir):
    with closing(Catalog(data_dir)) as catalog:
        for number in range(50):
            catalog.thumbnails.add({digest(str(number)): {160: bytes(900), 480: bytes(900)}})
    ruin(data_dir.thumbnails, leaves(data_dir.thumbnails, "thumbnail")[2])
    [restored] = restore_damaged(data_dir)
    assert 80 <= restored.salvaged["thumbnail"] < 100
    assert problem_of(data_dir.thumbnails) == ""


def test_files_that_are_no_databases_are_made_anew(data_dir):
    for path in (data_dir.derived, data_dir.thumbnails):
        path.write_bytes(b"garbage" * 1000)
    assert [restored.name for restored in restore_damaged(data_dir)] == ["derived.sqlite", "thumbnails.sqlite"]
    Catalog(data_dir).close()
    assert not list(data_dir.root.glob("*damaged*"))


def test_a_catalog_of_a_newer_program_is_not_touched(library):
    with closing(sqlite3.connect(library.catalog)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = library.catalog.read_bytes()
    assert restore_damaged(library) == []
    with pytest.raises(CatalogTooNew):
        Catalog(library)
    assert library.catalog.read_bytes() == before


def test_a_full_disk_changes_nothing(library, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    library.catalog.write_bytes(b"garbage" * 1000)
    names = sorted({*os.listdir(library.root), library.lease.name})
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", full)
        with pytest.raises(DiskFull):
            restore_damaged(library)
    assert sorted(os.listdir(library.root)) == names
    assert library.catalog.read_bytes() == b"garbage" * 1000
    restore_damaged(library)


@pytest.mark.parametrize("step", ["link", "replace"])
def test_a_swap_that_is_interrupted_leaves_a_catalog_in_its_place(library, monkeypatch, step):
    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    ruin(library.catalog, *root_pages(library.catalog, "file_place"))
    with monkeypatch.context() as patch:
        patch.setattr(os, step, die)
        with pytest.raises(Killed):
            restore_damaged(library)
    assert library.catalog.exists()
    restore_damaged(library)
    with closing(Catalog(library)) as catalog:
        assert len(shown(catalog)) == MANY + 1
        assert known(catalog, catalog.folders.all()[0])
