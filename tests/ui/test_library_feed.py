"""What happens in the folders and in the library, by whichever program, shows in the open window."""

import os

import pytest
from pictures import write_jpeg
from PySide6.QtTest import QAbstractItemModelTester

from photoorg import Library
from photoorg.errors import DiskFull
from photoorg.library import ALL_PHOTOS, FAVOURITES


@pytest.fixture
def window(open_window, data_dir, photos):
    """A window on three photos that are still to be indexed; there is no model."""
    with Library(data_dir) as library:
        library.add_folder(photos)
    return open_window(data_dir)


def test_photos_appear_newest_first_while_they_are_indexed(window, photos):
    window.wait_for_names("c.jpg", "b.jpg", "a.jpg")
    assert window.browser.page is window.grid


def test_every_photo_appears_as_soon_as_it_is_there(open_window, data_dir, photos, monkeypatch):
    monkeypatch.setattr("photoorg.ui.library_feed._LOOK_MS", 1)
    for number in range(160):
        write_jpeg(photos / f"more{number}.jpg", seed=number)
    with Library(data_dir) as library:
        library.add_folder(photos)
    window = open_window(data_dir)
    counts = []
    window.model.rowsInserted.connect(lambda *_: counts.append(window.model.rowCount()))
    window.model.modelReset.connect(lambda: counts.append(window.model.rowCount()))
    window.wait_for_photos(163)
    assert counts == sorted(counts)
    assert len(set(counts) - {0, 163}) > 0, "all came at once, at the end"


def test_the_model_is_sound_while_the_library_changes(window, photos):
    window.tester = QAbstractItemModelTester(window.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    window.wait_for_photos(3)
    for number in range(8):
        write_jpeg(photos / "sub" / f"{number}.jpg", seed=10 + number)
    (photos / "b.jpg").unlink()
    window.wait_for_photos(10)
    (photos / "sub").rename(photos / "renamed")
    (photos / "c.jpg").unlink()
    write_jpeg(photos / "a.jpg", seed=99)
    window.wait(lambda: all(b"/sub/" not in photo.path for photo in window.photos()))
    window.wait_for_photos(9)


def test_a_new_file_appears_and_a_deleted_one_vanishes(window, photos):
    window.wait_for_photos(3)
    path = write_jpeg(photos / "trip" / "new.jpg", seed=9)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    window.wait_for_names("new.jpg", "c.jpg", "b.jpg", "a.jpg")
    (photos / "b.jpg").unlink()
    window.wait_for_names("new.jpg", "c.jpg", "a.jpg")


def test_a_renamed_file_has_its_new_name_and_stays_selected(window, photos):
    window.wait_for_photos(3)
    window.select("b.jpg")
    (photos / "b.jpg").rename(photos / "renamed.jpg")
    window.wait_for_names("c.jpg", "renamed.jpg", "a.jpg")
    window.wait(lambda: window.shown_details() == "renamed.jpg")


def test_the_thumbnail_of_a_replaced_file_is_the_new_picture(window, photos):
    window.wait_for_photos(3)
    before = window.photo("b.jpg").picture_key
    write_jpeg(photos / "b.jpg", seed=77)
    window.wait(lambda: "b.jpg" in window.names() and window.photo("b.jpg").picture_key != before)
    photo_id = window.photo("b.jpg").id
    window.wait(lambda: window.window._cells.cell(photo_id, 160).pixmap is not None)


def test_what_another_program_does_shows(window, data_dir):
    window.wait_for_photos(3)
    window.select("a.jpg")
    with Library(data_dir) as other:
        other.set_rating([window.photo("a.jpg").id], 4)
        other.set_favourite([window.photo("a.jpg").id], favourite=True)
    window.wait(lambda: window.photo("a.jpg").rating == 4 and window.photo("a.jpg").favourite)
    window.wait(lambda: window.browser.details._stars.value() == 4)
    window.wait(lambda: window.counts()["Favourites"] == 1)


def test_the_counts_follow(window, photos):
    window.wait(lambda: window.counts() == {"All photos": 3, "Favourites": 0, "photos": 3})
    window.wait(lambda: window.says("3 photos", window.browser.status))
    (photos / "a.jpg").unlink()
    window.wait(lambda: window.counts() == {"All photos": 2, "Favourites": 0, "photos": 2})
    window.wait(lambda: window.says("2 photos", window.browser.status))


def test_favourites_and_folders_are_collections(window, photos, tmp_path):
    other = write_jpeg(tmp_path.resolve() / "other" / "d.jpg", seed=50).parent
    window.wait_for_photos(3)
    window.library.add_folder(other)
    window.wait_for_photos(4)
    window.library.set_favourite([window.photo("b.jpg").id], favourite=True)
    window.choose(FAVOURITES)
    window.wait_for_names("b.jpg")
    window.wait(lambda: "other" in window.counts())
    window.choose(window.folder_collection("other"))
    window.wait_for_names("d.jpg")
    window.choose(ALL_PHOTOS)
    window.wait_for_photos(4)


def test_a_photo_that_is_no_favourite_any_more_leaves_the_favourites(window):
    window.wait_for_photos(3)
    window.choose(FAVOURITES)
    window.wait(lambda: window.browser.empty.title() == "No favourites yet")
    assert window.browser.page is window.browser.empty
    entry = window.library.set_favourite([1, 2], favourite=True)
    window.wait_for_photos(2)
    window.library.set_favourite(entry.row_ids[:1], favourite=False)
    window.wait_for_photos(1)
    window.library.undo()
    window.wait_for_photos(2)


def test_a_collection_that_is_opened_again_during_a_look_is_opened(window):
    window.wait_for_photos(3)
    opened = []
    feed = window.window._feed
    feed.timeline_opened.connect(opened.append)
    feed.look()
    feed.show_collection(ALL_PHOTOS)
    window.wait(lambda: len(opened) == 1)


def test_a_collection_that_is_chosen_twice_in_a_row_is_the_last_one(window):
    window.wait_for_photos(3)
    window.wait(lambda: "photos" in window.counts())
    window.choose(FAVOURITES)
    window.choose(window.folder_collection("photos"))
    window.choose(FAVOURITES)
    window.choose(ALL_PHOTOS)
    window.wait_for_photos(3)
    assert window.window._feed.collection == ALL_PHOTOS


def test_an_edit_just_before_another_collection_is_opened_shows_there(open_window, data_dir, photos):
    with Library(data_dir) as library:
        library.index([photos])
    window = open_window(data_dir)
    window.wait_for_photos(3)
    window.wait_until_watching()
    window.window._feed._timer.stop()  # so that the edit is met by no look of its own
    window.library.set_favourite([window.model.photo_id(0)], favourite=True)
    window.choose(FAVOURITES)
    window.wait(lambda: [photo.favourite for photo in window.photos()] == [True])


def test_after_an_error_the_feed_looks_less_often_and_goes_on(window, monkeypatch):
    window.wait_for_photos(3)
    feed, library = window.window._feed, window.library
    with monkeypatch.context() as broken:
        broken.setattr(type(library), "revision", property(lambda _self: (_ for _ in ()).throw(DiskFull(path="/here"))))
        window.wait(lambda: feed._timer.interval() == 5_000)
    feed.look()
    window.wait(lambda: feed._timer.interval() < 5_000)
