"""Search by text, by photo and by both, over a real catalog with vectors that the test chooses."""

import numpy as np
import pytest
from filled_catalog import random_units
from stub_encoder import DIMENSION, StubEncoder, stub_model, unit

from photoorg.search import searcher as searcher_module
from photoorg.search.exact import ExactSearch
from photoorg.search.index_cache import IndexCache
from photoorg.search.query import Query
from photoorg.search.searcher import Searcher
from photoorg.search.vector_index import VectorIndex
from photoorg.volumes import Volume

AXES = np.eye(DIMENSION, dtype=np.float32)
RED, ROUND = AXES[0], AXES[1]
NOISE = 0.2


def near(direction, seed, spread=NOISE):
    return unit(direction + spread * random_units(1, seed=seed)[0])


@pytest.fixture
def encoder(filled):
    filled.model = stub_model(background=[f"thing {n}" for n in range(12)])
    others = {f"thing {n}": AXES[10 + n] for n in range(12)}
    return StubEncoder(filled.model, {"red": RED, "round": ROUND, "nothing": AXES[30], **others})


@pytest.fixture
def searcher(filled, encoder, tmp_path):
    return Searcher(filled.catalog, tmp_path / "index", filled.model, lambda: encoder)


def crowd(filled, count=60):
    """Photos of nothing in particular."""
    vectors = {f"crowd{n:03d}": random_units(1, seed=1000 + n)[0] for n in range(count)}
    for vector in vectors.values():
        vector[0] = np.clip(vector[0], -0.3, 0.3)  # and none of them happens to be red
    filled.photos(vectors)


def names(result):
    return [hit.path.name for hit in result.hits]


def test_the_best_photos_come_first_with_their_cosines(filled, searcher):
    filled.photo("half", RED + ROUND)
    filled.photo("red", RED)
    filled.photo("round", ROUND)
    result = searcher.search(Query("red"), 10)
    assert names(result) == ["red", "half", "round"]
    result = searcher.search(Query(like=(RED,)), 10)
    assert names(result) == ["red", "half", "round"]
    assert [hit.score for hit in result.hits] == pytest.approx([1, 0.707, 0], abs=1e-3)


def test_an_empty_library_matches_nothing(searcher):
    result = searcher.search(Query("red"), 10)
    assert (result.hits, result.nothing_matches, result.coverage) == ([], True, 1.0)


def test_an_empty_query_matches_nothing(filled, searcher):
    filled.photo("red", RED)
    result = searcher.search(Query(), 10)
    assert (result.hits, result.nothing_matches) == ([], True)


def test_photos_without_embeddings_match_nothing_but_count_in_the_coverage(filled, searcher):
    filled.photo("a")
    filled.photo("b")
    assert searcher.search(Query("red"), 10).coverage == 0
    filled.photo("c", RED)
    result = searcher.search(Query("red"), 10)
    assert names(result) == ["c"]
    assert result.coverage == pytest.approx(1 / 3)


def test_missing_photos_are_not_found(filled, searcher):
    filled.photo("red", RED)
    filled.photo("gone", RED)
    assert len(searcher.search(Query("red"), 10).hits) == 2
    gone = next(file.id for file in filled.known() if file.place.path.endswith(b"gone"))
    filled.catalog.files.mark_missing([gone])
    assert names(searcher.search(Query("red"), 10)) == ["red"]


def test_photos_of_a_removed_folder_are_not_found(filled, searcher):
    other = filled.folder("other")
    filled.photo("red", RED)
    filled.photo("hidden", RED, folder=other)
    filled.catalog.folders.remove(other)
    result = searcher.search(Query("red"), 10)
    assert names(result) == ["red"]
    assert result.coverage == 1


def test_photos_of_a_volume_that_is_not_mounted_stay(filled, searcher):
    away = filled.folder("trip", Volume("uuid:stick", b"/media/stick"))
    filled.photo("red", RED, folder=away)
    (hit,) = searcher.search(Query("red"), 10).hits
    assert not hit.photo.online
    assert hit.photo.path == b"/media/stick/trip/red"


def test_copies_appear_each(filled, searcher):
    key = filled.photo("one", RED)
    filled.photo("two", key=key)
    filled.photo("round", ROUND)
    assert names(searcher.search(Query("red"), 10)) == ["one", "two", "round"]
    assert names(searcher.search(Query("red"), 1)) == ["one"]


@pytest.mark.parametrize("k", [0, 1, 5, 40, 500])
def test_k_bounds_the_results(filled, searcher, k):
    crowd(filled, 40)
    assert len(searcher.search(Query("red"), k, keep_all=True).hits) == min(k, 40)


