"""What happens to files on the disk never costs a photo its id: what people did hangs on it."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from following_steps import by_parts, by_run
from indexed_library import counts
from pictures import jpeg_bytes, write_jpeg
from PIL import Image

from photoorg import volumes

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs links of POSIX")


@pytest.fixture(params=[by_run, by_parts])
def update(request, library):
    """Takes the changes to these paths, relative to the photos' folder, up."""
    return lambda *names: request.param(library, *names)


@pytest.fixture
def indexed(library, decoder):
    """A watched folder with four indexed photos, and another one, empty; nothing was decoded or embedded since."""
    other = library.root / "other"
    other.mkdir()
    library.watch()
    library.watch(other)
    for name in ("a.jpg", "x/b.jpg", "x/y/c.jpg", "d.jpg"):
        library.picture(name)
    library.index()
    forget_work(library, decoder)
    return library


def forget_work(library, decoder):
    decoder.clear()
    library.encoder.encoded_images = 0


def assert_no_work(library, decoder):
    assert (decoder, library.encoder.encoded_images) == ([], 0)


def moved(shown, *changes):
    """What was shown, under other names."""
    names = dict(changes)
    return {names.get(name, name): photo for name, photo in shown.items()}


def move(library, old, new):
    (library.photos / new).parent.mkdir(exist_ok=True)
    (library.photos / old).rename(library.photos / new)


@pytest.mark.parametrize("new", ["e.jpg", "A.jpg", "x/a.jpg", "new/a.jpg", "../other/a.jpg", "a.JPG"])
def test_a_file_that_is_renamed_or_moved(indexed, update, decoder, new):
    before = indexed.shown()
    move(indexed, "a.jpg", new)
    update("a.jpg", "new" if new.startswith("new") else new)
    place = os.path.relpath(indexed.photos / new, indexed.root)
    assert indexed.shown() == moved(before, ("photos/a.jpg", os.path.normpath(place)))
    assert_no_work(indexed, decoder)


@pytest.mark.parametrize("new", ["z", "X", "new/x", "../other/x"])
def test_a_folder_that_is_renamed_or_moved(indexed, update, decoder, new):
    before = indexed.shown()
    move(indexed, "x", new)
    update("x", "new" if new.startswith("new") else new)
    place = os.path.normpath(f"photos/{new}")
    assert indexed.shown() == {name.replace("photos/x/", f"{place}/"): photo_id for name, photo_id in before.items()}
    assert_no_work(indexed, decoder)


def test_a_moved_folder_of_many_files_is_not_read(library, decoder):
    library.watch()
    data = jpeg_bytes(1)
    for n in range(1200):  # more than are written at once
        path = library.photos / f"x/{n % 7}/{n}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data + str(n).encode())
    library.index()
    before = library.shown()
    forget_work(library, decoder)
    move(library, "x", "y")
    assert counts(library.index()) == {"files": 1200, "photos": 1200, "moved": 1200}
    assert library.shown() == {name.replace("/x/", "/y/"): photo_id for name, photo_id in before.items()}
    assert_no_work(library, decoder)


@pytest.fixture
def any_case(library, monkeypatch):
    """A file system that finds files by names in any case, as those of macOS and Windows do: for lstat and stat."""

    def insensitive(look):
        def find(path, *args, **kwargs):
            if isinstance(path, bytes) and path.startswith(os.fsencode(library.root)):
                path = found(path)
            return look(path, *args, **kwargs)

        return find

    def found(path):
        folder, name = os.path.split(path)
        if len(folder) > len(os.fsencode(library.root)):
            folder = found(folder)
        names = os.listdir(folder) if os.path.isdir(folder) else []
        return os.path.join(folder, next((n for n in names if n.lower() == name.lower()), name))

    for name in ("lstat", "stat"):
        monkeypatch.setattr(os, name, insensitive(getattr(os, name)))


@pytest.mark.usefixtures("any_case")
@pytest.mark.parametrize(
    ("old", "new"), [("a.jpg", "A.jpg"), ("a.jpg", "a.JPG"), ("x", "X"), ("x/y", "x/Y"), ("x/b.jpg", "X/b.jpg")]
)
def test_a_change_of_case_where_any_case_finds_the_file(indexed, update, decoder, old, new):
    before = indexed.shown()
    changed = (old, new)
    if new == "X/b.jpg":  # the folder's name changes just after something happened to a file in it
        old, new, changed = "x", "X", ("x/b.jpg", "x", "X")
    (indexed.photos / old).rename(indexed.photos / new)
    update(*changed)
    names = {name: name.replace(f"photos/{old}", f"photos/{new}", 1) for name in before}
    assert indexed.shown() == moved(before, *names.items())
    assert_no_work(indexed, decoder)


