"""Results in the window: how much of them is shown, what they are called, and what there is without a description."""

import shutil

import pytest
from found_window import ALL, ask, headings, hurry, wait_until_answered
from PySide6.QtCore import Qt

from photoorg import Library

GIBBERISH = "xyzzy qwrt plugh"


@pytest.fixture
def window(open_window, demo_data, monkeypatch):
    hurry(monkeypatch)
    window = open_window(demo_data)
    window.wait_for_photos(ALL)
    return window


@pytest.fixture
def copied(demo_data, demo_library, tmp_path):
    """The library with a copy of a photo of snow, which is called "holiday"; gives its data folder."""
    with Library(demo_data) as library:
        photo = library.search("snow", k=1).hits[0].path
        folder = tmp_path.resolve() / "more"
        folder.mkdir()
        shutil.copy(photo, folder / "holiday snow.jpg")
        library.index([folder])
    return demo_data


def controls(window):
    return window.browser.results.controls


def test_weaker_matches_come_and_go_in_the_grid_and_the_bar_follows(window):
    ask(window, "snow")
    few = len(window.ids())
    assert headings(window) == [few, 0]
    window.click("Show weaker matches")
    assert headings(window) == [few, ALL - few]
    assert not controls(window)._all.isVisible()
    window.model.set_shows_weaker(False)
    assert controls(window)._all.isVisible()
    assert len(window.ids()) == few


def test_the_slider_is_live_and_a_double_click_makes_it_automatic(qtbot, window):
    ask(window, "snow")
    automatic = window.ids()
    slider = controls(window).slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert len(window.ids()) == ALL
    assert window.browser.results.note() == f"{ALL} photos"
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert len(window.ids()) < len(automatic)
    qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton)
    assert window.ids() == automatic


def test_copies_are_unfolded_and_folded_again_and_the_slider_stays(qtbot, open_window, copied):
    window = open_window(copied)
    window.wait_for_photos(ALL + 1)
    ask(window, "snow")
    folded = len(window.ids())
    controls(window).slider.setValue(60)
    wider = len(window.ids())
    window.click("Copies folded: 1")
    window.wait(lambda: len(window.ids()) > wider)
    assert controls(window).slider.value() == 60
    window.click("Fold copies")
    window.wait(lambda: len(window.ids()) == wider >= folded)


def test_where_no_copies_are_folded_nothing_is_said_about_them(window):
    ask(window, "boats")
    assert not window.window._browsing.answer.ranking.copies
    assert not controls(window)._fold.isVisible()


def test_exact_words_are_a_click_away(open_window, copied):
    window = open_window(copied)
    window.wait_for_photos(ALL + 1)
    ask(window, "holiday")
    window.wait(window.browser.results._exact.isVisible)
    window.click("Also 1 photo with “holiday” in their names or tags")
    wait_until_answered(window, '"holiday"')
    window.wait_for_names("holiday snow.jpg")


def test_facts_alone_have_no_relevance(window):
    window.search("snow")
    all_photos = window.library.timeline().photo_ids.tolist()
    ask(window, "type:jpeg")
    assert window.ids() == all_photos
    assert headings(window) is None
    assert controls(window)._cutoff is None
    assert not window.grid.feedback.is_on
    window.open(window.names()[0])
    window.press(Qt.Key.Key_W, window.viewer)
    assert not window.viewer.why.is_on


def test_where_no_photo_has_the_facts_the_page_says_what_to_do(window):
    ask(window, "is:favourite")
    assert window.browser.page is window.browser.empty
    assert window.says("Leave out a filter")


def test_gibberish_with_a_filter_has_a_page_with_a_button(window):
    window.type_search(f"{GIBBERISH} date:2000..2100 ")
    wait_until_answered(window, f"date:2000..2100 {GIBBERISH}")
    assert window.browser.empty.title() == "Nothing matches this search well"
    window.click("Show the nearest photos all the same")
    assert headings(window) == [0, ALL]


def test_without_a_model_facts_are_found_and_a_description_asks_for_one(open_window, drawn):
    window = open_window(drawn)
    window.wait_for_photos(ALL)
    ask(window, "type:jpeg")
    assert len(window.ids()) == ALL
    assert not window.window._models._is_asked
    window.type_search("type:jpeg snow")
    window.wait(lambda: window.window._models._is_asked)
    window.wait(lambda: not window.browser.model_card.isHidden())
    assert len(window.ids()) == ALL


def test_similar_photos_have_no_headings_and_cannot_be_judged(window):
    window.select("IMG_0007.jpg")
    window.action("Find similar").trigger()
    window.wait_for_results("Like IMG_0007.jpg")
    assert headings(window) is None
    assert controls(window)._cutoff is None
    assert not controls(window)._save.isVisible()
    assert not window.grid.feedback.is_on
    ask(window, "snow")
    assert headings(window) is not None


def test_a_window_that_is_closed_right_after_a_search_does_nothing_more(qtbot, open_window, demo_data):
    window = open_window(demo_data)
    window.wait_for_photos(ALL)
    ask(window, "snow")
    window.close()
    results = window.window._finding._results
    assert not results._remember.isActive()
