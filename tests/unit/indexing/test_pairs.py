"""RAW+JPEG and live photos: one photo through all that happens to its files, for runs and for watching alike."""

import os
import shutil

import pytest
from following_steps import look, read
from indexed_library import counts
from pictures import jpeg_bytes

from photoorg.catalog.timeline import ALL_PHOTOS
from photoorg.indexing.surroundings import Unattended
from photoorg.indexing.work_queue import WorkQueue
from photoorg.volumes import volume_of

pytestmark = pytest.mark.usefixtures("decoder")
BROKEN = b"no picture at all"


@pytest.fixture
def pair(library, put):
    """An indexed pair with a rating; gives the id of its photo."""
    put("a.jpg", "a.CR2")
    library.index()
    return rate(library, "a.jpg", 4)


def rate(library, name, rating):
    photo_id = library.shown()[f"photos/{name}"]
    library.catalog.journal.set_photos([photo_id], "rating", rating)
    return photo_id


def shown(library):
    """Name of the main file -> photo id, rating, names of the companions."""
    return {
        os.path.relpath(os.fsdecode(p.path), library.photos): (
            p.id,
            p.rating,
            [os.path.relpath(os.fsdecode(c), library.photos) for c in p.companions],
        )
        for p in library.catalog.photos.all()
    }


def rows(library):
    return library.catalog.files.known_in(library.watch())


def failures(library):
    return [os.path.basename(f.path) for f in library.catalog.photos.failures([library.watch().id])]


def rename(library, old, new):
    (library.photos / new).parent.mkdir(exist_ok=True)
    (library.photos / old).rename(library.photos / new)


def test_a_pair_is_one_photo_and_only_its_picture_is_read(library, put, update, decoder):
    put("a.jpg", "a.CR2")
    update("a.jpg", "a.CR2")
    assert shown(library) == {"a.jpg": (1, 0, ["a.CR2"])}
    assert [os.path.basename(path) for path in decoder] == [b"a.jpg"]


@pytest.mark.parametrize("names", [("a.jpg", "a.mov"), ("a.heic", "a.MP4"), ("A.JPG", "a.mp4")])
def test_a_live_photo_is_one_photo(library, put, update, names):
    put(*names)
    update(*names)
    assert shown(library) == {names[0]: (1, 0, [names[1]])}


def test_counts_of_pairs(library, put):
    put("a.jpg", "a.cr2", "b.jpg", "b.mov", "c.nef", "film.mp4", "c.mov", "d.jpg")
    put("bad.jpg", content=BROKEN)
    report = library.index()
    assert counts(report) == {"files": 6, "photos": 4, "new": 4, "embedded": 4, "failed": 1}
    assert report.skipped["video (not supported yet)"] == 2
    assert counts(library.index()) == {"files": 6, "photos": 4, "unchanged": 4, "failed": 1}
    figures = library.catalog.photos.counts()
    assert (figures.photos, figures.files, figures.failed, figures.missing) == (4, 6, 1, 0)


def test_a_second_run_reads_nothing_and_writes_nothing(library, put, decoder):
    put("a.jpg", "a.cr2", "a.mov", "b.cr2")
    library.index()
    decoder.clear()
    with library.catalog.files._db.transaction() as write:
        changes = write.total_changes
    library.index()
    assert not decoder
    with library.catalog.files._db.transaction() as write:
        assert write.total_changes <= changes + 2  # the time of the scan, and the revision


def test_one_stat_for_each_file(library, put, monkeypatch):
    put("a.jpg", "a.cr2", "a.mov", "b.jpg", "x/c.jpg", "x/c.dng", "film.mov")
    library.index()
    looked = []
    lstat = os.lstat
    monkeypatch.setattr("photoorg.indexing.scanner.os.lstat", lambda path: (looked.append(path), lstat(path))[1])
    library.index()
    assert len(looked) == 6


