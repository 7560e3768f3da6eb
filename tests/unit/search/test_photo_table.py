"""The table of all shown photos: refreshed after any change it is the one that would be read anew."""

import random
import threading
from itertools import pairwise

import numpy as np
import pytest
from changing_photos import ChangingPhotos, contents
from labels import drop_tag, give_tag, put_into_album, rename_tag, take_tag

from photoorg.search import photo_table as photo_table_module
from photoorg.search.label_pairs import among
from photoorg.search.name_counts import camera_counts, folder_counts, label_counts, lens_counts, type_counts
from photoorg.search.photo_part import PhotoPart


@pytest.fixture
def photos(filled):
    return ChangingPhotos(filled)


def ids(table):
    return sorted(table.photo_ids[table.there].tolist())


def test_an_empty_library(photos):
    table = photos.check()
    assert (len(table), table.count, table.photo_ids.tolist(), table.there.tolist()) == (0, 0, [], [])
    assert table.rows_of([1]).tolist() == [-1]


def test_nothing_changed_is_the_same_table(photos):
    photos.many(2)
    assert photos.tables.current() is photos.tables.current()


def test_an_added_photo(photos):
    photos.many(3)
    before = photos.tables.current()
    new = photos.store("new.jpg")
    assert ids(photos.check()) == [*ids(before), new]
    assert new not in ids(before)


def test_edits(photos):
    one, two, _ = photos.many(3)
    photos.tables.current()
    photos.catalog.journal.set_photos([one], "rating", 4)
    photos.check()
    photos.catalog.journal.set_photos([two], "title", "Holiday")
    photos.check()
    photos.catalog.journal.set_photos([two], "favourite", 1)
    photos.catalog.journal.undo()
    table = photos.check()
    assert table.count == 3
    assert table.photo_ids[table.rows_of([one, two, 99])[:2]].tolist() == [one, two]
    assert table.rows_of([99]).tolist() == [-1]


def test_tags_and_albums(photos):
    one, two = photos.many(2)
    photos.tables.current()
    give_tag(photos.catalog, [one, two], "Sea")
    put_into_album(photos.catalog, [one], "Best")
    assert label_counts(photos.check(), "tag") == [("Sea", 2)]
    take_tag(photos.catalog, [one], "Sea")
    table = photos.check()
    assert (label_counts(table, "tag"), label_counts(table, "album")) == ([("Sea", 1)], [("Best", 1)])
    drop_tag(photos.catalog, "Sea")
    assert label_counts(photos.check(), "tag") == []


def test_a_renamed_tag(photos):
    give_tag(photos.catalog, photos.many(1), "See")
    photos.tables.current()
    rename_tag(photos.catalog, "See", "Lake")
    assert label_counts(photos.check(), "tag") == [("Lake", 1)]


def test_a_moved_file(photos):
    one, _ = photos.many(2)
    photos.tables.current()
    file = photos.known()[one]
    photos.store("elsewhere/0.jpg", key=file.picture_key, file_id=file.id)
    assert ids(photos.check()) == [1, 2]


def test_a_missing_file_and_back(photos):
    one, two = photos.many(2)
    photos.tables.current()
    file = photos.known()[one]
    photos.catalog.files.mark_missing([file.id])
    assert ids(photos.check()) == [two]
    photos.store("0.jpg", key=file.picture_key, file_id=file.id)
    assert ids(photos.check()) == [one, two]


def test_a_folder_removed_and_back(photos):
    folder = photos.filled.folder("other")
    photos.many(2)
    photos.store("x.jpg", folder=folder)
    assert photos.check().count == 3
    photos.catalog.folders.remove(folder)
    assert photos.check().count == 2
    photos.filled.folder("other")
    assert photos.check().count == 3


def test_a_forgotten_photo(photos):
    one, two = photos.many(2)
    give_tag(photos.catalog, [one, two], "Sea")
    photos.tables.current()
    photos.forget([one])
    table = photos.check()
    assert (ids(table), label_counts(table, "tag")) == ([two], [("Sea", 1)])


def test_held_photos(photos):
    one, _ = photos.many(2)
    photos.tables.current()
    photos.catalog.vanished.hold(photos.filled.folder().id, [photos.known()[one].id])
    photos.check()
    photos.catalog.vanished.let_go([photos.known()[one].id])
    photos.check()


