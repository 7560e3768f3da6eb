"""What the doctor repairs, on a real library with the real decoder and a stub for the model."""

import os
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from indexed_library import IndexedLibrary

from photoorg.embedding import gpu
from photoorg.errors import LibraryInUse
from photoorg.indexing import doctor as doctor_module
from photoorg.indexing.daily_upkeep import DailyUpkeep
from photoorg.indexing.doctor import Doctor
from photoorg.search.index_cache import IndexCache
from photoorg.search.vector_index import index_folder


class StubChoice:
    """The stub is the active model."""

    def __init__(self, model):
        self._model = model

    def active(self):
        return self._model


@pytest.fixture
def indexed(library, monkeypatch):
    """Six photos, indexed, on a machine without a graphics card."""
    monkeypatch.setattr(gpu, "gpu_check", lambda: (True, "There is none."))
    monkeypatch.setattr(doctor_module, "check_loads", lambda _: None)
    library.watch()
    for number in range(6):
        library.picture(f"{number}.jpg", seed=number)
    library.index()
    return library


def doctor_of(library):
    return Doctor(library.data_dir, library.catalog, StubChoice(library.encoder.model))


def check(library):
    return {check.name: check for check in doctor_of(library).check()}


def repair(library):
    return {check.name: check for check in doctor_of(library).repair(library.index)}


def bad(checks):
    return [name for name, check in checks.items() if not check.ok]


def run(database, sql, **params):
    with database.transaction() as write:
        write.execute(sql, params)


def test_a_sound_library_needs_no_repair(indexed):
    DailyUpkeep(indexed.catalog).back_up()
    checks = repair(indexed)
    assert bad(checks) == []
    assert [name for name, check in checks.items() if check.repaired] == []


def test_lost_thumbnails_are_made_again(indexed):
    """Also where the figures look right: of other pictures there may be more than needed."""
    keys = [photo.picture_key for photo in indexed.catalog.photos.all()][:2]
    database = indexed.catalog.thumbnails._db
    for key in keys:
        run(database, "DELETE FROM thumbnail WHERE picture_key = :key", key=key)
    indexed.catalog.thumbnails.add({b"other": {160: b"x"}, b"another": {160: b"x"}})
    found = check(indexed)
    assert bad(found) == ["thumbnails"]
    assert "2 pictures have none" in found["thumbnails"].detail
    repaired = repair(indexed)
    assert repaired["thumbnails"].repaired.startswith("2 of 2 were made")
    assert indexed.catalog.thumbnails.of(keys, 160).keys() == set(keys)
    assert bad(repaired) == []


def test_lost_embeddings_hashes_and_facts_are_made_again(indexed):
    before = indexed.shown()
    indexed.catalog.journal.set_photos([1], "rating", 5)
    run(indexed.catalog.embeddings._db, "DELETE FROM embedding WHERE id IN (1, 2)")
    run(indexed.catalog.embeddings._db, "DELETE FROM perceptual_hash")
    run(indexed.catalog.files._db, "DELETE FROM facts WHERE file_id = 3")
    assert bad(check(indexed)) == ["hashes", "facts", "coverage"]
    assert bad(repair(indexed)) == []
    assert indexed.shown() == before
    assert indexed.catalog.photos.by_ids([1])[1].rating == 5


@pytest.mark.parametrize(
    "vector",
    [
        b"short",
        np.full(32, np.nan, np.float16).tobytes(),
        np.zeros(32, np.float16).tobytes(),
        np.full(32, 3, np.float16).tobytes(),
        np.ones(33, np.float16).tobytes(),
    ],
    ids=["odd", "nan", "zero", "long", "other size"],
)
def test_embeddings_that_are_none_are_made_again(indexed, vector):
    run(indexed.catalog.embeddings._db, "UPDATE embedding SET vector = :vector WHERE id = 2", vector=vector)
    assert "embeddings" in bad(check(indexed))
    checks = repair(indexed)
    assert checks["embeddings"].repaired == "1 was deleted, to be made again."
    assert bad(checks) == []
    model_id = indexed.catalog.embeddings.model_id("x", "x", 1) - 1
    kept = indexed.catalog.embeddings.load(model_id)
    assert kept.vectors.shape == (6, 32)
    assert np.allclose(np.linalg.norm(kept.vectors.astype(np.float32), axis=1), 1, atol=0.01)


