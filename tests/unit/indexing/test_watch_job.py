"""The watch job on a real disk with the real decoder and a stub for the model."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

import pytest
from indexed_library import IndexedLibrary, context
from pictures import jpeg_bytes, write_jpeg
from stub_encoder import StubEncoder, stub_model

from photoorg.catalog.library_settings import ACTIVE_MODEL
from photoorg.errors import Cancelled, CatalogCorrupt, DiskFull, FolderUnreachable, ModelCorrupt
from photoorg.indexing import equipment, following, watch_job
from photoorg.indexing.batch_store import BatchStore
from photoorg.indexing.indexer import WAITING, IndexWhenFree
from photoorg.indexing.spare_time import NOT_IDLE, ON_BATTERY, PAUSED, Computer, SpareTime
from photoorg.indexing.watch_job import WATCHING, WatchJob
from photoorg.media.worker_pool import DecodePool
from photoorg.search.index_cache import IndexCache

LIMIT_S = 30


@pytest.fixture(scope="module")
def warm_pool():
    """A decode pool that all tests share: starting one takes longer than most of them."""
    with DecodePool(1, timeout_s=60) as pool:
        pool.warm_up()
        yield pool


@pytest.fixture(autouse=True)
def _shared_decoder(warm_pool, monkeypatch):
    monkeypatch.setattr(equipment, "decode_pool", lambda _: warm_pool)
    monkeypatch.setattr(warm_pool, "close", lambda: None)


class Running:
    """A watch job in a thread of its own; a context manager that cancels it."""

    def __init__(self, library: IndexedLibrary, **callbacks) -> None:
        self.library = library
        self.settings = library.tools(None).settings
        self.texts: list[str] = []
        self.ready = threading.Event()
        self.encoders = {None: None, "stub": library.encoder}
        self.ctx = context(lambda event: self.texts.append(event.text))
        self.job = WatchJob(self._tools, self.ready.set, **callbacks)
        self._thread = ThreadPoolExecutor(1, "photoorg-test")

    def __enter__(self):
        self._ended = self._thread.submit(self.job.run, self.ctx)
        return self

    def __exit__(self, *_):
        self.ctx.cancel()
        error = self._ended.exception(LIMIT_S)
        self._thread.shutdown()
        assert isinstance(error, Cancelled), error

    def end(self) -> BaseException | None:
        """What the job ended with by itself."""
        error = self._ended.exception(LIMIT_S)
        self._thread.shutdown()
        return error

    def until(self, condition) -> None:
        deadline, pause = time.monotonic() + LIMIT_S, threading.Event()
        while not condition():
            assert time.monotonic() < deadline, (self.texts, self.library.shown())
            assert not self._ended.done(), self._ended.exception()
            pause.wait(0.02)

    def says(self, text: str) -> bool:
        return self.texts[-1:] == [text]

    def until_shown(self, *names: str) -> None:
        self.until(lambda: self.library.shown().keys() == {f"photos/{name}" for name in names})

    def until_ready(self) -> None:
        self.until(self.ready.is_set)

    def _tools(self):
        tools = self.library.tools(self.encoders[self.library.catalog.settings.get(ACTIVE_MODEL)])
        return replace(tools, settings=self.settings, settings_now=lambda: self.settings)


@pytest.fixture
def two(library):
    """A watched folder with two photos, and an active model."""
    library.catalog.settings.put(ACTIVE_MODEL, "stub")
    library.watch()
    library.picture("a.jpg")
    library.picture("b.jpg")
    return library


@pytest.fixture
def running(two):
    with Running(two) as job:
        job.until_ready()
        yield job


def failures(library) -> list[str]:
    folders = [folder.id for folder in library.catalog.folders.all()]
    return [os.path.basename(os.fsdecode(f.path)) for f in library.catalog.photos.failures(folders)]


def embedded(library, model) -> int:
    model_id = library.catalog.embeddings.model_id(model.fingerprint, model.reference, model.dimension)
    return library.catalog.embeddings.state(model_id).count


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


def test_a_paused_job_does_nothing_until_it_goes_on(running):
    running.ctx.pause()
    running.library.picture("c.jpg")
    assert not threading.Event().wait(1)
    assert "photos/c.jpg" not in running.library.shown()
    running.ctx.resume()
    running.until_shown("a.jpg", "b.jpg", "c.jpg")


# --- pausing, and spare time ---


def test_paused_nothing_is_read_but_moves_and_deletions_are_taken_up(running):
    library = running.library
    library.catalog.settings.set_paused(paused=True)
    running.until(lambda: running.says(PAUSED))
    encoded = library.encoder.encoded_images
    library.picture("c.jpg")
    (library.photos / "a.jpg").rename(library.photos / "moved.jpg")
    (library.photos / "b.jpg").unlink()
    running.until_shown("moved.jpg")
    assert library.encoder.encoded_images == encoded
    library.catalog.settings.set_paused(paused=False)
    running.until_shown("moved.jpg", "c.jpg")
    running.until(lambda: running.says(WATCHING))


def test_one_that_was_paused_before_it_starts_reads_nothing_and_is_not_ready(two, warm_pool, monkeypatch):
    two.catalog.settings.set_paused(paused=True)
    with monkeypatch.context() as patch:
        patch.setattr(two.encoder, "warm_up", lambda _: pytest.fail("loaded the model"))
        patch.setattr(warm_pool, "submit", lambda *_: pytest.fail("decoded a file"))
        with Running(two) as job:
            job.until(lambda: job.says(PAUSED))
    assert not job.ready.is_set()
    with Running(two) as job:  # as after a restart
        job.until(lambda: job.says(PAUSED))
        two.catalog.settings.set_paused(paused=False)
        job.until_ready()
        job.until_shown("a.jpg", "b.jpg")


def pause_while_encoding(library):
    """The first batch pauses; each takes longer than the question whether it goes on waits."""
    encode, never = library.encoder.encode_images, threading.Event()

    def encode_images(pixels):
        if not library.encoder.encoded_images:
            library.catalog.settings.set_paused(paused=True)
            never.wait(0.3)
        return encode(pixels)

    library.encoder.encode_images = encode_images


def test_pausing_in_the_middle_of_reading_and_going_on(two):
    for n in range(60):
        two.picture(f"{n:02}.jpg", seed=n)
    pause_while_encoding(two)
    with Running(two) as job:
        job.until(lambda: job.texts.count(PAUSED) > 2)
        assert len(two.shown()) < 30
        (two.photos / "00.jpg").unlink()
        two.picture("new.jpg")
        two.catalog.settings.set_paused(paused=False)
        job.until(lambda: len(two.shown()) == 62)
        assert "photos/00.jpg" not in two.shown()


@pytest.mark.parametrize("moment", ["before", "while reading"])
def test_what_another_program_asks_for_is_indexed_in_spite_of_the_pause(two, tmp_path, moment):
    for n in range(30):
        two.picture(f"{n:02}.jpg", seed=n)
    if moment == "before":
        two.catalog.settings.set_paused(paused=True)
    else:
        pause_while_encoding(two)
    with Running(two) as job, IndexedLibrary(tmp_path) as other:
        job.until(lambda: PAUSED in job.texts)
        wanted = other.root / "wanted"
        write_jpeg(wanted / "w.jpg", 99)
        report = IndexWhenFree(other.tools(other.encoder), [other.watch(wanted)]).run(context())
        assert report.photos == 1
        assert "wanted/w.jpg" in two.shown()
        assert len(two.shown()) < 33
        two.catalog.settings.set_paused(paused=False)
        job.until(lambda: len(two.shown()) == 33)
        assert embedded(two, two.encoder.model) == 33


def test_it_says_what_it_waits_for_and_works_in_spare_time(two):
    battery, untouched = [True], [0.0]
    computer = Computer(lambda: battery[0], lambda: untouched[0], lambda: 0.0)
    job = Running(two, spare_time=SpareTime(lambda: computer, count(0, 100).__next__))
    job.settings = replace(job.settings, only_when_idle=True, not_on_battery=True)
    with job:
        job.until(lambda: job.says(ON_BATTERY))
        battery[0] = False
        job.until(lambda: job.says(NOT_IDLE))
        assert not two.shown()
        untouched[0] = 1e6
        job.until_shown("a.jpg", "b.jpg")
        job.until(lambda: job.says(WATCHING))
        untouched[0] = 0.0
        two.picture("c.jpg")
        job.until(lambda: job.says(NOT_IDLE))
        job.settings = replace(job.settings, only_when_idle=False)  # in the window, say
        job.until_shown("a.jpg", "b.jpg", "c.jpg")


# --- rules that change ---


@pytest.mark.parametrize("name", [".nomedia", ".photoorgignore"])
def test_rules_that_come_and_go_are_heeded_at_once(two, name):
    two.picture("x/y/c.jpg")
    with Running(two) as job:
        job.until_ready()
        before = two.shown()
        (two.photos / "x" / name).write_text("y/", encoding="utf-8")
        job.until_shown("a.jpg", "b.jpg")
        two.picture("x/y/d.jpg", seed=50)
        (two.photos / "x" / name).unlink()
        job.until_shown("a.jpg", "b.jpg", "x/y/c.jpg", "x/y/d.jpg")
        two.picture("x/y/e.jpg", seed=51)  # the folder is watched again
        job.until(lambda: "photos/x/y/e.jpg" in two.shown())
        assert before.items() <= two.shown().items()


def test_a_rule_file_that_is_rewritten_or_renamed_in_the_watch_folder_itself(running):
    library = running.library
    rules = library.photos / ".photoorgignore"
    rules.write_text("a.jpg", encoding="utf-8")
    running.until_shown("b.jpg")
    rules.write_text("b.jpg", encoding="utf-8")
    running.until_shown("a.jpg")
    rules.rename(library.photos / "old-rules")
    running.until_shown("a.jpg", "b.jpg")


def test_patterns_of_the_settings_that_change_are_heeded(running):
    library = running.library
    library.picture("cache/c.jpg")
    running.until(lambda: "photos/cache/c.jpg" in library.shown())
    running.settings = replace(running.settings, ignore=("cache/", "a.*"))
    running.until_shown("b.jpg")
    running.settings = replace(running.settings, ignore=())
    running.until_shown("a.jpg", "b.jpg", "cache/c.jpg")
    library.picture("cache/d.jpg")
    running.until(lambda: "photos/cache/d.jpg" in library.shown())


def test_another_number_of_cores_means_other_workers(two, monkeypatch, warm_pool):
    numbers = []
    monkeypatch.setattr(equipment, "decode_pool", lambda settings: (numbers.append(settings.max_cores), warm_pool)[1])
    with Running(two) as job:
        job.until_ready()
        job.settings = replace(job.settings, max_cores=1)
        two.picture("c.jpg")
        job.until(lambda: "photos/c.jpg" in two.shown())
        two.picture("d.jpg")
        job.until(lambda: "photos/d.jpg" in two.shown())
    assert numbers in ([0, 1], [1])
