import numpy as np
import pytest
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
        self.looked_up = 0
        self.gone = set()

    def part(self, start=0, end=None):
        return EmbeddingSet(self.ids[start:end], [b"k"] * len(self.ids[start:end]), self.vectors[start:end])

    def look_up(self, ids):
        places = (np.array(sorted(set(ids) - self.gone), np.int64) - 1) // 2
        self.looked_up += len(places)
        return EmbeddingSet(self.ids[places], [b"k"] * len(places), self.vectors[places])

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
