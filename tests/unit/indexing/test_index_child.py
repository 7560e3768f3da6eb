"""A large vector index is caught up in a process of its own, which can end in any way."""

import multiprocessing
import sqlite3

import pytest
from indexed_library import context
from stub_encoder import DIMENSION

from photoorg.errors import Cancelled, CatalogTooNew
from photoorg.indexing.index_child import catch_up_apart
from photoorg.indexing.index_upkeep import IndexUpkeep
from photoorg.search import index_cache
from photoorg.search.index_cache import IndexCache
from photoorg.search.vector_index import VectorIndex


@pytest.fixture
def large(library, monkeypatch):
    """A library with two photos whose index counts as large; this process may not touch it."""
    library.watch()
    for name in ("a.jpg", "b.jpg"):
        library.picture(name)
    monkeypatch.setattr(index_cache, "_QUICKLY_WRITTEN", 2)
    monkeypatch.setattr(index_cache, "_WORTH_WRITING", 2)
    with monkeypatch.context() as patch:
        patch.setattr(VectorIndex, "save", lambda _: pytest.fail("saved in this process"))
        patch.setattr(VectorIndex, "add", lambda *_: pytest.fail("filled in this process"))
        yield library


def children():
    return [process for process in multiprocessing.active_children() if process.name == "photoorg-index"]


def cache_of(library):
    return IndexCache(library.catalog, library.data_dir.index, library.encoder.model)


def test_an_index_job_has_it_made(large):
    large.index()
    assert cache_of(large).header().count == 2
    assert cache_of(large).header().dimension == DIMENSION
    assert not children()


def test_a_few_new_photos_do_not_write_gigabytes(large):
    large.index()
    before = cache_of(large).header()
    large.picture("c.jpg")
    large.index()
    assert cache_of(large).header() == before
    large.picture("d.jpg")
    large.index()
    assert cache_of(large).header().count == 4


def test_a_job_that_is_cancelled_ends_the_child(large, monkeypatch):
    ctx = context()
    monkeypatch.setattr(IndexCache, "is_due", lambda _: (ctx.cancel(), True)[1])
    with pytest.raises(Cancelled):
        large.index(ctx=ctx)
    assert not children()


def test_upkeep_does_it_in_the_gaps_and_can_leave_it(large, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(IndexCache, "is_due", lambda _: False)
        large.index()
    tools, upkeep = large.tools(large.encoder), IndexUpkeep()
    upkeep.begin(tools, lambda cache: cache.is_due())
    upkeep.go_on()
    assert len(children()) == 1
    upkeep.stop()
    assert not children()
    upkeep.begin(tools, lambda cache: cache.is_due())
    while cache_of(large).is_due() or children():
        upkeep.go_on()
    assert cache_of(large).header().count == 2


def test_an_error_of_the_child_is_raised_here(large):
    with sqlite3.connect(large.data_dir.catalog) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(CatalogTooNew):
        list(catch_up_apart(large.tools(large.encoder), wait_s=0.2))


def test_a_child_that_is_killed_leaves_the_index_behind(large):
    parts = catch_up_apart(large.tools(large.encoder), wait_s=0.01)
    next(parts)
    (child,) = children()
    child.kill()
    list(parts)
    assert cache_of(large).header() is None
