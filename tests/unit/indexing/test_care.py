"""Forgetting photos and trying files again, by path and by id, on a real library."""

import os
import time

import pytest
from indexed_library import counts
from pictures import jpeg_bytes

from photoorg.errors import PhotoUnknown
from photoorg.indexing import vanishing
from photoorg.indexing.care import LibraryCare
from photoorg.search.index_cache import IndexCache
from photoorg.search.model_choice import ModelChoice


@pytest.fixture
def three(library):
    """Three indexed photos and a file that cannot be read."""
    library.watch()
    for name in "abc":
        library.picture(f"{name}.jpg")
    (library.photos / "bad.jpg").write_bytes(b"no picture")
    library.index()
    return library


@pytest.fixture
def care(three):
    return LibraryCare(three.data_dir, three.catalog, ModelChoice(three.catalog, three.data_dir.models))


def index_of(library):
    return IndexCache(library.catalog, library.data_dir.index, library.encoder.model)


def test_a_photo_is_forgotten_and_comes_back_while_its_file_lies_there(three, care):
    path = three.photos / "a.jpg"
    forgotten = care.forget([path])
    assert (forgotten.photos, forgotten.files, forgotten.still_there) == (1, 1, [path])
    assert three.shown().keys() == {"photos/b.jpg", "photos/c.jpg"}
    assert path.exists()
    assert counts(three.index())["new"] == 1
    assert "photos/a.jpg" in three.shown()


def test_a_forgotten_embedding_is_neither_found_nor_kept_in_the_index(three, care):
    vector = three.catalog.embeddings.load(1).vectors[0].astype("float32")
    assert index_of(three).load_current().count == 3
    first = min(three.shown().values())
    care.forget([first])
    assert not list(three.data_dir.index.rglob("*.hnsw"))
    assert len(three.catalog.embeddings.load(1).ids) == 2
    index_of(three).update()
    rebuilt = index_of(three).load_current()
    assert rebuilt.count == 2
    assert not rebuilt.holds(three.catalog.embeddings.load(1).ids[:1], vector[None, :])


def test_earlier_versions_of_a_forgotten_photo_go_with_it(three, care):
    three.picture("a.jpg", seed=99)
    three.index()
    assert three.catalog.remains.orphans().embeddings == 1
    care.forget([three.photos / "a.jpg"])
    assert not three.catalog.remains.orphans().any


def test_an_index_of_another_program_is_noticed_to_be_outdated(three, care):
    assert three.catalog.lease.take()
    care.forget([min(three.shown().values())])
    three.catalog.lease.release()
    assert list(three.data_dir.index.rglob("*.hnsw"))
    assert index_of(three).load_current() is None
    index_of(three).update()
    assert index_of(three).load_current().count == 2


def test_one_unknown_photo_and_none_is_forgotten(three, care):
    with pytest.raises(PhotoUnknown, match="nowhere"):
        care.forget([three.photos / "a.jpg", three.photos / "nowhere.jpg"])
    assert len(three.shown()) == 3


def test_files_that_cannot_be_read_and_missing_ones_are_forgotten_by_path(three, care):
    (three.photos / "a.jpg").unlink()
    three.index()
    forgotten = care.forget([three.photos / "a.jpg", three.photos / "bad.jpg"])
    assert (forgotten.photos, forgotten.files) == (1, 2)
    assert forgotten.still_there == [three.photos / "bad.jpg"]


def test_missing_photos_are_forgotten_and_nothing_else(three, care):
    assert care.forget_missing().photos == 0
    (three.photos / "a.jpg").unlink()
    (three.photos / "bad.jpg").unlink()
    three.index()
    forgotten = care.forget_missing()
    assert (forgotten.photos, forgotten.files, forgotten.still_there) == (1, 2, [])
    assert len(three.shown()) == 2


def test_photos_that_are_only_ignored_are_not_forgotten_with_those_that_are_gone(three, care):
    (three.photos / ".photoorgignore").write_text("a.jpg\nbad.jpg\n", encoding="utf-8")
    (three.photos / "b.jpg").unlink()
    three.index()
    assert three.shown().keys() == {"photos/c.jpg"}
    assert care.forget_missing().photos == 1
    (three.photos / ".photoorgignore").unlink()
    assert "new" not in counts(three.index())
    assert three.shown().keys() == {"photos/a.jpg", "photos/c.jpg"}


