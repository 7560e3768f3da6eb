"""The suggested searches: enough of them, answerable, and some about things no model was trained on."""

from photoorg.demo.scene import all_scenes
from photoorg.demo.searches import SUGGESTED_SEARCHES


def test_queries_are_distinct() -> None:
    assert len({search.query for search in SUGGESTED_SEARCHES}) == len(SUGGESTED_SEARCHES) >= 12


def test_some_describe_what_was_never_trained_on() -> None:
    assert sum(search.held_out for search in SUGGESTED_SEARCHES) >= 4


def test_every_search_tells_scenes_apart() -> None:
    for search in SUGGESTED_SEARCHES:
        assert 0 < sum(map(search.matches, all_scenes())) < len(all_scenes()) / 10