def test_many_hidden_photos_do_not_crowd_out_the_shown_ones(filled, searcher, monkeypatch):
    monkeypatch.setattr(searcher_module, "_PAGE", 50)
    filled.embeddings([near(RED, seed) for seed in range(700)])
    filled.photo("far", ROUND)
    filled.photo("near", RED + ROUND)
    assert names(searcher.search(Query("red"), 2, keep_all=True)) == ["near", "far"]


def test_more_results_than_sqlite_takes_values_are_no_problem(filled, searcher):
    filled.embeddings(random_units(40_000))
    filled.photo("far", -RED)
    assert names(searcher.search(Query("red"), 40_000, keep_all=True)) == ["far"]


def test_what_matches_stands_above_the_cut_off_and_the_crowd_below(filled, searcher):
    crowd(filled, 200)
    wanted = {f"red{n}" for n in range(8)}
    for n, name in enumerate(sorted(wanted)):
        filled.photo(name, near(RED, n))
    result = searcher.search(Query("red"), 50)
    assert set(names(result)) == wanted
    assert not result.nothing_matches
    assert all(hit.relevance >= 0.5 for hit in result.hits)


def test_what_is_not_there_matches_nothing(filled, searcher):
    crowd(filled, 200)
    result = searcher.search(Query("nothing"), 50)
    assert (result.hits, result.nothing_matches) == ([], True)


def test_all_keeps_what_is_below_the_cut_off_and_still_says_that_nothing_matches(filled, searcher):
    crowd(filled, 200)
    result = searcher.search(Query("nothing"), 50, keep_all=True)
    assert len(result.hits) == 50
    assert result.nothing_matches
    relevances = [hit.relevance for hit in result.hits]
    assert relevances == sorted(relevances, reverse=True)
    assert relevances[0] < 0.5


def test_in_a_small_library_nothing_is_cut_off(filled, searcher):
    crowd(filled, 29)
    result = searcher.search(Query("nothing"), 50)
    assert len(result.hits) == 29
    assert not result.nothing_matches


def test_text_and_photo_both_have_a_say(filled, searcher):
    crowd(filled, 100)
    filled.photo("red only", RED)
    filled.photo("round only", ROUND)
    filled.photo("red and round", RED + ROUND)
    both = searcher.search(Query("red", (ROUND,)), 3, keep_all=True)
    assert names(both)[0] == "red and round"
    assert set(names(both)[1:]) == {"red only", "round only"}
    assert names(searcher.search(Query("red"), 1)) == ["red only"]
    assert names(searcher.search(Query(like=(ROUND,)), 1)) == ["round only"]


def test_a_photo_does_not_drown_a_text_whose_cosines_spread_less(filled, searcher):
    # Photos differ much along ROUND and little along RED, as they do between photos and between texts and photos.
    rng = np.random.default_rng(5)
    vectors = {}
    for n in range(200):
        rest = np.concatenate([[0, 0], rng.standard_normal(DIMENSION - 2)])
        red, around = 0.05 * rng.standard_normal(), 0.6 * rng.standard_normal()
        vectors[f"p{n}"] = red * RED + around * ROUND + 0.5 * unit(rest)
    filled.photos(vectors)
    filled.photo("both", 0.15 * RED + 0.9 * ROUND + 0.1 * AXES[5])
    filled.photo("photo only", -0.1 * RED + 0.99 * ROUND)
    found = names(searcher.search(Query("red", (ROUND,)), 300, keep_all=True))
    assert found.index("both") < 5
    assert found.index("both") < found.index("photo only")


def test_the_picture_that_was_asked_about_is_left_out_with_its_copies(filled, searcher):
    key = filled.photo("asked", RED)
    filled.photo("copy", key=key)
    filled.photo("other", RED + ROUND)
    assert names(searcher.search(Query(like=(RED,)), 5, keep_all=True, without=key)) == ["other"]


def test_a_known_text_needs_no_encoder(filled, searcher, encoder, tmp_path):
    crowd(filled, 40)
    first = searcher.search(Query("red"), 5, keep_all=True)
    asked = list(encoder.encoded_texts)
    again = Searcher(filled.catalog, tmp_path / "index", filled.model, lambda: pytest.fail("asked for the encoder"))
    assert names(again.search(Query("red"), 5, keep_all=True)) == names(first)
    assert encoder.encoded_texts == asked
    assert len(asked) == len(set(asked)) == 13


def test_photo_queries_need_no_encoder(filled, tmp_path):
    filled.photo("red", RED)
    searcher = Searcher(filled.catalog, tmp_path / "index", filled.model, lambda: pytest.fail("asked for the encoder"))
    assert names(searcher.search(Query(like=(RED,)), 5)) == ["red"]