def test_all_files_of_a_photo_lead_to_it(library, put):
    put("a.jpg", "a.cr2", "a.mov")
    library.index()
    (photo,) = library.catalog.photos.all()
    folder = library.watch()
    volume = volume_of(os.fsencode(library.photos))
    for name in (b"a.jpg", b"a.cr2", b"a.mov"):
        assert library.catalog.photos.at(volume, os.path.join(folder.path, name)) == photo
    assert library.catalog.photos.by_ids([photo.id])[photo.id] == photo
    assert library.catalog.photos.by_picture([photo.picture_key]) == {photo.picture_key: [photo]}


@pytest.mark.parametrize("order", [("a.jpg", "a.cr2"), ("a.cr2", "a.jpg")])
def test_the_files_of_a_pair_may_come_one_after_the_other(library, put, update, order):
    for name in order:
        put(name)
        update(name)
    assert shown(library) == {"a.jpg": (1, 0, ["a.cr2"])}


def test_the_picture_that_comes_later_takes_over_what_people_did(library, put, update):
    put("a.cr2")
    library.index()
    photo_id = rate(library, "a.cr2", 5)
    put("a.jpg")
    update("a.jpg")
    assert shown(library) == {"a.jpg": (photo_id, 5, ["a.cr2"])}


def test_the_raw_file_goes_on_when_its_picture_is_deleted(library, update, pair, decoder):
    decoder.clear()
    (library.photos / "a.jpg").unlink()
    update("a.jpg")
    assert shown(library) == {"a.CR2": (pair, 4, [])}
    assert [os.path.basename(path) for path in decoder] == [b"a.CR2"]
    assert library.catalog.photos.counts().missing == 0
    assert counts(library.index()) == {"files": 1, "photos": 1, "unchanged": 1}


def test_a_deleted_picture_whose_photo_goes_on_is_not_missing(library, pair):
    (library.photos / "a.jpg").unlink()
    assert counts(library.index()) == {"files": 1, "photos": 1, "changed": 1, "embedded": 1}


def test_the_picture_comes_back(library, update, pair):
    data = (library.photos / "a.jpg").read_bytes()
    (library.photos / "a.jpg").unlink()
    update("a.jpg")
    (library.photos / "a.jpg").write_bytes(data)
    update("a.jpg")
    assert shown(library) == {"a.jpg": (pair, 4, ["a.CR2"])}


def test_a_companion_that_goes_is_forgotten_and_its_photo_stays(library, update, pair):
    (library.photos / "a.CR2").unlink()
    update("a.CR2")
    assert shown(library) == {"a.jpg": (pair, 4, [])}
    assert len(rows(library)) == 1


def test_a_pair_that_goes_is_missing_and_comes_back_as_one(library, update, pair):
    for name in ("a.jpg", "a.CR2"):
        rename(library, name, f"../{name}")
    update("a.jpg", "a.CR2")
    assert shown(library) == {}
    assert [file.missing for file in rows(library)] == [True, True]
    assert library.catalog.photos.counts().missing == 1
    for name in ("a.jpg", "a.CR2"):
        rename(library, f"../{name}", f"new/{name}")
    update("new")
    assert shown(library) == {"new/a.jpg": (pair, 4, ["new/a.CR2"])}
    assert len(rows(library)) == 2


def test_a_pair_restored_elsewhere_is_the_same_photo(library, update, pair):
    contents = {name: (library.photos / name).read_bytes() for name in ("a.jpg", "a.CR2")}
    for name in contents:
        (library.photos / name).unlink()
    update(*contents)
    (library.photos / "backup").mkdir()
    for name, data in contents.items():
        (library.photos / "backup" / name).write_bytes(data)
    update("backup")
    assert shown(library) == {"backup/a.jpg": (pair, 4, ["backup/a.CR2"])}
    assert len(rows(library)) == 2


def test_a_broken_picture_is_shown_from_its_raw_file(library, put, update):
    put("a.jpg", content=BROKEN)
    put("a.cr2")
    update("a.jpg", "a.cr2")
    assert shown(library) == {"a.cr2": (1, 0, [])}
    assert failures(library) == [b"a.jpg"]
    assert counts(library.index()) == {"files": 2, "photos": 1, "unchanged": 1, "failed": 1}


