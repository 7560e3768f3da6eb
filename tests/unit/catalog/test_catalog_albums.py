"""Albums by hand and by a saved search: every edit can be taken back, also after a restart."""

from contextlib import closing

import pytest
from catalog_samples import answer_of, read, store

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.timeline import Collection
from photoorg.errors import PhotoUnknown
from photoorg.organising_errors import (
    AlbumFillsItself,
    AlbumIsHandPicked,
    AlbumUnknown,
    NameEmpty,
    NameTaken,
    NameTooLong,
)
from photoorg.query_errors import QueryEmpty


@pytest.fixture
def photos(catalog, folder):
    """The ids of three photos."""
    return store(catalog, *(read(folder, name, name) for name in ("1.jpg", "2.jpg", "3.jpg")))


def albums(catalog):
    return {album.name: album.photos for album in catalog.albums.list()}


def test_photos_in_an_album_in_the_order_in_which_they_came(catalog, photos):
    album = catalog.albums.create("Holidays")
    assert (album.name, album.query, album.photos) == ("Holidays", None, 0)
    made = catalog.albums.add(album, [photos[2], photos[0], photos[2]])
    assert (made.action, made.photo_ids) == ("add to album", (photos[2], photos[0]))
    catalog.albums.add(album, photos)
    assert list(catalog.albums.photo_ids(album)) == [photos[2], photos[0], photos[1]]
    assert catalog.albums.add(album, photos) is None
    catalog.albums.remove(album.id, photos[:1])
    assert list(catalog.albums.photo_ids(album)) == [photos[2], photos[1]]
    catalog.journal.undo()
    catalog.journal.undo()
    assert list(catalog.albums.photo_ids(album)) == [photos[2], photos[0]]


def test_deleting_is_taken_back_with_ids_and_photos_after_a_restart(catalog, photos, data_dir):
    album = catalog.albums.create("Holidays")
    catalog.albums.add(album, photos)
    catalog.albums.delete(album)
    assert albums(catalog) == {}
    catalog.close()
    with closing(Catalog(data_dir)) as again:
        assert again.journal.undo().photo_ids == tuple(photos)
        assert again.albums.named("holidays") == again.albums.with_id(album.id)
        assert list(again.albums.photo_ids(album)) == photos
        again.journal.redo()
        assert albums(again) == {}
        again.journal.undo()
        again.journal.undo()
        again.journal.undo()
        assert albums(again) == {}
        again.journal.redo()
        again.journal.redo()
        assert albums(again) == {"Holidays": 3}


def test_a_photo_forgotten_meanwhile_does_not_come_back(catalog, photos):
    album = catalog.albums.create("Holidays")
    catalog.albums.add(album, photos)
    catalog.albums.delete(album)
    catalog.forgetting.forget(catalog.forgetting.files_of(photos[:1]))
    catalog.journal.undo()
    assert list(catalog.albums.photo_ids(album)) == photos[1:]
    assert catalog.health.dangling() == []


def test_ids_are_never_used_again(catalog):
    first = catalog.albums.create("one")
    catalog.journal.undo()
    assert catalog.albums.create("two").id > first.id


def test_names(catalog):
    one, other = catalog.albums.create(" Summer   2023 "), catalog.albums.create("Other")
    assert one.name == "Summer 2023"
    for edit in (
        lambda: catalog.albums.create("SUMMER 2023"),
        lambda: catalog.albums.rename(other, "summer 2023"),
        lambda: catalog.albums.save_search("summer 2023", "beach"),
    ):
        with pytest.raises(NameTaken, match="Summer 2023"):
            edit()
    with pytest.raises(NameEmpty):
        catalog.albums.rename(one, " ")
    with pytest.raises(NameTooLong):
        catalog.albums.create("x" * 201)
    catalog.albums.rename(one, "SUMMER 2023")
    assert catalog.albums.rename(one, "SUMMER 2023") is None
    assert sorted(albums(catalog)) == ["Other", "SUMMER 2023"]


