"""Daily upkeep by the program that indexes: backups, and the 30 days of removed folders."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from indexed_library import context, counts

from photoorg.catalog.backups import Backups
from photoorg.errors import CatalogCorrupt, DiskFull
from photoorg.indexing.daily_upkeep import DailyUpkeep
from photoorg.indexing.forgetting import TIDIED
from photoorg.indexing.indexer import IndexWhenFree


@pytest.fixture
def two(library):
    """Two indexed photos, one of which has stars."""
    library.folder = library.watch()
    library.picture("a.jpg")
    library.picture("b.jpg")
    library.index()
    library.catalog.journal.set_photos([library.shown()["photos/a.jpg"]], "rating", 4)
    return library


def upkeep_in(library, **later):
    return DailyUpkeep(library.catalog, None, lambda: datetime.now(UTC) + timedelta(**later))


def ratings(library):
    return sorted(photo.rating for photo in library.catalog.photos.all())


def test_a_removed_folder_comes_back_whole_within_30_days(two):
    before = two.shown()
    two.catalog.folders.remove(two.folder)
    upkeep_in(two, days=29).tidy()
    assert two.shown() == {}
    two.watch()
    assert two.shown() == before
    assert ratings(two) == [0, 4]
    assert counts(two.index()) == {"files": 2, "photos": 2, "unchanged": 2}
    upkeep_in(two, days=400).tidy()
    assert two.shown() == before, "it is not removed any more"


def test_after_30_days_nothing_of_a_removed_folder_stays(two, tmp_path):
    other = two.root / "other"
    other.mkdir()
    two.watch(other)
    two.catalog.folders.remove(two.folder)
    upkeep_in(two, days=31).tidy()
    assert two.catalog.files.known_in(two.folder) == []
    assert not two.catalog.remains.orphans().any
    two.watch()
    assert two.shown() == {}
    assert counts(two.index()) == {"files": 2, "photos": 2, "new": 2, "embedded": 2}
    assert ratings(two) == [0, 0]


def test_what_is_left_of_edited_photos_is_removed_once_a_day(two):
    upkeep_in(two).tidy()
    two.picture("a.jpg", seed=99)
    two.index()
    upkeep_in(two, hours=23).tidy()
    assert two.catalog.remains.orphans().thumbnails == 1
    upkeep_in(two, hours=25).tidy()
    assert not two.catalog.remains.orphans().any
    assert len(two.shown()) == 2


def test_few_embeddings_are_left_as_the_vector_index_would_have_to_be_made_anew(two):
    upkeep_in(two).tidy()
    for number in range(60):
        two.picture(f"{number}.jpg", seed=number)
    two.index()
    two.picture("a.jpg", seed=99)
    two.index()
    upkeep_in(two, hours=25).tidy()
    counts = two.catalog.remains.orphans()
    assert (counts.embeddings, counts.hashes, counts.thumbnails) == (1, 0, 0)
    two.catalog.settings.drop(TIDIED, two.catalog.settings.get(TIDIED))
    upkeep_in(two, hours=26).tidy()
    assert not two.catalog.remains.orphans().any


def test_who_indexes_makes_the_daily_copy(two):
    IndexWhenFree(two.tools(two.encoder), None).run(context())
    assert len(two.catalog.backups.all()) == 1
    IndexWhenFree(two.tools(two.encoder), None).run(context())
    assert len(two.catalog.backups.all()) == 1


@pytest.mark.expects_warnings
def test_a_copy_that_cannot_be_made_stops_nothing(two, monkeypatch, caplog):
    def full(*_):
        raise DiskFull(path="here")

    monkeypatch.setattr(Backups, "make_daily", full)
    report = IndexWhenFree(two.tools(two.encoder), None).run(context())
    assert report.photos == 2
    [record] = [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert "no backup" in record.getMessage()


def test_a_damaged_catalog_is_not_passed_over(two, monkeypatch):
    def corrupt(*_):
        raise CatalogCorrupt(path="here", detail="bad")

    monkeypatch.setattr(Backups, "make_daily", corrupt)
    with pytest.raises(CatalogCorrupt):
        IndexWhenFree(two.tools(two.encoder), None).run(context())
    assert two.catalog.lease.take()
    two.catalog.lease.release()
