"""Mass vanishing: what is gone at once with most of its folder is held until a person has decided."""

import os
import shutil

import pytest
from indexed_library import IndexedLibrary, context, counts
from pictures import write_jpeg

from photoorg.errors import NothingVanished
from photoorg.indexing import vanishing
from photoorg.indexing.discovery import Discovery
from photoorg.indexing.report import IndexReport
from photoorg.indexing.scan import Part
from photoorg.indexing.vanishing import LEAST_FILES
from photoorg.indexing.watch_folders import WatchFolders
from photoorg.volumes import Volume, mounted_volumes

MANY = LEAST_FILES + 10


@pytest.fixture
def many(library) -> IndexedLibrary:
    """A watched folder with so many photos that their vanishing alarms, in two sub folders of one size."""
    library.watch()
    for n in range(MANY):
        library.picture(f"{'xy'[n % 2]}/{n}.jpg", seed=n)
    library.index(model=False)
    return library


def look(library: IndexedLibrary, *names: str):
    folder, root = library.watch(), os.fsencode(library.photos)
    parts = [Part(folder, root, os.path.join(root, os.fsencode(name))) for name in names]
    return Discovery(library.catalog, None, tuple).look_at_parts(context(), parts)


def held(library) -> int:
    return sum(info.vanished.files for info in WatchFolders(library.catalog).describe() if info.vanished)


def away(library) -> int:
    """How many photos are shown as offline."""
    return sum(not photo.online for photo in library.catalog.photos.all())


def take_out(library):
    """Everything in the folder is somewhere else, as if a disk was not mounted there."""
    library.photos.rename(library.root / "unmounted")
    library.photos.mkdir()


def bring_back(library):
    library.photos.rmdir()
    (library.root / "unmounted").rename(library.photos)


def test_when_all_is_gone_nothing_is_missing_and_all_is_offline(many):
    before = many.shown()
    take_out(many)
    report = many.index(model=False)
    assert (report.missing, report.files) == (0, 0)
    assert [(h.path, h.gone, h.there) for h in report.held] == [(str(many.photos), MANY, MANY)]
    assert many.shown() == before
    assert (held(many), away(many)) == (MANY, MANY)
    assert IndexReport.from_dict(report.to_dict()) == report


def test_what_comes_back_is_as_it_was(many):
    before = many.shown()
    take_out(many)
    many.index(model=False)
    bring_back(many)
    report = many.index(model=False)
    assert counts(report) == {"files": MANY, "photos": MANY, "unchanged": MANY}
    assert not report.held
    assert many.shown() == before
    assert (held(many), away(many)) == (0, 0)


def test_what_is_confirmed_is_missing_and_only_that_once(many):
    take_out(many)
    many.index(model=False)
    WatchFolders(many.catalog).confirm_vanished(many.photos)
    assert held(many) == 0, "nobody is asked twice"
    report = many.index(model=False)
    assert (report.missing, report.held) == (MANY, [])
    assert many.shown() == {}
    bring_back(many)
    assert counts(many.index(model=False))["moved"] == MANY
    take_out_again = many.root / "again"
    many.photos.rename(take_out_again)
    many.photos.mkdir()
    assert many.index(model=False).missing == 0
    assert held(many) == MANY


def test_a_confirmation_is_not_for_much_more_than_was_asked_about(many, monkeypatch):
    monkeypatch.setattr(vanishing, "LEAST_FILES", 20)
    shutil.rmtree(many.photos / "x")
    many.index(model=False)
    assert held(many) == MANY / 2
    WatchFolders(many.catalog).confirm_vanished(many.photos)
    shutil.rmtree(many.photos / "y")
    assert many.index(model=False).missing == 0
    assert held(many) == MANY, "and now a person is asked about these"


def test_a_confirmation_of_what_came_back_takes_nothing(many):
    take_out(many)
    many.index(model=False)
    WatchFolders(many.catalog).confirm_vanished(many.photos)
    bring_back(many)
    assert counts(many.index(model=False))["unchanged"] == MANY
    take_out(many)
    assert many.index(model=False).missing == 0


def test_where_nothing_vanished_there_is_nothing_to_confirm(many):
    with pytest.raises(NothingVanished):
        WatchFolders(many.catalog).confirm_vanished(many.photos)


def test_a_big_folder_that_is_deleted_among_many_more_photos_is_missing(many):
    for n in range(2 * MANY):
        many.picture(f"z/{n}.jpg", seed=n)
    many.index(model=False)
    shutil.rmtree(many.photos / "x")
    shutil.rmtree(many.photos / "y")
    report = many.index(model=False)
    assert (report.missing, report.held) == (MANY, [])


def test_a_small_folder_that_is_emptied_is_missing(library):
    library.watch()
    for n in range(5):
        library.picture(f"{n}.jpg", seed=n)
    library.index(model=False)
    take_out(library)
    assert library.index(model=False).missing == 5


