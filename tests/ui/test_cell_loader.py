import logging

import pytest
from grid_fakes import Grid, jpeg, photo
from PySide6.QtGui import QPixmap

from photoorg.errors import PhotoorgError
from photoorg.ui import cell_loader
from photoorg.ui.cell_cache import RecentlyUsed, Thumbnail, ThumbnailCache
from photoorg.ui.thumbnail_pixels import decode, long_side_for


@pytest.fixture
def grid(qapp):
    made = Grid()
    yield made
    made.close()


class StoreGone(PhotoorgError):
    code = "store-gone"
    text = "the store is gone"


def is_idle(cells):
    return not cells._wishes and not cells._outdated and not cells._in_flight


def load(qtbot, cells, photo_ids, side=100):
    for photo_id in photo_ids:
        cells.cell(photo_id, side)
    qtbot.waitUntil(lambda: is_idle(cells))
    return [cells.cell(photo_id, side) for photo_id in photo_ids]


def test_a_cell_is_empty_first_and_loaded_then(qtbot, grid):
    first = grid.cells.cell(5, 100)
    assert (first.photo, first.pixmap) == (None, None)
    with qtbot.waitSignal(grid.cells.loaded) as signal:
        pass
    assert signal.args == [{5}]
    cell = grid.cells.cell(5, 100)
    assert cell.photo == grid.library.photos[5] == grid.cells.photo(5)
    assert min(cell.pixmap.width(), cell.pixmap.height()) == 100
    assert is_idle(grid.cells)


@pytest.mark.parametrize(("side", "long_side"), [(100, 160), (160, 480), (400, 480)])
def test_the_thumbnail_is_large_enough_for_the_side(qtbot, grid, side, long_side):
    load(qtbot, grid.cells, [1], side)
    assert grid.library.asked_thumbnails == [([b"1"], long_side)]
    assert long_side_for(side) == long_side


def test_requests_come_in_batches_newest_first(qtbot, grid):
    load(qtbot, grid.cells, range(1, 41))
    assert [len(ids) for ids in grid.library.asked_photos] == [16, 16, 8]
    assert grid.library.asked_photos[0] == list(range(40, 24, -1))


def test_cells_that_scrolled_away_are_not_loaded(qtbot, grid):
    grid.library.gate.clear()
    for photo_id in range(1, 101):
        grid.cells.cell(photo_id, 100)
    qtbot.waitUntil(lambda: len(grid.cells._in_flight) == 2)
    grid.cells.cell(999, 300)
    grid.cells.want_only([501, 502], 100)
    grid.library.gate.set()
    qtbot.waitUntil(lambda: is_idle(grid.cells))
    asked = [photo_id for ids in grid.library.asked_photos for photo_id in ids]
    assert len(asked) == 2 * 16 + 3
    assert asked[-3:] == [999, 501, 502]  # a wish of another side stays


def test_another_side_shows_what_is_there_meanwhile(qtbot, grid):
    [small] = load(qtbot, grid.cells, [1], 100)
    assert grid.cells.cell(1, 300).pixmap is small.pixmap
    [large] = load(qtbot, grid.cells, [1], 300)
    assert large.pixmap.height() == 300


def test_a_missing_thumbnail_is_asked_for_once(qtbot, grid):
    grid.library.without_thumbnail.add(b"3")
    [cell] = load(qtbot, grid.cells, [3])
    assert cell.missing
    assert cell.photo is not None
    load(qtbot, grid.cells, [3])
    assert len(grid.library.asked_thumbnails) == 1
    grid.library.without_thumbnail.clear()
    grid.cells.renew([3])
    [cell] = load(qtbot, grid.cells, [3])
    assert cell.pixmap is not None


def test_a_photo_that_is_gone_is_asked_for_once(qtbot, grid):
    del grid.library.photos[4]
    [cell] = load(qtbot, grid.cells, [4])
    assert cell.photo is None
    load(qtbot, grid.cells, [4])
    assert grid.library.asked_photos == [[4]]
    grid.library.photos[4] = photo(4)
    grid.cells.renew([4])
    [cell] = load(qtbot, grid.cells, [4])
    assert cell.photo is not None