def test_counts_of_a_broken_picture_with_its_raw_file(library, put):
    put("a.jpg", content=BROKEN)
    put("a.cr2")
    assert counts(library.index()) == {"files": 2, "photos": 1, "new": 1, "embedded": 1, "failed": 1}


def test_a_picture_that_breaks_and_is_repaired(library, put, update, pair):
    put("a.jpg", content=BROKEN)
    update("a.jpg")
    assert shown(library) == {"a.CR2": (pair, 4, [])}
    put("a.jpg", seed=2)
    update("a.jpg")
    assert shown(library) == {"a.jpg": (pair, 4, ["a.CR2"])}
    assert not failures(library)


def test_both_broken_and_one_after_the_other_repaired(library, put, update, pair):
    put("a.jpg", "a.CR2", content=BROKEN)
    update("a.jpg", "a.CR2")
    assert shown(library) == {}
    assert sorted(failures(library)) == [b"a.CR2", b"a.jpg"]
    put("a.CR2", seed=2)
    update("a.CR2")
    assert shown(library) == {"a.CR2": (pair, 4, [])}
    put("a.jpg", seed=2)
    update("a.jpg")
    assert shown(library) == {"a.jpg": (pair, 4, ["a.CR2"])}
    assert not failures(library)


def test_a_raw_file_that_changes_beside_its_picture_is_not_read(library, put, update, pair, decoder):
    decoder.clear()
    put("a.CR2", content=BROKEN)
    update("a.CR2")
    assert shown(library) == {"a.jpg": (pair, 4, ["a.CR2"])}
    assert not decoder
    assert counts(library.index()) == {"files": 2, "photos": 1, "unchanged": 1}


def test_moved_together(library, update, pair, decoder):
    decoder.clear()
    rename(library, "a.jpg", "x/b.jpg")
    rename(library, "a.CR2", "x/b.CR2")
    update("a.jpg", "a.CR2", "x")
    assert shown(library) == {"x/b.jpg": (pair, 4, ["x/b.CR2"])}
    assert not decoder


def test_counts_of_a_pair_that_moves(library, pair):
    rename(library, "a.jpg", "b.jpg")
    rename(library, "a.CR2", "b.CR2")
    assert counts(library.index()) == {"files": 2, "photos": 1, "moved": 1}


def test_a_folder_of_pairs_moves(library, put, update, decoder):
    for n in range(5):
        put(f"x/{n}.jpg", f"x/{n}.nef", f"x/{n}.mov")
    library.index()
    before = shown(library)
    decoder.clear()
    rename(library, "x", "y")
    update("x", "y")
    assert {name: found[:2] for name, found in shown(library).items()} == {
        name.replace("x/", "y/"): found[:2] for name, found in before.items()
    }
    assert all(len(found[2]) == 2 for found in shown(library).values())
    assert not decoder


@pytest.mark.parametrize("order", [("jpg", "CR2"), ("CR2", "jpg")])
def test_renamed_one_after_the_other(library, update, pair, order):
    for ending in order:
        rename(library, f"a.{ending}", f"b.{ending}")
        update(f"a.{ending}", f"b.{ending}")
        assert any(found[:2] == (pair, 4) for found in shown(library).values())
    assert shown(library) == {"b.jpg": (pair, 4, ["b.CR2"])}
    assert len(rows(library)) == 2


@pytest.mark.parametrize("ending", ["jpg", "CR2"])
def test_one_renamed_makes_two_photos_and_the_picture_keeps_the_old_one(library, update, pair, ending):
    rename(library, f"a.{ending}", f"b.{ending}")
    update(f"a.{ending}", f"b.{ending}")
    now = {name.partition(".")[2]: found for name, found in shown(library).items()}
    assert now["jpg"] == (pair, 4, [])
    assert now["CR2"][0] != pair
    assert now["CR2"][1:] == (0, [])


