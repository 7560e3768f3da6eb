"""Search by text, by photo and by both, over a real catalog with vectors that the test chooses."""

from dataclasses import dataclass

import numpy as np
import pytest
from filled_catalog import FilledCatalog, random_units
from stub_encoder import DIMENSION, StubEncoder, stub_model, unit

from photoorg.search import current_embeddings, photo_queries
from photoorg.search.index_cache import IndexCache
from photoorg.search.meaning import Meaning
from photoorg.search.photo_table import PhotoTables
from photoorg.search.ranker import ranking_of
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


@dataclass
class Asked:
    """Asks a searcher, and shows what it finds."""

    filled: FilledCatalog
    searcher: Searcher

    def __call__(self, text="", k=10, *, like=(), keep_all=False):
        table = PhotoTables(self.filled.catalog).current()
        words = ((self.searcher.texts.query(text), 1.0),) if text else ()
        meaning = Meaning(words, tuple((vector, 1.0) for vector in like))
        return self._hits(
            self.searcher.found(meaning, self.searcher.moment(table), table.there, k if keep_all else 0),
            table,
            k,
            keep_all,
        )

    def similar(self, vector, k=10, without=b""):
        table = PhotoTables(self.filled.catalog).current()
        return self._hits(self.searcher.similar(vector, without, self.searcher.moment(table), k), table, k, True)

    def coverage(self):
        return self.searcher.moment(PhotoTables(self.filled.catalog).current()).coverage

    def _hits(self, found, table, k, keep_all):
        ranking = ranking_of(found, table)
        return ranking.hits(self.filled.catalog.photos.by_ids, k if keep_all else min(k, ranking.count()))


@pytest.fixture
def searcher(filled, encoder, tmp_path):
    return Searcher(filled.catalog, tmp_path / "index", filled.model, lambda: encoder)


@pytest.fixture
def ask(filled, searcher):
    return Asked(filled, searcher)


def crowd(filled, count=60):
    """Photos of nothing in particular."""
    vectors = {f"crowd{n:03d}": random_units(1, seed=1000 + n)[0] for n in range(count)}
    for vector in vectors.values():
        vector[0] = np.clip(vector[0], -0.3, 0.3)  # and none of them happens to be red
    filled.photos(vectors)


def names(hits):
    return [hit.path.name for hit in hits]


def test_the_best_photos_come_first_with_their_cosines(filled, ask):
    filled.photo("half", RED + ROUND)
    filled.photo("red", RED)
    filled.photo("round", ROUND)
    result = ask("red", 10)
    assert names(result) == ["red", "half", "round"]
    result = ask(like=(RED,), k=10)
    assert names(result) == ["red", "half", "round"]
    assert [hit.score for hit in result] == pytest.approx([1, 0.707, 0], abs=1e-3)


def test_an_empty_library_matches_nothing(ask):
    result = ask("red", 10)
    assert result == []


def test_photos_without_embeddings_match_nothing_but_count_in_the_coverage(filled, ask):
    filled.photo("a")
    filled.photo("b")
    assert ask.coverage() == 0
    filled.photo("c", RED)
    result = ask("red", 10)
    assert names(result) == ["c"]
    assert ask.coverage() == pytest.approx(1 / 3)


def test_missing_photos_are_not_found(filled, ask):
    filled.photo("red", RED)
    filled.photo("gone", RED)
    assert len(ask("red", 10)) == 2
    gone = next(file.id for file in filled.known() if file.place.path.endswith(b"gone"))
    filled.catalog.files.mark_missing([gone])
    assert names(ask("red", 10)) == ["red"]


def test_photos_of_a_removed_folder_are_not_found(filled, ask):
    other = filled.folder("other")
    filled.photo("red", RED)
    filled.photo("hidden", RED, folder=other)
    filled.catalog.folders.remove(other)
    result = ask("red", 10)
    assert names(result) == ["red"]
    assert ask.coverage() == 1


