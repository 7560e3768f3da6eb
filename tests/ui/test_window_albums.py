"""Albums, smart albums and tags in the window: saving searches, opening what was saved, and how it follows the library."""

import shutil

import pytest
from found_window import ALL, ask, choose_row, drop_on, hurry, place_of, query, save_as, shelf
from PySide6.QtCore import Qt

from photoorg import Library
from photoorg.ui.photo_drag import photo_data

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(open_window, demo_data, monkeypatch):
    hurry(monkeypatch)
    window = open_window(demo_data)
    window.wait_for_photos(ALL)
    return window


@pytest.fixture
def winter(qtbot, window):
    """The window with a saved search for snow, which is shown."""
    ask(window, "snow")
    save_as(qtbot, window, "Winter")
    window.wait(lambda: shelf(window) == {"Winter": len(window.ids())})
    return window


def test_a_name_that_is_taken_is_asked_for_again(qtbot, winter):
    naming = winter.browser.results._naming
    save_as(qtbot, winter, "WINTER")
    winter.wait(lambda: "named" in naming.problem())
    assert naming.line.text() == "WINTER"
    qtbot.keyClicks(naming.line, "Cold")
    qtbot.keyClick(naming.line, Qt.Key.Key_Return)
    winter.wait(lambda: set(shelf(winter)) == {"Winter", "Cold"})


def test_a_saved_search_keeps_judgements_and_cut_off(qtbot, window):
    ask(window, "snow")
    first = window.ids()[0]
    window.grid.setFocus()
    window.grid.select_id(first)
    qtbot.keyClick(window.grid, Qt.Key.Key_Plus)
    window.wait(lambda: window.grid.feedback.mark_of(first) == 1)
    window.browser.results.controls.slider.setValue(70)
    shown = window.ids()
    save_as(qtbot, window, "Like it")
    window.wait(lambda: "Like it" in shelf(window))
    window.choose()
    window.wait_for_photos(ALL)
    choose_row(qtbot, window, "Like it")
    window.wait_for_results("Like it")
    assert window.ids() == shown
    assert window.grid.feedback.mark_of(first) == 1
    assert window.browser.results.controls.slider.value() == 70


def test_another_cut_off_of_an_open_album_is_kept_under_its_name(qtbot, winter):
    choose_row(qtbot, winter, "Winter")
    winter.wait_for_results("Winter")
    save = winter.browser.results.controls._save
    assert not save.isVisible()
    winter.browser.results.controls.slider.setValue(100)
    assert save.isVisible()
    winter.click("Save as album…", winter.browser.results)
    qtbot.keyClick(winter.browser.results._naming.line, Qt.Key.Key_Return)
    winter.wait(lambda: shelf(winter) == {"Winter": ALL})
    assert not save.isVisible()


def test_a_smart_album_is_renamed_deleted_and_brought_back(qtbot, winter):
    choose_row(qtbot, winter, "Winter")
    winter.wait_for_results("Winter")
    assert query(winter) == "snow"
    sidebar = winter.browser.sidebar
    sidebar.item_renamed.emit(sidebar.item(), "Cold")
    winter.wait_for_results("Cold")
    assert "Cold" in shelf(winter)
    sidebar.view.setFocus()
    qtbot.keyClick(sidebar.view, Qt.Key.Key_Delete)
    winter.wait(lambda: shelf(winter) == {})
    winter.wait_for_photos(ALL)
    winter.press(Qt.Key.Key_Z, winter.grid, CTRL)
    winter.wait(lambda: "Cold" in shelf(winter))


def test_a_smart_album_fills_itself_while_it_is_open(qtbot, winter, tmp_path):
    winter.wait_until_watching()
    choose_row(qtbot, winter, "Winter")
    winter.wait_for_results("Winter")
    before = winter.ids()
    folder = tmp_path.resolve() / "more"
    folder.mkdir()
    source = winter.photos()[0].path.decode()
    shutil.copy(source, folder / "new.jpg")
    winter.library.albums.change_search(winter.library.albums.named("Winter"), folded=False)
    winter.choose()
    winter.wait_for_photos(ALL)
    winter.wait(lambda: not winter.library.albums.named("Winter").folded)
    winter.wait(lambda: not any(one.folded for one in winter.window._finding._shelf._kept.albums))
    choose_row(qtbot, winter, "Winter")
    winter.wait_for_results("Winter")
    winter.library.add_folder(folder)
    winter.wait(lambda: len(winter.ids()) == len(before) + 1)
    winter.wait(lambda: shelf(winter) == {"Winter": len(before) + 1})


def test_an_album_that_cannot_be_searched_leaves_the_others_their_counts(open_window, drawn, monkeypatch):
    hurry(monkeypatch)
    with Library(drawn) as library:
        library.albums.save_search("Pictures", "type:jpeg")
        library.albums.save_search("Winter", "snow")
    window = open_window(drawn)
    window.wait(lambda: shelf(window) == {"Pictures": ALL, "Winter": None})


def test_what_another_program_makes_comes_into_the_sidebar(qtbot, window):
    ids = window.ids()
    window.library.albums.add(window.library.albums.create("Picks"), ids[:3])
    window.library.tags.add(ids[2:4], "beach")
    window.wait(lambda: shelf(window) == {"Picks": 3, "beach": 2})
    choose_row(qtbot, window, "Picks")
    window.wait_for_photos(3)
    choose_row(qtbot, window, "beach")
    window.wait_for_photos(2)
    assert window.ids() == ids[2:4]


def test_photos_are_dropped_on_an_album_which_is_undone(qtbot, window):
    window.library.albums.create("Picks")
    window.wait(lambda: shelf(window) == {"Picks": 0})
    view = window.browser.sidebar.view.viewport()
    drop_on(view, photo_data(window.ids()[:2], []), place_of(window, "Picks"))
    window.wait(lambda: shelf(window) == {"Picks": 2})
    window.wait(lambda: window.says("2 photos to “Picks”"))
    window.press(Qt.Key.Key_Z, window.grid, CTRL)
    window.wait(lambda: shelf(window) == {"Picks": 0})
