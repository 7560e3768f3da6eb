"""Things that the library really contains: counted in parts, kept, and counted again when the library has changed."""

import json

import numpy as np
import pytest
from stub_encoder import stub_model, text_vector

from photoorg.embedding.models import resolve
from photoorg.errors import Cancelled, DataFolderUnusable, ModelCorrupt
from photoorg.jobs.job import JobContext
from photoorg.paths import resources
from photoorg.search.things import LibraryThings, Thing, ThingCounter, ThingsJob, vocabulary

THINGS = ("a dog", "a cat", "the sea", "a zebra")
PHOTOS = {"a dog": 3, "a cat": 0, "the sea": 8, "a zebra": 1}


class Library:
    """Counts by the vectors of texts, and remembers for which it was asked."""

    def __init__(self):
        self.embeddings = 100
        self.photos = dict(PHOTOS)
        self.asked = []
        self.cancel_after = None

    def counter(self):
        return ThingCounter(text_vector, self.relevant, lambda: self.embeddings)

    def relevant(self, vector):
        [text] = [text for text in self.photos if np.array_equal(text_vector(text), vector)]
        self.asked.append(text)
        if self.cancel_after == text:
            self.ctx.cancel()
        return self.photos[text]

    def run(self, things):
        self.ctx = JobContext(1, lambda _: None)
        return ThingsJob(things).run(self.ctx)


@pytest.fixture
def library():
    return Library()


@pytest.fixture
def things(library, tmp_path):
    """Opens the things anew, as a program does that is started again."""
    return lambda model="one", names=THINGS: LibraryThings(
        tmp_path / "kept" / "things.json", model, names, library.counter()
    )


def test_things_with_photos_most_first(library, things):
    found = things()
    assert (found.is_due, found.there()) == (True, [])
    assert library.run(found) == 4
    assert found.there() == [Thing("the sea", 8), Thing("a dog", 3), Thing("a zebra", 1)]
    assert found.there(1) == [Thing("the sea", 8)]
    assert (found.is_due, library.run(found)) == (False, 0)


def test_counts_are_kept(library, things):
    library.run(things())
    again = things()
    assert (again.is_due, len(again.there()), len(library.asked)) == (False, 3, 4)


def test_a_cancelled_run_goes_on_where_it_stopped(library, things):
    library.cancel_after = "a cat"
    found = things()
    with pytest.raises(Cancelled):
        library.run(found)
    again = things()
    assert again.is_due
    assert again.there() == [Thing("a dog", 3)], "what was counted is offered meanwhile"
    assert library.run(again) == 2
    assert library.asked == ["a dog", "a cat", "the sea", "a zebra"]


@pytest.mark.parametrize(("embeddings", "due"), [(104, False), (105, True), (96, False), (95, True)])
def test_a_twentieth_more_or_less_renews(library, things, embeddings, due):
    library.run(things())
    library.embeddings = embeddings
    library.photos["a cat"] = 9
    found = things()
    assert found.is_due is due
    assert found.there(1) == [Thing("the sea", 8)], "the old counts, until the new ones are made"
    assert library.run(found) == (4 if due else 0)
    assert found.there(1) == [Thing("a cat", 9) if due else Thing("the sea", 8)]


def test_the_old_counts_are_offered_while_new_ones_are_made(library, things):
    library.run(things())
    library.embeddings, library.photos["a dog"], library.cancel_after = 200, 50, "a dog"
    found = things()
    with pytest.raises(Cancelled):
        library.run(found)
    assert found.there(1) == [Thing("the sea", 8)]


def test_an_empty_library_has_nothing_to_count(library, things):
    library.embeddings = 0
    assert not things().is_due
    assert library.run(things()) == 0


def test_a_killed_program_loses_a_few_counts_only(library, things, monkeypatch):
    monkeypatch.setattr("photoorg.search.things._KEPT_AT_ONCE", 2)
    found = things()
    write, written = found._write, []

    def write_twice():
        if not written:
            write()
        written.append(None)

    monkeypatch.setattr(found, "_write", write_twice)
    library.run(found)
    assert library.run(things()) == 2


def test_another_model_and_other_things_are_counted_anew(library, things):
    library.run(things())
    assert things("other").is_due
    assert things("other").there() == []
    more = things(names=(*THINGS, "a horse"))
    library.photos["a horse"] = 4
    assert more.is_due
    assert library.run(more) == 5


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", "{}", '{"model": "one"}', '{"model": "one", "counts": 3, "next": 4}', "[" * 100_000),
        '{"model": "one", "counts": {"embeddings": Infinity, "photos": {}}, "next": {"embeddings": 0, "photos": {}}}',
    ],
)
def test_a_damaged_file_is_made_again(library, things, tmp_path, content):
    library.run(things())
    (tmp_path / "kept" / "things.json").write_text(content, encoding="utf-8")
    found = things()
    assert (found.is_due, found.there()) == (True, [])
    assert library.run(found) == 4


def test_a_folder_that_cannot_be_written(library, things, tmp_path):
    (tmp_path / "kept").write_text("a file", encoding="utf-8")
    with pytest.raises(DataFolderUnusable):
        library.run(LibraryThings(tmp_path / "kept" / "x" / "t.json", "one", THINGS, library.counter()))


def test_the_program_s_own_things():
    things = vocabulary(stub_model())
    assert 150 <= len(things) == len({text.casefold() for text in things})
    assert things == tuple(json.loads((resources() / "things.json").read_text(encoding="utf-8"))["things"])
    assert all(len(text.split()) <= 5 for text in things)


def test_a_model_s_own_things(tmp_path):
    model = stub_model()
    object.__setattr__(model, "folder", tmp_path)
    for content, expected in (({"things": ["a purple star"]}, ("a purple star",)), ({}, vocabulary(stub_model()))):
        (tmp_path / "prompts.json").write_text(json.dumps(content), encoding="utf-8")
        assert vocabulary(model) == expected
    for broken in ("a text", [1], [" "], {"a": 1}):
        (tmp_path / "prompts.json").write_text(json.dumps({"things": broken}), encoding="utf-8")
        with pytest.raises(ModelCorrupt, match="things"):
            vocabulary(model)


def test_the_demo_model_has_things_of_its_own_world(tmp_path):
    things = vocabulary(resolve("demo", tmp_path))
    assert {"a lighthouse", "a snowman"} <= set(things)
    assert "a dog" not in things
