"""The index job through all that happens to a library, with the real decoder on small pictures."""

import os
import shutil
import threading
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

import numpy as np
import pytest
from indexed_library import context, counts
from pictures import jpeg_bytes
from stub_encoder import StubEncoder, stub_model

from photoorg import probes
from photoorg.errors import Cancelled, DiskFull, EmbeddingInvalid, FileVanished, FolderUnreachable
from photoorg.indexing import equipment, index_job, reading
from photoorg.indexing.batch_store import BatchStore
from photoorg.indexing.index_job import IndexJob
from photoorg.indexing.look_ahead import run_ahead
from photoorg.media.settled_pool import decode_pool
from photoorg.search.index_cache import IndexCache
from photoorg.search.vector_index import VectorIndex

pytestmark = pytest.mark.usefixtures("_shared_decoder")


@pytest.fixture
def own_decoder(monkeypatch, _shared_decoder):
    """The job starts and ends its own decode pool, as it does outside of tests."""
    monkeypatch.setattr(equipment, "decode_pool", decode_pool)


@pytest.fixture
def three(library):
    """A watched folder with three photos."""
    library.watch()
    for name in ("a.jpg", "b.jpg", "x/c.jpg"):
        library.picture(name)
    return library


def embedded(library, model=None) -> int:
    model = model or library.encoder.model
    model_id = library.catalog.embeddings.model_id(model.fingerprint, model.reference, model.dimension)
    return library.catalog.embeddings.state(model_id).count


def test_new_photos_are_stored_and_embedded(three):
    (three.photos / "notes.txt").touch()
    report = three.index()
    assert counts(report) == {"files": 3, "photos": 3, "new": 3, "embedded": 3}
    assert report.skipped == {"not a picture": 1, "hidden": 0, "ignored": 0}
    assert (report.model, report.device, report.precision) == ("stub", "cpu", "float32")
    assert three.shown().keys() == {"photos/a.jpg", "photos/b.jpg", "photos/x/c.jpg"}
    assert three.catalog.photos.coverage(three.encoder.model.fingerprint) == 1


def test_the_vector_index_is_ready_after_the_run(three):
    three.index()
    assert IndexCache(three.catalog, three.data_dir.index, three.encoder.model).load_current().count == 3


def test_times_and_stages_are_reported(three, own_decoder):
    report = three.index()
    assert report.stages.keys() == {"scan", "decode", "encode", "store", "index"}
    assert all(seconds > 0 for seconds in report.stages.values())
    assert 0 < report.startup_seconds < report.seconds
    assert report.photos_per_second > 0


def test_a_second_run_reads_and_embeds_nothing(three, monkeypatch):
    three.index()
    monkeypatch.setattr(equipment, "decode_pool", lambda *_: pytest.fail("started decode workers"))
    report = three.index()
    assert counts(report) == {"files": 3, "photos": 3, "unchanged": 3}
    assert three.encoder.encoded_images == 3


def test_changes_of_all_kinds_are_counted(three):
    three.picture("d.jpg")
    three.picture("e.jpg")
    three.index()
    three.picture("a.jpg", seed=99)
    (three.photos / "b.jpg").rename(three.photos / "moved.jpg")
    (three.photos / "d.jpg").unlink()
    three.picture("new.jpg")
    expected = {
        "files": 5,
        "photos": 5,
        "new": 1,
        "changed": 1,
        "moved": 1,
        "missing": 1,
        "unchanged": 2,
        "embedded": 2,
    }
    assert counts(three.index()) == expected
    assert counts(three.index()) == {"files": 5, "photos": 5, "unchanged": 5}


def test_a_moved_photo_whose_file_is_new_is_the_same_photo(three):
    three.index()
    before = three.shown()
    data = (three.photos / "a.jpg").read_bytes()
    (three.photos / "other.jpg").write_bytes(data)  # first the copy: another inode and time
    os.utime(three.photos / "other.jpg", (1, 1))
    (three.photos / "a.jpg").unlink()
    assert counts(three.index()) == {"files": 3, "photos": 3, "moved": 1, "unchanged": 2, "embedded": 1}
    assert three.shown()["photos/other.jpg"] == before["photos/a.jpg"]
    assert three.encoder.encoded_images == 3


