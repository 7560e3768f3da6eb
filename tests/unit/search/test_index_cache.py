"""The stored index follows derived.sqlite, whatever happened to either."""

import errno

import numpy as np
import pytest
from filled_catalog import random_units

from photoorg.search import index_cache
from photoorg.search.index_cache import IndexCache
from photoorg.search.vector_index import VectorIndex


@pytest.fixture
def cache(filled, tmp_path):
    return IndexCache(filled.catalog, tmp_path / "index", filled.model)


def generations(tmp_path):
    return {file: file.stat().st_mtime_ns for file in (tmp_path / "index").rglob("*.hnsw")}


def finds_itself(cache, vectors, first_id=1):
    index = cache.load_current()
    return index is not None and all(index.nearest(v, 1)[0][0] == first_id + n for n, v in enumerate(vectors))


def test_without_embeddings_nothing_is_stored(cache, tmp_path):
    cache.update()
    assert cache.load_current() is None
    assert not generations(tmp_path)


def test_a_new_index_holds_all_embeddings(cache, filled):
    filled.embeddings(random_units(50))
    assert cache.load_current() is None
    cache.update()
    assert cache.is_current()
    assert finds_itself(cache, random_units(50))


def test_an_index_that_is_behind_is_not_served_and_is_caught_up(cache, filled, monkeypatch):
    filled.embeddings(random_units(50))
    cache.update()
    filled.embeddings(random_units(20, seed=1), prefix="f")
    assert cache.load_current() is None
    added = []
    add = VectorIndex.add
    monkeypatch.setattr(VectorIndex, "add", lambda index, ids, *rest: (added.append(len(ids)), add(index, ids, *rest)))
    cache.update()
    assert added == [20]
    assert cache.load_current().count == 70


def test_what_was_done_of_a_catch_up_is_saved_and_the_rest_comes_later(cache, filled, monkeypatch):
    monkeypatch.setattr(index_cache, "_PART", 20)
    filled.embeddings(random_units(50))
    parts = cache.catch_up(threads=1)
    next(parts)
    parts.close()
    assert (cache.header().count, cache.is_current()) == (20, False)
    assert len(list(cache.catch_up())) == 2
    assert finds_itself(cache, random_units(50))


def test_a_large_index_is_saved_now_and_then_but_not_when_its_making_is_left(cache, filled, monkeypatch):
    monkeypatch.setattr(index_cache, "_PART", 10)
    monkeypatch.setattr(index_cache, "_QUICKLY_WRITTEN", 20)
    filled.embeddings(random_units(50))
    parts = cache.catch_up(threads=1)
    counts = []
    for _ in range(3):
        next(parts)
        counts.append(cache.header().count if cache.header() else 0)
    parts.close()
    assert counts == [0, 20, 20]
    assert cache.header().count == 20
    cache.update()
    assert finds_itself(cache, random_units(50))


def test_a_current_index_is_not_written_again(cache, filled, tmp_path):
    filled.embeddings(random_units(50))
    cache.update()
    before = generations(tmp_path)
    cache.update()
    assert generations(tmp_path) == before


def test_an_index_ahead_of_its_embeddings_is_rebuilt(cache, filled):
    filled.embeddings(random_units(50))
    cache.update()
    filled.purge(range(41, 51))
    assert cache.load_current() is None
    cache.update()
    assert cache.load_current().count == 40


def test_purged_embeddings_are_not_in_the_index_any_more(cache, filled, tmp_path):
    filled.embeddings(random_units(50))
    cache.update()
    before = generations(tmp_path)
    filled.purge([7])
    cache.update()
    index = cache.load_current()
    assert (index.count, index.sequence) == (49, 50)
    assert 7 not in index.nearest(random_units(50)[6], 49)[0]
    assert not generations(tmp_path).keys() & before.keys()


def test_purging_everything_removes_the_index(cache, filled, tmp_path):
    filled.embeddings(random_units(5))
    cache.update()
    filled.purge(range(1, 6))
    cache.update()
    assert not generations(tmp_path)
    assert cache.header() is None


