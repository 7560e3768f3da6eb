"""What a search looks into, while photos come and go."""

import threading

import numpy as np
import pytest
from filled_catalog import random_units

from photoorg.search import byte_codes, current_embeddings, photo_queries
from photoorg.search.current_embeddings import CurrentEmbeddings
from photoorg.search.index_cache import IndexCache
from photoorg.search.photo_cells import PhotoCells

ROUNDS, BATCH = 12, 60


@pytest.fixture
def current(filled, monkeypatch, tmp_path):
    monkeypatch.setattr(byte_codes, "BLOCK", 50)
    monkeypatch.setattr(photo_queries, "CELLS_FROM", 100)
    monkeypatch.setattr(current_embeddings, "CELLS_FROM", 100)
    monkeypatch.setattr(current_embeddings, "_MANY_NEW", 40)
    return CurrentEmbeddings(
        filled.catalog.embeddings, filled.model_id, IndexCache(filled.catalog, tmp_path / "index", filled.model)
    )


def test_what_comes_and_goes_is_known_at_once(current, filled):
    assert current.exact().count == 0
    filled.embeddings(random_units(120))
    first = current.exact()
    assert first.count == 120
    assert current.exact() is first
    filled.embeddings(random_units(30, seed=1), prefix="f")
    second = current.exact()
    assert second.count == 150
    assert second._codes.blocks[0] is first._codes.blocks[0]
    filled.purge([7])
    assert 7 not in current.exact().ids
    assert (first.count, second.count) == (120, 150)


def test_small_libraries_have_no_cells(current, filled):
    filled.embeddings(random_units(99))
    current.prepare_photo_queries()
    assert current.photo_queries(current.exact()).cells is None


def test_cells_are_made_extended_and_learned_again(current, filled, monkeypatch):
    learned, of = [], PhotoCells.of
    monkeypatch.setattr(PhotoCells, "of", lambda exact: (learned.append(exact.count), of(exact))[1])
    filled.embeddings(random_units(120))
    assert current.photo_queries(current.exact()).cells is None
    for number, (more, in_cells) in enumerate(((0, 120), (39, 120), (1, 160), (60, 220))):
        filled.embeddings(random_units(more, seed=number), prefix=f"more{number}")
        current.prepare_photo_queries()
        assert len(current.photo_queries(current.exact()).cells.ids) == in_cells
    assert learned == [120, 220]


def test_cells_follow_when_photos_are_purged(current, filled):
    filled.embeddings(random_units(200))
    current.prepare_photo_queries()
    filled.purge(range(1, 50, 2))
    queries = current.photo_queries(current.exact())
    assert queries.cells.ids.tolist() == queries.exact.ids.tolist()


class Traffic:
    """Photos that come and go while others search; `wrong` is what should not have been."""

    def __init__(self, filled, current):
        self.filled, self.current = filled, current
        self.vectors = random_units(ROUNDS * BATCH).astype(np.float16).astype(np.float32)
        self.there, self.going, self.gone = set(), set(), set()
        self.ended, self.wrong = threading.Event(), []

    def come_and_go(self):
        for start in range(0, len(self.vectors), BATCH):
            self.filled.embeddings(self.vectors[start : start + BATCH], prefix=f"{start:06}")
            self.there |= set(range(start + 1, start + BATCH + 1))
            for number in sorted(self.there)[3::41]:
                self.going.add(number)
                self.filled.purge([number])
                self.there.discard(number)
                self.gone.add(number)

    def search(self):
        query = random_units(1, seed=77)[0]
        while not self.ended.is_set():
            there, gone = set(self.there), set(self.gone)
            queries = self.current.photo_queries(self.current.exact())
            self.look_at_state(set(queries.exact.ids.tolist()), there, gone)
            self.look_at_best(queries, query, None)
            self.look_at_best(queries, query, queries.exact.ids % 2 == 0)

    def look_at_state(self, found, there, gone):
        """What was there before it began and is there still is in it; what had gone is not."""
        if found & gone or (there - found) - self.going:
            self.wrong.append(("another state", found & gone, there - found))

    def look_at_best(self, queries, query, mask):
        kept = np.ones(queries.exact.count, bool) if mask is None else mask
        rows, scores = queries.exact.best(query, 10, mask)
        expected = np.sort(self.vectors[queries.exact.ids[kept] - 1] @ query)[::-1][:10]
        # Of photos that are gone by now the rounded score stays.
        if len(scores) != len(expected) or not np.allclose(scores, expected, atol=0.02):
            self.wrong.append(("not the best", scores, expected))
        if not kept[rows].all() or not kept[queries.best(query, 10, mask)[0]].all():
            self.wrong.append("not what the filter keeps")

    def prepare_photo_queries(self):
        while not self.ended.is_set():
            self.current.prepare_photo_queries()

    def guarded(self, work):
        try:
            work()
        except Exception as error:  # noqa: BLE001  the test tells it
            self.wrong.append(error)


def test_searches_while_photos_come_and_go_are_right_for_what_they_look_into(current, filled):
    traffic = Traffic(filled, current)
    works = (traffic.search, traffic.search, traffic.prepare_photo_queries)
    others = [threading.Thread(target=traffic.guarded, args=(work,)) for work in works]
    for thread in others:
        thread.start()
    traffic.guarded(traffic.come_and_go)
    traffic.ended.set()
    for thread in others:
        thread.join()
    assert not traffic.wrong, traffic.wrong[0]
    assert set(current.exact().ids.tolist()) == traffic.there
