"""Queries from their text to their ranking, over a real catalog with vectors that the test chooses."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from filled_catalog import FACTS, random_units
from stub_encoder import DIMENSION, StubEncoder, stub_model, unit

from photoorg.errors import ModelMissing, PhotoUnknown
from photoorg.query_errors import QueryEmpty, QueryError
from photoorg.search import ranker
from photoorg.search.results import SearchOptions
from photoorg.search.searcher import Searcher
from photoorg.search.searching import Searching
from photoorg.settings import Settings

AXES = np.eye(DIMENSION, dtype=np.float32)
RED, ROUND = AXES[0], AXES[1]


class OneModel:
    """Stands for the choice of a model and for its encoder."""

    def __init__(self, model, encoder):
        self.model, self.encoder = model, encoder

    def answering(self):
        if self.model is None:
            raise ModelMissing
        return self.model

    def of(self, _model):
        return self.encoder

    def check_open(self):
        pass


@pytest.fixture
def small(filled, tmp_path):
    """A catalog without photos."""
    filled.model = stub_model(background=[f"thing {n}" for n in range(12)])
    texts = {"red": RED, "round": ROUND, "absent": AXES[30]} | {f"thing {n}": AXES[10 + n] for n in range(12)}
    filled.encoder = StubEncoder(filled.model, texts)
    filled.choice = OneModel(filled.model, filled.encoder)
    filled.searching = Searching(filled.catalog, tmp_path / "index", Settings(), filled.choice, filled.choice)
    return filled


@pytest.fixture
def world(small):
    """A crowd of photos of nothing in particular, some red ones, some round ones."""
    vectors = {f"crowd{n:03d}": _off(random_units(1, seed=1000 + n)[0]) for n in range(150)}
    vectors |= {f"red{n}": unit(RED + 0.2 * _off(random_units(1, seed=n)[0])) for n in range(6)}
    vectors |= {f"round{n}": unit(ROUND + 0.2 * _off(random_units(1, seed=50 + n)[0])) for n in range(4)}
    small.photos(vectors)
    return small


def _off(vector):
    vector = vector.copy()
    vector[[0, 1]] = np.clip(vector[[0, 1]], -0.2, 0.2)
    return unit(vector)


def ask(world, query, *, like=(), k=50, **options):
    return world.searching.search(query, like, SearchOptions(k, **options))


def names(result):
    return [hit.path.name for hit in result.hits]


def ids(world, *wanted):
    by_name = {photo.path.rsplit(b"/", 1)[1].decode(): photo.id for photo in world.catalog.photos.all()}
    return [by_name[name] for name in wanted]


def without_model(world):
    world.choice.model = None


def test_a_description_finds_what_it_describes(world):
    result = ask(world, "red")
    assert sorted(names(result)) == [f"red{n}" for n in range(6)]
    assert (result.model, result.relevant, result.nothing_matches) == (world.model.reference, 6, False)
    assert ask(world, "absent").nothing_matches


def test_alternatives_are_united_and_each_photo_is_found_once(world):
    found = names(ask(world, "red OR round OR red"))
    assert sorted(found) == sorted([*(f"red{n}" for n in range(6)), *(f"round{n}" for n in range(4))])


def test_a_query_of_facts_needs_no_model(world):
    without_model(world)
    world.catalog.journal.set_photos(ids(world, "red3", "crowd001"), "favourite", 1)
    result = ask(world, "is:favourite")
    assert set(names(result)) == {"red3", "crowd001"}
    assert (result.model, result.coverage) == ("", 1.0)
    assert [hit.score for hit in result.hits] == [None, None]
    with pytest.raises(ModelMissing):
        ask(world, "red is:favourite")


def test_facts_alone_are_listed_newest_first(world):
    facts = {f"dated{n}": replace(FACTS, taken_local=f"202{n}-01-01T00:00:00") for n in (2, 4, 1, 3)}
    for name, of_photo in facts.items():
        world.dated(name, of_photo)
    assert names(ask(world, '"dated2" OR "dated4" OR "dated1" OR "dated3"')) == ["dated4", "dated3", "dated2", "dated1"]


def test_filters_leave_out_and_judge_none_of_the_rest_anew(world):
    world.catalog.journal.set_photos(ids(world, "red1", "red2", "crowd003"), "rating", 4)
    assert sorted(names(ask(world, "red rating:>=4"))) == ["red1", "red2"]
    assert sorted(names(ask(world, "red -rating:>=4"))) == ["red0", "red3", "red4", "red5"]
    world.catalog.journal.set_photos(ids(world, "red1", "red2"), "rating", 0)
    assert ask(world, "red rating:>=4").nothing_matches


def test_a_photo_that_must_not_match_is_left_out(world):
    world.photo("red and round", RED + ROUND)
    assert "red and round" in names(ask(world, "round"))
    assert sorted(names(ask(world, "round -red"))) == [f"round{n}" for n in range(4)]
    assert "red1" not in names(ask(world, '-red "red1" OR "crowd001"'))


def test_example_photos_by_id_and_by_path(world):
    (number,) = ids(world, "red0")
    assert sorted(names(ask(world, f"like:#{number}", k=6, keep_all=True))) == [f"red{n}" for n in range(6)]
    with pytest.raises(PhotoUnknown):
        ask(world, "like:#999999")


def test_albums_by_hand_and_by_search(world):
    world.catalog.albums.add(world.catalog.albums.create("Picked"), ids(world, "red0", "crowd009"))
    world.catalog.albums.save_search("All red", "red")
    world.catalog.albums.save_search("Round or red", "album:picked OR round")
    assert sorted(names(ask(world, "album:Picked"))) == ["crowd009", "red0"]
    assert sorted(names(ask(world, "album:'all red'".replace("'", '"')))) == [f"red{n}" for n in range(6)]
    assert sorted(names(ask(world, 'album:"round or red" -album:"all red"'))) == [
        "crowd009", *(f"round{n}" for n in range(4))
    ]  # fmt: skip


def test_an_album_fills_itself_and_its_cut_off_holds(world):
    world.catalog.albums.save_search("Reds", "red")
    world.photo("red late", RED)
    assert "red late" in names(ask(world, "album:reds"))
    world.catalog.albums.change_search(world.catalog.albums.named("Reds"), cut_off=1.0)
    assert ask(world, "album:reds").nothing_matches


def test_an_album_that_looks_for_itself_ends(world):
    world.catalog.albums.save_search("Loop", "album:loop OR album:other")
    world.catalog.albums.save_search("Other", "album:loop OR red")
    assert sorted(names(ask(world, "album:loop"))) == [f"red{n}" for n in range(6)]


def test_copies_are_one_result_unless_they_are_wanted(world):
    key = world.photo("red original", RED)
    world.photo("red copy", key=key)
    folded = ask(world, "red")
    (hit,) = [hit for hit in folded.hits if hit.copies]
    assert len(folded.hits) == 7
    assert len(hit.copies) == 1
    assert {"red original", "red copy"} <= set(names(ask(world, "red", fold=False)))


def test_a_lower_cut_off_shows_more_and_a_higher_one_less(world):
    few, some, many = (len(ask(world, "red", k=300, cut_off=cut_off).hits) for cut_off in (0.97, 0.5, 0.05))
    assert few <= some <= many
    assert len(ask(world, "absent", k=7, keep_all=True).hits) == 7


def test_the_rest_is_ranked_below(world):
    result = ask(world, "red", rest=40)
    assert len(result.ranking) >= 40
    assert (np.diff(result.ranking.relevance) <= 0).all()
    assert result.ranking.count() == 6


def test_exact_words_stand_beside_the_description(world):
    words = world.searching.exact_words("red1")
    assert (words.photos, words.query) == (1, '"red1"')
    assert names(ask(world, words.query)) == ["red1"]
    assert world.searching.exact_words("is:favourite") is None


def test_what_cannot_be_understood_says_where(world):
    with pytest.raises(QueryError) as raised:
        ask(world, "red dat:2023")
    assert (raised.value.start, raised.value.end) == (4, 7) or "dat" in str(raised.value)
    for nothing in ("", "  ", "?!"):
        with pytest.raises(QueryEmpty):
            ask(world, nothing)


def test_completion_offers_what_the_library_has(world):
    world.catalog.albums.create("Picked")
    world.catalog.albums.save_search("Reds", "red")
    offered = [completion.label for completion in world.searching.complete("album:", 6)]
    assert sorted(offered) == ["Picked", "Reds"]


def test_photos_without_a_date_come_last(world):
    for name, taken in (("none", None), ("old", "1990-01-01T00:00:00"), ("new", "2024-01-01T00:00:00")):
        world.dated(f"timed {name}", replace(FACTS, taken_local=taken))
    assert names(ask(world, '"timed"')) == ["timed new", "timed old", "timed none"]


def test_a_rating_does_not_change_which_copy_stands_for_the_others(world):
    key = world.photo("red original", RED)
    for n in range(3):
        world.photo(f"red copy{n}", key=key)
    (before,) = [hit for hit in ask(world, "red").hits if hit.copies]
    world.catalog.journal.set_photos(ids(world, "red original"), "rating", 5)
    (after,) = [hit for hit in ask(world, "red").hits if hit.copies]
    assert (before.path.name, after.path.name) == ("red original", "red original")
    assert before.copies == after.copies == tuple(ids(world, "red copy0", "red copy1", "red copy2"))


def test_copies_are_one_result_however_far_down(world, monkeypatch):
    monkeypatch.setattr(ranker, "_COMPARED", 3)
    key = world.photo("red original", RED)
    for n in range(5):
        world.photo(f"red copy{n}", key=key)
    assert len(ask(world, "red").hits) == 7
    assert len(ask(world, '"red"').hits) == 1  # "red0" is another word


def test_more_results_begin_as_fewer_do(world):
    world.embeddings(random_units(4096, seed=9))  # in memory they are rounded
    world.photos({f"far{n}": vector for n, vector in enumerate(random_units(300, seed=8))})
    for query in ("absent", "red", "-red", f"like:#{ids(world, 'red0')[0]}"):
        most = names(ask(world, query, k=120, keep_all=True, rest=300))
        assert len(most) == 120
        for k in (0, 1, 20, 40):
            assert names(ask(world, query, k=k, keep_all=True)) == most[:k]


def test_as_many_as_asked_for_are_shown_beside_copies(world):
    key = world.photo("absent original", AXES[30])
    for n in range(30):
        world.photo(f"absent copy{n}", key=key)
    assert len(ask(world, "absent", k=20, keep_all=True).hits) == 20


def test_a_saved_search_that_cannot_be_answered_any_more_is_told_and_breaks_nothing(world):
    (number,) = ids(world, "red0")
    world.catalog.albums.save_search("Old", "dat:2023")
    world.catalog.albums.save_search("Forgotten", "like:#999999")
    assert sorted(names(ask(world, "red OR album:old"))) == [f"red{n}" for n in range(6)]
    result = ask(world, f"red (album:old OR album:forgotten OR like:#{number})")
    assert sorted(names(result)) == [f"red{n}" for n in range(6)]
    assert [notice.params["album"] for notice in result.notices] == ["Old", "Forgotten"]
    assert len(ask(world, "-album:old -album:forgotten", k=500).hits) == 160
    with pytest.raises(QueryError):
        ask(world, "dat:2023")


def test_exact_words_among_the_photos_of_an_album_that_fills_itself(world):
    world.catalog.albums.save_search("Firsts", '"red0" OR "red1"')
    words = world.searching.exact_words("red1 album:firsts")
    assert words.photos == len(names(ask(world, words.query))) == 1


def test_exact_words_leave_out_what_the_description_does(world):
    world.photo("red gate")
    world.photo("red gate round")
    words = world.searching.exact_words("gate -round")
    assert words.photos == 1
    assert names(ask(world, words.query)) == ["red gate"]


def test_exact_words_with_quotes_in_them(world):
    world.photo('the "red" door')
    words = world.searching.exact_words('the ""red"" door')
    assert words is None or names(ask(world, words.query)) == ['the "red" door']


def test_without_what_is_there_all_others_are_found(world):
    world.photo("not embedded")
    found = names(ask(world, "-red", k=500))
    assert len(found) == 154
    assert not {f"red{n}" for n in range(6)} & set(found)
    assert "not embedded" not in found


@pytest.mark.parametrize("photos", [0, 1, 2])
@pytest.mark.parametrize(
    "query", ["red", "-red", "red -round", "red OR round", "is:rated", "-is:rated", "red -is:rated"]
)
def test_the_smallest_libraries(small, photos, query):
    for n in range(photos):
        small.photo(f"p{n}", random_units(1, seed=n)[0])
    assert len(ask(small, query, keep_all=True, rest=300).hits) <= photos
    assert ask(small, query, k=0, keep_all=True).hits == []


def test_nothing_is_like_the_only_photo(small):
    small.photo("only", RED)
    (photo,) = small.catalog.photos.all()
    assert small.searching.similar(photo, 5).hits == []
    assert names(ask(small, f"like:#{photo.id}")) == ["only"]
    assert small.searching.similar(photo, 0).hits == []


def test_threads_search_while_photos_come_and_go(world):
    """Each search is answered from one moment of the library, whatever is written meanwhile."""
    world.embeddings(random_units(40, seed=77))
    world.photos({f"later red{n}": unit(RED + 0.01 * random_units(1, seed=n)[0]) for n in range(3)})
    searching, stop = world.searching, threading.Event()

    def search(query):
        found = []
        while not stop.is_set() or not found:
            result = searching.search(query, (), SearchOptions(k=300, keep_all=True, rest=200))
            found.append((len(result.hits), len(set(result.ranking.photo_ids.tolist())) == len(result.ranking)))
        return found

    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(search, query) for query in ("red", "round", "red OR round", "-round")]
        try:
            for n in range(30):
                world.photo(f"new{n}", random_units(1, seed=n)[0])
                world.purge([161 + n])
                world.catalog.journal.set_photos(ids(world, f"new{n}"), "rating", 3)
        finally:
            stop.set()
        assert all(hits and once for answer in answers for hits, once in answer.result())
    assert len(ask(world, "red", k=300, keep_all=True, rest=300, fold=False).hits) == 193


def test_threads_share_one_counter_of_things(world, tmp_path):
    with ThreadPoolExecutor(4) as threads:
        things = list(threads.map(lambda _: world.searching.things(tmp_path / "things.json"), range(20)))
    assert all(one is things[0] for one in things)


def test_a_saved_search_is_answered_once_in_a_search(world, monkeypatch):
    world.catalog.albums.save_search("Reds", "red")
    asked, found = [], Searcher.found
    monkeypatch.setattr(Searcher, "found", lambda *args: (asked.append(args[1].words), found(*args))[1])
    result = ask(world, 'album:reds ("red0" OR "red1" OR round)')
    assert {"red0", "red1"} == set(names(result))
    assert len(asked) == 2  # the album, and the one alternative with a meaning
