"""Files that are held because they vanished together: what lets go of them, and who hears of it."""

import pytest
from catalog_samples import inode, known, place, read, shown, store

from photoorg.catalog.records import Vanished
from photoorg.catalog.timeline import ALL_PHOTOS
from photoorg.volumes import Volume


@pytest.fixture
def held(catalog, folder):
    """Three photos, two of which are held: a.jpg and b.jpg."""
    store(catalog, *(read(folder, f"{name}.jpg", name, stat=inode(ord(name))) for name in "abc"))
    catalog.vanished.hold(folder.id, [known(catalog, folder)[name].id for name in (b"a.jpg", b"b.jpg")])
    return {name.decode()[0]: file.id for name, file in known(catalog, folder).items()}


def test_what_is_held_is_counted_and_stays_shown(catalog, folder, held):
    assert catalog.vanished.all() == {folder.id: Vanished(2, 3)}
    assert catalog.vanished.count_there(folder.id) == 3
    assert catalog.vanished.places([folder.id]).keys() == {held["a"], held["b"]}
    assert len(shown(catalog)) == 3
    catalog.vanished.hold(folder.id, [held["a"]])
    assert catalog.vanished.all()[folder.id].files == 2, "nothing is held twice"


def test_it_is_let_go_when_it_is_there_again(catalog, folder, held):
    catalog.vanished.let_go([held["a"]])
    assert catalog.vanished.all() == {folder.id: Vanished(1, 3)}
    catalog.vanished.let_go([held["a"], held["b"]])
    assert catalog.vanished.all() == {}


@pytest.mark.usefixtures("held")
def test_removed_folders_ask_nothing(catalog, folder):
    catalog.folders.remove(folder)
    assert catalog.vanished.all() == {}


def test_it_is_let_go_when_it_is_missing_moved_or_read_anew(catalog, folder, held):
    catalog.files.mark_missing([held["a"]])
    assert catalog.vanished.all() == {folder.id: Vanished(1, 2)}
    catalog.files.move([(held["b"], place(folder, "moved.jpg"), inode(98))])
    assert catalog.vanished.all() == {}
    catalog.vanished.hold(folder.id, [held["c"]])
    store(catalog, read(folder, "c.jpg", "c", file_id=held["c"]))
    assert catalog.vanished.all() == {}


@pytest.mark.usefixtures("held")
def test_a_file_with_the_same_content_elsewhere_is_the_one_that_vanished(catalog, folder):
    before = known(catalog, folder)[b"a.jpg"].photo_id
    assert store(catalog, read(folder, "new/a.jpg", "a")) == [before]
    assert store(catalog, read(folder, "copy of c.jpg", "c")) != [known(catalog, folder)[b"c.jpg"].photo_id]
    assert catalog.vanished.all()[folder.id].files == 1


def test_a_confirmation_lasts_as_long_as_something_is_held(catalog, folder, held):
    catalog.vanished.confirm(folder)
    assert catalog.vanished.all() == {folder.id: Vanished(2, 3, is_confirmed=True)}
    catalog.vanished.let_go([held["a"]])
    assert catalog.vanished.all() == {folder.id: Vanished(1, 3, is_confirmed=True)}
    catalog.vanished.let_go([held["b"]])
    catalog.vanished.confirm(folder)  # nothing is held, so there is nothing to confirm
    catalog.vanished.hold(folder.id, [held["b"]])
    assert catalog.vanished.all() == {folder.id: Vanished(1, 3)}


@pytest.mark.usefixtures("held")
def test_a_new_decision_can_be_asked_for(catalog, folder):
    catalog.vanished.confirm(folder)
    catalog.vanished.ask_again(folder.id)
    assert catalog.vanished.all() == {folder.id: Vanished(2, 3)}


def test_windows_hear_of_it(catalog, folder, held):
    for change in (catalog.vanished.let_go, lambda ids: catalog.vanished.hold(folder.id, ids)):
        before = catalog.settings.revision
        change([held["a"]])
        there = catalog.timelines.changes(ALL_PHOTOS, before).there.photo_ids.tolist()
        assert there == [known(catalog, folder)[b"a.jpg"].photo_id]


def test_a_file_is_held_for_one_watch_folder_only(catalog, folder, held):
    other = catalog.folders.add(Volume("uuid:x", b"/x"), b"other")
    catalog.vanished.hold(other.id, [held["a"]])
    assert catalog.vanished.all()[folder.id].files == 1
    assert catalog.vanished.all()[other.id].files == 1


@pytest.mark.usefixtures("held")
def test_what_another_program_has_forgotten_meanwhile_is_not_held(catalog, folder):
    catalog.vanished.hold(folder.id, [1_000_000])
    assert catalog.vanished.all()[folder.id].files == 2
