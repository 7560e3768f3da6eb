"""Queries by photo: by the graph where that is as good, and by exact search otherwise."""

import numpy as np
import pytest
from filled_catalog import random_units

from photoorg.catalog.embeddings import EmbeddingSet
from photoorg.search import byte_codes, photo_queries
from photoorg.search.exact import ExactSearch
from photoorg.search.photo_queries import PhotoQueries
from photoorg.search.vector_index import VectorIndex

COUNT, DIMENSION = 2000, 32


class Photos:
    """Scenes of near photos, and searches over the first of them; ids are odd numbers."""

    def __init__(self, folder):
        rng = np.random.default_rng(1)
        self.scene = rng.integers(0, 20, COUNT)
        vectors = random_units(20, DIMENSION)[self.scene] + 0.7 * random_units(COUNT, DIMENSION, seed=2)
        self.vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
        self.ids = np.arange(COUNT, dtype=np.int64) * 2 + 1
        self.folder = folder
        self.asked = []

    def exact(self, count=COUNT):
        return ExactSearch.of([self._set(np.arange(count))], lambda ids: self._set((np.array(ids) - 1) // 2))

    def index(self, count=COUNT):
        index = VectorIndex(self.folder, "library", "fingerprint", DIMENSION)
        index.add(self.ids[:count], self.vectors[:count].astype(np.float32))
        nearest = index.nearest
        index.nearest = lambda query, k, ef: (self.asked.append(k), nearest(query, k, ef))[1]
        return index

    def query(self, row):
        return self.vectors[row].astype(np.float32)

    def expected(self, row, k, mask):
        among = np.flatnonzero(mask)
        return among[np.argsort(-np.vecdot(self.vectors[among].astype(np.float32), self.query(row)), kind="stable")[:k]]

    def _set(self, rows):
        return EmbeddingSet(self.ids[rows], [int(n).to_bytes(16, "big") for n in self.ids[rows]], self.vectors[rows])


@pytest.fixture
def photos(tmp_path, monkeypatch):
    monkeypatch.setattr(byte_codes, "BLOCK", 100)
    monkeypatch.setattr(photo_queries, "GRAPH_FROM", 100)
    return Photos(tmp_path)


@pytest.fixture
def graph_only(monkeypatch):
    """Exact search of more than what the graph lacks fails the test."""
    best = ExactSearch.best

    def of_new_only(exact, query, k, among=None):
        assert among is not None, "searched exactly"
        assert among.dtype != np.bool_, "searched exactly"
        return best(exact, query, k, among)

    monkeypatch.setattr(ExactSearch, "best", of_new_only)


def recall(photos, queries, mask=None, k=20):
    kept = np.ones(queries.exact.count, bool) if mask is None else mask
    shares = []
    for row in range(0, queries.exact.count, 50):
        rows, scores = queries.best(photos.query(row), k, mask)
        assert kept[rows].all()
        assert len(set(rows.tolist())) == len(rows)
        cosines = photos.vectors[rows].astype(np.float32) @ photos.query(row)
        np.testing.assert_allclose(scores, cosines, atol=1e-5)
        assert (np.diff(scores) <= 0).all()
        shares.append(len(np.intersect1d(rows, photos.expected(row, k, kept))) / min(k, np.count_nonzero(kept)))
    return np.mean(shares)


def test_the_graph_answers_in_large_libraries(photos, graph_only):
    assert recall(photos, PhotoQueries(photos.exact(), photos.index())) > 0.99


def test_filters_that_keep_much_are_answered_by_the_graph(photos, graph_only):
    mask = np.random.default_rng(3).random(COUNT) < 0.5
    assert recall(photos, PhotoQueries(photos.exact(), photos.index()), mask) > 0.99


def test_photos_that_the_graph_lacks_are_found(photos, graph_only):
    queries = PhotoQueries(photos.exact(), photos.index(1900))
    assert recall(photos, queries) > 0.99
    rows, _ = queries.best(photos.query(1950), 1)
    assert rows.tolist() == [1950]
    mask = np.arange(COUNT) % 2 == 0
    rows, _ = queries.best(photos.query(1951), 5, mask)
    assert rows.tolist() == photos.expected(1951, 5, mask).tolist()


def test_a_graph_that_is_newer_than_the_search_finds_nothing_that_the_search_does_not_know(photos):
    queries = PhotoQueries(photos.exact(1800), photos.index())
    rows, _ = queries.best(photos.query(1900), 20)
    assert rows.tolist() == photos.expected(1900, 20, np.arange(1800) >= 0).tolist()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.05])
def test_filters_that_keep_little_are_answered_exactly(photos, share):
    mask = np.random.default_rng(3).random(COUNT) < share
    queries = PhotoQueries(photos.exact(), photos.index())
    if mask.any():
        assert recall(photos, queries, mask) == 1
    else:
        assert len(queries.best(photos.query(3), 10, mask)[0]) == 0
    assert not photos.asked


def test_rows_do_as_well_as_a_mask(photos):
    queries = PhotoQueries(photos.exact(), photos.index())
    mask = np.arange(COUNT) % 3 == 0
    for row in (0, 7, 1999):
        by_rows = queries.best(photos.query(row), 10, np.flatnonzero(mask))
        assert by_rows[0].tolist() == queries.best(photos.query(row), 10, mask)[0].tolist()


def test_a_filter_that_takes_all_neighbours_away_is_answered_exactly(photos):
    mask = photos.scene != photos.scene[0]
    mask[::2] = False
    rows, _ = PhotoQueries(photos.exact(), photos.index()).best(photos.query(0), 40, mask)
    assert photos.asked
    assert rows.tolist() == photos.expected(0, 40, mask).tolist()


def test_more_than_the_graph_gives_quickly_is_answered_exactly(photos, monkeypatch):
    monkeypatch.setattr(photo_queries, "MOST", 500)
    assert len(PhotoQueries(photos.exact(), photos.index()).best(photos.query(0), 600)[0]) == 600
    assert not photos.asked


@pytest.mark.parametrize("lacks", ["a graph", "photos", "much"])
def test_where_the_graph_is_of_no_use_it_is_not_asked(photos, monkeypatch, lacks):
    index = None if lacks == "a graph" else photos.index(1500 if lacks == "much" else COUNT)
    monkeypatch.setattr(photo_queries, "GRAPH_FROM", COUNT + 1 if lacks == "photos" else 100)
    monkeypatch.setattr(photo_queries, "NEW", 400)
    assert recall(photos, PhotoQueries(photos.exact(), index)) == 1
    assert not photos.asked


def test_a_graph_that_is_cut_into_parts_is_no_answer(photos):
    index = photos.index()
    index.nearest = lambda *_: (np.empty(0, np.int64), np.empty(0, np.float32))
    assert recall(photos, PhotoQueries(photos.exact(), index)) == 1
