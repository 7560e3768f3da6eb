import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stub_encoder import unit

from photoorg.catalog.embeddings import EmbeddingSet
from photoorg.search import byte_codes
from photoorg.search.exact import ExactSearch


def no_look_up(ids):
    pytest.fail("so few embeddings are kept as they are")


def exact_over(vectors) -> ExactSearch:
    ids = np.arange(len(vectors), dtype=np.int64) * 3 + 5
    return ExactSearch.of([EmbeddingSet(ids, [b"k"] * len(vectors), vectors.astype(np.float16))], no_look_up)


@pytest.mark.parametrize("k", [1, 7, 200, 1000])
def test_it_finds_what_a_full_sort_finds(k):
    rng = np.random.default_rng(1)
    vectors = np.stack([unit(v) for v in rng.standard_normal((200, 16))])
    query = unit(rng.standard_normal(16))
    ids, scores = exact_over(vectors).nearest(query, k)
    cosines = vectors.astype(np.float16).astype(np.float32) @ query
    order = np.argsort(-cosines)[:k]
    assert ids.tolist() == (order * 3 + 5).tolist()
    assert np.allclose(scores, cosines[order])


def test_equal_scores_are_all_found():
    ids, scores = exact_over(np.tile(unit(np.ones(8)), (5, 1))).nearest(unit(np.ones(8)), 5)
    assert sorted(ids.tolist()) == [5, 8, 11, 14, 17]
    assert np.allclose(scores, 1, atol=1e-3)


def test_without_embeddings_nothing_is_found():
    ids, scores = exact_over(np.empty((0, 8))).nearest(unit(np.ones(8)), 3)
    assert len(ids) == len(scores) == 0


