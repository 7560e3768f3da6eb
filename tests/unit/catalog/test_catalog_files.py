"""The life of files: new, changed, moved, missing, failed; and what their photos keep."""

import os
from dataclasses import replace

import pytest
from catalog_samples import FACTS, STAT, digest, failed, inode, known, place, read, shown, store

from photoorg.catalog import files
from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import FileStat

MEDIA = b"/media/disk/pictures/"


def rate(catalog, photo_id, stars=5):
    catalog.journal.set_photos([photo_id], "rating", stars)


def rating_at(catalog, volume, name):
    photo = catalog.photos.at(volume, b"pictures/" + name)
    return photo.rating if photo else None


def test_a_new_file_is_a_photo_with_its_facts(catalog, folder, volume):
    [photo_id] = store(catalog, read(folder, "sea.jpg"))
    photo = catalog.photos.at(volume, b"pictures/sea.jpg")
    assert (photo.id, photo.path, photo.facts) == (photo_id, MEDIA + b"sea.jpg", FACTS)
    assert (photo.picture_key, photo.favourite, photo.rating, photo.title, photo.caption) == (
        digest("sea"),
        False,
        0,
        "",
        "",
    )
    assert photo == catalog.photos.by_ids([photo_id]).get(photo_id)
    assert not photo.online


def test_reading_a_file_again_changes_nothing(catalog, folder):
    recorded = [catalog.files.record_read([read(folder, "sea.jpg")]) for _ in range(2)]
    assert len(recorded[0].new) == 1
    assert recorded[1].unchanged == recorded[0].new
    assert len(shown(catalog)) == 1


def test_new_content_at_a_path_is_the_same_photo_with_new_facts(catalog, folder, volume):
    [photo_id] = store(catalog, read(folder, "sea.jpg"))
    rate(catalog, photo_id)
    edited = read(folder, "sea.jpg", "edited sea", stat=inode(9), facts=replace(FACTS, width=100, camera_make=None))
    assert catalog.files.record_read([edited]).changed == [photo_id]
    photo = catalog.photos.at(volume, b"pictures/sea.jpg")
    assert (photo.id, photo.rating, photo.picture_key, photo.facts) == (photo_id, 5, digest("edited sea"), edited.facts)
    assert known(catalog, folder)[b"sea.jpg"].stat == inode(9)


def test_copies_are_photos_of_their_own_that_share_their_picture(catalog, folder):
    first, second = store(catalog, read(folder, "sea.jpg"), read(folder, "copy of sea.jpg"))
    assert first != second
    assert [photo.id for photo in catalog.photos.by_picture([digest("sea")])[digest("sea")]] == [first, second]
    rate(catalog, first)
    assert catalog.photos.by_ids([second]).get(second).rating == 0


def test_a_missing_file_is_not_shown_and_remembered(catalog, folder):
    [photo_id] = store(catalog, read(folder, "sea.jpg"))
    file = known(catalog, folder)[b"sea.jpg"]
    catalog.files.mark_missing([file.id])
    catalog.files.mark_missing([file.id])
    assert shown(catalog) == {}
    assert catalog.photos.by_ids([photo_id]).get(photo_id) is None
    assert known(catalog, folder) == {b"sea.jpg": replace(file, missing=True)}


def test_a_moved_file_keeps_its_photo(catalog, folder, volume):
    [photo_id] = store(catalog, read(folder, "sea.jpg"))
    rate(catalog, photo_id)
    file = known(catalog, folder)[b"sea.jpg"]
    moved = replace(STAT, ctime_ns=77)
    catalog.files.move([(file.id, place(folder, "year/ocean.jpg"), moved)])
    assert known(catalog, folder) == {
        b"year/ocean.jpg": replace(file, place=place(folder, "year/ocean.jpg"), stat=moved)
    }
    assert rating_at(catalog, volume, b"year/ocean.jpg") == 5
    assert rating_at(catalog, volume, b"sea.jpg") is None


def test_a_missing_file_that_is_found_elsewhere_is_there_again(catalog, folder):
    [photo_id] = store(catalog, read(folder, "sea.jpg"))
    file = known(catalog, folder)[b"sea.jpg"]
    catalog.files.mark_missing([file.id])
    catalog.files.move([(file.id, place(folder, "found.jpg"), STAT)])
    assert shown(catalog) == {MEDIA + b"found.jpg": photo_id}


