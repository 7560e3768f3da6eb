"""The history of searches: most recent first, counted, bounded, and forgotten when asked."""

from catalog_samples import read, store
from hypothesis import given
from hypothesis import strategies as st

from photoorg.catalog import search_history
from photoorg.catalog.example_names import without_names


def recent(catalog, limit=100):
    return [(past.query, past.times) for past in catalog.search_history.recent(limit)]


def test_most_recent_first_and_counted(catalog):
    for query in ("dog", "a cat", " dog ", "sea\n", "", "  "):
        catalog.search_history.remember(query)
    assert recent(catalog) == [("sea", 1), ("dog", 2), ("a cat", 1)]
    assert recent(catalog, 1) == [("sea", 1)]


def test_it_is_bounded(catalog, monkeypatch):
    monkeypatch.setattr(search_history, "MOST_SEARCHES", 3)
    for number in range(5):
        catalog.search_history.remember(f"search {number}")
    assert [query for query, _ in recent(catalog)] == ["search 4", "search 3", "search 2"]


def test_forgetting_one_or_all(catalog):
    for query in ("dog", "cat", "sea"):
        catalog.search_history.remember(query)
    assert catalog.search_history.forget("cat") == 1
    assert catalog.search_history.forget("cat") == 0
    assert recent(catalog) == [("sea", 1), ("dog", 1)]
    assert catalog.search_history.forget() == 2
    assert recent(catalog) == []


def test_bytes_that_are_no_text_do_not_stop_it(catalog):
    catalog.search_history.remember("like:/p/for\udceat.jpg")
    assert recent(catalog) == [("like:/p/for t.jpg", 1)]


def test_a_forgotten_photo_is_no_example_any_more(catalog, folder):
    one, two = store(catalog, read(folder, "Größe.jpg", "sea"), read(folder, "two.jpg", "hill"))
    for query in ("like:/media/disk/pictures/GRÖSSE.jpg", "LIKE:#1 dog", "like:#12", "like:two.jpg", "dog"):
        catalog.search_history.remember(query)
    assert one == 1
    catalog.forgetting.forget(catalog.forgetting.files_of([one]))
    assert [query for query, _ in recent(catalog)] == ["dog", "like:two.jpg", "like:#12"]
    catalog.forgetting.forget(catalog.forgetting.files_of([two]))
    assert [query for query, _ in recent(catalog)] == ["dog", "like:#12"]


def test_saved_searches_keep_the_id_of_a_forgotten_photo(catalog, folder):
    one, _two = store(catalog, read(folder, "my sea.jpg", "sea"), read(folder, "two.jpg", "hill"))
    query = '(like:"/media/disk/My SEA.jpg"^2 -like:two.jpg OR "like:x") dislike:two.jpg'
    saved = catalog.albums.save_search("Seas", query)
    catalog.albums.change_search(saved, "nothing")
    catalog.albums.change_search(saved, query + " dog")
    catalog.forgetting.forget(catalog.forgetting.files_of([one]))
    wanted = f'(like:#{one}^2 -like:two.jpg OR "like:x") dislike:two.jpg'
    assert catalog.albums.named("Seas").query == wanted + " dog"
    catalog.journal.undo()
    catalog.journal.undo()
    assert catalog.albums.named("Seas").query == wanted
    catalog.journal.redo()
    catalog.journal.redo()
    assert catalog.albums.named("Seas").query == wanted + " dog"


@given(st.text(), st.sampled_from(["a.jpg", "größe.jpg", "x y.jpg"]))
def test_any_query_can_be_looked_through(text, name):
    names = {"a.jpg": 1, "grösse.jpg": 2, "x y.jpg": None}
    assert name not in without_names(f'{text.replace(chr(34), "")} like:"/p/{name}"', names).rpartition("like:")[2]
    once = without_names(text, names)
    assert without_names(once, names) == once
