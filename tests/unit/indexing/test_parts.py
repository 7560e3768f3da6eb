"""Looking at parts of watch folders comes to the same as looking at the whole of them."""

import os
import shutil

import pytest
from indexed_library import IndexedLibrary, context
from pictures import jpeg_bytes, write_jpeg

from photoorg.indexing import discovery
from photoorg.indexing.discovery import Discovery
from photoorg.indexing.scan import Part

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs links and permissions of POSIX")


@pytest.fixture
def indexed(library):
    """A watched folder with four photos that are indexed."""
    library.watch()
    for name in ("a.jpg", "x/b.jpg", "x/y/c.jpg", "z/d.jpg"):
        library.picture(name)
    library.index()
    return library


def look(library: IndexedLibrary, *names: str, settling=(), root=None):
    """Look at parts of the photos' folder; gives what was discovered."""
    folder = library.watch(root)
    root = os.fsencode(root or library.photos)
    parts = [Part(folder, root, os.path.join(root, os.fsencode(name))) for name in names]
    return Discovery(library.catalog, library.encoder.model, lambda: settling).look_at_parts(context(), parts)


def work(found) -> list[str]:
    return sorted(os.path.basename(os.fsdecode(item.path)) for item in found.work)


def test_a_new_file_is_to_be_read_and_others_are_not_looked_at(indexed):
    indexed.picture("new.jpg")
    indexed.picture("other.jpg")
    (indexed.photos / "a.jpg").unlink()
    found = look(indexed, "new.jpg")
    assert work(found) == ["new.jpg"]
    assert not found.diff.missing
    assert "photos/a.jpg" in indexed.shown()


def test_a_new_folder_is_looked_at_with_all_below_it(indexed):
    for name in ("new/a.jpg", "new/deep/b.jpg", "new/.hidden/c.jpg", "new/notes.txt"):
        indexed.picture(name)
    assert work(look(indexed, "new")) == ["a.jpg", "b.jpg"]


def test_what_is_gone_is_missing(indexed):
    (indexed.photos / "a.jpg").unlink()
    shutil.rmtree(indexed.photos / "x")
    look(indexed, "a.jpg", "x")
    assert indexed.shown().keys() == {"photos/z/d.jpg"}


def test_a_renamed_folder_is_recognised_without_reading(indexed):
    before = indexed.shown()
    (indexed.photos / "x").rename(indexed.photos / "q")
    found = look(indexed, "x", "q")
    assert not found.work
    assert found.diff.renamed == 2
    assert indexed.shown()["photos/q/y/c.jpg"] == before["photos/x/y/c.jpg"]


def test_a_file_that_moves_between_watch_folders_stays_the_same_photo(indexed):
    before, other = indexed.shown(), indexed.root / "other"
    other.mkdir()
    (indexed.photos / "a.jpg").rename(other / "a.jpg")
    parts = [
        Part(indexed.watch(root), os.fsencode(root), os.fsencode(root / "a.jpg")) for root in (indexed.photos, other)
    ]
    found = Discovery(indexed.catalog, None, tuple).look_at_parts(context(), parts)
    assert not found.work
    assert indexed.shown()["other/a.jpg"] == before["photos/a.jpg"]


def test_a_file_that_comes_back_is_there_again_without_reading(indexed):
    before = indexed.shown()
    (indexed.photos / "a.jpg").rename(indexed.root / "aside.jpg")
    look(indexed, "a.jpg")
    assert "photos/a.jpg" not in indexed.shown()
    (indexed.root / "aside.jpg").rename(indexed.photos / "a.jpg")
    assert not look(indexed, "a.jpg").work
    assert indexed.shown() == before


def test_a_file_that_moves_before_it_was_embedded_is_still_to_be_embedded(library):
    library.watch()
    library.picture("a.jpg")
    library.index(model=False)
    (library.photos / "a.jpg").rename(library.photos / "b.jpg")
    (item,) = look(library, "a.jpg", "b.jpg").work
    assert os.path.basename(item.path) == b"b.jpg"
    assert item.file_id is not None