def test_renamed_back_joins_them_again(library, update, pair):
    rename(library, "a.CR2", "b.CR2")
    update("a.CR2", "b.CR2")
    split = shown(library)["b.CR2"][0]
    library.catalog.journal.set_photos([split], "favourite", 1)
    library.catalog.journal.set_photos([split], "rating", 1)
    revision = library.catalog.settings.revision
    rename(library, "b.CR2", "a.CR2")
    update("b.CR2", "a.CR2")
    assert shown(library) == {"a.jpg": (pair, 4, ["a.CR2"])}
    assert library.catalog.photos.by_ids([pair])[pair].favourite
    assert split in library.catalog.timelines.changes(ALL_PHOTOS, revision).gone


def test_two_photos_that_become_a_pair_are_one(library, put, update):
    put("a.jpg", "b.cr2")
    library.index()
    photo_id, other = shown(library)["a.jpg"][0], rate(library, "b.cr2", 3)
    assert photo_id != other
    rename(library, "b.cr2", "a.cr2")
    update("b.cr2", "a.cr2")
    assert shown(library) == {"a.jpg": (photo_id, 3, ["a.cr2"])}
    library.catalog.journal.undo()  # of what was done with a photo that is gone


def test_a_companion_can_be_taken_over_by_another_picture(library, put, update, pair):
    put("a.heic")
    update("a.heic")
    now = shown(library)
    assert now["a.jpg"] == (pair, 4, [])
    assert now["a.heic"][1:] == (0, ["a.CR2"])


def test_two_raw_files_of_one_picture_stand_alone_without_it(library, put, update):
    put("a.jpg", "a.cr2", "a.dng")
    library.index()
    photo_id = rate(library, "a.jpg", 2)
    assert shown(library) == {"a.jpg": (photo_id, 2, ["a.cr2", "a.dng"])}
    (library.photos / "a.jpg").unlink()
    update("a.jpg")
    now = shown(library)
    assert now.keys() == {"a.cr2", "a.dng"}
    assert min(found[:2] for found in now.values()) == (photo_id, 2)


def test_a_video_that_loses_its_picture_is_no_photo(library, put, update):
    put("a.jpg", "a.mov")
    library.index()
    (library.photos / "a.jpg").unlink()
    update("a.jpg")
    assert shown(library) == {}
    put("a.jpg")
    update("a.jpg")
    assert shown(library) == {"a.jpg": (1, 0, ["a.mov"])}


def test_pairs_need_one_folder_and_one_name(library, put):
    put("a.jpg", "x/a.cr2", "a 2.nef", "b.mov", "x/b.jpg")
    library.index()
    assert all(not found[2] for found in shown(library).values())
    assert len(shown(library)) == 4


@pytest.mark.skipif(os.name != "posix", reason="needs names that differ by case only, and bytes")
def test_names_that_differ_by_case_are_pairs_each(library, put):
    put("IMG.jpg", "IMG.cr2", "img.jpg", "img.cr2", "Other.JPG", "oTHER.dng")
    library.index()
    assert {name: found[2] for name, found in shown(library).items()} == {
        "IMG.jpg": ["IMG.cr2"],
        "img.jpg": ["img.cr2"],
        "Other.JPG": ["oTHER.dng"],
    }


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_a_pair_that_links_lead_to(library, put):
    outside = library.root / "outside"
    outside.mkdir()
    for name in ("a.jpg", "a.cr2"):
        (outside / name).write_bytes(jpeg_bytes(sum(name.encode())))
        (library.photos / name).symlink_to(outside / name)
    put("b.jpg", "b.cr2")
    (library.photos / "c.cr2").symlink_to(library.photos / "b.cr2")
    for _ in range(2):
        library.index()
        assert {name: found[2] for name, found in shown(library).items()} == {
            "../outside/a.jpg": ["../outside/a.cr2"],
            "b.jpg": ["b.cr2"],
        }


def test_a_hidden_companion_is_none(library, put, update):
    put("a.jpg", ".a.cr2")
    update("a.jpg", ".a.cr2")
    assert shown(library) == {"a.jpg": (1, 0, [])}