def test_a_renewed_photo_keeps_its_pixmap_if_the_picture_is_the_same(qtbot, grid):
    [before] = load(qtbot, grid.cells, [1])
    grid.library.photos[1] = photo(1, favourite=True)
    grid.cells.renew([1, 2])
    assert grid.cells.cell(1, 100).photo is before.photo
    with qtbot.waitSignal(grid.cells.loaded, check_params_cb=lambda ids: ids == {1}):
        pass
    assert grid.cells.cell(1, 100).photo.favourite
    assert grid.cells.cell(1, 100).pixmap is before.pixmap
    assert len(grid.library.asked_thumbnails) == 1


def test_a_changed_picture_is_loaded_anew_and_the_old_one_is_shown_until_then(qtbot, grid):
    [before] = load(qtbot, grid.cells, [1])
    grid.library.photos[1] = photo(1, picture_key=b"another")
    grid.cells.renew([1])
    qtbot.waitUntil(lambda: grid.cells.photo(1).picture_key == b"another")
    assert grid.cells.cell(1, 100).pixmap is before.pixmap
    [after] = load(qtbot, grid.cells, [1])
    assert after.pixmap is not before.pixmap


@pytest.mark.expects_warnings
def test_an_error_is_logged_once_and_tried_again_after_a_rest(qtbot, grid, monkeypatch, caplog):
    monkeypatch.setattr(cell_loader, "_REST_MS", 30)
    grid.cells._rest_ms = 30
    grid.library.error = StoreGone()
    grid.cells.cell(1, 100)
    qtbot.waitUntil(lambda: len(grid.library.asked_photos) >= 4)
    assert len([r for r in caplog.records if r.levelno == logging.WARNING]) == 1
    assert grid.cells.cell(1, 100).pixmap is None
    grid.library.error = None
    [cell] = load(qtbot, grid.cells, [1])
    assert cell.pixmap is not None
    assert grid.cells._rest_ms == 30


@pytest.mark.expects_warnings
def test_photos_are_known_without_the_thumbnail_store(qtbot, grid):
    grid.library.thumbnail_error = StoreGone()
    for photo_id in range(1, 60):
        grid.cells.cell(photo_id, 100)
    qtbot.waitUntil(lambda: all(grid.cells.photo(photo_id) for photo_id in range(1, 60)))
    assert len(grid.library.asked_thumbnails) <= 2
    assert not grid.cells.cell(1, 100).missing


def test_nothing_is_loaded_after_close(qtbot, grid):
    grid.cells.close()
    grid.cells.cell(1, 100)
    grid.cells.renew([1])
    assert not grid.cells._wake.isActive()


def test_renew_all_keeps_what_was_shown_last(qtbot, grid, monkeypatch):
    monkeypatch.setattr(cell_loader, "_PHOTO_BATCH", 10)
    load(qtbot, grid.cells, range(1, 31))
    grid.cells.renew_all()
    assert sum(grid.cells.photo(photo_id) is not None for photo_id in range(1, 31)) == 10
    qtbot.waitUntil(lambda: is_idle(grid.cells))


def test_pixels_are_of_the_size_that_is_shown():
    image = decode(jpeg((160, 120)), 60)
    assert (image.width(), image.height()) == (80, 60)
    assert image.pixelColor(0, 0).alpha() == 255
    panorama = decode(jpeg((480, 20)), 100)
    assert panorama.width() == 300
    assert decode(b"no picture", 100) is None
    assert decode(jpeg()[:300], 100) is None


def test_thumbnails_are_bounded_by_bytes_and_what_is_in_sight_stays(qapp):
    cache = ThumbnailCache(most_bytes=10 * 50_000)
    cache.kept = {1}
    for photo_id in range(2, 30):
        cache.put(photo_id, 100, Thumbnail(b"", QPixmap(100, 100)))
    assert cache.size_bytes <= 500_000
    assert cache.get(2, 100) is None
    assert cache.get(29, 100) is not None
    cache.kept = set(range(2, 60))
    for photo_id in range(30, 60):
        cache.put(photo_id, 100, Thumbnail(b"", QPixmap(100, 100)))
    assert cache.get(30, 100) is not None
    cache.kept = set()
    cache.put(60, 100, Thumbnail(b"", None))
    assert cache.size_bytes <= 500_000


def test_the_least_recently_used_goes_first():
    kept = RecentlyUsed(2)
    kept.put(1, "a")
    kept.put(2, "b")
    kept.get(1)
    kept.put(3, "c")
    assert kept.keys() == [1, 3]
