"""The watch job on a real disk with the real decoder and a stub for the model."""

import os
import threading

import pytest
from indexed_library import IndexedLibrary, context
from pictures import jpeg_bytes, write_jpeg
from running_job import Running, embedded, failures
from stub_encoder import StubEncoder, stub_model

from photoorg.catalog.library_settings import ACTIVE_MODEL
from photoorg.errors import Cancelled, CatalogCorrupt, DiskFull, FolderUnreachable, ModelCorrupt
from photoorg.indexing import following, vanishing, watch_job
from photoorg.indexing.batch_store import BatchStore
from photoorg.indexing.care import LibraryCare
from photoorg.indexing.indexer import WAITING, IndexWhenFree
from photoorg.indexing.watch_folders import WatchFolders
from photoorg.indexing.watch_job import WATCHING
from photoorg.search.index_cache import IndexCache
from photoorg.search.model_choice import ModelChoice

pytestmark = pytest.mark.usefixtures("_shared_decoder")


def test_it_indexes_what_is_there_and_says_when_it_is_ready(running):
    running.until_shown("a.jpg", "b.jpg")
    running.until(lambda: running.texts[-1] == WATCHING)
    assert embedded(running.library, running.library.encoder.model) == 2


def test_new_changed_and_deleted_photos_are_taken_up(running):
    running.library.picture("c.jpg")
    (running.library.photos / "a.jpg").unlink()
    running.until_shown("b.jpg", "c.jpg")
    before = running.library.catalog.settings.revision
    running.library.picture("b.jpg", seed=77)
    running.until(lambda: embedded(running.library, running.library.encoder.model) == 4)
    assert running.library.catalog.settings.revision > before


def test_a_renamed_folder_of_many_photos_is_not_read_again(two, monkeypatch, warm_pool):
    for n in range(200):
        two.picture(f"x/{n}.jpg", seed=n)
    with Running(two) as job:
        job.until_ready()
        before = two.shown()
        monkeypatch.setattr(warm_pool, "submit", lambda *_: pytest.fail("decoded a file"))
        (two.photos / "x").rename(two.photos / "y")
        job.until(lambda: "photos/y/199.jpg" in two.shown())
        assert two.shown() == {name.replace("/x/", "/y/"): photo_id for name, photo_id in before.items()}


def test_an_encoder_that_is_let_go_does_not_end_it(two):
    """As when a model is removed, or another one is chosen, while photos are being encoded."""
    encode = two.encoder.encode_images
    calls = []

    def encode_images(pixels):
        calls.append(len(pixels))
        if len(calls) == 1:
            raise Cancelled
        return encode(pixels)

    two.encoder.encode_images = encode_images
    with Running(two) as job:
        job.until_ready()
        job.until(lambda: embedded(two, two.encoder.model) == 2)
        assert calls == [2, 2]


def test_it_waits_while_another_program_indexes(two, tmp_path):
    with IndexedLibrary(tmp_path) as other:
        assert other.catalog.lease.take()
        with Running(two) as job:
            job.until(lambda: WAITING in job.texts)
            assert not job.ready.is_set()
            other.catalog.lease.release()
            job.until_ready()
        assert other.catalog.lease.take()
        other.catalog.lease.release()


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_what_a_link_leads_to_is_followed_while_the_link_is_there(running):
    library, outside = running.library, running.library.root / "outside"
    write_jpeg(outside / "x.jpg", 5)
    (library.photos / "link").symlink_to(outside)
    library.picture("c.jpg")
    running.until(lambda: {"outside/x.jpg", "photos/c.jpg"} <= library.shown().keys())
    write_jpeg(outside / "y.jpg", 6)
    (library.photos / "b.jpg").unlink()
    running.until(lambda: "outside/y.jpg" in library.shown() and "photos/b.jpg" not in library.shown())
    (library.photos / "link").unlink()
    running.until_shown("a.jpg", "c.jpg")


def test_folders_are_added_and_removed_meanwhile(running):
    library, other = running.library, running.library.root / "other"
    write_jpeg(other / "x.jpg", 5)
    folder = library.watch(other)
    running.until(lambda: "other/x.jpg" in library.shown())
    write_jpeg(other / "y.jpg", 6)
    running.until(lambda: "other/y.jpg" in library.shown())
    library.catalog.folders.remove(folder)
    library.picture("c.jpg")
    running.until_shown("a.jpg", "b.jpg", "c.jpg")


def test_a_new_model_embeds_everything(running):
    library, mine = running.library, StubEncoder(stub_model("mine"))
    running.encoders["mine"] = mine
    library.catalog.settings.put(ACTIVE_MODEL, "mine")
    running.until(lambda: embedded(library, mine.model) == 2)
    library.picture("c.jpg")
    running.until(lambda: embedded(library, mine.model) == 3)
    assert embedded(library, library.encoder.model) == 2


