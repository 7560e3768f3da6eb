"""The share of photos that can be searched, without counting a large library at every search."""

import pytest
from filled_catalog import random_units

from photoorg.search import coverage as coverage_module
from photoorg.search.coverage import Coverage


class Counted:
    """A Coverage over a real catalog, and how often it counted."""

    def __init__(self, filled, monkeypatch):
        self._filled = filled
        self._coverage = Coverage(filled.catalog, filled.model.fingerprint)
        self.counts = 0
        count = filled.catalog.photos.coverage
        monkeypatch.setattr(filled.catalog.photos, "coverage", lambda name: (self._note(), count(name))[1])

    def _note(self):
        self.counts += 1

    def share(self):
        return self._coverage.share(self._filled.catalog.embeddings.state(self._filled.model_id))


@pytest.fixture
def counted(filled, monkeypatch):
    return Counted(filled, monkeypatch)


@pytest.fixture
def large(filled, monkeypatch):
    monkeypatch.setattr(coverage_module, "_QUICKLY_COUNTED", 100)
    monkeypatch.setattr(coverage_module, "_WORTH_COUNTING", 0.2)
    filled.photos({f"{n:03d}": vector for n, vector in enumerate(random_units(300))})


def test_a_small_library_is_counted_whenever_it_changed(filled, counted):
    assert counted.share() == 1
    filled.photo("a")
    assert counted.share() == 0
    filled.photo("b", random_units(1)[0])
    assert [counted.share() for _ in range(3)] == [0.5] * 3
    assert counted.counts == 3


def test_a_large_one_is_counted_again_when_much_is_new(large, filled, counted):
    assert counted.share() == 1
    filled.photo("a")
    assert counted.share() == 1  # not counted again
    filled.photo("b")
    assert counted.share() == pytest.approx(300 / 302)  # two writes may be 64 photos
    filled.embeddings(random_units(91, seed=3))
    counted.share()
    assert counted.counts == 3


def test_a_large_one_is_counted_when_nothing_more_comes(large, filled, counted):
    filled.photo("a")
    assert counted.share() == pytest.approx(300 / 301)
    filled.photo("b")
    assert counted.share() == pytest.approx(300 / 301)
    assert [counted.share() for _ in range(3)] == [pytest.approx(300 / 302)] * 3
    assert counted.counts == 2


def test_a_large_one_that_was_whole_is_not_counted_for_a_few_more(large, filled, counted):
    counted.share()
    filled.photo("a", random_units(1, seed=9)[0])
    assert [counted.share() for _ in range(3)] == [1] * 3
    assert counted.counts == 1
