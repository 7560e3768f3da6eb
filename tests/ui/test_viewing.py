"""Looking at photos one by one."""

import pytest
from pictures import write_jpeg
from PySide6.QtCore import QPoint, Qt

from photoorg import Library
from photoorg.library import FAVOURITES

ALL = 40
Ctrl = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(open_window, demo_data):
    window = open_window(demo_data)
    window.wait_for_photos(ALL)
    return window


@pytest.fixture
def small(open_window, data_dir, photos):
    """A window on three files that may be changed; there is no model."""
    with Library(data_dir) as library:
        library.index([photos])
    window = open_window(data_dir)
    window.wait_for_photos(3)
    window.wait_until_watching()
    return window


def shown(window):
    """The name in the viewer's bar."""
    return window.viewer._bar._name.text()


def has_pixels(window):
    return window.viewer._pictures.picture(window.viewer.photo) is not None


def says_gone(window):
    return window.viewer._message.isVisible() and "gone" in window.viewer._message.text


def test_enter_opens_the_current_photo_and_escape_closes_it(window):
    window.open("IMG_0038.jpg")
    window.wait(lambda: shown(window) == "IMG_0038.jpg" and has_pixels(window))
    assert window.says("3 of 40", window.viewer)
    window.press(Qt.Key.Key_Escape, window.viewer)
    assert window.grid.isVisible()
    assert not window.viewer.isVisible()
    assert window.grid.hasFocus()


def test_a_double_click_opens(window, qtbot):
    index = window.model.index(0, 0)
    qtbot.mouseDClick(window.grid.viewport(), Qt.MouseButton.LeftButton, pos=window.grid.visualRect(index).center())
    window.wait(lambda: shown(window) == "IMG_0040.jpg")


def test_stepping_selects_in_the_grid_and_ends_at_the_ends(window):
    window.open("IMG_0039.jpg")
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_PageUp):
        window.press(key, window.viewer)
    window.wait(lambda: shown(window) == "IMG_0040.jpg")
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_PageDown):
        window.press(key, window.viewer)
    window.wait(lambda: shown(window) == "IMG_0037.jpg" and has_pixels(window))
    window.press(Qt.Key.Key_Escape, window.viewer)
    window.wait(lambda: window.shown_details() == "IMG_0037.jpg")
    assert window.grid.current_id() == window.photo("IMG_0037.jpg").id


def test_marks_and_stars_show_in_the_viewer_and_afterwards_in_the_details(window):
    window.open("IMG_0040.jpg")
    window.wait(lambda: shown(window) == "IMG_0040.jpg")
    window.press(Qt.Key.Key_F, window.viewer)
    window.press(Qt.Key.Key_4, window.viewer)
    bar = window.viewer._bar
    window.wait(lambda: bar._favourite.isChecked() and bar._rating.value() == 4)
    window.press(Qt.Key.Key_Escape, window.viewer)
    details = window.browser.details
    window.wait(lambda: details._favourite.isChecked() and details._stars.value() == 4)


def test_undo_works_in_the_viewer(window):
    window.open("IMG_0040.jpg")
    window.wait(lambda: shown(window) == "IMG_0040.jpg")
    window.press(Qt.Key.Key_4, window.viewer)
    window.wait(lambda: window.viewer._bar._rating.value() == 4)
    window.press(Qt.Key.Key_Z, window.viewer, Ctrl)
    window.wait(lambda: window.viewer._bar._rating.value() == 0)


def test_the_viewer_steps_through_results(window):
    window.search("snow")
    window.wait_for_photos(len(window.ids()))
    first, second = window.names()[:2]
    window.open(first)
    window.press(Qt.Key.Key_Right, window.viewer)
    window.wait(lambda: shown(window) == second)
    window.press(Qt.Key.Key_Escape, window.viewer)
    assert "snow" in window.browser.results.title()


