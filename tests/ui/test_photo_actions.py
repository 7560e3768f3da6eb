"""What people do with photos in the window: mark, rate, copy, show, and take it back."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication

from photoorg import Library

ALL = 40
ONE, TWO, THREE = "IMG_0040.jpg", "IMG_0039.jpg", "IMG_0038.jpg"
Ctrl = Qt.KeyboardModifier.ControlModifier
Shift = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(open_window, demo_data):
    window = open_window(demo_data)
    window.wait_for_photos(ALL)
    return window


def state(window, name=ONE):
    """Favourite and rating, as the grid and the details know them."""
    photo = window.photo(name)
    return photo.favourite, photo.rating


def test_the_details_follow_the_selection_and_edits(window):
    window.select(ONE)
    window.wait(lambda: window.shown_details() == ONE)
    details = window.browser.details
    window.click("Add to favourites", details)
    window.wait(lambda: state(window) == (True, 0) and details._favourite.isChecked())
    details._stars.rating_chosen.emit(4)
    window.wait(lambda: state(window) == (True, 4) and details._stars.value() == 4)
    window.click("Remove from favourites", details)
    window.wait(lambda: state(window) == (False, 4) and not details._favourite.isChecked())


def test_keys_mark_and_rate_all_that_is_selected(window):
    window.select(ONE, TWO)
    window.press(Qt.Key.Key_F, window.grid)
    window.press(Qt.Key.Key_3, window.grid)
    window.wait(lambda: {state(window, name) for name in (ONE, TWO)} == {(True, 3)})
    assert state(window, THREE) == (False, 0)
    window.press(Qt.Key.Key_0, window.grid)
    window.press(Qt.Key.Key_F, window.grid)
    window.wait(lambda: {state(window, name) for name in (ONE, TWO)} == {(False, 0)})


def test_one_that_is_no_favourite_makes_all_of_them_favourites(window):
    window.select(ONE)
    window.press(Qt.Key.Key_F, window.grid)
    window.wait(lambda: state(window) == (True, 0))
    window.select(ONE, TWO)
    window.press(Qt.Key.Key_F, window.grid)
    window.wait(lambda: state(window, TWO) == (True, 0))
    assert state(window, ONE) == (True, 0)


def test_undo_and_redo(window):
    window.select(ONE, TWO)
    window.press(Qt.Key.Key_F, window.grid)
    window.press(Qt.Key.Key_5, window.grid)
    window.wait(lambda: {state(window, name) for name in (ONE, TWO)} == {(True, 5)})
    window.press(Qt.Key.Key_Z, window.grid, Ctrl)
    window.wait(lambda: state(window) == (True, 0))
    assert window.browser.status.message() == "Undone: rating of 2 photos"
    window.press(Qt.Key.Key_Z, window.grid, Ctrl)
    window.wait(lambda: state(window) == (False, 0))
    window.press(Qt.Key.Key_Z, window.grid, Ctrl)
    window.wait(lambda: window.browser.status.message() == "There is nothing to undo.")
    window.press(Qt.Key.Key_Z, window.grid, Ctrl | Shift)
    window.wait(lambda: state(window) == (True, 0))
    window.press(Qt.Key.Key_Y, window.grid, Ctrl)
    window.wait(lambda: {state(window, name) for name in (ONE, TWO)} == {(True, 5)})
    assert window.browser.status.message() == "Redone: rating of 2 photos"


def test_what_was_done_before_the_window_was_closed_can_be_undone(window, open_window, demo_data):
    window.select(ONE)
    window.press(Qt.Key.Key_4, window.grid)
    window.wait(lambda: state(window) == (False, 4))
    window.close()
    again = open_window(demo_data)
    again.wait_for_photos(ALL)
    assert state(again) == (False, 4)
    again.press(Qt.Key.Key_Z, again.grid, Ctrl)
    again.wait(lambda: state(again) == (False, 0))


def test_an_edit_just_before_the_window_closes_is_kept(window, demo_data):
    window.select(ONE)
    window.press(Qt.Key.Key_2, window.grid)
    path = Path(window.photo(ONE).path.decode())
    window.close()
    with Library(demo_data) as library:
        assert library.photo(path).rating == 2


def test_copy_puts_the_files_on_the_clipboard(window):
    window.select(ONE, TWO)
    paths = [Path(window.photo(name).path.decode()) for name in (ONE, TWO)]
    window.press(Qt.Key.Key_C, window.grid, Ctrl)
    clipboard = QGuiApplication.clipboard()
    window.wait(lambda: window.browser.status.message() == "Copied: 2 photos")
    assert clipboard.mimeData().urls() == [QUrl.fromLocalFile(str(path)) for path in paths]
    assert clipboard.text() == "\n".join(map(str, paths))
    clipboard.clear()


def test_show_in_folder(window, monkeypatch):
    shown = []
    monkeypatch.setattr("photoorg.ui.photo_actions.show_in_folder", shown.append)
    window.select(ONE)
    window.wait(lambda: window.shown_details() == ONE)
    window.click("Show in folder", window.browser.details)
    window.press(Qt.Key.Key_Return, window.grid, Ctrl)
    window.wait(lambda: [path.name for path in shown] == [ONE, ONE])


def test_a_photo_that_has_vanished_cannot_be_shown_in_its_folder(open_window, data_dir, photos):
    with Library(data_dir) as library:
        library.index([photos])
    (photos / "a.jpg").rename(photos.parent / "a.jpg")
    window = open_window(data_dir)
    window.window._actions.show_path_in_folder(photos / "a.jpg")
    window.wait(lambda: window.browser.status.message() == "The file is gone.")


def test_commands_for_photos_need_a_selection(window):
    commands = [window.action(text) for text in ("Open", "Favourite", "Find similar", "Copy", "Show in folder")]
    assert not any(command.isEnabled() for command in commands)
    window.select(ONE)
    assert all(command.isEnabled() for command in commands)
    window.search("snow")
    assert not any(command.isEnabled() for command in commands)


def test_without_a_selection_the_keys_do_nothing(window):
    revision = window.library.revision
    for key in (Qt.Key.Key_F, Qt.Key.Key_3):
        window.press(key, window.grid)
    window.select(ONE)
    window.press(Qt.Key.Key_1, window.grid)
    window.wait(lambda: state(window) == (False, 1))
    window.library.undo()
    assert window.library.revision == revision + 2