def test_photos_of_a_volume_that_is_not_mounted_stay(filled, ask):
    away = filled.folder("trip", Volume("uuid:stick", b"/media/stick"))
    filled.photo("red", RED, folder=away)
    (hit,) = ask("red", 10)
    assert not hit.photo.online
    assert hit.photo.path == b"/media/stick/trip/red"


def test_copies_appear_each(filled, ask):
    key = filled.photo("one", RED)
    filled.photo("two", key=key)
    filled.photo("round", ROUND)
    assert names(ask("red", 10)) == ["one", "two", "round"]
    assert names(ask("red", 1)) == ["one"]


@pytest.mark.parametrize("k", [0, 1, 5, 40, 500])
def test_k_bounds_the_results(filled, ask, k):
    crowd(filled, 40)
    assert len(ask("red", k, keep_all=True)) == min(k, 40)


def test_many_hidden_photos_do_not_crowd_out_the_shown_ones(filled, ask, monkeypatch):
    filled.embeddings([near(RED, seed) for seed in range(700)])
    filled.photo("far", ROUND)
    filled.photo("near", RED + ROUND)
    assert names(ask("red", 2, keep_all=True)) == ["near", "far"]


def test_more_results_than_sqlite_takes_values_are_no_problem(filled, ask):
    filled.embeddings(random_units(40_000))
    filled.photo("far", -RED)
    assert names(ask("red", 40_000, keep_all=True)) == ["far"]


def test_what_matches_stands_above_the_cut_off_and_the_crowd_below(filled, ask):
    crowd(filled, 200)
    wanted = {f"red{n}" for n in range(8)}
    for n, name in enumerate(sorted(wanted)):
        filled.photo(name, near(RED, n))
    result = ask("red", 50)
    assert set(names(result)) == wanted
    assert all(hit.relevance >= 0.5 for hit in result)


def test_what_is_not_there_matches_nothing(filled, ask):
    crowd(filled, 200)
    result = ask("nothing", 50)
    assert result == []


def test_all_keeps_what_is_below_the_cut_off_and_still_says_that_nothing_matches(filled, ask):
    crowd(filled, 200)
    result = ask("nothing", 50, keep_all=True)
    assert len(result) == 50
    relevances = [hit.relevance for hit in result]
    assert relevances == sorted(relevances, reverse=True)
    assert relevances[0] < 0.5


def test_in_a_small_library_nothing_is_cut_off(filled, ask):
    crowd(filled, 29)
    result = ask("nothing", 50)
    assert len(result) == 29


def test_text_and_photo_both_have_a_say(filled, ask):
    crowd(filled, 100)
    filled.photo("red only", RED)
    filled.photo("round only", ROUND)
    filled.photo("red and round", RED + ROUND)
    both = ask("red", like=(ROUND,), k=3, keep_all=True)
    assert names(both)[0] == "red and round"
    assert names(ask("red", 1)) == ["red only"]
    assert names(ask(like=(ROUND,), k=1)) == ["round only"]


def test_a_photo_does_not_drown_a_text_whose_cosines_spread_less(filled, ask):
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
    found = names(ask("red", like=(ROUND,), k=300, keep_all=True))
    assert found.index("both") < 10
    assert found.index("both") < found.index("photo only")


def test_the_picture_that_was_asked_about_is_left_out_with_its_copies(filled, ask):
    key = filled.photo("asked", RED)
    filled.photo("copy", key=key)
    filled.photo("other", RED + ROUND)
    assert names(ask.similar(RED, 5, without=key)) == ["other"]


def test_a_known_text_needs_no_encoder(filled, ask, encoder, tmp_path):
    crowd(filled, 40)
    first = ask("red", 5, keep_all=True)
    asked = list(encoder.encoded_texts)
    again = Searcher(filled.catalog, tmp_path / "index", filled.model, lambda: pytest.fail("asked for the encoder"))
    assert names(Asked(filled, again)("red", 5, keep_all=True)) == names(first)
    assert encoder.encoded_texts == asked
    assert len(asked) == len(set(asked)) == 13


