"""Suggestions: what was searched for often and lately, what people have named, and only what contains what is typed."""

from datetime import UTC, datetime

import pytest

from photoorg.catalog.search_history import PastSearch
from photoorg.search.suggestions import PastSearches, Suggestion, usefulness
from photoorg.search.things import Thing

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)


@pytest.fixture
def searches(filled):
    return PastSearches(filled.catalog)


def texts(suggestions):
    return [(one.kind, one.text) for one in suggestions]


def test_often_and_lately_searched_for_first(searches):
    for query in ("dog in snow", "dog on grass", "a cat", "dog on grass", "hot dogs"):
        searches.remember(query)
    assert texts(searches.suggestions("Dog")) == [
        ("past", "dog on grass"),
        ("past", "hot dogs"),
        ("past", "dog in snow"),
    ]
    assert [past.query for past in searches.recent(2)] == ["hot dogs", "dog on grass"]


def test_old_searches_count_less():
    def of(days, times):
        made = NOON.replace(month=5 - days // 30)
        return usefulness(PastSearch("q", made.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), times), NOON)

    assert of(0, 1) > of(30, 1) > of(60, 1)
    assert of(30, 3) > of(0, 1)
    assert of(-30, 2) == 2, "a clock that was wrong"


def test_albums_and_tags_by_their_names(filled, searches):
    filled.photo("a.jpg")
    filled.photo("b.jpg")
    [one, two] = [photo.id for photo in filled.catalog.photos.all()]
    filled.catalog.tags.add([one], "doghouse")
    filled.catalog.tags.add([one, two], "Dog")
    filled.catalog.tags.add([one, two], "hotdog")
    filled.catalog.albums.create("Dogs")
    filled.catalog.albums.save_search("Cats", "cat")
    searches.remember("dog")
    assert texts(searches.suggestions("dog")) == [
        ("album", "Dogs"), ("tag", "Dog"), ("tag", "doghouse"), ("tag", "hotdog"),
    ]  # fmt: skip
    assert searches.suggestions("do", 1) == [
        Suggestion("past", "dog"),
        Suggestion("album", "Dogs"),
        Suggestion("tag", "Dog"),
    ]


def test_things_that_the_library_contains(searches):
    things = [Thing("a hot dog", 9), Thing("a dog", 4), Thing("the sea", 2)]
    assert searches.suggestions("dog", things=things) == [
        Suggestion("thing", "a hot dog", 9),
        Suggestion("thing", "a dog", 4),
    ]


def test_nothing_typed_offers_what_there_is(searches):
    assert searches.suggestions("") == []
    searches.remember("dog")
    assert texts(searches.suggestions("  ")) == [("past", "dog")]
    assert searches.suggestions("zebra") == []
