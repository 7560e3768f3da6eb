"""Tags: put on, taken off, renamed, merged and deleted, each as one change that can be taken back."""

from contextlib import closing

import pytest
from catalog_samples import read, store

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.timeline import Collection
from photoorg.errors import NothingToUndo, PhotoUnknown
from photoorg.organising_errors import NameEmpty, NameTooLong, TagUnknown


@pytest.fixture
def photos(catalog, folder):
    """The ids of three photos."""
    return store(catalog, *(read(folder, name, name) for name in ("1.jpg", "2.jpg", "3.jpg")))


def tags(catalog):
    return {tag.name: tag.photos for tag in catalog.tags.list()}


def test_photos_are_tagged_as_one_change(catalog, photos):
    made = catalog.tags.add(photos[:2], "  Sea\u00a0 side ")
    assert (made.action, made.photo_ids) == ("add tag", tuple(photos[:2]))
    assert tags(catalog) == {"Sea side": 2}
    assert catalog.journal.undo().photo_ids == tuple(photos[:2])
    assert tags(catalog) == {}
    catalog.journal.redo()
    assert [list(catalog.tags.of(photo)) for photo in photos] == [["Sea side"], ["Sea side"], []]


def test_one_tag_whatever_the_case_and_the_way_letters_are_composed(catalog, photos):
    catalog.tags.add(photos[:1], "Fähre")
    catalog.tags.add(photos[1:2], "FA\u0308HRE")
    assert tags(catalog) == {"Fähre": 2}
    assert catalog.tags.named("fähre").photos == 2


def test_what_changes_nothing_is_no_change(catalog, photos):
    catalog.tags.add(photos, "sea")
    catalog.journal.set_photos(photos, "rating", 3)
    catalog.journal.undo()
    assert catalog.tags.add(photos[:1], "SEA") is None
    assert catalog.tags.add([], "nothing") is None
    assert catalog.tags.rename("sea", "sea") is None
    assert catalog.journal.redo().action == "set rating", "what can be redone stays"
    assert tags(catalog) == {"sea": 3}


@pytest.mark.parametrize("name", ["", "  ", "\n\t", "\u200b", "\x00", "\ud800"])
def test_a_name_must_be_seen(catalog, photos, name):
    with pytest.raises(NameEmpty):
        catalog.tags.add(photos, name)


def test_a_name_has_an_end(catalog, photos):
    with pytest.raises(NameTooLong, match="200"):
        catalog.tags.add(photos, "x" * 201)
    catalog.tags.add(photos, "x" * 200)


def test_an_unknown_photo_changes_nothing(catalog, photos):
    with pytest.raises(PhotoUnknown, match="999"):
        catalog.tags.add([*photos, 999], "sea")
    assert tags(catalog) == {}
    with pytest.raises(NothingToUndo):
        catalog.journal.undo()


def test_unknown_tags(catalog, photos):
    for edit in (
        lambda: catalog.tags.remove(photos, "sea"),
        lambda: catalog.tags.rename("sea", "lake"),
        lambda: catalog.tags.delete("sea"),
        lambda: catalog.tags.named("sea"),
    ):
        with pytest.raises(TagUnknown, match="sea"):
            edit()


def test_taking_off_a_tag_leaves_the_tag(catalog, photos):
    catalog.tags.add(photos, "sea")
    catalog.tags.remove(photos[:2], "Sea")
    assert tags(catalog) == {"sea": 1}
    catalog.tags.remove(photos[2:], "sea")
    assert tags(catalog) == {"sea": 0}
    catalog.journal.undo()
    catalog.journal.undo()
    assert tags(catalog) == {"sea": 3}


def test_renaming(catalog, photos):
    catalog.tags.add(photos, "see")
    catalog.tags.rename("see", "Sea")
    catalog.tags.rename("sea", "SEA")
    assert tags(catalog) == {"SEA": 3}
    catalog.journal.undo()
    assert tags(catalog) == {"Sea": 3}
    catalog.journal.undo()
    assert tags(catalog) == {"see": 3}


def test_renaming_onto_another_tag_puts_them_together(catalog, photos):
    catalog.tags.add(photos[:2], "beach")
    catalog.tags.add(photos[1:], "sea")
    catalog.tags.rename("beach", "sea")
    assert tags(catalog) == {"sea": 3}
    catalog.journal.undo()
    assert tags(catalog) == {"beach": 2, "sea": 2}
    assert list(catalog.tags.of(photos[1])) == ["beach", "sea"]
    catalog.journal.redo()
    assert tags(catalog) == {"sea": 3}


def test_a_tag_by_hand_stands_for_one_of_the_program(catalog, photos):
    catalog.tags.add(photos[:1], "sea")
    with catalog.tags._db.transaction() as write:
        write.execute("INSERT INTO tag VALUES (10, 'auto', 'auto', '2026')")
        write.executemany("INSERT INTO photo_tag VALUES (NULL, ?, 10, 'auto', 0.75)", [(photo,) for photo in photos])

    def labels():
        rows = catalog.tags._db.all("SELECT photo_id, name, source, score FROM photo_tag JOIN tag ON tag.id = tag_id")
        return sorted(tuple(row) for row in rows)

    before = labels()
    catalog.tags.add(photos[:2], "auto")
    assert [label[2:] for label in labels() if label[1] == "auto"] == [("hand", None), ("hand", None), ("auto", 0.75)]
    catalog.journal.undo()
    assert labels() == before
    catalog.tags.rename("sea", "auto")
    assert labels() == [
        (photos[0], "auto", "hand", None),
        (photos[1], "auto", "auto", 0.75),
        (photos[2], "auto", "auto", 0.75),
    ]
    catalog.journal.undo()
    assert labels() == before


def test_deleting_is_taken_back_after_a_restart(catalog, photos, data_dir):
    catalog.tags.add(photos, "sea")
    before = catalog.tags.named("sea")
    catalog.tags.delete("sea")
    catalog.close()
    with closing(Catalog(data_dir)) as again:
        assert tags(again) == {}
        again.journal.undo()
        assert again.tags.named("sea") == before


def test_photos_that_are_not_shown_are_not_counted(catalog, folder, photos):
    catalog.tags.add(photos, "sea")
    files = {file.photo_id: file.id for file in catalog.files.known_in(folder)}
    catalog.files.mark_missing([files[photos[0]]])
    assert tags(catalog) == {"sea": 2}


def test_a_tag_as_a_collection(catalog, photos):
    catalog.tags.add(photos[:2], "sea")
    show = Collection("tag", tag_id=catalog.tags.named("sea").id)
    before = catalog.timelines.timeline(show)
    assert sorted(before.photo_ids.tolist()) == photos[:2]
    catalog.tags.add(photos[2:], "sea")
    catalog.tags.remove(photos[:1], "sea")
    changes = catalog.timelines.changes(show, before.revision)
    assert (changes.there.photo_ids.tolist(), changes.gone.tolist()) == (photos[2:], photos[:1])