def test_a_model_that_comes_in_the_middle_of_a_run_embeds_everything(two):
    mine, changed = StubEncoder(stub_model("mine")), threading.Event()
    for n in range(60):
        two.picture(f"{n}.jpg", seed=n)
    encode = two.encoder.encode_images

    def encode_and_change(pixels):
        if not changed.is_set():
            changed.set()
            two.catalog.settings.put(ACTIVE_MODEL, "mine")
        return encode(pixels)

    two.encoder.encode_images = encode_and_change
    with Running(two) as job:
        job.encoders["mine"] = mine
        job.until(lambda: embedded(two, mine.model) == 62)


def test_without_a_model_photos_are_shown_all_the_same(library):
    library.watch()
    library.picture("a.jpg")
    with Running(library) as job:
        job.until_shown("a.jpg")


def test_a_fresh_file_that_cannot_be_read_is_given_time(running, monkeypatch):
    library = running.library
    (library.photos / "c.jpg").write_bytes(jpeg_bytes(1)[:200])
    library.picture("d.jpg")
    running.until(lambda: "photos/d.jpg" in library.shown())
    assert not failures(library)
    (library.photos / "c.jpg").write_bytes(jpeg_bytes(1))
    running.until_shown("a.jpg", "b.jpg", "c.jpg", "d.jpg")
    assert not failures(library)


def test_a_file_that_cannot_be_read_fails_when_it_is_no_longer_fresh(two, monkeypatch):
    monkeypatch.setattr(following, "FRESH_S", 1.0)
    (two.photos / "bad.jpg").write_bytes(b"no picture")
    with Running(two) as job:
        job.until_ready()
        assert not failures(two)
        job.until(lambda: failures(two) == ["bad.jpg"])


def test_an_old_file_that_cannot_be_read_fails_at_once(two):
    (two.photos / "bad.jpg").write_bytes(b"no picture")
    os.utime(two.photos / "bad.jpg", (1, 1))
    with Running(two) as job:
        job.until_ready()
        assert failures(two) == ["bad.jpg"]


def test_changes_are_taken_up_while_many_photos_are_read(two):
    for n in range(40):
        path = two.picture(f"{n:02}.jpg", seed=n)
        os.utime(path, (n, n))
    encode, stop, went_on = two.encoder.encode_images, threading.Event(), threading.Event()

    def encode_slowly(pixels):
        stop.set()
        went_on.wait(0.25)
        return encode(pixels)

    two.encoder.encode_images = encode_slowly
    with Running(two) as job:
        job.until(stop.is_set)
        (two.photos / "00.jpg").unlink()
        (two.photos / "01.jpg").rename(two.photos / "moved.jpg")
        two.picture("new.jpg")
        job.until(lambda: "photos/new.jpg" in two.shown())
        assert len(two.shown()) < 40
        went_on.set()
        job.until(lambda: len(two.shown()) == 42)
        assert not {"photos/00.jpg", "photos/01.jpg"} & two.shown().keys()
        assert embedded(two, two.encoder.model) == 42


def test_an_error_that_may_pass_is_told_once_and_tried_again(two, monkeypatch):
    monkeypatch.setattr(watch_job, "TRY_AGAIN_S", 0.2)
    troubles = []

    def full(*_):
        raise DiskFull(path="here")

    with monkeypatch.context() as patch, Running(two, on_trouble=troubles.append) as job:
        patch.setattr(BatchStore, "store", full)
        job.until(lambda: job.texts.count("Indexing photos") == 0 and len(job.texts) > 4)
        assert [type(error) for error in troubles] == [DiskFull]
        assert str(troubles[0]) in job.texts
        patch.undo()
        job.until_shown("a.jpg", "b.jpg")
        job.until(lambda: job.texts[-1] == WATCHING)


