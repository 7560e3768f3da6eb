"""The journal behind undo: it survives restarts, and behaves like the list of edits that everybody expects."""

from contextlib import closing

import pytest
from catalog_samples import read, store
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from photoorg.catalog.catalog import Catalog
from photoorg.errors import NothingToUndo, PhotoUnknown


@pytest.fixture
def photos(catalog, folder):
    """The ids of three photos."""
    return store(catalog, *(read(folder, name, name) for name in ("1.jpg", "2.jpg", "3.jpg")))


def ratings(catalog, photos):
    return [catalog.photos.by_ids([photo_id]).get(photo_id).rating for photo_id in photos]


def test_a_batch_is_undone_and_redone_as_one(catalog, photos):
    catalog.journal.set_photos(photos[:1], "rating", 1)
    made = catalog.journal.set_photos(photos, "rating", 4)
    assert (made.action, made.row_ids) == ("set rating", tuple(photos))
    assert catalog.journal.undo() == made
    assert ratings(catalog, photos) == [1, 0, 0]
    assert catalog.journal.redo() == made
    assert ratings(catalog, photos) == [4, 4, 4]


def test_undo_and_redo_go_on_after_a_restart(catalog, photos, data_dir):
    for stars in (1, 2, 3):
        catalog.journal.set_photos(photos, "rating", stars)
    catalog.journal.undo()
    catalog.close()
    with closing(Catalog(data_dir)) as again:
        again.journal.undo()
        assert ratings(again, photos) == [1, 1, 1]
        again.journal.redo()
        again.journal.redo()
        assert ratings(again, photos) == [3, 3, 3]
        with pytest.raises(NothingToUndo, match="nothing to redo"):
            again.journal.redo()


def test_a_new_edit_ends_the_redo_history(catalog, photos):
    catalog.journal.set_photos(photos, "rating", 1)
    catalog.journal.undo()
    catalog.journal.set_photos(photos, "title", "new")
    with pytest.raises(NothingToUndo):
        catalog.journal.redo()
    catalog.journal.undo()
    with pytest.raises(NothingToUndo, match="nothing to undo"):
        catalog.journal.undo()


def test_an_unknown_photo_rolls_everything_back(catalog, photos):
    catalog.journal.set_photos(photos, "rating", 1)
    catalog.journal.undo()
    revision = catalog.settings.revision
    with pytest.raises(PhotoUnknown, match="999"):
        catalog.journal.set_photos([*photos, 999], "rating", 5)
    assert (ratings(catalog, photos), catalog.settings.revision) == ([0, 0, 0], revision)
    assert catalog.journal.redo().action == "set rating"


def test_a_value_that_the_catalog_refuses_changes_nothing(catalog, photos):
    with pytest.raises(Exception, match="CHECK"):
        catalog.journal.set_photos(photos, "rating", 6)
    assert ratings(catalog, photos) == [0, 0, 0]


def test_a_column_that_is_not_the_user_s_is_a_bug(catalog, photos):
    with pytest.raises(ValueError, match="taken_local"):
        catalog.journal.set_photos(photos, "taken_local", "2000")


def test_a_photo_named_twice_in_one_edit_gets_its_first_value_back(catalog, photos):
    catalog.journal.set_photos([photos[0], photos[0]], "rating", 3)
    catalog.journal.undo()
    assert ratings(catalog, photos) == [0, 0, 0]


@pytest.mark.parametrize("text", ["", "Grüße 🌊", "'; DROP TABLE photo; --", "line\nbreak\0null"])
def test_any_text_comes_back(catalog, photos, text):
    catalog.journal.set_photos(photos, "caption", text)
    catalog.journal.set_photos(photos, "caption", "other")
    catalog.journal.undo()
    assert [catalog.photos.by_ids([photo_id]).get(photo_id).caption for photo_id in photos] == [text] * 3


def test_undo_of_an_edit_to_a_missing_photo_works(catalog, folder, photos):
    catalog.journal.set_photos(photos[:1], "rating", 3)
    [file] = [file for file in catalog.files.known_in(folder) if file.photo_id == photos[0]]
    catalog.files.mark_missing([file.id])
    catalog.journal.undo()
    catalog.files.move([(file.id, file.place, file.stat)])
    assert ratings(catalog, photos) == [0, 0, 0]


EDITS = st.one_of(
    st.tuples(st.just("rating"), st.integers(0, 5)),
    st.tuples(st.just("favourite"), st.integers(0, 1)),
    st.tuples(st.just("title"), st.text(st.characters(codec="utf-8"), max_size=5)),
)


class JournalMachine(RuleBasedStateMachine):
    """Edits, undo and redo against a list of states with a cursor."""

    catalog: Catalog
    photos: list

    @initialize()
    def begin(self):
        with self.catalog.journal._db.transaction() as write:
            write.execute("DELETE FROM journal")
        self.states = [self.current()]
        self.at = 0

    def current(self):
        photos = [self.catalog.photos.by_ids([photo_id]).get(photo_id) for photo_id in self.photos]
        return [(photo.rating, int(photo.favourite), photo.title) for photo in photos]

    @rule(edit=EDITS, chosen=st.lists(st.integers(0, 2), min_size=1, max_size=3))
    def edit(self, edit, chosen):
        self.catalog.journal.set_photos([self.photos[number] for number in chosen], *edit)
        self.states[self.at + 1 :] = [self.current()]
        self.at += 1
        place = ("rating", "favourite", "title").index(edit[0])
        assert {self.states[-1][number][place] for number in chosen} == {edit[1]}

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


def test_the_journal_behaves_like_a_list_of_states_with_a_cursor(catalog, photos):
    machine = type("Machine", (JournalMachine,), {"catalog": catalog, "photos": photos})
    case = machine.TestCase
    case.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
    case("runTest").runTest()
