"""Photos that were found, in their order."""

import numpy as np
import pytest

from photoorg.search.ranking import Found, united


def found(*, relevance, scores, places=None):
    places = np.arange(len(scores)) if places is None else np.array(places)
    return Found(places, np.float32(scores), np.float32(relevance))


def ordered(found, taken=None, ids=None):
    count = len(found.places)
    taken = np.zeros(count, np.int64) if taken is None else np.array(taken, np.int64)
    return found.ordered(taken, np.arange(count) if ids is None else np.array(ids)).places.tolist()


def test_the_most_relevant_come_first_then_the_best_scores_then_the_latest_then_the_lowest_id():
    some = found(relevance=[0.5, 1, 1, 1, 1, 0.75], scores=[0.9, 0.1, 0.2, 0.1, 0.1, -0.3])
    assert ordered(some, taken=[9, 1, 1, 2, 1, 9], ids=[1, 5, 3, 4, 2, 6]) == [2, 3, 4, 1, 5, 0]


def test_photos_without_a_time_come_last_of_their_like():
    undated = np.datetime64("NaT").astype(np.int64)
    assert ordered(Found.by_facts(np.arange(3)), taken=[undated, -5, 7]) == [2, 1, 0]


@pytest.mark.parametrize("count", [0, 1, 2000])
def test_the_order_is_that_of_a_plain_sort(count):
    rng = np.random.default_rng(3)
    values = [0.0, -0.0, 1.0, -1.0, 0.25, np.nan]
    some = found(relevance=rng.integers(0, 4, count) / 4, scores=rng.choice(values, count))
    taken, ids = rng.integers(0, 3, count), rng.permutation(count)
    scores = np.nan_to_num(some.scores, nan=0.0)
    keys = zip((-some.relevance).tolist(), (-scores).tolist(), (-taken).tolist(), ids.tolist(), strict=True)
    assert ordered(some, taken, ids) == [place for _, place in sorted((key, place) for place, key in enumerate(keys))]


def test_what_several_alternatives_found_is_kept_as_the_best_of_them():
    first = found(relevance=[0.2, 0.9], scores=[0.1, 0.3], places=[4, 7])
    both = united([first, Found.by_facts(np.array([4])), Found.nothing()])
    assert dict(zip(both.places.tolist(), both.relevance.tolist(), strict=True)) == pytest.approx({4: 1.0, 7: 0.9})
    assert united([]).places.size == 0
