"""What people keep of two photos that become one: the albums and tags of both, and what undoing does to them."""

import pytest

pytestmark = pytest.mark.usefixtures("decoder")


def two_photos(library, put):
    """The ids of a picture's photo, and of that of a RAW which is to join it."""
    put("a.jpg", "b.cr2")
    library.index()
    ids = library.shown()
    return ids["photos/a.jpg"], ids["photos/b.cr2"]


def join(library, update):
    (library.photos / "b.cr2").rename(library.photos / "a.cr2")
    update("b.cr2", "a.cr2")


def test_photos_that_become_one_are_in_the_albums_of_both(library, put, update):
    photo_id, other = two_photos(library, put)
    catalog = library.catalog
    both, one = catalog.albums.create("both"), catalog.albums.create("one")
    catalog.albums.add(both, [photo_id, other])
    catalog.tags.add([photo_id], "sea")
    catalog.albums.add(one, [other])
    catalog.tags.add([other], "Raw")
    join(library, update)
    assert [list(catalog.albums.photo_ids(album)) for album in (both, one)] == [[photo_id], [photo_id]]
    assert list(catalog.tags.of(photo_id)) == ["Raw", "sea"]
    catalog.journal.undo()
    assert list(catalog.tags.of(photo_id)) == ["sea"]
    catalog.journal.undo()
    assert list(catalog.albums.photo_ids(one)) == []
    catalog.albums.delete(both)
    catalog.journal.undo()
    assert list(catalog.albums.photo_ids(both)) == [photo_id]
    assert catalog.health.dangling() == []


def test_an_album_deleted_before_its_photos_became_one_comes_back(library, put, update):
    photo_id, other = two_photos(library, put)
    album = library.catalog.albums.create("both")
    library.catalog.albums.add(album, [other, photo_id])
    library.catalog.albums.delete(album)
    join(library, update)
    library.catalog.journal.undo()
    assert list(library.catalog.albums.photo_ids(album)) == [photo_id]