def test_a_look_at_parts_holds_too_and_lets_go(many):
    for name in "xy":
        (many.photos / name).rename(many.root / name)
    found = look(many, "x", "y")
    assert not found.diff.missing
    assert held(many) == MANY
    (many.root / "x").rename(many.photos / "x")
    look(many, "x")
    assert (len(many.catalog.vanished.places([many.watch().id])), away(many)) == (MANY // 2, MANY // 2)
    (many.root / "y").rename(many.photos / "y")
    look(many, "y")
    assert (held(many), away(many)) == (0, 0)


def test_a_deletion_by_hand_is_taken_up_bit_by_bit(many):
    shutil.rmtree(many.photos / "x")
    assert len(look(many, "x").diff.missing) == MANY // 2
    assert len(many.shown()) == MANY // 2


def test_the_share_is_that_of_the_watch_folder(many):
    other = many.root / "other"
    for n in range(3 * MANY):
        write_jpeg(other / f"{n}.jpg", n)
    many.watch(other)
    many.index(model=False)
    take_out(many)
    report = many.index(model=False)
    assert [h.path for h in report.held] == [str(many.photos)]
    assert report.missing == 0


def test_what_moved_is_no_vanishing(many):
    before = many.shown()
    other = many.root / "other"
    other.mkdir()
    many.watch(other)
    for name in "xy":
        (many.photos / name).rename(other / name)
    report = many.index(model=False)
    assert (report.moved, report.missing, report.held) == (MANY, 0, [])
    assert sorted(many.shown().values()) == sorted(before.values())


def test_what_turns_up_elsewhere_by_its_content_has_moved(many):
    """As from one disk to another: new inodes."""
    before, other = many.shown(), many.root / "other"
    take_out(many)
    many.index(model=False)
    shutil.copytree(many.root / "unmounted", other)
    many.watch(other)
    report = many.index(model=False)
    assert (report.moved, report.new, report.held) == (MANY, 0, [])
    assert sorted(many.shown().values()) == sorted(before.values())
    assert away(many) == 0


def test_of_a_disk_that_is_not_mounted_inside_a_watch_folder_nothing_is_missing(many, monkeypatch):
    """However few: what is on another volume is offline without a question."""
    disk = Volume("uuid:inner", os.fsencode(many.photos / "disk"))
    values = {"volume": many.catalog.folders.volume_id(disk), "name": b"0.jpg"}
    with many.catalog.files._db.transaction() as write:
        write.execute("UPDATE file SET volume_id = :volume, path = :name WHERE path_text LIKE '%x/0.jpg'", values)
    (many.photos / "x" / "0.jpg").unlink()
    report = many.index(model=False)
    assert (report.missing, report.held) == (0, [])
    assert "photos/disk/0.jpg" in many.shown()
    monkeypatch.setattr(vanishing, "mounted_volumes", lambda: {**mounted_volumes(), disk.key: disk})
    assert many.index(model=False).missing == 1


def test_a_folder_that_is_removed_and_added_again_asks_again(many):
    take_out(many)
    many.index(model=False)
    WatchFolders(many.catalog).remove(many.photos)
    assert held(many) == 0
    many.watch()
    many.index(model=False)
    assert held(many) == MANY


def test_a_few_of_many_go_without_a_question(many):
    """Ten of sixty are no alarm, and go as they always did."""
    for n in range(0, 20, 2):
        (many.photos / "x" / f"{n}.jpg").unlink()
    assert many.index(model=False).missing == 10


def test_what_comes_back_after_the_inner_watch_folder_was_removed_is_there(library):
    """The folder around it has inherited the photos, and what was held of them."""
    outer, inner = library.watch(), library.photos / "x"
    for n in range(MANY):
        library.picture(f"x/{n}.jpg", seed=n)
    library.watch(inner)
    library.index(model=False)
    inner.rename(library.root / "unmounted")
    inner.mkdir()
    assert library.index(model=False).held
    WatchFolders(library.catalog).remove(inner)
    inner.rmdir()
    (library.root / "unmounted").rename(inner)
    library.index([outer], model=False)
    assert (held(library), away(library)) == (0, 0)


def test_what_was_held_is_held_for_the_watch_folder_around_a_removed_one(library):
    library.watch()
    for n in range(MANY):
        library.picture(f"x/{n}.jpg", seed=n)
    library.watch(library.photos / "x")
    library.index(model=False)
    (library.photos / "x").rename(library.root / "unmounted")
    (library.photos / "x").mkdir()
    library.index(model=False)
    WatchFolders(library.catalog).remove(library.photos / "x")
    report = library.index(model=False)
    assert (report.missing, held(library), away(library)) == (0, MANY, MANY)