def test_two_files_may_swap_their_names(catalog, folder):
    sea, hill = store(catalog, read(folder, "a.jpg", "sea"), read(folder, "b.jpg", "hill"))
    files = known(catalog, folder)
    catalog.files.move(
        [(files[b"a.jpg"].id, place(folder, "b.jpg"), STAT), (files[b"b.jpg"].id, place(folder, "a.jpg"), STAT)]
    )
    assert shown(catalog) == {MEDIA + b"b.jpg": sea, MEDIA + b"a.jpg": hill}


def test_names_may_rotate_over_more_files_than_one_write_takes(catalog, folder, monkeypatch):
    monkeypatch.setattr("photoorg.catalog.files._ROWS_PER_WRITE", 3)
    names = [f"{number}.jpg" for number in range(10)]
    ids = store(catalog, *(read(folder, name, name) for name in names))
    files = known(catalog, folder)
    turned = [*names[1:], names[0]]
    catalog.files.move(
        [(files[old.encode()].id, place(folder, new), STAT) for old, new in zip(names, turned, strict=True)]
    )
    assert shown(catalog) == {MEDIA + name.encode(): photo_id for name, photo_id in zip(turned, ids, strict=True)}


def test_a_file_that_moves_onto_another_one_leaves_that_one_missing(catalog, folder):
    sea, _hill = store(catalog, read(folder, "a.jpg", "sea"), read(folder, "b.jpg", "hill"))
    files = known(catalog, folder)
    catalog.files.move([(files[b"a.jpg"].id, place(folder, "b.jpg"), STAT)])
    assert shown(catalog) == {MEDIA + b"b.jpg": sea}
    assert {file.id: file.missing for file in catalog.files.known_in(folder)} == {
        files[b"a.jpg"].id: False,
        files[b"b.jpg"].id: True,
    }


def test_the_content_of_a_missing_file_gives_its_photo_back(catalog, folder, volume):
    [photo_id] = store(catalog, read(folder, "sea.jpg"))
    rate(catalog, photo_id)
    catalog.files.mark_missing([known(catalog, folder)[b"sea.jpg"].id])
    recorded = catalog.files.record_read([read(folder, "restored.jpg", stat=inode(5))])
    assert (recorded.moved, recorded.new) == ([photo_id], [])
    assert rating_at(catalog, volume, b"restored.jpg") == 5
    assert len(known(catalog, folder)) == 1


def test_so_does_its_picture_when_only_its_metadata_were_rewritten(catalog, folder):
    [photo_id] = store(catalog, read(folder, "sea.jpg"))
    catalog.files.mark_missing([known(catalog, folder)[b"sea.jpg"].id])
    assert catalog.files.record_read([read(folder, "x.jpg", content="sea with a caption")]).moved == [photo_id]


def test_of_several_missing_files_the_one_with_the_same_bytes_is_back(catalog, folder):
    other, same = store(catalog, read(folder, "1.jpg", content="one"), read(folder, "2.jpg", content="two"))
    catalog.files.mark_missing([file.id for file in known(catalog, folder).values()])
    assert catalog.files.record_read([read(folder, "x.jpg", content="two")]).moved == [same]
    assert catalog.files.record_read([read(folder, "y.jpg", content="three")]).moved == [other]
    assert len(catalog.files.record_read([read(folder, "z.jpg", content="two")]).new) == 1


def test_another_picture_at_a_missing_file_s_path_is_a_new_photo(catalog, folder, volume):
    [old] = store(catalog, read(folder, "IMG_0001.jpg"))
    rate(catalog, old)
    catalog.files.mark_missing([known(catalog, folder)[b"IMG_0001.jpg"].id])
    [new] = catalog.files.record_read([read(folder, "IMG_0001.jpg", "hill")]).new
    assert new != old
    assert rating_at(catalog, volume, b"IMG_0001.jpg") == 0
    assert catalog.files.record_read([read(folder, "back.jpg")]).moved == [old]


