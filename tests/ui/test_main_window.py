"""The window as a whole: it opens, ends in whatever moment, and gets along without its thumbnails."""

import sqlite3

import psutil
import pytest
from pictures import write_jpeg
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QDialog

from photoorg import Library
from photoorg.jobs.job import CallJob
from photoorg.ui.main_window import MainWindow

ALL = 40
Ctrl = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def indexed(data_dir, photos):
    """A library of three small photos, without a model."""
    with Library(data_dir) as library:
        library.index([photos])
    return data_dir


def processes():
    """Child processes of ours that work for a library."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def has_thumbnails(window):
    """Whether all photos of the grid have one; asks for those that are missing."""
    cells = [window.window._cells.cell(photo_id, 160) for photo_id in window.ids()]
    return all(cell.pixmap is not None for cell in cells)


def test_closing_twice_is_closing_once(open_window, indexed):
    window = open_window(indexed)
    window.wait_for_photos(3)
    window.window.close()
    window.window.shut_down()
    window.window.close()
    window.library.close()


def test_closing_before_anything_has_happened(open_window, indexed):
    window = open_window(indexed)
    window.close()
    QApplication.processEvents()
    assert not window.window.isVisible()


def test_closing_closes_what_is_open_above_it(open_window, indexed):
    window = open_window(indexed)
    window.wait_for_photos(3)
    for name in ("Files that cannot be read", "Indexing …"):
        window.action(name).trigger()
    window.wait(lambda: len(window.window.findChildren(QDialog)) == 2)
    dialogs = window.window.findChildren(QDialog)
    window.close()
    assert not any(dialog.isVisible() for dialog in dialogs)


def test_what_is_asked_for_twice_opens_once(open_window, indexed):
    window = open_window(indexed)
    window.wait_for_photos(3)
    for name in ("Files that cannot be read", "Indexing …"):
        answered = []
        window.action(name).trigger()
        window.action(name).trigger()
        window.window._bridge.submit(CallJob("after", lambda: None), "quick", on_result=answered.append)
        window.wait(lambda: bool(answered))  # noqa: B023
        (dialog,) = window.window.findChildren(QDialog)
        dialog.reject()
        window.wait(lambda: not window.window.findChildren(QDialog))


def test_the_photos_have_the_keyboard_from_the_start(open_window, indexed):
    window = open_window(indexed)
    window.wait_for_photos(3)
    window.wait(window.grid.hasFocus)


def test_without_a_folder_the_keyboard_is_where_one_is_chosen(open_window, data_dir):
    window = open_window(data_dir)
    window.wait(window.browser.welcome.isVisible)
    window.wait(lambda: window.browser.welcome.isAncestorOf(window.window.focusWidget()))


def test_a_low_window_shows_one_card_at_a_time(open_window, indexed):
    window = open_window(indexed)
    card, notice = window.browser.model_card, window.browser.notice
    window.wait_for_photos(3)
    window.window.resize(900, 700)
    window.wait(card.isVisible)
    notice.show_notice("All 3 photos of photos are gone", "Is the drive there?", [("look", "Look again")])
    assert card.isVisible()
    window.window.resize(640, 420)
    window.wait(lambda: not card.isVisible())
    assert notice.isVisible()
    notice.hide()
    assert card.isVisible()


def test_closing_while_something_is_being_typed(open_window, indexed, qtbot):
    window = open_window(indexed)
    window.wait_for_photos(3)
    window.type_search("snow")
    settled = []
    window.browser.search.text_settled.connect(settled.append)
    window.close()
    qtbot.waitUntil(lambda: settled == ["snow"])


def test_quitting_by_the_keyboard(open_window, indexed):
    window = open_window(indexed)
    window.wait_for_photos(3)
    window.open("a.jpg")
    window.press(Qt.Key.Key_Q, window.viewer, Ctrl)
    assert not window.window.isVisible()


def test_no_key_is_taken_twice(open_window, indexed):
    window = open_window(indexed)
    keys = [keys.toString() for action in window.browser.actions() for keys in action.shortcuts()]
    assert len(keys) == len(set(keys))
    assert {"Ctrl+Z", "Ctrl+Y", "Ctrl+Q", "Ctrl+C", "F", "0", "5", "/", "Esc"} <= set(keys)


def test_closing_while_the_model_is_loading_leaves_no_process(open_window, demo_data):
    window = open_window(demo_data, encoder_host="own-process")
    window.wait(lambda: len(processes()) > 0)
    window.close()
    assert processes() == []


def test_the_encoder_in_its_own_process(open_window, demo_data):
    window = open_window(demo_data, encoder_host="own-process")
    window.wait_for_photos(ALL)
    window.search("a drawing of snow")
    assert len(window.ids()) > 0
    window.close()
    assert processes() == []


def test_everything_is_there_before_the_model_is(open_window, demo_data, monkeypatch):
    monkeypatch.setattr(MainWindow, "_start_work", lambda _self: None)
    window = open_window(demo_data, encoder_host="own-process")
    window.wait_for_photos(ALL)
    window.select("IMG_0040.jpg")
    window.wait(lambda: window.shown_details() == "IMG_0040.jpg")
    window.press(Qt.Key.Key_3, window.grid)
    window.wait(lambda: window.photo("IMG_0040.jpg").rating == 3)
    assert processes() == []


def test_the_thumbnails_are_gone_at_the_start(open_window, indexed):
    for file in indexed.glob("thumbnails.sqlite*"):
        file.unlink()
    window = open_window(indexed)
    window.wait_for_photos(3)
    window.open("a.jpg")
    window.wait(lambda: window.viewer._pictures.picture(window.viewer.photo) is not None)


def test_the_thumbnails_are_gone_while_the_window_is_open(open_window, indexed, photos):
    window = open_window(indexed)
    window.wait_for_photos(3)
    window.wait(lambda: has_thumbnails(window))
    for file in indexed.glob("thumbnails.sqlite*"):
        file.unlink()
    write_jpeg(photos / "new.jpg", seed=9)
    window.wait_for_photos(4)
    window.select("new.jpg")
    window.wait(lambda: window.shown_details() == "new.jpg")


def test_the_thumbnails_are_emptied_while_the_window_is_open(open_window, indexed, photos):
    window = open_window(indexed)
    window.wait_for_photos(3)
    with sqlite3.connect(indexed / "thumbnails.sqlite") as store:
        store.execute("DELETE FROM thumbnail")
    store.close()
    window.grid.set_cell_size(400)
    window.select("a.jpg")
    window.wait(lambda: window.shown_details() == "a.jpg")
    write_jpeg(photos / "new.jpg", seed=9)
    window.wait_for_photos(4)
    new = window.photo("new.jpg").id
    window.wait(lambda: window.window._cells.cell(new, 160).pixmap is not None)


def test_the_model_is_sound_from_results_to_collections_and_back(open_window, demo_data):
    window = open_window(demo_data)
    window.tester = QAbstractItemModelTester(window.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    window.wait_for_photos(ALL)
    window.search("snow")
    window.library.set_favourite(window.ids()[:2], favourite=True)
    window.choose()
    window.wait_for_photos(ALL)
    window.library.undo()
    window.search("boats")
    window.press(Qt.Key.Key_Escape, window.grid)
    window.wait_for_photos(ALL)


def test_two_windows_of_two_programs_on_one_library(open_window, indexed):
    first, second = open_window(indexed), open_window(indexed)
    for window in (first, second):
        window.wait_for_photos(3)
    first.select("a.jpg")
    first.press(Qt.Key.Key_5, first.grid)
    second.wait(lambda: second.photo("a.jpg").rating == 5)
    first.close()
    second.wait_until_watching()