def test_a_torn_vector_index_is_made_again(indexed):
    folder = index_folder(indexed.data_dir.index, indexed.encoder.model.fingerprint)
    [graph] = folder.glob("*.hnsw")
    graph.write_bytes(graph.read_bytes()[:-100] + os.urandom(100))
    assert bad(check(indexed)) == ["vector index"]
    checks = repair(indexed)
    assert checks["vector index"].repaired
    assert bad(checks) == []
    assert IndexCache(indexed.catalog, indexed.data_dir.index, indexed.encoder.model).load_current().count == 6


def test_an_index_that_is_behind_is_caught_up(indexed):
    model = indexed.encoder.model
    model_id = indexed.catalog.embeddings.model_id(model.fingerprint, model.reference, model.dimension)
    run(indexed.catalog.embeddings._db, "DELETE FROM embedding WHERE id = 6")
    assert model_id
    assert bad(check(indexed)) == ["coverage"]
    assert bad(repair(indexed)) == []
    assert IndexCache(indexed.catalog, indexed.data_dir.index, model).is_current()


def test_what_is_left_of_pictures_that_are_gone_is_no_fault_and_is_removed(indexed):
    indexed.catalog.thumbnails.add({b"nobody's": {160: b"x"}})
    indexed.catalog.embeddings.add_hashes({b"nobody's": 1}, 1)
    found = check(indexed)["orphans"]
    assert found.ok
    assert "1 hashes, 1 thumbnails" in found.detail
    assert "1 picture" in repair(indexed)["orphans"].repaired
    assert indexed.catalog.thumbnails.of([b"nobody's"], 160) == {}
    assert len(indexed.shown()) == 6


def test_photos_without_files_and_rows_that_lead_nowhere_are_removed(indexed):
    with closing(sqlite3.connect(indexed.data_dir.catalog)) as connection, connection:
        connection.execute("INSERT INTO photo (added_utc) VALUES ('now')")
        connection.execute("INSERT INTO facts (file_id, format, width, height, orientation) VALUES (999, 'x', 1, 1, 1)")
    found = check(indexed)
    assert bad(found) == ["references", "photos"]
    assert "in facts" in found["references"].detail
    assert bad(repair(indexed)) == []
    assert len(indexed.shown()) == 6


def test_left_over_files_are_removed(indexed):
    folder = index_folder(indexed.data_dir.index, indexed.encoder.model.fingerprint)
    strangers = indexed.data_dir.index / "of-nobody"
    strangers.mkdir()
    left = [
        folder / "000000000001-abc.hnsw", folder / "current.json.new", strangers / "current.json",
        indexed.data_dir.root / "catalog.sqlite.restored",
    ]  # fmt: skip
    for path in left:
        path.write_bytes(b"half")
    found = check(indexed)["left-over files"]
    assert found.ok
    assert found.detail.startswith("4 files")
    checks = repair(indexed)
    assert checks["left-over files"].repaired == "4 files were deleted."
    assert not any(path.exists() for path in left)
    assert IndexCache(indexed.catalog, indexed.data_dir.index, indexed.encoder.model).load_current()


def test_a_damaged_backup_is_replaced(indexed):
    DailyUpkeep(indexed.catalog).back_up()
    [backup] = indexed.catalog.backups.all()
    backup.path.write_bytes(b"garbage" * 100)
    assert bad(check(indexed)) == ["backups"]
    checks = repair(indexed)
    assert "a new one was made" in checks["backups"].repaired
    assert bad(checks) == []
    assert len(indexed.catalog.backups.all()) == 1