@pytest.mark.parametrize("error", [CatalogCorrupt(path="x", detail="y"), ValueError("a bug")])
def test_other_errors_end_it_and_give_the_lease_back(two, monkeypatch, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(BatchStore, "store", fail)
    job = Running(two)
    job.__enter__()
    assert job.end() is error
    assert two.catalog.lease.take()
    two.catalog.lease.release()


def test_trouble_may_end_it(two, monkeypatch):
    def corrupt(_):
        raise ModelCorrupt(model="stub", path="x", detail="y")

    def end(error):
        raise error

    monkeypatch.setattr(two.encoder, "warm_up", corrupt)
    job = Running(two, on_trouble=end)
    job.__enter__()
    assert isinstance(job.end(), ModelCorrupt)


def test_other_programs_are_answered(running, tmp_path):
    with IndexedLibrary(tmp_path) as other:
        folder = other.watch(other.photos)
        other.picture("c.jpg")
        (other.photos / "bad.jpg").write_bytes(b"no picture")
        report = IndexWhenFree(other.tools(other.encoder), [folder]).run(context())
        assert (report.photos, len(report.failed)) == (3, 1)
        report = IndexWhenFree(other.tools(StubEncoder(stub_model("another"))), None).run(context())
        assert report.model == "stub"
        gone = other.root / "gone"
        gone.mkdir()
        folder = other.watch(gone)
        gone.rmdir()
        with pytest.raises(FolderUnreachable):
            IndexWhenFree(other.tools(other.encoder), [folder]).run(context())


def test_the_workers_rest_when_nothing_happens(two, monkeypatch, warm_pool):
    rested = threading.Event()
    monkeypatch.setattr(watch_job, "REST_AFTER_S", 0.1)
    monkeypatch.setattr(warm_pool, "close", rested.set)
    with Running(two) as job:
        job.until(rested.is_set)
        two.picture("c.jpg")
        job.until_shown("a.jpg", "b.jpg", "c.jpg")


def test_the_vector_index_is_written_at_the_end_and_not_for_each_photo(two, monkeypatch):
    updates = []
    update = IndexCache.update
    monkeypatch.setattr(IndexCache, "update", lambda cache, threads: (updates.append(1), update(cache, threads)))
    with Running(two) as job:
        job.until_ready()
        for n in range(3):
            two.picture(f"{n}.jpg", seed=n)
            job.until(lambda n=n: f"photos/{n}.jpg" in two.shown())
        assert not updates
    assert len(updates) == 1
    assert IndexCache(two.catalog, two.data_dir.index, two.encoder.model).load_current().count == 5


def test_the_vector_index_is_written_after_a_while_without_changes(two, monkeypatch):
    monkeypatch.setattr(watch_job, "INDEX_AFTER_S", 0.1)
    with Running(two) as job:
        cache = IndexCache(two.catalog, two.data_dir.index, two.encoder.model)
        job.until(cache.is_current)


@pytest.fixture
def many(two, monkeypatch):
    """Two photos are many here. They are in a sub folder: so both can go at once."""
    monkeypatch.setattr(vanishing, "LEAST_FILES", 2)
    (two.photos / "x").mkdir()
    for name in ("a.jpg", "b.jpg"):
        (two.photos / name).rename(two.photos / "x" / name)
    return two


def test_what_vanished_is_told_once_and_is_missing_when_a_person_says_so(many):
    with Running(many) as job:
        job.until_ready()
        (many.photos / "x").rename(many.root / "away")
        job.until(lambda: job.notices)
        assert [(n.code, n.params["gone"], n.params["there"]) for n in job.notices] == [("much-vanished", 2, 2)]
        job.until_shown("x/a.jpg", "x/b.jpg")
        WatchFolders(many.catalog).confirm_vanished(many.photos)
        job.until_shown()
        assert len(job.notices) == 1


def test_a_person_can_have_everything_looked_at(many):
    with Running(many) as job:
        job.until_ready()
        (many.photos / "x").rename(many.root / "away")
        job.until(many.catalog.vanished.all)
        (many.root / "away").rename(many.photos / "x")
        job.job.look_again()
        job.until(lambda: not many.catalog.vanished.all())
        job.until_shown("x/a.jpg", "x/b.jpg")


def test_files_are_tried_again_on_request(two, tmp_path, monkeypatch):
    """By this program or another one, while the job runs."""
    bad = two.photos / "bad.jpg"
    bad.write_bytes(b"no picture")
    os.utime(bad, (1, 1))
    read = []
    record = two.catalog.files.record_failed
    monkeypatch.setattr(two.catalog.files, "record_failed", lambda files: (read.extend(files), record(files)))
    with Running(two) as job, IndexedLibrary(tmp_path) as other:
        job.until(lambda: failures(two) == ["bad.jpg"])
        care = LibraryCare(other.data_dir, other.catalog, ModelChoice(other.catalog, other.data_dir.models))
        assert care.retry_failed([bad]) == 1
        job.until(lambda: len(read) == 2)
        assert failures(two) == ["bad.jpg"]


def test_it_makes_a_backup_and_forgets_folders_that_were_removed_long_ago(two, monkeypatch):
    monkeypatch.setattr(watch_job, "KEEP_UP_S", 0.2)
    with Running(two) as job:
        job.until_ready()
        job.until(lambda: len(two.catalog.backups.all()) == 1)
        [folder] = two.catalog.folders.all()
        two.catalog.folders.remove(folder)
        with two.catalog.files._db.transaction() as write:
            write.execute("UPDATE watch_folder SET removed_utc = '2020-01-01T00:00:00.000000Z'")
        job.until(lambda: two.catalog.files.known_in(folder) == [])
