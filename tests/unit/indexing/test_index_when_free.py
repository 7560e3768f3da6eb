"""Several programs on one library: one indexes, the others ask it or take their turn."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from indexed_library import IndexedLibrary, context, counts
from stub_encoder import StubEncoder, stub_model

from photoorg.errors import Cancelled
from photoorg.indexing import indexer
from photoorg.indexing.indexer import INDEX_REQUEST, IndexWhenFree
from photoorg.indexing.report import IndexReport


@pytest.fixture
def other(library, tmp_path):
    """A second program: its own connection to the same data folder."""
    with IndexedLibrary(tmp_path) as opened:
        yield opened


@pytest.fixture
def few(library):
    """Five photos in a watch folder."""
    library.watch()
    for n in range(5):
        library.picture(f"{n}.jpg", seed=n)
    return library


def index(program, folders=None, ctx=None, encoder=None):
    return IndexWhenFree(program.tools(encoder or program.encoder), folders).run(ctx or context())


class Holding:
    """A stub encoder that waits in its first batch until it is told to go on."""

    def __init__(self, encoder) -> None:
        self.arrived, self.go_on = threading.Event(), threading.Event()
        encode = encoder.encode_images

        def wait(pixels):
            self.arrived.set()
            assert self.go_on.wait(30)
            return encode(pixels)

        encoder.encode_images = wait


def when_waiting(action):
    """A context that calls `action` once, when its job has to wait for another program."""
    todo = [action]
    return context(lambda event: todo.pop()() if todo and event.text.startswith("Waiting") else None)


def test_alone_it_indexes_and_gives_the_lease_back(few, other):
    assert counts(index(few)) == {"files": 5, "photos": 5, "new": 5, "embedded": 5}
    assert other.catalog.lease.take()
    other.catalog.lease.release()


def test_two_programs_embed_each_photo_once_and_both_get_a_report(few, other):
    holding = Holding(few.encoder)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(index, few)
        assert holding.arrived.wait(30)
        second = threads.submit(index, other, ctx=when_waiting(holding.go_on.set))
        reports = first.result(), second.result()
    assert counts(reports[0]) == {"files": 5, "photos": 5, "new": 5, "embedded": 5}
    assert counts(reports[1]) == {"files": 5, "photos": 5, "unchanged": 5}
    assert few.encoder.encoded_images + other.encoder.encoded_images == 5
    assert not few.catalog.requests.open()


def test_a_program_with_another_model_takes_its_turn(few, other):
    holding, mine = Holding(few.encoder), StubEncoder(stub_model("mine"))
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(index, few)
        assert holding.arrived.wait(30)
        second = threads.submit(index, other, ctx=when_waiting(holding.go_on.set), encoder=mine)
        assert second.result().model == "mine"
        assert first.result().model == "stub"
    assert (few.encoder.encoded_images, mine.encoded_images) == (5, 5)


def test_waiting_can_be_cancelled_and_takes_its_request_back(few, other):
    assert few.catalog.lease.take()
    ctx = context(lambda event: event.text.startswith("Waiting") and ctx.cancel())
    with pytest.raises(Cancelled):
        index(other, ctx=ctx)
    assert not few.catalog.requests.open()
    few.catalog.lease.release()
    assert index(other).new == 5


def test_a_program_that_is_killed_while_it_holds_the_lease_is_succeeded(few, other):
    assert few.catalog.lease.take()
    report = index(other, ctx=when_waiting(few.catalog.lease.release))  # the system does so for a dead program
    assert report.new == 5


def test_a_failing_run_gives_the_lease_back(few, other, monkeypatch):
    monkeypatch.setattr(indexer, "IndexJob", lambda *_: pytest.fail("a bug"))
    with pytest.raises(pytest.fail.Exception):
        index(few)
    assert other.catalog.lease.take()
    other.catalog.lease.release()


def test_a_request_for_some_folders_is_answered_for_those(few):
    inner = few.photos / "x"
    inner.mkdir()
    few.picture("x/in.jpg")
    request_id = few.catalog.requests.leave(INDEX_REQUEST, {"folders": [few.watch(inner).id], "model": "stub"})
    index(few)
    answer = IndexReport.from_dict(few.catalog.requests.result(request_id))
    assert counts(answer) == {"files": 1, "photos": 1, "unchanged": 1}


def test_a_request_that_fails_is_dropped_and_costs_the_holder_nothing(few, tmp_path):
    gone = few.root / "gone"
    gone.mkdir()
    request = {"folders": [few.watch(gone).id], "model": "stub"}
    gone.rmdir()
    few.catalog.requests.leave(INDEX_REQUEST, request)
    assert index(few).new == 5
    assert not few.catalog.requests.open()


def test_a_report_survives_the_way_to_another_program(few):
    name = few.photos / "bad\udce9.jpg"
    try:
        name.write_bytes(b"no picture")
    except (OSError, UnicodeEncodeError):
        (few.photos / "bad.jpg").write_bytes(b"no picture")
    report = index(few)
    request_id = few.catalog.requests.leave(INDEX_REQUEST, {})
    few.catalog.requests.finish(request_id, report.to_dict())
    assert IndexReport.from_dict(few.catalog.requests.result(request_id)) == report
    assert Path(report.to_dict()["failed"][0]["path"]).parent == few.photos