def test_a_file_that_was_never_readable_is_listed_with_its_reason(catalog, folder):
    catalog.files.record_failed([failed(folder, "bad.jpg")])
    [failure] = catalog.photos.failures([folder.id])
    assert (failure.path, failure.code, failure.params) == (MEDIA + b"bad.jpg", "corrupt", {"detail": "why"})
    assert shown(catalog) == {}
    assert known(catalog, folder)[b"bad.jpg"].failure_code == "corrupt"


def test_failing_again_for_another_reason_replaces_the_first(catalog, folder):
    catalog.files.record_failed([failed(folder, "bad.jpg")])
    catalog.files.record_failed([failed(folder, "bad.jpg", code="truncated", stat=inode(8))])
    assert [failure.code for failure in catalog.photos.failures([folder.id])] == ["truncated"]
    assert known(catalog, folder)[b"bad.jpg"].stat == inode(8)


@pytest.mark.parametrize("by_id", [True, False])
def test_a_failed_file_that_gets_readable_becomes_a_photo(catalog, folder, by_id):
    catalog.files.record_failed([failed(folder, "bad.jpg")])
    file_id = known(catalog, folder)[b"bad.jpg"].id if by_id else None
    [photo_id] = catalog.files.record_read([read(folder, "bad.jpg", file_id=file_id)]).new
    assert shown(catalog) == {MEDIA + b"bad.jpg": photo_id}
    assert catalog.photos.failures([folder.id]) == []
    assert len(known(catalog, folder)) == 1


def test_a_failed_file_that_gets_readable_gives_a_missing_photo_back(catalog, folder):
    [photo_id] = store(catalog, read(folder, "sea.jpg"))
    catalog.files.mark_missing([known(catalog, folder)[b"sea.jpg"].id])
    catalog.files.record_failed([failed(folder, "copying.jpg")])
    assert catalog.files.record_read([read(folder, "copying.jpg")]).moved == [photo_id]
    assert [file.missing for file in catalog.files.known_in(folder)] == [False]


def test_a_photo_whose_file_breaks_is_hidden_until_it_can_be_read_again(catalog, folder, volume):
    [photo_id] = store(catalog, read(folder, "sea.jpg"))
    rate(catalog, photo_id)
    catalog.files.record_failed([failed(folder, "sea.jpg")])
    assert shown(catalog) == {}
    assert catalog.photos.counts().failed == 1
    assert catalog.files.record_read([read(folder, "sea.jpg")]).changed == [photo_id]
    assert rating_at(catalog, volume, b"sea.jpg") == 5
    assert catalog.photos.counts().failed == 0


def test_a_failed_file_can_go_missing_and_come_back_under_another_name(catalog, folder):
    catalog.files.record_failed([failed(folder, "bad.jpg")])
    file = known(catalog, folder)[b"bad.jpg"]
    catalog.files.mark_missing([file.id])
    assert catalog.photos.failures([folder.id]) == []
    catalog.files.move([(file.id, place(folder, "still bad.jpg"), STAT)])
    assert [failure.path for failure in catalog.photos.failures([folder.id])] == [MEDIA + b"still bad.jpg"]


def test_one_batch_may_hold_the_same_picture_many_times(catalog, folder):
    recorded = catalog.files.record_read([read(folder, f"{number}.jpg") for number in range(5)])
    assert len(set(recorded.new)) == 5


def test_a_batch_that_fails_in_the_middle_stores_nothing(catalog, folder):
    bad = replace(read(folder, "b.jpg"), picture_key=None)
    revision = catalog.settings.revision
    with pytest.raises(Exception, match="CHECK"):
        catalog.files.record_read([read(folder, "a.jpg"), bad])
    assert shown(catalog) == {}
    assert catalog.settings.revision == revision


NAMES = [
    b"caf\xe9.jpg",
    "caf\u00e9.jpg".encode(),
    "cafe\u0301.jpg".encode(),
    b"CAF\xc3\x89.jpg",
    b"new\nline\t'\"%_.jpg",
    b"\xff\xff",
]


def test_names_are_bytes_whatever_they_are(catalog, folder):
    ids = store(catalog, *(read(folder, name, repr(name)) for name in NAMES))
    assert shown(catalog) == {MEDIA + name: photo_id for name, photo_id in zip(NAMES, ids, strict=True)}
    assert known(catalog, folder).keys() == set(NAMES)