def test_what_lies_on_a_disk_that_is_away_is_told(indexed):
    keys = [photo.picture_key for photo in indexed.catalog.photos.all()]
    run(indexed.catalog.thumbnails._db, "DELETE FROM thumbnail WHERE picture_key = :key", key=keys[0])
    indexed.photos.rename(indexed.root / "away")
    checks = repair(indexed)
    assert bad(checks) == ["thumbnails"]
    assert "0 of 1 were made" in checks["thumbnails"].repaired
    assert "cannot be reached" in checks["thumbnails"].repaired
    (indexed.root / "away").rename(indexed.photos)
    indexed.index()
    assert bad(check(indexed)) == []


def forget_embedding_of(library, name):
    key = next(p.picture_key for p in library.catalog.photos.all() if os.fsdecode(p.path).endswith(name))
    run(library.catalog.embeddings._db, "DELETE FROM embedding WHERE picture_key = :key", key=key)


def go_away(library):
    library.photos.rename(library.root / "away")


def vanish(library):
    library.catalog.vanished.hold(
        library.watch().id, [file.id for file in library.catalog.files.known_in(library.watch())]
    )


def go_to_the_cloud(library):
    (library.photos / "0.jpg").rename(library.photos / ".0.jpg.icloud")


def pause(library):
    library.catalog.settings.set_paused(paused=True)


@pytest.mark.parametrize("happen", [go_away, vanish, go_to_the_cloud, pause])
def test_what_the_model_cannot_see_just_now_is_no_fault(indexed, happen):
    """Another model was chosen meanwhile, say."""
    forget_embedding_of(indexed, "0.jpg")
    assert bad(check(indexed)) == ["coverage"]
    happen(indexed)
    before = indexed.shown()
    assert bad(check(indexed)) == []
    assert "has not seen 1 picture" in check(indexed)["coverage"].detail
    assert bad(repair(indexed)) == []
    assert indexed.shown() == before


def test_what_waits_on_the_shelf_is_no_fault_and_is_embedded_by_a_repair(indexed):
    forget_embedding_of(indexed, "0.jpg")
    (key,) = indexed.catalog.health.without_embedding(indexed.encoder.model.fingerprint)
    shelf = indexed.tools(indexed.encoder).shelf
    shelf.put({key: np.zeros(shelf._shape, np.uint8)})
    checks = check(indexed)
    assert bad(checks) == []
    assert "1 were read and wait for it" in checks["coverage"].detail
    assert repair(indexed)["coverage"].detail.endswith("has seen all pictures.")


@pytest.mark.parametrize("rules", ["*.jpg", "0.jpg"])
def test_ignored_photos_are_no_fault(indexed, rules):
    (indexed.photos / ".photoorgignore").write_text(rules, encoding="utf-8")
    indexed.index()
    assert bad(check(indexed)) == []
    assert bad(repair(indexed)) == []
    (indexed.photos / ".photoorgignore").unlink()
    indexed.index()
    assert len(indexed.shown()) == 6


def test_pairs_are_no_fault(indexed):
    for name in ("0.CR2", "0.mov"):
        (indexed.photos / name).write_bytes(b"raw" + name.encode())
    indexed.index()
    assert bad(check(indexed)) == []
    assert bad(repair(indexed)) == []
    assert [len(photo.companions) for photo in indexed.catalog.photos.all() if photo.path.endswith(b"0.jpg")] == [2]


def test_nothing_is_repaired_while_another_program_indexes(indexed, tmp_path):
    with IndexedLibrary(tmp_path) as other:
        assert other.catalog.lease.take()
        with pytest.raises(LibraryInUse):
            repair(indexed)
        other.catalog.lease.release()
    assert os.path.exists(indexed.data_dir.lease)


def test_without_a_model_what_needs_none_is_repaired(library, monkeypatch):
    monkeypatch.setattr(gpu, "gpu_check", lambda: (True, "There is none."))
    library.watch()
    library.picture("a.jpg")
    library.index(model=False)
    run(library.catalog.thumbnails._db, "DELETE FROM thumbnail")
    found = Doctor(library.data_dir, library.catalog, StubChoice(None))
    assert [c.name for c in found.check() if not c.ok] == ["thumbnails"]
    assert [c.name for c in found.repair(lambda: library.index(model=False)) if not c.ok] == []