def test_a_folder_in_the_place_of_a_file_and_a_file_in_that_of_a_folder(indexed):
    (indexed.photos / "a.jpg").unlink()
    indexed.picture("a.jpg/in.jpg")
    shutil.rmtree(indexed.photos / "z")
    (indexed.photos / "z").write_bytes(b"")
    assert work(look(indexed, "a.jpg", "z")) == ["in.jpg"]
    assert indexed.shown().keys() == {"photos/x/b.jpg", "photos/x/y/c.jpg"}


@pytest.mark.parametrize("name", [".hidden.jpg", ".trash/a.jpg", "x/@eaDir/a.jpg", "a.photoslibrary/a.jpg"])
def test_what_a_walk_would_not_come_to_is_not_looked_at(indexed, name):
    indexed.picture(name)
    assert not look(indexed, name).scan.looked_at


def test_a_hidden_watch_folder_inside_is_looked_at_through_itself(indexed):
    hidden = indexed.photos / ".hidden"
    indexed.picture(".hidden/a.jpg")
    (item,) = look(indexed, "a.jpg", root=hidden).work
    assert item.place.watch_folder_id == indexed.watch(hidden).id


def test_the_innermost_watch_folder_owns_what_is_found(indexed):
    inner = indexed.watch(indexed.photos / "x")
    indexed.picture("x/new.jpg")
    (item,) = look(indexed, "x/new.jpg").work
    assert item.place.watch_folder_id == inner.id


@POSIX
def test_links_want_a_look_at_the_whole_folder(indexed, tmp_path):
    outside = write_jpeg(tmp_path / "outside" / "a.jpg", 5)
    (indexed.photos / "link.jpg").symlink_to(outside)
    assert look(indexed, "link.jpg").scan.links == {indexed.watch().id}
    (indexed.photos / "new").mkdir()
    (indexed.photos / "new" / "link").symlink_to(outside.parent)
    indexed.picture("new/a.jpg")
    found = look(indexed, "new")
    assert found.scan.links
    assert not found.work


@POSIX
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="nothing is forbidden to root")
def test_nothing_is_known_of_what_may_not_be_entered(indexed):
    (indexed.photos / "x").chmod(0)
    try:
        look(indexed, "x", "x/b.jpg")
    finally:
        (indexed.photos / "x").chmod(0o755)
    assert len(indexed.shown()) == 4


def test_nothing_is_missing_where_the_watch_folder_is_gone(indexed):
    before = indexed.shown()
    indexed.photos.rename(indexed.root / "unplugged")
    look(indexed, "a.jpg", "x")
    assert indexed.shown() == before


def test_nothing_is_missing_where_another_folder_took_its_place_meanwhile(indexed, monkeypatch):
    before, identities = indexed.shown(), iter([(1, 1), (1, 2)])
    (indexed.photos / "a.jpg").unlink()
    monkeypatch.setattr(discovery, "identity", lambda _: next(identities))
    look(indexed, "a.jpg")
    assert indexed.shown() == before


def test_what_still_changes_is_left_alone(indexed):
    changing = os.fsencode(indexed.photos / "a.jpg")
    (indexed.photos / "a.jpg").write_bytes(jpeg_bytes(9))
    (indexed.photos / "x" / "b.jpg").unlink()
    root = os.fsencode(indexed.photos)
    found = Discovery(indexed.catalog, None, lambda: {changing, os.path.join(root, b"x/b.jpg")}).look_at_folders(
        context(), [(indexed.watch(), root)]
    )
    assert not found.work
    assert not found.diff.missing


def test_the_file_that_was_where_something_changes_may_have_moved(indexed):
    before = indexed.shown()
    (indexed.photos / "a.jpg").rename(indexed.photos / "b.jpg")
    (indexed.photos / "a.jpg").write_bytes(b"half of a new one")
    found = look(indexed, "a.jpg", "b.jpg", settling={os.fsencode(indexed.photos / "a.jpg")})
    assert not found.work
    assert indexed.shown()["photos/b.jpg"] == before["photos/a.jpg"]