def with_exif(path: Path) -> None:
    """Write another title into a JPEG, as a program does: a new file, the same picture."""
    data = path.read_bytes()
    exif = Image.Exif()
    exif[0x010E] = "Another title"
    block = b"Exif\0\0" + exif.tobytes()[6:]
    new = path.with_suffix(".tmp")
    new.write_bytes(data[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block + data[2:])
    new.replace(path)


def test_a_rewritten_exif_block(indexed, update, decoder):
    before, pictures = indexed.shown(), {p.picture_key for p in indexed.catalog.photos.all()}
    with_exif(indexed.photos / "a.jpg")
    update("a.jpg")
    assert indexed.shown() == before
    assert {p.picture_key for p in indexed.catalog.photos.all()} == pictures
    assert decoder == [os.fsencode(indexed.photos / "a.jpg")]
    assert indexed.encoder.encoded_images == 0


def test_a_rewritten_exif_block_of_a_file_that_moved_by_copying(indexed, update):
    before = indexed.shown()
    with_exif(indexed.photos / "a.jpg")
    shutil.copy(indexed.photos / "a.jpg", indexed.photos / "x/new.jpg")
    (indexed.photos / "a.jpg").unlink()
    update("a.jpg", "x/new.jpg")
    assert indexed.shown() == moved(before, ("photos/a.jpg", "photos/x/new.jpg"))
    assert indexed.encoder.encoded_images == 0


@pytest.mark.parametrize("in_place", [True, False])
def test_a_file_that_is_edited(indexed, update, in_place):
    before = indexed.shown()
    edited = indexed.photos / ("a.jpg" if in_place else ".a.tmp")
    edited.write_bytes(jpeg_bytes(4711))
    edited.replace(indexed.photos / "a.jpg")
    update("a.jpg")
    assert indexed.shown() == before
    assert indexed.encoder.encoded_images == 1


def test_copies_share_everything_derived(indexed, update):
    for name in ("copy.jpg", "x/copy.jpg"):
        shutil.copy2(indexed.photos / "a.jpg", indexed.photos / name)
    update("copy.jpg", "x/copy.jpg")
    assert len(set(indexed.shown().values())) == 6
    assert len({p.picture_key for p in indexed.catalog.photos.all()}) == 4
    assert indexed.encoder.encoded_images == 0


def test_a_deleted_photo_whose_copy_is_known_is_missing(indexed, update):
    shutil.copy2(indexed.photos / "a.jpg", indexed.photos / "x/copy.jpg")
    update("x/copy.jpg")
    before = indexed.shown()
    (indexed.photos / "a.jpg").unlink()
    update("a.jpg")
    gone = before.pop("photos/a.jpg")
    assert indexed.shown() == before
    assert gone not in before.values()


def test_a_photo_restored_at_another_place(indexed, update):
    before, data = indexed.shown(), (indexed.photos / "a.jpg").read_bytes()
    (indexed.photos / "a.jpg").unlink()
    update("a.jpg")
    write_jpeg(indexed.root / "other/back/old.jpg", 1).write_bytes(data)
    update("../other/back")
    assert indexed.shown() == moved(before, ("photos/a.jpg", "other/back/old.jpg"))
    assert indexed.encoder.encoded_images == 0


@POSIX
def test_a_hard_link_is_a_copy(indexed, update):
    before = indexed.shown()
    os.link(indexed.photos / "a.jpg", indexed.photos / "x/link.jpg")
    update("x/link.jpg")
    after = indexed.shown()
    assert len(set(after.values())) == 5
    assert before.items() <= after.items()
    (indexed.photos / "x/link.jpg").unlink()
    update("x/link.jpg")
    assert indexed.shown() == before


@POSIX
@pytest.mark.parametrize("target", ["photos", "photos/x", "photos/a.jpg"])
def test_a_link_to_the_same_place_shows_nothing_twice(indexed, update, decoder, target):
    before = indexed.shown()
    (indexed.root / "other/link.jpg").symlink_to(indexed.root / target)
    indexed.index()
    assert indexed.shown() == before
    (indexed.root / "other/link.jpg").unlink()
    indexed.index()
    assert indexed.shown() == before
    assert_no_work(indexed, decoder)


def test_a_watch_folder_inside_another_one_shows_nothing_twice(indexed, decoder):
    before = indexed.shown()
    inner = indexed.watch(indexed.photos / "x")
    indexed.index()
    assert indexed.shown() == before
    indexed.catalog.folders.remove(inner)
    assert indexed.shown() == before
    indexed.index()
    assert indexed.shown() == before
    assert_no_work(indexed, decoder)


def test_the_outer_folder_is_removed_and_the_inner_one_stays(indexed, decoder):
    before = indexed.shown()
    indexed.watch(indexed.photos / "x")
    indexed.index()
    indexed.catalog.folders.remove(indexed.watch())
    inside = {name: photo_id for name, photo_id in before.items() if name.startswith("photos/x/")}
    assert indexed.shown() == inside
    indexed.index()
    assert indexed.shown() == inside
    indexed.watch()
    indexed.index()
    assert indexed.shown() == before
    assert_no_work(indexed, decoder)


def test_the_outer_folder_is_removed_before_the_inner_one_was_scanned(indexed, decoder):
    before = indexed.shown()
    indexed.watch(indexed.photos / "x")
    indexed.catalog.folders.remove(indexed.watch())
    inside = {name: photo_id for name, photo_id in before.items() if name.startswith("photos/x/")}
    assert indexed.shown() == inside
    indexed.index()
    assert indexed.shown() == inside
    assert_no_work(indexed, decoder)


def test_a_folder_is_removed_and_added_again(indexed, decoder):
    before = indexed.shown()
    indexed.catalog.journal.set_photos(list(before.values()), "rating", 5)
    indexed.catalog.folders.remove(indexed.watch())
    indexed.index()
    assert indexed.shown() == {}
    indexed.watch()
    assert indexed.shown() == before
    report = indexed.index()
    assert indexed.shown() == before
    assert counts(report) == {"files": 4, "photos": 4, "unchanged": 4}
    assert {photo.rating for photo in indexed.catalog.photos.all()} == {5}
    assert_no_work(indexed, decoder)


def test_a_folder_is_removed_and_its_outer_folder_added(indexed, decoder):
    before = indexed.shown()
    indexed.catalog.folders.remove(indexed.watch())
    indexed.watch(indexed.root)
    indexed.index()
    assert indexed.shown() == before
    assert_no_work(indexed, decoder)


def test_a_folder_is_removed_and_a_folder_in_it_added(indexed, decoder):
    before = indexed.shown()
    indexed.catalog.folders.remove(indexed.watch())
    indexed.watch(indexed.photos / "x")
    indexed.index()
    assert indexed.shown() == {name: photo_id for name, photo_id in before.items() if name.startswith("photos/x/")}
    indexed.watch()
    indexed.index()
    assert indexed.shown() == before
    assert_no_work(indexed, decoder)


def test_what_changed_while_a_folder_was_removed(indexed, decoder):
    before = indexed.shown()
    indexed.catalog.folders.remove(indexed.watch())
    move(indexed, "a.jpg", "x/new.jpg")
    (indexed.photos / "d.jpg").unlink()
    indexed.watch()
    indexed.index()
    del before["photos/d.jpg"]
    assert indexed.shown() == moved(before, ("photos/a.jpg", "photos/x/new.jpg"))
    assert_no_work(indexed, decoder)


def test_a_photo_of_a_removed_folder_that_moves_to_a_followed_one(indexed):
    before = indexed.shown()
    indexed.catalog.folders.remove(indexed.watch())
    move(indexed, "a.jpg", "../other/a.jpg")
    indexed.index()
    assert set(indexed.shown()) == {"other/a.jpg"}
    indexed.watch()
    indexed.index()
    del before["photos/a.jpg"]
    assert before.items() <= indexed.shown().items()


@pytest.mark.skipif(sys.platform != "linux", reason="reads a made-up table of Linux")
def test_a_volume_that_comes_back_under_another_path(library, decoder, tmp_path, monkeypatch):
    disk, elsewhere = library.root / "disk", library.root / "elsewhere"

    def mounted(place):
        lines = [b"28 1 0:25 / / rw - ext4 /dev/sda1 rw\n"]
        if place:
            lines.append(b"30 28 8:17 / %s rw - ext4 /dev/sdb1 rw\n" % os.fsencode(place))
        (tmp_path / "mountinfo").write_bytes(b"".join(lines))
        library.catalog.photos._mounted._known = None  # it is looked at every few seconds

    (tmp_path / "by-uuid").mkdir()
    (tmp_path / "by-uuid" / "2222").symlink_to("/dev/sdb1")
    monkeypatch.setattr(volumes, "_MOUNT_INFO", str(tmp_path / "mountinfo"))
    monkeypatch.setattr(volumes, "_BY_UUID", str(tmp_path / "by-uuid"))
    write_jpeg(disk / "x/a.jpg", 1)
    write_jpeg(disk / "x/b.jpg", 2)
    mounted(disk)
    library.watch(disk / "x")
    library.index()
    before = library.shown()
    forget_work(library, decoder)
    disk.rename(elsewhere)
    mounted(None)
    assert library.shown() == before
    assert not any(photo.online for photo in library.catalog.photos.all())
    mounted(elsewhere)
    library.index()
    assert library.shown() == {name.replace("disk/", "elsewhere/"): photo_id for name, photo_id in before.items()}
    assert all(photo.online for photo in library.catalog.photos.all())
    assert_no_work(library, decoder)