def test_purged_and_replaced_by_as_many_new_ones_is_noticed(cache, filled):
    filled.embeddings(random_units(50))
    cache.update()
    filled.purge(range(1, 11))
    filled.embeddings(random_units(10, seed=4), prefix="f")
    cache.update()
    index = cache.load_current()
    assert (index.count, index.sequence) == (50, 60)
    assert index.nearest(random_units(10, seed=4)[3], 1)[0].tolist() == [54]


def test_embeddings_made_anew_in_another_order_are_noticed(cache, filled):
    filled.embeddings(random_units(50))
    cache.update()
    with filled.catalog.embeddings._db.transaction() as write:  # as if derived.sqlite had been removed
        write.execute("DELETE FROM embedding")
        write.execute("DELETE FROM sqlite_sequence WHERE name = 'embedding'")
    filled.embeddings(random_units(50)[::-1])
    assert cache.is_current()
    assert cache.load_current() is None
    cache.update()
    assert finds_itself(cache, random_units(50)[::-1])


def test_an_index_that_is_behind_is_true_and_one_with_purged_embeddings_is_not(cache, filled):
    assert cache.load_true() is None
    filled.embeddings(random_units(50))
    cache.update()
    filled.embeddings(random_units(5, seed=1), prefix="f")
    assert cache.load_true().sequence == 50
    filled.purge([55])
    assert cache.load_true().sequence == 50
    filled.purge([50])
    assert cache.load_true() is None


def test_a_torn_index_is_rebuilt(cache, filled, tmp_path):
    filled.embeddings(random_units(50))
    cache.update()
    (file,) = generations(tmp_path)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert cache.load_current() is None
    cache.update()
    assert finds_itself(cache, random_units(50))


def test_an_index_of_another_library_is_rebuilt(cache, filled, tmp_path):
    folder = tmp_path / "index" / filled.model.fingerprint
    foreign = VectorIndex(folder, "another library", filled.model.fingerprint, filled.model.dimension)
    foreign.add(np.arange(1, 51), random_units(50, seed=8))
    foreign.save()
    filled.embeddings(random_units(50))
    assert cache.load_current() is None
    cache.update()
    assert finds_itself(cache, random_units(50))


def test_a_pointer_held_by_another_program_leaves_the_run_alone(cache, filled, tmp_path, monkeypatch):
    filled.embeddings(random_units(50))
    cache.update()
    before = generations(tmp_path)
    filled.embeddings(random_units(5, seed=1), prefix="f")

    def held(*_):
        raise PermissionError(errno.EACCES, "held")

    with monkeypatch.context() as patch:
        patch.setattr("photoorg.search.vector_index._write_header", held)
        cache.update()
    assert generations(tmp_path) == before
    cache.update()
    assert cache.load_current().count == 55


def test_an_index_is_far_behind_when_writing_it_is_worth_its_while(cache, filled, monkeypatch):
    monkeypatch.setattr(index_cache, "_WORTH_WRITING", 20)
    monkeypatch.setattr(index_cache, "_WORTH_WRITING_SHARE", 0.5)
    assert not cache.is_far_behind()
    filled.embeddings(random_units(20))
    assert cache.is_far_behind()
    cache.update()
    assert not cache.is_far_behind()
    filled.embeddings(random_units(19, seed=1), prefix="f")
    assert not cache.is_far_behind()
    filled.embeddings(random_units(1, seed=2), prefix="g")
    assert cache.is_far_behind()  # 20, and half of 40
    cache.update()
    filled.embeddings(random_units(39, seed=3), prefix="h")
    assert not cache.is_far_behind()  # less than half


def test_an_index_that_is_ahead_is_as_good_as_none(cache, filled, monkeypatch):
    monkeypatch.setattr(index_cache, "_WORTH_WRITING", 20)
    filled.embeddings(random_units(50))
    cache.update()
    filled.purge(range(41, 51))
    assert cache.is_far_behind()


def test_a_small_index_that_is_a_little_behind_is_quickly_caught_up(cache, filled, monkeypatch):
    assert not cache.is_little_behind()
    filled.embeddings(random_units(5))
    assert cache.is_little_behind()
    cache.update()
    assert not cache.is_little_behind()
    filled.embeddings(random_units(5, seed=1), prefix="f")
    monkeypatch.setattr(index_cache, "_QUICKLY_WRITTEN", 10)
    assert not cache.is_little_behind()
