import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from photoorg.library import Timeline
from photoorg.ui.photo_order import PhotoOrder, Revision, Splice, runs_of

TIMES = st.sampled_from([0, *(20261120000000000 + k for k in range(3)), 20261121000000000])
photos = st.dictionaries(st.integers(1, 40), TIMES, max_size=25)


def timeline(times):
    rows = sorted(((taken, photo_id) for photo_id, taken in times.items()), reverse=True)
    return Timeline(1, np.array([i for _, i in rows], np.int64), np.array([t for t, _ in rows], np.int64))


def order_of(times):
    line = timeline(times)
    return PhotoOrder(line.photo_ids, line.taken)


@given(photos, photos, st.sets(st.integers(1, 40)))
def test_a_merged_order_is_the_sorted_one(before, there, gone):
    gone -= there.keys()
    merged = order_of(before).merged(np.array(sorted(gone), np.int64), timeline(there))
    expected = order_of({i: t for i, t in (before | there).items() if i not in gone})
    assert merged.ids.tolist() == expected.ids.tolist()
    assert merged.taken.tolist() == expected.taken.tolist()


@given(photos, photos)
def test_a_revision_leads_from_one_order_to_the_other(before, after):
    old, new = order_of(before), order_of(after)
    revision = Revision.between(old, new)
    same_times = all(before[i] == after[i] for i in before.keys() & after)
    assert revision.is_possible or not same_times
    if not revision.is_possible:
        return
    rows = old.ids.tolist()
    for first, last in reversed(revision.removed.tolist()):
        del rows[first : last + 1]
    assert rows == revision.kept.ids.tolist()
    for first, last in revision.inserted.tolist():
        rows[first:first] = new.ids[first : last + 1].tolist()
    assert rows == new.ids.tolist()


@given(photos)
def test_rows_and_ids_are_inverse(times):
    order = order_of(times)
    assert [order.row_of(photo_id) for photo_id in order.ids.tolist()] == list(range(len(order)))
    assert order.rows_of(np.array([-3, 0, 41, 10**6], np.int64)).tolist() == [-1] * 4
    assert order.row_of(10**6) == order.row_of(-1) == -1


@given(photos)
def test_sections_count_days(times):
    sections = order_of(times).sections
    days = [taken // 10**9 for taken in times.values()]
    assert sections.days.tolist() == sorted(set(days), reverse=True)
    assert sections.counts.tolist() == [days.count(day) for day in sections.days.tolist()]


@given(st.sets(st.integers(0, 60)))
def test_runs_are_the_rows(rows):
    runs = runs_of(np.array(sorted(rows), np.int64)).tolist()
    assert [row for first, last in runs for row in range(first, last + 1)] == sorted(rows)
    assert all(after[0] - before[1] > 1 for before, after in itertools.pairwise(runs))


def test_a_splice_shows_both_orders():
    front, back = PhotoOrder(np.array([1, 2, 3, 4], np.int64)), PhotoOrder(np.array([1, 3, 4], np.int64))
    splice = Splice(front, 2, back, 1)
    assert [splice.photo_id(row) for row in range(splice.count)] == [1, 2, 3, 4]
    assert [splice.row_of(photo_id) for photo_id in (1, 2, 3, 4, 9)] == [0, 1, 2, 3, None]
    assert splice.ids_between(1, 4).tolist() == [2, 3, 4]
    assert splice.ids_between(2, 4).tolist() == [3, 4]
    assert splice.ids_between(0, 2).tolist() == [1, 2]


def test_results_have_no_sections():
    assert PhotoOrder(np.array([3, 1], np.int64)).sections is None
