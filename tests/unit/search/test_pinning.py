"""Example photos of saved searches go by their ids, wherever in a query they stand."""

import os

from hypothesis import given
from hypothesis import strategies as st

from photoorg.search.language.expression import All, Either, Filter, Like, Not, Phrase, Words
from photoorg.search.language.pinning import pinned
from photoorg.search.photo_ids import photo_id_at

KNOWN = {"/p/a.jpg": 1, "b.jpg": 2}
LEAVES = st.one_of(
    st.builds(Words, st.text(min_size=1), st.floats(0.1, 5)),
    st.builds(Phrase, st.text()),
    st.builds(Filter, st.text(), st.text()),
    st.builds(Like, st.sampled_from([*KNOWN, "#7", "/elsewhere.jpg", "#x"]), st.floats(0.1, 5)),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, min_size=2, max_size=4).map(tuple)),
        st.builds(Either, st.lists(inner, min_size=2, max_size=4).map(tuple)),
    ),
)


def examples(part):
    match part:
        case Like(photo):
            return [photo]
        case Not(inner):
            return examples(inner)
        case All(parts) | Either(parts):
            return [photo for one in parts for photo in examples(one)]
        case _:
            return []


def test_known_photos_go_by_their_ids_and_keep_their_weights():
    query = All((Words("beach"), Not(Like("/p/a.jpg", 2.0)), Either((Like("b.jpg"), Filter("like", "b.jpg")))))
    assert pinned(query, KNOWN.get) == All(
        (Words("beach"), Not(Like("#1", 2.0)), Either((Like("#2"), Filter("like", "b.jpg"))))
    )


def test_what_the_library_does_not_have_stays_and_ids_are_not_looked_up():
    asked = []
    query = All((Like("#7"), Like("/elsewhere.jpg"), Like("#x")))
    assert pinned(query, asked.append) == query
    assert asked == ["/elsewhere.jpg", "#x"]


@given(TREES)
def test_only_examples_change(query):
    done = pinned(query, KNOWN.get)
    names = {"/p/a.jpg": "#1", "b.jpg": "#2"}
    assert examples(done) == [names.get(photo, photo) for photo in examples(query)]
    assert pinned(done, KNOWN.get) == done
    assert pinned(query, {}.get) == query


def test_photos_are_found_by_the_paths_that_people_type(filled, tmp_path, monkeypatch):
    folder = filled.folder(os.fsdecode(filled.volume.relative(os.fsencode(tmp_path / "photos"))))
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    filled.photo("a.jpg", folder=folder)
    [photo] = filled.catalog.photos.all()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    paths = [str(tmp_path / "photos/a.jpg"), "photos/a.jpg", "~/photos/a.jpg", "photos/../photos/a.jpg"]
    assert [photo_id_at(filled.catalog, path) for path in paths] == [photo.id] * 4
    assert [photo_id_at(filled.catalog, path) for path in ("photos/b.jpg", "/", "", "a\0b")] == [None] * 4