def test_ignored_photos_of_a_folder_that_is_away_are_not_forgotten(three, care):
    before = three.shown()
    rules = three.photos / ".photoorgignore"
    rules.write_text("a.jpg", encoding="utf-8")
    three.index()
    three.photos.rename(three.root / "away")
    assert care.forget_missing().photos == 0
    (three.root / "away").rename(three.photos)
    rules.unlink()
    three.index()
    assert three.shown() == before


def test_a_missing_photo_is_forgotten_though_another_one_lies_in_its_place(three, care):
    (three.photos / "b.jpg").unlink()
    three.index()
    (three.photos / "a.jpg").rename(three.photos / "b.jpg")
    three.index()
    assert care.forget_missing().photos == 1
    assert three.shown().keys() == {"photos/b.jpg", "photos/c.jpg"}


def test_photos_of_a_folder_that_is_away_are_not_missing(three, care):
    three.photos.rename(three.root / "away")
    assert care.forget_missing().photos == 0
    assert len(three.shown()) == 3


def test_one_of_the_photos_that_are_held_as_vanished_is_forgotten(three, care, monkeypatch):
    monkeypatch.setattr(vanishing, "LEAST_FILES", 2)
    three.photos.rename(three.root / "away")
    three.photos.mkdir()
    assert three.index().held
    assert care.forget_missing().photos == 0
    care.forget([three.shown()["photos/a.jpg"]])
    assert [held.files for held in three.catalog.vanished.all().values()] == [3]  # with the one that cannot be read
    three.photos.rmdir()
    (three.root / "away").rename(three.photos)
    assert counts(three.index())["new"] == 1
    assert three.catalog.vanished.all() == {}


def test_a_photo_is_forgotten_with_the_files_beside_it(three, care):
    for name in ("a.CR2", "a.mov"):
        (three.photos / name).write_bytes(name.encode())
    three.index()
    forgotten = care.forget([three.photos / "a.CR2"])
    assert (forgotten.photos, forgotten.files) == (1, 3)
    assert three.catalog.health.photos_without_files() == []
    assert counts(three.index())["new"] == 1


def test_damaged_catalogs_that_were_kept_are_named(three, care):
    kept = three.data_dir.root / "catalog.damaged-20260101T000000000000Z.sqlite"
    kept.write_bytes(b"old")
    assert care.forget_missing().kept_copies == [kept]


def test_unreadable_files_are_tried_again_on_request_only(three, care, monkeypatch):
    """A decoder that has learnt more since, say: the file is as it was."""
    bad = three.photos / "bad.jpg"
    before = os.stat(bad)
    seen = []
    record = three.catalog.files.record_failed
    monkeypatch.setattr(three.catalog.files, "record_failed", lambda files: (seen.extend(files), record(files)))
    three.index()
    assert seen == []
    assert care.retry_failed() == 1
    three.index()
    assert [os.path.basename(file.place.path) for file in seen] == [b"bad.jpg"]
    assert os.stat(bad).st_mtime_ns == before.st_mtime_ns
    three.index()
    assert len(seen) == 1


def test_some_files_are_tried_again(three, care):
    (three.photos / "worse.jpg").write_bytes(b"no picture either")
    three.index()
    assert care.retry_failed([three.photos / "worse.jpg", three.photos / "a.jpg", three.root / "nowhere"]) == 1
    assert care.retry_failed([]) == 0


def test_a_file_that_was_mended_without_a_trace_is_read_when_tried_again(three, care):
    """Its size and time are as before, and the change time is what nobody looks at on such a system."""
    bad, good = three.photos / "bad.jpg", jpeg_bytes(7)
    bad.write_bytes(bytes(len(good)))
    os.utime(bad, (time.time(), 1_000_000_000))
    three.index()
    assert care.retry_failed() == 1
    bad.write_bytes(good)
    os.utime(bad, (time.time(), 1_000_000_000))
    assert counts(three.index())["new"] == 1