def test_inodes_use_all_of_64_bits(catalog, folder):
    stat = FileStat.of(1, 2, 3, 2**64 - 5)
    assert stat.inode == -5
    assert FileStat.of(1, 2, 3, 2**63 - 1).inode == 2**63 - 1
    assert FileStat.of(1, 2, 3, 2**63).inode == -(2**63)
    store(catalog, read(folder, "sea.jpg", stat=stat))
    assert known(catalog, folder)[b"sea.jpg"].stat == stat


def test_known_files_of_a_folder_are_those_below_it_and_those_found_through_it(catalog, folder, volume):
    inner = catalog.folders.add(volume, b"pictures/inner")
    beside = catalog.folders.add(volume, b"pictures beside")
    everything = catalog.folders.add(volume, b"")
    linked = replace(
        read(folder, "x"), place=replace(place(beside, "x"), watch_folder_id=folder.id, path=b"elsewhere/l.jpg")
    )
    store(catalog, read(inner, "in.jpg"), read(folder, "out.jpg"), read(beside, "b.jpg"), linked)
    catalog.files.mark_missing([known(catalog, inner)[b"in.jpg"].id])
    paths = {f: {file.place.path for file in catalog.files.known_in(f)} for f in (inner, folder, beside, everything)}
    assert paths[inner] == {b"pictures/inner/in.jpg"}
    assert paths[folder] == {b"pictures/inner/in.jpg", b"pictures/out.jpg", b"elsewhere/l.jpg"}
    assert paths[beside] == {b"pictures beside/b.jpg"}
    assert paths[everything] == paths[folder] | paths[beside]


def test_what_was_stored_is_there_after_a_restart(catalog, folder, data_dir):
    [photo_id] = store(catalog, read(folder, b"caf\xe9.jpg"))
    before = catalog.photos.by_ids([photo_id]).get(photo_id), catalog.files.known_in(folder), catalog.settings.revision
    catalog.close()
    again = Catalog(data_dir)
    assert (
        again.photos.by_ids([photo_id]).get(photo_id),
        again.files.known_in(folder),
        again.settings.revision,
    ) == before
    again.close()


def test_the_modification_time_of_the_read_file_is_known(catalog, folder):
    [photo_id] = store(catalog, read(folder, "sea.jpg"))
    assert catalog.files.stored_mtime_ns(photo_id) == STAT.mtime_ns
    assert catalog.files.stored_mtime_ns(12345) is None


def test_the_separator_of_this_system_ends_a_folder(catalog, folder):
    store(catalog, read(folder, os.path.join("deep", "down.jpg")))
    assert len(catalog.files.known_in(folder)) == 1


def test_known_files_at_a_place_are_those_at_it_and_below_it_missing_ones_too(catalog, folder):
    names = ("x", "x/a.jpg", "x/y/b.jpg", "x.jpg", "xy/c.jpg", "d.jpg")
    for number, name in enumerate(names):
        store(catalog, read(folder, name, name, stat=inode(number)))
    catalog.files.mark_missing([known(catalog, folder)[b"x/a.jpg"].id])

    def at(*places):
        found = catalog.files.known_at([(folder.volume_id, b"pictures/" + place) for place in places])
        return sorted((file.place.path.removeprefix(b"pictures/"), file.missing) for file in found)

    assert at(b"x") == [(b"x", False), (b"x/a.jpg", True), (b"x/y/b.jpg", False)]
    assert at(b"x.jpg", b"x/y", b"x/y/b.jpg") == [(b"x.jpg", False), (b"x/y/b.jpg", False)]
    assert at(b"nowhere") == at() == []
    assert catalog.files.known_at([(folder.volume_id + 1, b"pictures/x")]) == []


def test_looking_at_places_uses_the_indexes_of_places(catalog):
    plan = catalog.files._db.all(
        "EXPLAIN QUERY PLAN " + files._AT_PLACE, {"volume": 1, "path": b"x", "first": b"x/", "after": b"x0"}
    )
    steps = [row["detail"] for row in plan if "file" in row["detail"]]
    assert len(steps) == 4
    assert all("USING INDEX file_place" in step or "USING INDEX file_lost_place" in step for step in steps)