def test_photo_queries_need_no_encoder(filled, tmp_path):
    filled.photo("red", RED)
    searcher = Searcher(filled.catalog, tmp_path / "index", filled.model, lambda: pytest.fail("asked for the encoder"))
    assert names(Asked(filled, searcher)(like=(RED,), k=5)) == ["red"]


def test_new_embeddings_are_found_at_once_and_old_ones_read_once(filled, ask, monkeypatch):
    filled.photo("one", RED)
    loads = []
    load = filled.catalog.embeddings.load

    def counting_load(model_id, after, most):
        found = load(model_id, after, most)
        loads.append(len(found.ids))
        return found

    monkeypatch.setattr(filled.catalog.embeddings, "load", counting_load)
    for _ in range(3):
        ask("red", 5)
    assert loads == [1]
    filled.photo("two", RED)
    assert names(ask("red", 5)) == ["one", "two"]
    assert loads == [1, 1]


def test_the_largest_libraries_answer_photo_queries_from_the_index(filled, searcher, ask, tmp_path, monkeypatch):
    for module in (photo_queries, current_embeddings):
        monkeypatch.setattr(module, "GRAPH_FROM", 50)
    crowd(filled, 100)
    IndexCache(filled.catalog, tmp_path / "index", filled.model).update()
    searcher.prepare(PhotoTables(filled.catalog).current())
    filled.photos({"new twin": random_units(1, seed=1042)[0]})
    asked, nearest = [], VectorIndex.nearest
    monkeypatch.setattr(VectorIndex, "nearest", lambda *args: (asked.append(args[2]), nearest(*args))[1])
    assert set(names(ask.similar(random_units(1, seed=1042)[0], 2))) == {"crowd042", "new twin"}
    assert asked
    asked.clear()
    assert len(ask("red", 5, keep_all=True)) == 5
    assert not asked  # a graph over photos answers texts badly


def test_an_index_that_holds_what_is_gone_is_not_asked(filled, searcher, ask, tmp_path, monkeypatch):
    for module in (photo_queries, current_embeddings):
        monkeypatch.setattr(module, "GRAPH_FROM", 50)
    crowd(filled, 100)
    IndexCache(filled.catalog, tmp_path / "index", filled.model).update()
    searcher.prepare(PhotoTables(filled.catalog).current())
    filled.purge([43])
    monkeypatch.setattr(VectorIndex, "nearest", lambda *_: pytest.fail("asked the index"))
    assert "crowd042" not in names(ask.similar(random_units(1, seed=1042)[0], 100))


def test_a_search_ends_on_what_it_began_with(filled, searcher):
    crowd(filled, 40)
    filled.photo("red", RED)
    table = PhotoTables(filled.catalog).current()
    now = searcher.moment(table)
    filled.purge(range(1, 42))
    meaning = Meaning(words=((searcher.texts.query("red"), 1.0),))
    found = searcher.found(meaning, now, table.there, 41)
    assert len(found.places) == 41
    assert len(now.photos_of(*(np.zeros(1, kind) for kind in (np.intp, np.float32, np.float32))).places) == 1
    best = found.places[np.argmax(found.scores)]
    assert now.vectors(np.array([best]))[0] @ RED == pytest.approx(1, abs=1e-3)
    assert now.coverage == 1
    assert searcher.moment(table).coverage == 0
    assert searcher.found(meaning, searcher.moment(table), table.there, 41).places.size == 0


def test_photos_without_an_embedding_have_no_vector(filled, searcher):
    filled.photo("none")
    filled.photo("red", RED)
    now = searcher.moment(PhotoTables(filled.catalog).current())
    assert now.vectors(np.array([0, 1, 0])) @ RED == pytest.approx([0, 1, 0], abs=1e-3)
    assert now.coverage == 0.5