def test_a_photo_that_comes_back_does_not_hide_one_that_goes(three):
    data = (three.photos / "a.jpg").read_bytes()
    three.index()
    (three.photos / "a.jpg").unlink()
    assert counts(three.index()) == {"files": 2, "photos": 2, "missing": 1, "unchanged": 2}
    (three.photos / "back.jpg").write_bytes(data)
    (three.photos / "b.jpg").unlink()
    assert counts(three.index()) == {"files": 2, "photos": 2, "moved": 1, "missing": 1, "unchanged": 1, "embedded": 1}


def test_without_a_model_everything_but_the_embeddings_is_made(three):
    report = three.index(model=False)
    assert counts(report) == {"files": 3, "photos": 3, "new": 3}
    assert (report.model, report.device) == (None, None)


def test_embeddings_follow_when_there_is_a_model(three):
    three.index(model=False)
    assert counts(three.index()) == {"files": 3, "photos": 3, "unchanged": 3, "embedded": 3}
    assert embedded(three) == 3
    assert counts(three.index()) == {"files": 3, "photos": 3, "unchanged": 3}


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_embeddings_follow_for_photos_that_a_link_led_to(library, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.jpg").write_bytes(jpeg_bytes(1))
    (library.photos / "link").symlink_to(outside)
    library.watch()
    library.index(model=False)
    assert library.index().embedded == 1


def test_thumbnails_that_were_lost_are_made_again(three):
    three.index()
    keys = [photo.picture_key for photo in three.catalog.photos.all()]
    with three.catalog.thumbnails._db.transaction() as write:
        write.execute("DELETE FROM thumbnail")
    encoder = StubEncoder()
    report = three.index(encoder=encoder)
    assert set(three.catalog.thumbnails.of(keys, 480)) == set(keys)
    assert counts(report)["unchanged"] == len(keys)
    assert three.index().stages["decode"] == 0


def test_two_models_stand_side_by_side(three):
    other = StubEncoder(stub_model("other"))
    three.index()
    assert counts(three.index(encoder=other)) == {"files": 3, "photos": 3, "unchanged": 3, "embedded": 3}
    assert embedded(three) == embedded(three, other.model) == 3
    assert counts(three.index()) == {"files": 3, "photos": 3, "unchanged": 3}
    assert three.encoder.encoded_images == other.encoded_images == 3


def test_copies_are_photos_of_their_own_and_embedded_once(three):
    shutil.copy(three.photos / "a.jpg", three.photos / "copy.jpg")
    assert counts(three.index()) == {"files": 4, "photos": 4, "new": 4, "embedded": 4}
    assert len(set(three.shown().values())) == 4
    assert embedded(three) == three.encoder.encoded_images == 3


def bad_file(library, name="bad.jpg", content=b"this is no picture"):
    path = library.photos / name
    path.write_bytes(content)
    return path


def test_a_file_that_cannot_be_read_costs_one_line(three):
    path = bad_file(three)
    report = three.index()
    assert counts(report) == {"files": 4, "photos": 3, "new": 3, "embedded": 3, "failed": 1}
    assert report.failed[0].path == os.fsencode(path)
    assert report.failed[0].code == "not-a-picture"


def test_a_failure_is_remembered_and_not_tried_again(three, monkeypatch):
    bad_file(three)
    three.index()
    monkeypatch.setattr(equipment, "decode_pool", lambda *_: pytest.fail("started decode workers"))
    assert counts(three.index()) == {"files": 4, "photos": 3, "unchanged": 3, "failed": 1}


def test_a_failure_that_is_renamed_is_neither_tried_again_nor_a_moved_photo(three, monkeypatch):
    bad_file(three).rename(bad_file(three, "z.jpg"))
    three.index()
    (three.photos / "z.jpg").rename(three.photos / "y.jpg")
    monkeypatch.setattr(equipment, "decode_pool", lambda *_: pytest.fail("started decode workers"))
    assert counts(three.index()) == {"files": 4, "photos": 3, "unchanged": 3, "failed": 1}


def test_a_failure_is_tried_again_when_it_changes(three):
    bad_file(three)
    three.index()
    bad_file(three, content=jpeg_bytes(5))
    assert counts(three.index()) == {"files": 4, "photos": 4, "new": 1, "unchanged": 3, "embedded": 1}


def test_a_photo_that_breaks_and_is_repaired_stays_the_same_photo(three):
    three.index()
    before = three.shown()
    good = (three.photos / "a.jpg").read_bytes()
    bad_file(three, "a.jpg")
    assert counts(three.index()) == {"files": 3, "photos": 2, "unchanged": 2, "failed": 1}
    bad_file(three, "a.jpg", good)
    assert counts(three.index()) == {"files": 3, "photos": 3, "changed": 1, "unchanged": 2, "embedded": 1}
    assert three.shown() == before


def test_a_file_that_vanishes_after_the_scan_is_neither_photo_nor_failure(three, monkeypatch):
    def remove_first(items, submit, *rest):
        (three.photos / "a.jpg").unlink()
        return run_ahead(items, submit, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(reading, "run_ahead", remove_first)
        assert counts(three.index()) == {"files": 2, "photos": 2, "new": 2, "embedded": 2}
    assert counts(three.index()) == {"files": 2, "photos": 2, "unchanged": 2}
    assert FileVanished.code not in {failure.code for failure in three.index().failed}


def test_cancelling_keeps_what_was_stored_and_the_next_run_finishes(library, own_decoder):
    library.watch()
    for n in range(24):
        library.picture(f"{n:02d}.jpg", seed=n)
    ctx = context(lambda event: event.text == "Indexing photos" and ctx.cancel())
    with pytest.raises(Cancelled):
        library.index(ctx=ctx)
    kept = len(library.shown())
    assert 0 < kept < 24
    assert embedded(library) == kept
    report = library.index()
    assert (report.new, report.unchanged, report.photos) == (24 - kept, kept, 24)
    assert embedded(library) == library.encoder.encoded_images == 24


def test_a_crash_between_derived_data_and_catalog_leaves_no_hole(three, monkeypatch):
    def full(*_):
        raise DiskFull(path="here")

    with monkeypatch.context() as patch:
        patch.setattr(BatchStore, "_write_catalog", full)
        with pytest.raises(DiskFull):
            three.index()
    assert three.shown() == {}
    assert embedded(three) == 3
    assert counts(three.index()) == {"files": 3, "photos": 3, "new": 3, "embedded": 3}
    assert three.encoder.encoded_images == 3


def test_progress_goes_from_the_scan_to_the_last_photo(three):
    events = []
    three.index(ctx=context(events.append))
    assert list(dict.fromkeys(event.text for event in events)) == [
        "Scanning folders",
        "Loading the model",
        "Indexing photos",
    ]
    assert (events[-1].done, events[-1].total) == (3, 3)


def test_a_folder_that_is_gone_loses_no_photos(three):
    other = three.root / "other"
    other.mkdir()
    three.watch(other)
    three.index()
    before = three.shown()
    three.photos.rename(three.root / "unplugged")
    report = three.index()
    assert report.offline == [str(three.photos)]
    assert (report.missing, report.files) == (0, 0)
    assert three.shown() == before


def test_the_only_folder_being_gone_is_an_error(library):
    folder = library.watch()
    library.photos.rmdir()
    with pytest.raises(FolderUnreachable):
        library.index([folder])


def test_a_folder_that_may_not_be_listed_does_not_stop_the_others(three, monkeypatch):
    other = three.root / "other"
    other.mkdir()
    three.watch(other)
    three.index()
    scandir = os.scandir

    def refuse(path):
        if os.fsencode(path) == os.fsencode(three.photos):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    shutil.copy(three.photos / "a.jpg", other / "copy.jpg")
    monkeypatch.setattr("photoorg.indexing.scanner.os.scandir", refuse)
    report = three.index()
    assert counts(report) == {"files": 1, "photos": 1, "new": 1, "embedded": 1}
    assert report.offline == [str(three.photos)]
    with pytest.raises(FolderUnreachable):
        three.index([three.watch()])


def test_indexing_an_outer_folder_indexes_the_hidden_watch_folder_inside(three):
    hidden = three.photos / ".hidden"
    shutil.copytree(three.photos / "x", hidden)
    outer, _ = three.watch(), three.watch(hidden)
    three.index()
    assert counts(three.index([outer])) == {"files": 4, "photos": 4, "unchanged": 4}


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_a_link_into_another_watch_folder_reads_nothing_twice(three):
    other = three.root / "other"
    other.mkdir()
    (other / "link").symlink_to(three.photos / "x")
    linking = three.watch(other)
    three.index()
    bad_file(three)
    three.index()
    assert counts(three.index([linking])) == {"files": 1, "photos": 1, "unchanged": 1}
    assert len(three.shown()) == 3


def test_pixels_reach_the_encoder_in_batches_of_its_size(three, monkeypatch):
    for n in range(9):
        three.picture(f"{n}.jpg", seed=n)
    sizes = []
    encode = three.encoder.encode_images
    monkeypatch.setattr(three.encoder, "encode_images", lambda pixels: (sizes.append(pixels.shape), encode(pixels))[1])
    three.index()
    assert sum(shape[0] for shape in sizes) == 12
    assert max(shape[0] for shape in sizes) <= three.encoder.batch_size
    assert {shape[1:] for shape in sizes} == {(8, 8, 3)}


def test_an_embedding_is_that_of_its_own_picture(three, warm_pool):
    three.index()
    model_id = three.catalog.embeddings.model_id(three.encoder.model.fingerprint, "stub", 32)
    for photo in three.catalog.photos.all():
        pixels = warm_pool.submit(photo.path, three.encoder.model.model_input).result().pixels
        expected = three.encoder.encode_images(pixels[None])[0]
        assert np.allclose(three.catalog.embeddings.vector(model_id, photo.picture_key), expected, atol=2e-3)


def test_a_photo_without_a_usable_embedding_does_not_stop_the_others(three, monkeypatch):
    encode = three.encoder.encode_images

    def encode_most(pixels):
        if len(pixels) > 2:
            raise EmbeddingInvalid(model="stub", rows=[1], count=1, total=len(pixels))
        return encode(pixels)

    monkeypatch.setattr(three.encoder, "encode_images", encode_most)
    assert counts(three.index()) == {"files": 3, "photos": 3, "new": 3, "embedded": 2}
    monkeypatch.undo()
    assert counts(three.index()) == {"files": 3, "photos": 3, "unchanged": 3, "embedded": 1}


def test_a_photo_without_a_usable_embedding_that_is_alone_does_no_harm(three, monkeypatch):
    three.index()
    three.picture("bad.jpg")

    def encode_nothing(pixels):
        raise EmbeddingInvalid(model="stub", rows=range(len(pixels)), count=len(pixels), total=len(pixels))

    monkeypatch.setattr(three.encoder, "encode_images", encode_nothing)
    assert counts(three.index()) == {"files": 4, "photos": 4, "new": 1, "unchanged": 3}


def test_a_model_that_embeds_nothing_is_an_error(three, monkeypatch):
    def encode_nothing(pixels):
        raise EmbeddingInvalid(model="stub", rows=list(range(len(pixels))), count=len(pixels), total=len(pixels))

    monkeypatch.setattr(three.encoder, "encode_images", encode_nothing)
    with pytest.raises(EmbeddingInvalid):
        three.index()


@pytest.mark.expects_warnings
def test_a_file_on_which_the_workers_broke_is_left_for_the_next_run(three, warm_pool, monkeypatch):
    submit = warm_pool.submit

    def break_on_a(path, model_input):
        if not path.endswith(b"a.jpg"):
            return submit(path, model_input)
        broken = Future()
        broken.set_exception(BrokenProcessPool("the decode workers stall"))
        return broken

    monkeypatch.setattr(warm_pool, "submit", break_on_a)
    assert counts(three.index()) == {"files": 2, "photos": 2, "new": 2, "embedded": 2}
    monkeypatch.undo()


def test_the_vector_index_is_built_on_as_many_cores_as_indexing_may_use(three, monkeypatch):
    monkeypatch.setattr("photoorg.settings.available_cores", lambda: 8)
    threads, add = [], VectorIndex.add
    monkeypatch.setattr(VectorIndex, "add", lambda *given: (threads.append(given[-1]), add(*given))[1])
    tools = three.tools(three.encoder)
    IndexJob(replace(tools, settings=replace(tools.settings, max_cores=3))).run(context())
    assert threads == [3]


def test_a_folder_that_a_person_named_may_take_its_time_to_answer(three, monkeypatch):
    """A disk that wakes up, say."""
    look, never = probes.identity, threading.Event()
    monkeypatch.setattr(probes, "identity", lambda path: (never.wait(0.5), look(path))[1])
    monkeypatch.setattr(index_job, "TIMEOUT_S", 0.01)
    with pytest.raises(FolderUnreachable):
        three.index()
    assert three.index([three.watch()]).photos == 3