def test_a_favourite_that_is_looked_at_and_unmarked_is_not_gone(window):
    window.library.set_favourite([window.photo(f"IMG_00{n}.jpg").id for n in (38, 39, 40)], favourite=True)
    window.choose(FAVOURITES)
    window.wait_for_photos(3)
    window.open("IMG_0039.jpg")
    window.wait(lambda: shown(window) == "IMG_0039.jpg" and has_pixels(window))
    window.press(Qt.Key.Key_F, window.viewer)
    window.wait(lambda: window.model.rowCount() == 2 and not window.viewer._bar._favourite.isChecked())
    assert window.viewer._message.isHidden()
    window.press(Qt.Key.Key_F, window.viewer)
    window.wait(lambda: window.model.rowCount() == 3 and window.viewer._bar._favourite.isChecked())
    window.press(Qt.Key.Key_F, window.viewer)
    window.wait(lambda: window.model.rowCount() == 2)
    window.press(Qt.Key.Key_Right, window.viewer)
    window.wait(lambda: shown(window) == "IMG_0038.jpg")


def test_a_photo_that_is_deleted_while_it_is_looked_at(small, photos):
    small.open("b.jpg")
    small.wait(lambda: shown(small) == "b.jpg")
    (photos / "b.jpg").unlink()
    # Its row goes later if reading it failed first.
    small.wait(lambda: says_gone(small) and small.model.rowCount() == 2)
    assert small.viewer.isVisible()
    small.press(Qt.Key.Key_Right, small.viewer)
    small.wait(lambda: shown(small) == "a.jpg" and small.viewer._message.isHidden())
    (photos / "a.jpg").unlink()
    small.wait(lambda: says_gone(small) and small.model.rowCount() == 1)
    small.press(Qt.Key.Key_Left, small.viewer)
    small.wait(lambda: shown(small) == "c.jpg" and small.viewer._message.isHidden())


def test_all_photos_are_deleted_while_one_is_looked_at(small, photos):
    small.open("b.jpg")
    for path in photos.iterdir():
        path.unlink()
    small.wait(lambda: small.model.rowCount() == 0 and says_gone(small))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_F, Qt.Key.Key_3, Qt.Key.Key_Escape):
        small.press(key, small.viewer)
    small.wait(lambda: small.browser.page is small.browser.empty)
    assert small.browser.isVisible()


def test_photos_that_appear_meanwhile_are_counted_and_reached(small, photos):
    small.open("c.jpg")
    small.wait(lambda: small.says("1 of 3", small.viewer))
    path = write_jpeg(photos / "new.jpg", seed=20)
    small.wait(lambda: small.says("2 of 4", small.viewer))
    small.press(Qt.Key.Key_Left, small.viewer)
    small.wait(lambda: shown(small) == path.name)


def test_a_photo_that_is_renamed_while_it_is_looked_at_stays(small, photos):
    small.open("b.jpg")
    small.wait(lambda: shown(small) == "b.jpg")
    (photos / "b.jpg").rename(photos / "renamed.jpg")
    small.wait(lambda: shown(small) == "renamed.jpg" and small.viewer._message.isHidden())


def test_the_window_may_be_closed_while_a_photo_is_looked_at(window):
    window.open("IMG_0040.jpg")
    window.close()
    assert not window.window.isVisible()


def test_the_folder_of_a_photo_that_is_looked_at_is_removed(small, photos):
    small.open("b.jpg")
    small.wait(lambda: shown(small) == "b.jpg")
    small.library.remove_folder(photos)
    small.wait(lambda: small.model.rowCount() == 0)
    small.press(Qt.Key.Key_Escape, small.viewer)
    small.wait(lambda: small.browser.page is small.browser.welcome)


def test_the_controls_are_reached_with_the_mouse(window, qtbot):
    window.open("IMG_0040.jpg")
    window.wait(lambda: shown(window) == "IMG_0040.jpg")
    qtbot.mouseMove(window.viewer, QPoint(200, 200))
    window.click("Next photo (Right, Page Down, Space)", window.viewer)
    window.wait(lambda: shown(window) == "IMG_0039.jpg")
    window.click("Back to the photos (Escape)", window.viewer)
    assert window.grid.isVisible()