def test_a_saved_search(catalog, photos):
    saved = catalog.albums.save_search("Beaches", "  beach -snow\n", cut_off=0.7, folded=False)
    assert (saved.query, saved.cut_off, saved.folded, saved.photos) == ("beach -snow", 0.7, False, None)
    catalog.albums.change_search(saved, "beach OR lake")
    catalog.albums.change_search(saved, cut_off=0.3, folded=True)
    assert catalog.albums.change_search(saved, cut_off=0.3) is None
    changed = catalog.albums.with_id(saved.id)
    assert (changed.query, changed.cut_off, changed.folded) == ("beach OR lake", 0.3, True)
    catalog.journal.undo()
    catalog.journal.undo()
    assert catalog.albums.with_id(saved.id) == saved
    catalog.albums.delete(saved)
    catalog.journal.undo()
    assert catalog.albums.with_id(saved.id) == saved


def test_hand_picked_and_saved_searches_are_kept_apart(catalog, photos):
    saved, picked = catalog.albums.save_search("Beaches", "beach"), catalog.albums.create("Picked")
    for edit in (catalog.albums.add, catalog.albums.remove):
        with pytest.raises(AlbumFillsItself, match="Beaches"):
            edit(saved, photos)
    with pytest.raises(AlbumFillsItself):
        catalog.albums.photo_ids(saved)
    with pytest.raises(AlbumIsHandPicked, match="Picked"):
        catalog.albums.change_search(picked, "beach")


def test_searches_that_cannot_be_saved(catalog):
    with pytest.raises(QueryEmpty):
        catalog.albums.save_search("Nothing", " \x00 ")
    with pytest.raises(NameTooLong):
        catalog.albums.save_search("Much", "x" * 5000)
    for cut_off in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="cut-off"):
            catalog.albums.save_search("Odd", "beach", cut_off=cut_off)
    assert albums(catalog) == {}


def test_unknown_albums_and_photos(catalog, photos):
    gone = catalog.albums.create("Gone")
    catalog.albums.delete(gone)
    for edit in (
        lambda: catalog.albums.add(gone, photos),
        lambda: catalog.albums.rename(gone, "Back"),
        lambda: catalog.albums.delete(gone),
        lambda: catalog.albums.photo_ids(gone.id),
        lambda: catalog.albums.named("Gone"),
        lambda: catalog.albums.change_search(gone, "beach"),
    ):
        with pytest.raises(AlbumUnknown):
            edit()
    album = catalog.albums.create("Here")
    with pytest.raises(PhotoUnknown):
        catalog.albums.add(album, [*photos, 999])
    assert albums(catalog) == {"Here": 0}


def test_an_album_as_a_collection(catalog, folder, photos):
    album = catalog.albums.create("Holidays")
    show = Collection("album", album_id=album.id)
    empty = catalog.timelines.timeline(show)
    assert empty.photo_ids.tolist() == []
    catalog.albums.add(album, photos)
    assert sorted(catalog.timelines.changes(show, empty.revision).there.photo_ids.tolist()) == photos
    assert sorted(catalog.timelines.timeline(show).photo_ids.tolist()) == photos
    full = catalog.timelines.timeline(show).revision
    catalog.albums.delete(album)
    assert sorted(catalog.timelines.changes(show, full).gone.tolist()) == photos
    assert catalog.timelines.timeline(show).photo_ids.tolist() == []


EDITS = """
import json, sys
from pathlib import Path
from photoorg.catalog.catalog import Catalog
from photoorg.paths import DataDir
catalog = Catalog(DataDir(Path(sys.argv[1])))
album = catalog.albums.named("Shared")
for number in range(20):
    catalog.albums.create(f"{sys.argv[2]} {number}")
    catalog.albums.add(album, [int(sys.argv[3])])
    catalog.albums.remove(album, [int(sys.argv[3])])
catalog.albums.add(album, [int(sys.argv[3])])
catalog.close()
print(json.dumps("done"))
"""


def test_two_programs_edit_at_once(catalog, photos, data_dir):
    from concurrent.futures import ThreadPoolExecutor

    catalog.albums.create("Shared")
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(answer_of, EDITS, data_dir.root, name, photos[n]) for n, name in enumerate(("a", "b"))]
        assert [one.result() for one in done] == ["done", "done"]
    assert len(albums(catalog)) == 41
    assert sorted(catalog.albums.photo_ids(catalog.albums.named("Shared"))) == photos[:2]
    for _ in range(2 * 61 + 1):
        catalog.journal.undo()
    assert albums(catalog) == {}