def test_a_removed_folder_hides_pairs_and_brings_them_back(library, update, pair):
    library.catalog.folders.remove(library.watch())
    assert shown(library) == {}
    library.watch()
    update("a.jpg")
    assert shown(library) == {"a.jpg": (pair, 4, ["a.CR2"])}


def test_a_copied_pair_is_a_photo_of_its_own(library, update, pair):
    shutil.copytree(library.photos, library.root / "copy")
    (library.root / "copy").rename(library.photos / "copy")
    update("copy")
    now = shown(library)
    assert now["a.jpg"] == (pair, 4, ["a.CR2"])
    assert now["copy/a.jpg"][1:] == (0, ["copy/a.CR2"])
    assert library.encoder.encoded_images == 1


class Meanwhile(Unattended):
    """Something happens once, when the first file is being read."""

    def __init__(self, happens):
        self._happens = [happens]

    def attend(self):
        if self._happens:
            self._happens.pop()()


def test_a_picture_that_comes_while_its_raw_file_is_read(library, put):
    put("a.cr2")
    queue = WorkQueue()
    queue.add(look(library, "a.cr2").work)

    def the_picture_comes():
        put("a.jpg")
        found = look(library, "a.jpg")
        queue.drop(found.diff.companions)
        queue.add_first(found.work)

    read(library, queue, Meanwhile(the_picture_comes))
    assert shown(library) == {"a.jpg": (1, 0, ["a.cr2"])}
    assert len(rows(library)) == 2


def test_a_companion_that_goes_while_its_picture_is_read(library, put):
    put("a.jpg", "a.cr2", "a.mov")
    queue = WorkQueue()
    queue.add(look(library, "a.jpg").work)
    read(library, queue, Meanwhile((library.photos / "a.cr2").unlink))
    assert shown(library) == {"a.jpg": (1, 0, ["a.mov"])}


def test_photos_that_go_on_with_their_raw_files_are_not_among_those_that_vanish(library, put):
    put("a.jpg", "a.cr2", "b.jpg", "b.mov", "c.jpg")
    library.index()
    for name in ("a.jpg", "b.jpg", "b.mov"):
        (library.photos / name).unlink()
    diff = look(library, "a.jpg", "b.jpg", "b.mov").diff
    assert [os.path.basename(file.place.path) for file in diff.replaced] == [b"a.jpg"]
    assert [os.path.basename(file.place.path) for file in diff.missing] == [b"b.jpg", b"b.mov"]


def test_where_the_preferred_picture_is_broken_another_one_of_its_name_has_the_raw_file(library, put, update):
    put("a.heic", content=BROKEN)
    put("a.jpg", "a.cr2", "a.mov")
    update("a.heic", "a.jpg", "a.cr2", "a.mov")
    update("a.heic")
    assert shown(library) == {"a.jpg": (1, 0, ["a.cr2", "a.mov"])}
    assert failures(library) == [b"a.heic"]
    assert counts(library.index()) == {"files": 3, "photos": 1, "unchanged": 1, "failed": 1}


def test_a_picture_tried_again_leaves_its_raw_a_photo_while_it_cannot_be_read(library, put, update):
    put("a.CR2")
    put("a.jpg", content=b"no picture")
    update("a.jpg", "a.CR2")
    before = rate(library, "a.CR2", 5)
    assert shown(library) == {"a.CR2": (before, 5, [])}
    library.catalog.rereading.read_again(library.catalog.rereading.failed())
    update("a.jpg", "a.CR2")
    assert shown(library) == {"a.CR2": (before, 5, [])}
    assert failures(library) == [b"a.jpg"]
    put("a.jpg")
    update("a.jpg", "a.CR2")
    assert shown(library) == {"a.jpg": (before, 5, ["a.CR2"])}


def test_a_raw_that_changes_beside_an_evicted_picture_stays_its_companion(library, put, pair):
    rename(library, "a.jpg", ".a.jpg.icloud")
    put("a.CR2", seed=2)
    assert look(library, "a.CR2").work == []
    assert shown(library) == {"a.jpg": (pair, 4, ["a.CR2"])}
