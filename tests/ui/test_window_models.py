"""From no model to one that finds photos, in the real window, from a real download; and all that may happen on the way."""

import pytest
from model_hub import REFERENCE, TITLE
from model_window import ALL, card, content, info, models_dialog, offers
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from photoorg import Library
from photoorg.ui.error_texts import told

PART = 2_000_000  # bytes after which a download breaks off


@pytest.fixture
def window(open_window, drawn, hub):
    window = open_window(drawn)
    window.wait_for_photos(ALL)
    window.wait(card(window).isVisible)
    return window


def download_a_part(window, hub):
    """Begin a download that stalls half-way until the hub is mended; the fault."""
    stall = hub.fail("stall", after=PART, times=1)
    window.click("Download", card(window))
    window.wait(lambda: content(window).work is not None and content(window).work.counts_bytes)
    window.wait(lambda: content(window).work.progress.done >= PART // 2)
    return stall


# --- the way to the first model ---


def test_one_click_leads_to_a_model_that_finds_photos(window, hub):
    assert window.says("MIT licence", card(window))
    assert window.browser.page is window.grid
    shown = []
    window.window._models._jobs.changed.connect(lambda: shown.append(content(window)))
    window.click("Download", card(window))
    window.wait(lambda: window.library.overview().active_model == REFERENCE)
    window.wait(lambda: not card(window).isVisible())
    titles = [one.title for one in shown if one]
    assert list(dict.fromkeys(titles)) == [f"Downloading {TITLE}", "Trying the model out"]
    assert any(one and one.work and one.work.counts_bytes for one in shown)
    window.wait(lambda: info(window).pictures == ALL)
    window.search("a red house in the snow")
    assert 0 < len(window.ids()) < ALL
    assert window.browser.results.notices() == ""
    assert info(window).trust.passed


def test_a_model_that_runs_in_a_process_of_its_own(open_window, drawn, hub):
    window = open_window(drawn, encoder_host="own-process")
    window.wait(card(window).isVisible)
    window.click("Download", card(window))
    window.wait(lambda: info(window).pictures == ALL)
    window.search("boats")
    assert len(window.ids()) > 0


def test_everything_goes_on_while_it_is_downloaded(window, hub):
    stall = download_a_part(window, hub)
    window.select("IMG_0007.jpg")
    window.press(Qt.Key.Key_4, window.grid)
    window.wait(lambda: window.photo("IMG_0007.jpg").rating == 4)
    window.open("IMG_0007.jpg")
    window.press(Qt.Key.Key_Escape, window.viewer)
    assert offers(window) == ["Cancel"]
    assert stall.struck
    hub.mend()
    window.wait(lambda: window.library.overview().active_model == REFERENCE)


def test_cancelling_keeps_what_is_there_and_it_can_be_resumed(window, hub):
    download_a_part(window, hub)
    window.click("Cancel", card(window))
    window.wait(lambda: "Resume the download" in offers(window))
    hub.mend()
    assert window.says("are here already", card(window))
    hub.requests.clear()
    window.click("Resume the download", card(window))
    window.wait(lambda: window.library.overview().active_model == REFERENCE)
    assert any(asked.startswith("bytes=") for asked in hub.ranges())


def test_closing_the_window_keeps_it_too_and_the_next_start_offers_the_rest(open_window, window, drawn, hub):
    download_a_part(window, hub)
    window.close()
    hub.mend()
    again = open_window(drawn)
    again.wait(lambda: "Resume the download" in offers(again))
    assert info(again).partial_bytes >= PART // 2
    again.click("Resume the download", card(again))
    again.wait(lambda: again.library.overview().active_model == REFERENCE)


def test_an_error_is_told_with_its_hint_and_the_next_try_succeeds(window, hub):
    hub.fail("portal")
    window.click("Download", card(window))
    window.wait(lambda: "Try again" in offers(window))
    error = window.window._models._jobs.rows()[0].work.error
    assert content(window).text == told(error, lambda _reference: TITLE)
    assert error.code == "not-a-hub"
    hub.mend()
    window.click("Try again", card(window))
    window.wait(lambda: window.library.overview().active_model == REFERENCE)
    window.wait(lambda: not card(window).isVisible())


def test_an_error_can_be_put_away(window, hub):
    hub.fail("gated")
    window.click("Download", card(window))
    window.wait(lambda: "Dismiss" in offers(window))
    window.click("Dismiss", card(window))
    window.wait(lambda: offers(window)[:1] == ["Download"])


@pytest.mark.usefixtures("_confused")
def test_a_model_that_fails_its_test_is_not_used_unless_one_insists(window):
    window.click("Download", card(window))
    window.wait(lambda: "Use it all the same" in offers(window))
    assert content(window).title == f"{TITLE} did not pass its test"
    assert window.library.overview().active_model is None
    window.click("Try it again", card(window))
    window.wait(lambda: content(window) is not None and content(window).title == "Trying the model out")
    window.wait(lambda: "Use it all the same" in offers(window))
    window.click("Use it all the same", card(window))
    window.wait(lambda: window.library.overview().active_model == REFERENCE)
    window.wait(lambda: not card(window).isVisible())


# --- putting it off, and the ways back ---


def test_not_now_is_remembered_and_the_photos_stay_useful(open_window, window, drawn):
    window.click("Not now", card(window))
    assert not card(window).isVisible()
    window.select("IMG_0007.jpg")
    window.press(Qt.Key.Key_4, window.grid)
    window.wait(lambda: window.photo("IMG_0007.jpg").rating == 4)
    window.close()
    again = open_window(drawn)
    again.wait_until_watching()
    again.wait(lambda: again.window._models._jobs.shelf.infos != ())
    assert not card(again).isVisible()


def test_a_search_is_a_way_back(window):
    window.click("Not now", card(window))
    window.type_search("snow")
    window.wait(card(window).isVisible)
    assert window.says("needs a model", card(window))
    assert window.browser.page is window.grid
    window.click("Not now", card(window))
    window.wait(lambda: not card(window).isVisible())


def test_the_menu_is_a_way_back(window):
    window.click("Not now", card(window))
    dialog = models_dialog(window)
    dialog.choose(REFERENCE)
    window.click("Download", dialog)
    window.wait(lambda: window.library.overview().active_model == REFERENCE)
    window.wait(lambda: info(window).is_active)
    window.wait(lambda: dialog._details._row.info.is_active)


def test_after_a_download_was_begun_not_now_is_forgotten(open_window, window, drawn, hub):
    window.click("Not now", card(window))
    hub.fail("stall", after=PART, times=1)
    dialog = models_dialog(window)
    dialog.choose(REFERENCE)
    window.click("Download", dialog)
    window.wait(lambda: content(window) is not None and content(window).work.counts_bytes)
    window.close()
    hub.mend()
    again = open_window(drawn)
    again.wait(card(again).isVisible)


def test_the_card_goes_when_another_program_chooses_a_model(window, drawn):
    with Library(drawn) as other:
        other.models.use("demo")
    window.wait(lambda: not card(window).isVisible())


def test_an_empty_library_says_nothing_about_models_until_it_has_a_folder(open_window, data_dir, hub, photos):
    window = open_window(data_dir)
    window.wait(lambda: window.browser.page is window.browser.welcome)
    window.wait(lambda: window.window._models._jobs.shelf.infos != ())
    assert not card(window).isVisible()
    window.drop(photos)
    window.wait(card(window).isVisible)
    window.wait_for_photos(3)


def test_tab_comes_to_the_card_between_the_search_and_the_photos(window, qtbot):
    window.window.activateWindow()
    window.wait(window.window.isActiveWindow)
    window.line.setFocus()
    order = []
    while (now := QApplication.focusWidget()) not in order:
        order.append(now)
        qtbot.keyClick(now, Qt.Key.Key_Tab)
    names = [widget.accessibleName() for widget in order]
    first = names.index("Download")
    assert names[first : first + 3] == ["Download", "Choose another …", "Not now"]
    assert 0 < first < order.index(window.grid)
    assert all(names)
