"""Any edits of tags, albums and saved searches, with undo and redo in between, against a list of states with a cursor."""

import contextlib

import pytest
from catalog_samples import read, store
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from photoorg.catalog.catalog import Catalog
from photoorg.errors import NothingToUndo
from photoorg.organising_errors import AlbumFillsItself, AlbumIsHandPicked, AlbumUnknown, NameTaken, TagUnknown

REFUSED = (AlbumFillsItself, AlbumIsHandPicked, AlbumUnknown, NameTaken, TagUnknown)
TABLES = ("tag", "photo_tag", "album", "album_photo")
NAMES = st.sampled_from(["a", "A", "b", "c"])
PHOTOS = st.lists(st.integers(0, 2), max_size=3)


class OrganisingMachine(RuleBasedStateMachine):
    """What is refused, or changes nothing, is no step."""

    catalog: Catalog
    photos: list

    @initialize()
    def begin(self):
        with self.catalog.journal._db.transaction() as write:
            for table in ("journal", "album", "tag"):
                write.execute(f"DELETE FROM {table}")
        self.states = [self.current()]
        self.at = 0

    def current(self):
        db = self.catalog.journal._db
        return [[tuple(row) for row in db.all(f"SELECT * FROM {table} ORDER BY id")] for table in TABLES]

    def edit(self, edit):
        done = None
        with contextlib.suppress(*REFUSED):
            done = edit()
        if done is not None:
            self.states[self.at + 1 :] = [self.current()]
            self.at += 1
            assert self.states[-1] != self.states[-2]

    def ids(self, chosen):
        return [self.photos[number] for number in chosen]

    @rule(name=NAMES, chosen=PHOTOS)
    def tag(self, name, chosen):
        self.edit(lambda: self.catalog.tags.add(self.ids(chosen), name))

    @rule(name=NAMES, chosen=PHOTOS)
    def untag(self, name, chosen):
        self.edit(lambda: self.catalog.tags.remove(self.ids(chosen), name))

    @rule(name=NAMES, new=NAMES)
    def rename_tag(self, name, new):
        self.edit(lambda: self.catalog.tags.rename(name, new))

    @rule(name=NAMES)
    def delete_tag(self, name):
        self.edit(lambda: self.catalog.tags.delete(name))

    @rule(name=NAMES)
    def create_album(self, name):
        self.edit(lambda: self.catalog.albums.create(name))

    @rule(name=NAMES)
    def save_search(self, name):
        self.edit(lambda: self.catalog.albums.save_search(name, "a dog"))

    @rule(name=NAMES, query=st.sampled_from(["a dog", "a cat"]), cut_off=st.sampled_from([None, 0.2]))
    def change_search(self, name, query, cut_off):
        albums = self.catalog.albums
        self.edit(lambda: albums.change_search(albums.named(name), query, cut_off=cut_off))

    @rule(name=NAMES, new=NAMES)
    def rename_album(self, name, new):
        self.edit(lambda: self.catalog.albums.rename(self.catalog.albums.named(name), new))

    @rule(name=NAMES)
    def delete_album(self, name):
        self.edit(lambda: self.catalog.albums.delete(self.catalog.albums.named(name)))

    @rule(name=NAMES, chosen=PHOTOS)
    def add(self, name, chosen):
        self.edit(lambda: self.catalog.albums.add(self.catalog.albums.named(name), self.ids(chosen)))

    @rule(name=NAMES, chosen=PHOTOS)
    def remove(self, name, chosen):
        self.edit(lambda: self.catalog.albums.remove(self.catalog.albums.named(name), self.ids(chosen)))

    @rule()
    def undo(self):
        if self.at == 0:
            with pytest.raises(NothingToUndo):
                self.catalog.journal.undo()
        else:
            self.catalog.journal.undo()
            self.at -= 1

    @rule()
    def redo(self):
        if self.at == len(self.states) - 1:
            with pytest.raises(NothingToUndo):
                self.catalog.journal.redo()
        else:
            self.catalog.journal.redo()
            self.at += 1

    @invariant()
    def shows_the_state_under_the_cursor(self):
        if hasattr(self, "states"):
            assert self.current() == self.states[self.at]


def test_edits_behave_like_a_list_of_states_with_a_cursor(catalog, folder):
    photos = store(catalog, *(read(folder, name, name) for name in ("1.jpg", "2.jpg", "3.jpg")))
    machine = type("Machine", (OrganisingMachine,), {"catalog": catalog, "photos": photos})
    case = machine.TestCase
    case.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
    case("runTest").runTest()


def test_what_the_journal_does_not_know_is_a_bug(catalog):
    with pytest.raises(KeyError), catalog.journal.edit("odd") as journal:
        journal.insert("library", {"id": "x"})
    with pytest.raises(ValueError, match="revision"), catalog.journal.edit("odd") as journal:
        journal.insert("tag", {"revision": 1})