def test_new_embeddings_are_found_at_once_and_old_ones_read_once(filled, searcher, monkeypatch):
    filled.photo("one", RED)
    loads = []
    load = filled.catalog.embeddings.load

    def counting_load(model_id, after, most):
        found = load(model_id, after, most)
        loads.append(len(found.ids))
        return found

    monkeypatch.setattr(filled.catalog.embeddings, "load", counting_load)
    for _ in range(3):
        searcher.search(Query("red"), 5)
    assert loads == [1]
    filled.photo("two", RED)
    assert names(searcher.search(Query("red"), 5)) == ["one", "two"]
    assert loads == [1, 1]


@pytest.fixture
def only_the_index(monkeypatch):
    """Small libraries use the index too, and exact search fails the test."""
    monkeypatch.setattr(searcher_module, "EXACT_UP_TO", 50)
    monkeypatch.setattr(ExactSearch, "nearest", lambda *_: pytest.fail("searched exactly"))


def with_index(filled, tmp_path):
    crowd(filled, 100)
    IndexCache(filled.catalog, tmp_path / "index", filled.model).update()


def test_large_libraries_answer_photo_queries_from_the_index(filled, searcher, tmp_path, only_the_index):
    with_index(filled, tmp_path)
    assert names(searcher.search(Query(like=(random_units(1, seed=1042)[0],)), 1, keep_all=True)) == ["crowd042"]


def test_texts_are_searched_exactly_also_in_large_libraries(filled, searcher, tmp_path, monkeypatch):
    monkeypatch.setattr(searcher_module, "EXACT_UP_TO", 50)
    with_index(filled, tmp_path)
    monkeypatch.setattr(VectorIndex, "nearest", lambda *_: pytest.fail("asked the index"))
    assert len(searcher.search(Query("red"), 5, keep_all=True).hits) == 5


@pytest.mark.parametrize("state", ["missing", "behind", "torn", "useless"])
def test_exact_search_serves_where_the_index_cannot(filled, searcher, tmp_path, monkeypatch, state):
    monkeypatch.setattr(searcher_module, "EXACT_UP_TO", 50)
    if state != "missing":
        with_index(filled, tmp_path)
    if state == "torn":
        next((tmp_path / "index").rglob("*.hnsw")).write_bytes(b"torn")
    if state == "useless":
        monkeypatch.setattr(VectorIndex, "nearest", lambda *_: (np.empty(0, np.int64), np.empty(0, np.float32)))
    if state in ("missing", "behind"):
        crowd(filled, 120)
    assert names(searcher.search(Query(like=(random_units(1, seed=1042)[0],)), 1, keep_all=True)) == ["crowd042"]


def test_an_index_that_is_behind_answers_with_exact_search_of_what_it_lacks(filled, searcher, tmp_path, monkeypatch):
    monkeypatch.setattr(searcher_module, "EXACT_UP_TO", 50)
    with_index(filled, tmp_path)
    asked, nearest = [], ExactSearch.nearest
    monkeypatch.setattr(
        ExactSearch, "nearest", lambda *arguments, after=0: (asked.append(after), nearest(*arguments, after=after))[1]
    )
    filled.photos({"old twin": random_units(1, seed=1042)[0], "new": RED})
    twins = names(searcher.search(Query(like=(random_units(1, seed=1042)[0],)), 2, keep_all=True))
    assert set(twins) == {"crowd042", "old twin"}
    assert names(searcher.search(Query(like=(RED,)), 1, keep_all=True)) == ["new"]
    assert asked == [100, 100]


def test_an_index_that_holds_what_is_gone_is_not_asked(filled, searcher, tmp_path, monkeypatch):
    monkeypatch.setattr(searcher_module, "EXACT_UP_TO", 50)
    with_index(filled, tmp_path)
    monkeypatch.setattr(VectorIndex, "nearest", lambda *_: pytest.fail("asked the index"))
    filled.purge([43])
    query = Query(like=(random_units(1, seed=1042)[0],))
    assert "crowd042" not in names(searcher.search(query, 100, keep_all=True))


def test_an_index_that_was_caught_up_meanwhile_is_picked_up(filled, searcher, tmp_path, monkeypatch):
    monkeypatch.setattr(searcher_module, "EXACT_UP_TO", 50)
    crowd(filled, 100)
    query = Query(like=(random_units(1, seed=1042)[0],))
    searcher.search(query, 1, keep_all=True)
    IndexCache(filled.catalog, tmp_path / "index", filled.model).update()
    monkeypatch.setattr(ExactSearch, "nearest", lambda *_: pytest.fail("searched exactly"))
    assert names(searcher.search(query, 1, keep_all=True)) == ["crowd042"]
