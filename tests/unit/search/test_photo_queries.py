"""Queries by photo: by a scan of the cells around it where that is as good, and by exact search otherwise."""

import numpy as np
import pytest
from filled_catalog import random_units

from photoorg.catalog.embeddings import EmbeddingSet
from photoorg.search import byte_codes, photo_queries
from photoorg.search.exact import ExactSearch
from photoorg.search.photo_cells import PhotoCells
from photoorg.search.photo_queries import PhotoQueries

COUNT, DIMENSION = 2000, 32


class Photos:
    """Scenes of near photos, and searches over the first of them; ids are odd numbers."""

    def __init__(self):
        rng = np.random.default_rng(1)
        self.scene = rng.integers(0, 20, COUNT)
        vectors = random_units(20, DIMENSION)[self.scene] + 0.7 * random_units(COUNT, DIMENSION, seed=2)
        self.vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
        self.ids = np.arange(COUNT, dtype=np.int64) * 2 + 1

    def exact(self, count=COUNT):
        return ExactSearch.of([self.set_of(np.arange(count))], self.look_up)

    def look_up(self, ids):
        return self.set_of((np.array(sorted(ids)) - 1) // 2)

    def queries(self, count=COUNT, in_cells=COUNT):
        return PhotoQueries(self.exact(count), PhotoCells.of(self.exact(in_cells)))

    def query(self, row):
        return self.vectors[row].astype(np.float32)

    def expected(self, row, k, mask):
        among = np.flatnonzero(mask)
        return among[np.argsort(-np.vecdot(self.vectors[among].astype(np.float32), self.query(row)), kind="stable")[:k]]

    def set_of(self, rows):
        return EmbeddingSet(self.ids[rows], [int(n).to_bytes(16, "big") for n in self.ids[rows]], self.vectors[rows])


@pytest.fixture
def photos(monkeypatch):
    monkeypatch.setattr(byte_codes, "BLOCK", 100)
    monkeypatch.setattr(photo_queries, "CELLS_FROM", 100)
    monkeypatch.setattr(photo_queries, "SHARE", 0.15)
    monkeypatch.setattr(photo_queries, "TIMES", 3)
    return Photos()


@pytest.fixture
def scanned(monkeypatch):
    """How many photos each search scanned."""
    numbers, best = [], ExactSearch.best

    def counting(exact, query, k, among=None):
        if among is None:
            numbers.append(exact.count)
        else:
            numbers.append(np.count_nonzero(among) if among.dtype == np.bool_ else len(among))
        return best(exact, query, k, among)

    monkeypatch.setattr(ExactSearch, "best", counting)
    return numbers


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


def test_in_large_libraries_only_the_cells_around_are_scanned(photos, scanned):
    assert recall(photos, photos.queries()) > 0.99
    assert np.median(scanned) < 0.25 * COUNT


@pytest.mark.parametrize("kept", [0.9, 0.5, 0.3])
def test_with_a_filter_as_many_that_it_keeps_are_scanned(photos, scanned, kept):
    mask = np.random.default_rng(3).random(COUNT) < kept
    assert recall(photos, photos.queries(), mask) > 0.99
    assert min(scanned) >= 0.8 * 0.15 * COUNT
    assert max(scanned) < 0.4 * COUNT


@pytest.mark.parametrize("share", [0.0, 0.001, 0.05])
def test_filters_that_keep_little_are_answered_exactly(photos, share):
    mask = np.random.default_rng(3).random(COUNT) < share
    if mask.any():
        assert recall(photos, photos.queries(), mask) == 1
    else:
        assert len(photos.queries().best(photos.query(3), 10, mask)[0]) == 0


def test_a_filter_that_takes_all_neighbours_away_loses_nothing(photos, scanned):
    queries = photos.queries()
    for row in range(0, COUNT, 100):
        mask = photos.scene != photos.scene[row]
        rows, _ = queries.best(photos.query(row), 20, mask)
        assert len(np.intersect1d(rows, photos.expected(row, 20, mask))) >= 19
        assert mask[rows].all()


def test_photos_without_a_cell_are_found(photos, scanned):
    queries = photos.queries(in_cells=1900)
    assert recall(photos, queries) > 0.99
    assert queries.best(photos.query(1950), 1)[0].tolist() == [1950]
    mask = np.arange(COUNT) % 2 == 0
    assert np.intersect1d(queries.best(photos.query(1951), 20, mask)[0], photos.expected(1951, 20, mask)).size >= 19
    assert max(scanned) < 0.4 * COUNT


def test_extended_cells_hold_what_is_new(photos, scanned):
    cells = PhotoCells.of(photos.exact(1000)).extended(photos.exact())
    assert cells.ids.tolist() == photos.ids.tolist()
    assert recall(photos, PhotoQueries(photos.exact(), cells)) > 0.98
    assert np.median(scanned) < 0.25 * COUNT


def test_cells_follow_photos_that_go(photos):
    whole = PhotoCells.of(photos.exact())
    stay = np.flatnonzero(np.arange(COUNT) % 7)
    fewer = ExactSearch.of([photos.set_of(stay)], photos.look_up)
    following = whole.following(fewer)
    assert following.ids.tolist() == photos.ids[stay].tolist()
    assert following.cells.tolist() == whole.cells[stay].tolist()
    assert whole.following(photos.exact()) is whole


def test_cells_follow_when_all_that_they_knew_is_gone(photos):
    cells = PhotoCells.of(photos.exact(500))
    later = ExactSearch.of([photos.set_of(np.arange(600, COUNT))], photos.look_up)
    assert len(cells.following(later).ids) == 0
    rows, _ = PhotoQueries(later, cells.following(later)).best(photos.query(700), 1)
    assert later.ids[rows].tolist() == [photos.ids[700]]
    mask = np.ones(later.count, bool)
    assert len(PhotoQueries(later, cells.following(later)).best(photos.query(700), 5, mask)[0]) == 5


def test_rows_do_as_well_as_a_mask(photos):
    queries, mask = photos.queries(), np.arange(COUNT) % 3 == 0
    for row in (0, 7, 1999):
        by_rows = queries.best(photos.query(row), 10, np.flatnonzero(mask))
        assert by_rows[0].tolist() == queries.best(photos.query(row), 10, mask)[0].tolist()


@pytest.mark.parametrize("lacks", ["cells", "photos", "few wanted"])
def test_where_cells_are_of_no_use_all_is_searched(photos, monkeypatch, scanned, lacks):
    monkeypatch.setattr(photo_queries, "CELLS_FROM", COUNT + 1 if lacks == "photos" else 100)
    queries = PhotoQueries(photos.exact(), None if lacks == "cells" else PhotoCells.of(photos.exact()))
    assert recall(photos, queries, k=COUNT // 2 if lacks == "few wanted" else 20) == 1
    assert set(scanned) == {COUNT}


def test_equal_photos_make_cells_too(photos):
    photos.vectors[:] = photos.vectors[0]
    assert len(photos.queries().best(photos.query(0), 30)[0]) == 30
