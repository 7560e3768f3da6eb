import numpy as np
import pytest
from stub_encoder import unit

from photoorg.catalog.embeddings import EmbeddingSet
from photoorg.search.exact import ExactSearch


def exact_over(vectors) -> ExactSearch:
    ids = np.arange(len(vectors), dtype=np.int64) * 3 + 5
    return ExactSearch.of(EmbeddingSet(ids, [b"k"] * len(vectors), vectors.astype(np.float16)))


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

    grown = ExactSearch.of(part(0, 100))
    for start, end in ((100, 101), (101, 150), (150, 150), (150, 152), (152, 400)):
        grown = grown.extended(part(start, end))
    whole = ExactSearch.of(part(0, 400))
    assert (grown.count, grown.newest) == (400, 400)
    for mine, all_at_once in zip(grown.nearest(vectors[7], 50), whole.nearest(vectors[7], 50), strict=True):
        np.testing.assert_allclose(mine, all_at_once, rtol=1e-5)