def test_many_changes_are_read_anew(photos, monkeypatch):
    monkeypatch.setattr(photo_table_module, "_MANY_CHANGES", 2)
    photos.many(4)
    photos.tables.current()
    photos.many(9)
    assert len(photos.check().parts) == 1


def test_random_changes(photos):
    """Also that a table which a search holds stays as it was, and that there are few parts."""
    chance = random.Random(5)
    photos.many(40)
    for _ in range(60):
        before = photos.tables.current()
        was = contents(before)
        for _ in range(chance.randint(1, 4)):
            change(photos, chance)
        table = photos.check()
        assert contents(before) == was
        assert all(len(more) > 4 * len(fewer) for more, fewer in pairwise(table.parts))
        assert table.count == len(contents(table))


def change(photos, chance):
    """Something happens."""
    known = photos.known()
    one = chance.choice(sorted(known))
    file = known[one]
    match chance.randrange(8):
        case 0:
            photos.store(f"new/{photos.stored}.jpg", camera_model=chance.choice([None, "EOS", "X100"]))
        case 1:
            photos.catalog.journal.set_photos([one], "rating", chance.randint(0, 5))
        case 2:
            photos.catalog.journal.set_photos([one], "caption", chance.choice(["", "a dog\n on\tgrass", "Straße"]))
        case 3:
            give_tag(photos.catalog, chance.sample(sorted(known), 3), chance.choice("ABC"))
        case 4:
            take_tag(photos.catalog, [one], chance.choice("ABC"))
        case 5:
            put_into_album(photos.catalog, [one], chance.choice("ABC"))
        case 6:
            photos.catalog.files.mark_missing([file.id])
        case 7:
            photos.store(f"moved/{one}.jpg", key=file.picture_key, file_id=file.id)


def test_searches_beside_changes_see_whole_tables(photos):
    """Rating and title change together; no table has one without the other."""
    made = photos.many(20)
    ended = threading.Event()
    wrong = []

    def look():
        while not ended.is_set():
            table = photos.tables.current()
            for part, there in zip(table.parts, table.there_of, strict=True):
                if not np.array_equal(part.with_title[there], part.ratings[there] > 0):
                    wrong.append(table)
            if table.count != 20:
                wrong.append(table)

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(60):
        with photos.catalog.columns._db.transaction():
            photos.catalog.journal.set_photos(made[number % 20 :], "rating", number % 2)
            photos.catalog.journal.set_photos(made[number % 20 :], "title", "rated" if number % 2 else "")
    ended.set()
    for thread in threads:
        thread.join()
    assert not wrong
    photos.check()


def test_names_for_completion(photos):
    photos.store("Trips/Italy/1.jpg", camera_make="Canon", camera_model="Canon EOS R6", lens="RF 50")
    photos.store("Trips/2.jpg", camera_make="FUJIFILM", camera_model="X100")
    gone = photos.store("Trips/3.jpg", camera_make="FUJIFILM", camera_model="X100", format="HEIF")
    photos.store("4.jpg", camera_make=None)
    give_tag(photos.catalog, [1, 2, gone], "Sea")
    give_tag(photos.catalog, [], "Unused")
    photos.tables.current()
    photos.catalog.files.mark_missing([photos.known()[gone].id])
    table = photos.check()
    name = "photos"
    assert folder_counts(table) == [(name, 3), (f"{name}/Trips", 2), (f"{name}/Trips/Italy", 1)]
    assert camera_counts(table) == [("Canon EOS R6", 1), ("FUJIFILM X100", 1)]
    assert lens_counts(table) == [("RF 50", 1)]
    assert type_counts(table) == [("jpeg", 3)]
    assert label_counts(table, "tag") == [("Sea", 2), ("Unused", 0)]
    assert label_counts(table, "album") == []


def test_memory_is_small(photos):
    photos.many(50)
    table = photos.tables.current()
    assert sum(part.size_bytes for part in table.parts) < 50 * 200


def test_part_of_nothing():
    assert len(PhotoPart.of([], None)) == 0
    assert among(np.array([], np.int64), np.array([3, 1])).tolist() == [False, False]