def test_an_extended_search_finds_what_one_over_everything_finds():
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(400, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    def part(start, end):
        ids = np.arange(start + 1, end + 1, dtype=np.int64)
        return EmbeddingSet(ids, [b"k"] * (end - start), vectors[start:end].astype(np.float16))

    grown = ExactSearch.of([part(0, 100)], no_look_up)
    for start, end in ((100, 101), (101, 150), (150, 150), (150, 152), (152, 400)):
        grown = grown.extended([part(start, end)])
    whole = ExactSearch.of([part(0, 400)], no_look_up)
    assert (grown.count, grown.newest) == (400, 400)
    for mine, all_at_once in zip(grown.nearest(vectors[7], 50), whole.nearest(vectors[7], 50), strict=True):
        np.testing.assert_allclose(mine, all_at_once, rtol=1e-5)


class Stored:
    """Embeddings with the narrow cone and the outlying dimensions of CLIP's; notes how many are looked up."""

    def __init__(self, count, dimension=64, seed=2):
        rng = np.random.default_rng(seed)
        cone = rng.standard_normal(dimension) + 8 * (np.arange(dimension) == 3)
        vectors = np.stack([unit(cone + rng.standard_normal(dimension)) for _ in range(count)])
        self.vectors = vectors.astype(np.float16)
        self.ids = np.arange(count, dtype=np.int64) * 2 + 1
        self.keys = [int(number).to_bytes(16, "little") for number in self.ids]
        self.looked_up = 0
        self.gone = set()

    def part(self, start=0, end=None):
        return EmbeddingSet(self.ids[start:end], self.keys[start:end], self.vectors[start:end])

    def look_up(self, ids):
        places = (np.array(sorted(set(ids) - self.gone), np.int64) - 1) // 2
        self.looked_up += len(places)
        return EmbeddingSet(self.ids[places], [self.keys[place] for place in places], self.vectors[places])

    def search(self):
        return ExactSearch.of([self.part()], self.look_up)

    def best_rows(self, query, k, among):
        """Rows and cosines by brute force; equal ones in the order of rows."""
        cosines = np.vecdot(self.vectors[among].astype(np.float32), query)
        order = np.argsort(-cosines, kind="stable")[:k]
        return among[order], cosines[order]

    def expected(self, query, k, first=0):
        cosines = self.vectors[first:].astype(np.float32) @ query
        order = np.argsort(-cosines, kind="stable")[:k]
        return self.ids[first:][order], cosines[order]


@pytest.fixture
def blocks_of_100(monkeypatch):
    monkeypatch.setattr(byte_codes, "BLOCK", 100)


@pytest.mark.parametrize("count", [100, 101, 950])
def test_embeddings_kept_as_bytes_are_found_as_by_exact_search(blocks_of_100, count):
    stored = Stored(count)
    search = ExactSearch.of([stored.part()], stored.look_up)
    for seed in range(20):
        query = unit(np.random.default_rng(seed).standard_normal(64))
        ids, scores = search.nearest(query, 10)
        expected, cosines = stored.expected(query, 10)
        assert ids.tolist() == expected.tolist()
        np.testing.assert_allclose(scores, cosines, atol=1e-6)
    assert stored.looked_up < 20 * 60


def test_however_the_embeddings_come_in_the_answer_is_the_same(blocks_of_100):
    stored, query = Stored(730), unit(np.arange(64) - 20.0)
    pages = [stored.part(start, start + 70) for start in range(0, 700, 70)]
    grown = ExactSearch.of(pages, stored.look_up).extended([stored.part(700, 701)]).extended([stored.part(701)])
    assert (grown.count, grown.newest) == (730, 1459)
    assert grown.nearest(query, 30)[0].tolist() == stored.expected(query, 30)[0].tolist()
    assert grown.extended([]) is grown


@pytest.mark.parametrize("first", [0, 1, 99, 100, 250, 699, 700, 729])
def test_only_embeddings_after_an_id_are_searched(blocks_of_100, first):
    stored, query = Stored(730), unit(np.arange(64) - 20.0)
    search = ExactSearch.of([stored.part()], stored.look_up)
    after = int(stored.ids[first - 1]) if first else 0
    assert search.nearest(query, 8, after)[0].tolist() == stored.expected(query, 8, first)[0].tolist()


def test_after_the_newest_nothing_is_found(blocks_of_100):
    stored = Stored(200)
    assert not len(ExactSearch.of([stored.part()], stored.look_up).nearest(unit(np.ones(64)), 5, 399)[0])


def test_embeddings_that_are_gone_meanwhile_keep_their_places(blocks_of_100):
    stored, query = Stored(300), unit(np.arange(64) - 20.0)
    search = ExactSearch.of([stored.part()], stored.look_up)
    stored.gone = {int(number) for number in stored.expected(query, 300)[0][::3]}
    ids, scores = search.nearest(query, 300)
    assert sorted(ids.tolist()) == stored.ids.tolist()
    np.testing.assert_allclose(scores, stored.expected(query, 300)[1], atol=0.01)


STORED = Stored(950)
QUERY = unit(np.arange(64) - 20.0)


def masks():
    rng = np.random.default_rng(3)
    nearest = STORED.vectors.astype(np.float32) @ QUERY
    return {
        "none": np.zeros(950, bool),
        "all": np.ones(950, bool),
        "half": rng.random(950) < 0.5,
        "few": rng.random(950) < 0.03,
        "one": np.arange(950) == 444,
        "newest": np.arange(950) >= 900,
        "oldest": np.arange(950) < 5,
        "the best": nearest > np.quantile(nearest, 0.7),
        "the worst": nearest < np.quantile(nearest, 0.3),
    }


@pytest.mark.parametrize("k", [0, 1, 10, 949, 2000])
@pytest.mark.parametrize("name", masks())
def test_the_best_among_those_that_a_filter_keeps_are_those_of_brute_force(blocks_of_100, name, k):
    mask = masks()[name]
    expected_rows, expected_scores = STORED.best_rows(QUERY, k, np.flatnonzero(mask))
    for among in (mask, np.flatnonzero(mask)):
        rows, scores = STORED.search().best(QUERY, k, among)
        assert rows.tolist() == expected_rows.tolist()
        np.testing.assert_allclose(scores, expected_scores, atol=1e-6)


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_whatever_is_there_and_kept_the_best_are_those_of_brute_force(data):
    count, block = data.draw(st.integers(1, 300)), data.draw(st.integers(1, 120))
    dimension = data.draw(st.sampled_from([1, 3, 16, 64]))
    stored = Stored(count, dimension, seed=data.draw(st.integers(0, 9)))
    stored.vectors[: count // 3] = stored.vectors[0]  # bursts: equal scores
    query = unit(np.random.default_rng(data.draw(st.integers(0, 99))).standard_normal(dimension))
    mask = np.random.default_rng(data.draw(st.integers(0, 99))).random(count) < data.draw(st.floats(0, 1))
    k = data.draw(st.integers(0, count + 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(byte_codes, "BLOCK", block)
        cuts = sorted(data.draw(st.lists(st.integers(0, count), max_size=3)))
        search = ExactSearch.of([], stored.look_up)
        for start, end in zip([0, *cuts], [*cuts, count], strict=True):
            search = search.extended([stored.part(start, end)])
        rows, scores = search.best(query, k, mask)
    expected_rows, expected_scores = stored.best_rows(query, k, np.flatnonzero(mask))
    np.testing.assert_allclose(scores, expected_scores, atol=1e-6)
    # A tie of the k-th best may be broken by float32's last digit.
    assert len(set(rows.tolist())) == len(rows) == len(expected_rows)
    assert mask[rows].all()


def test_equal_embeddings_come_in_the_order_of_their_rows(blocks_of_100):
    stored = Stored(250)
    stored.vectors[::2] = stored.vectors[0]
    rows, _ = stored.search().best(stored.vectors[0].astype(np.float32), 125)
    assert rows.tolist() == list(range(0, 250, 2))


def test_without_embeddings_there_is_no_best_and_no_score(blocks_of_100):
    search = ExactSearch.of([], no_look_up)
    for among in (None, np.zeros(0, bool), np.empty(0, np.intp)):
        rows, scores = search.best(QUERY, 5, among)
        assert len(rows) == len(scores) == 0
    nobody = np.empty(0, np.intp)
    assert len(search.scores(QUERY)) == len(search.scores_of(QUERY, nobody)) == 0
    assert len(search.exact_scores(QUERY, nobody)) == len(search.rows_of(np.array([3]))[0]) == 0


@pytest.mark.parametrize("count", [1, 99, 100, 101, 950])
def test_scores_of_all_are_about_the_cosines_and_stored_vectors_are_not_read(blocks_of_100, count):
    stored = Stored(count)
    search = ExactSearch.of([stored.part()], no_look_up)
    np.testing.assert_allclose(search.scores(QUERY), stored.vectors.astype(np.float32) @ QUERY, atol=4e-3)


@pytest.mark.parametrize("rows", [[], [0], [949], [5, 5, 7], [949, 3, 500, 4, 901], list(range(950))[::-1]])
def test_scores_and_vectors_of_some_rows_in_any_order(blocks_of_100, rows):
    search, rows = STORED.search(), np.array(rows, np.intp)
    vectors = STORED.vectors.astype(np.float32)[rows]
    np.testing.assert_allclose(search.scores_of(QUERY, rows), search.scores(QUERY)[rows], atol=1e-6)
    np.testing.assert_allclose(search.vectors(rows).reshape(len(rows), 64), vectors, atol=4e-3)
    np.testing.assert_allclose(search.exact_scores(QUERY, rows), vectors @ QUERY, atol=1e-6)


def test_rows_know_their_ids_and_picture_keys(blocks_of_100):
    search = STORED.search().extended([])
    assert search.ids.tolist() == STORED.ids.tolist()
    assert search.picture_keys.tobytes() == b"".join(STORED.keys)  # keys may end in null bytes
    rows, known = search.rows_of(np.array([1, 2, 1899, 1901, 0, 7]))
    assert rows.tolist() == [0, 949, 3]
    assert known.tolist() == [True, False, True, False, False, True]


def test_a_loud_dimension_of_the_query_does_not_drown_the_others(blocks_of_100):
    query = unit(30.0 * (np.arange(64) == 3) + np.random.default_rng(4).standard_normal(64))
    found = STORED.search().scores(query)
    np.testing.assert_allclose(found, STORED.vectors.astype(np.float32) @ query, atol=8e-3)
    spread = np.std(found - STORED.vectors.astype(np.float32) @ query)
    codes = STORED.search()._codes
    assert codes.quantized(query).parts.shape[1] == 2
    assert spread < 1.2 * codes.quantized(query).own_error


def test_an_extended_search_leaves_the_one_that_it_was_as_it_was(blocks_of_100):
    small = ExactSearch.of([STORED.part(0, 350)], STORED.look_up)
    before = small.best(QUERY, 20)
    grown = small.extended([STORED.part(350)])
    assert (small.count, grown.count) == (350, 950)
    assert small.best(QUERY, 20)[0].tolist() == before[0].tolist()
    assert grown._codes.blocks[0] is small._codes.blocks[0]
