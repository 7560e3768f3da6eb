"""From no model to one that finds photos, in the real window, from a real download; and all that may happen on the way."""

import pytest
from model_hub import REFERENCE, REPOSITORY, TITLE, WEIGHTS, demo_hub, proposing
from pictures import write_jpeg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox

from photoorg import Library
from photoorg.paths import resources
from photoorg.ui.dialogs.models_dialog import ModelsDialog
from photoorg.ui.error_texts import told

ALL = 40
PART = 2_000_000  # bytes after which a download breaks off


@pytest.fixture
def hub(monkeypatch):
    """A hub with one model, which is proposed; the self-test is the demo's, as the model is."""
    import huggingface_hub

    from photoorg.embedding import download, registry

    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(download, "PAUSE_S", 0.01)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_ETAG_TIMEOUT", 5)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DOWNLOAD_TIMEOUT", 1)
    hub = demo_hub()
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    content = proposing(hub)
    monkeypatch.setattr(registry, "_registry", lambda: content)
    monkeypatch.setattr("photoorg.search.self_test_pictures.resources", lambda: resources() / "demo_model")
    registry.known_models.cache_clear()
    huggingface_hub.close_session()
    yield hub
    huggingface_hub.close_session()
    hub.close()
    registry.known_models.cache_clear()


@pytest.fixture
def drawn(demo_data):
    """The library of drawn pictures, with no model chosen and nothing embedded yet."""
    with Library(demo_data) as library:
        library.models.remove("demo")
    return demo_data


@pytest.fixture
def window(open_window, drawn, hub):
    window = open_window(drawn)
    window.wait_for_photos(ALL)
    window.wait(card(window).isVisible)
    return window


def card(window):
    return window.browser.model_card


def content(window):
    return card(window).content


def offers(window):
    return [offer.text for offer in content(window).offers] if content(window) else []


def info(window, reference=REFERENCE):
    return next(info for info in window.library.models.infos() if info.reference == reference)


def models_dialog(window):
    window.action("Models …").trigger()
    dialog = window.window.findChild(ModelsDialog)
    window.wait(lambda: dialog.isVisible() and dialog._model.rowCount() > 0)
    return dialog


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


def test_everything_goes_on_while_it_is_downloaded(window, hub, drawn):
    fault = hub.fail("stall", after=PART, times=1)
    window.click("Download", card(window))
    window.wait(lambda: content(window).work is not None and content(window).work.counts_bytes)
    window.select("IMG_0007.jpg")
    window.press(Qt.Key.Key_4, window.grid)
    window.wait(lambda: window.photo("IMG_0007.jpg").rating == 4)
    window.open("IMG_0007.jpg")
    window.press(Qt.Key.Key_Escape, window.viewer)
    assert offers(window) == ["Cancel"]
    assert fault.kind == "stall"


def test_cancelling_keeps_what_is_there_and_it_can_be_resumed(window, hub):
    hub.fail("stall", after=PART, times=1)
    window.click("Download", card(window))
    window.wait(lambda: content(window).work is not None and content(window).work.counts_bytes)
    window.wait(lambda: content(window).work.progress.done >= PART // 2)
    window.click("Cancel", card(window))
    hub.mend()
    window.wait(lambda: "Resume the download" in offers(window))
    assert window.says("are here already", card(window))
    hub.requests.clear()
    window.click("Resume the download", card(window))
    window.wait(lambda: window.library.overview().active_model == REFERENCE)
    assert any(asked.startswith("bytes=") for asked in hub.ranges())


def test_closing_the_window_keeps_it_too_and_the_next_start_offers_the_rest(open_window, window, drawn, hub):
    hub.fail("stall", after=PART, times=1)
    window.click("Download", card(window))
    window.wait(lambda: content(window).work is not None and content(window).work.counts_bytes)
    window.wait(lambda: content(window).work.progress.done >= PART // 2)
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


@pytest.fixture
def _confused(hub):
    """The hub's model has its words mixed up."""
    from safetensors.numpy import load, save

    key = (REPOSITORY, WEIGHTS)
    weights = load(hub.files[key])
    name = next(name for name in weights if "token_embedding" in name)
    hub.files[key] = save(weights | {name: weights[name][::-1].copy()})


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


# --- the dialog ---


def test_a_model_is_removed_after_a_question(open_window, demo_data, hub):
    window = open_window(demo_data)
    window.wait_for_photos(ALL)
    window.library.models.install(REFERENCE)
    window.library.models.use(REFERENCE)
    window.wait(lambda: info(window).pictures == ALL)
    dialog = models_dialog(window)
    dialog.choose(REFERENCE)
    window.wait(lambda: any("40 photos" in fact.value for fact in dialog._details._facts.rows()))
    answer_removal(window, dialog, "Cancel")
    assert window.library.overview().active_model == REFERENCE
    answer_removal(window, dialog, "Remove")
    window.wait(lambda: window.library.overview().active_model is None)
    window.wait(lambda: not info(window).is_installed)
    dialog.accept()
    window.wait(lambda: offers(window)[:1] == ["Download"])


def answer_removal(window, dialog, answer):
    window.click("Remove …", dialog)
    box = dialog.findChildren(QMessageBox)[-1]
    window.wait(box.isVisible)
    assert "40 photos" in box.informativeText()
    assert "photos, tags and albums are not touched" in box.informativeText()
    next(button for button in box.buttons() if button.text().replace("&", "") == answer).click()


def test_any_model_can_be_got_by_its_name(window, hub):
    other = "test/other"
    hub.files |= {(other, name): file for (_, name), file in hub.files.items()}
    dialog = models_dialog(window)
    window.click("Add by name …", dialog)
    line = dialog.findChild(QLineEdit)
    window.wait(line.isVisible)
    line.setText(f"hf-hub:{other}")
    line.returnPressed.emit()
    window.wait(lambda: window.library.overview().active_model == f"hf-hub:{other}")
    window.wait(lambda: dialog._details._row.reference == f"hf-hub:{other}" and dialog._details._row.info is not None)


def test_a_name_that_nobody_knows(window):
    dialog = models_dialog(window)
    window.click("Add by name …", dialog)
    line = dialog.findChild(QLineEdit)
    window.wait(line.isVisible)
    line.setText("no such model")
    line.returnPressed.emit()
    window.wait(lambda: window.says("There is no model called no such model", dialog))
    window.click("Dismiss", dialog)
    window.wait(lambda: not window.says("no such model", dialog))


# --- folders with models ---


@pytest.fixture
def model_folder(tmp_path, hub):
    """A folder with the hub's model, as it may come on a stick."""
    folder = tmp_path.resolve() / "given"
    folder.mkdir()
    for (_, name), content in hub.files.items():
        (folder / name).write_bytes(content)
    return folder


def test_a_model_and_a_folder_of_photos_that_are_dropped_together_are_told_apart(window, model_folder, tmp_path):
    more = write_jpeg(tmp_path.resolve() / "more" / "new.jpg", seed=3).parent
    assert window.drop(model_folder, more)
    window.wait_for_photos(ALL + 1)
    window.wait(lambda: window.library.overview().active_model is not None)
    active = window.library.overview().active_model
    assert model_folder not in [folder.path for folder in window.library.folders()]
    assert info(window, active).folder.is_relative_to(window.library.data_dir.models)
    window.wait(lambda: not card(window).isVisible())


def test_a_dropped_model_that_is_broken_says_so(window, model_folder):
    weights = model_folder / "open_clip_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    window.drop(model_folder)
    window.wait(lambda: content(window).is_trouble)
    assert content(window).title.startswith("given")
    window.click("Dismiss", card(window))
    window.wait(lambda: offers(window)[:1] == ["Download"])
    assert len(window.library.folders()) == 1


# --- while another model answers ---


def test_results_say_which_model_answers_until_the_new_one_has_read_all(open_window, demo_data, hub, monkeypatch):
    window = open_window(demo_data)
    window.wait_for_photos(ALL)
    window.wait_until_watching()
    window.library.models.install(REFERENCE)
    window.click("Pause")
    window.library.models.use(REFERENCE)
    window.wait(lambda: window.window._browsing._overview.answering_model == "demo")
    window.search("snow")
    window.wait(lambda: TITLE in window.browser.results.note())
    assert window.browser.results.note().endswith(f" · answered by Demo model until {TITLE} has read all photos (0%)")
    window.click("Resume")
    window.wait(lambda: "answered by" not in window.browser.results.note())
    window.search("boats")
    assert "answered" not in window.browser.results.note()


def test_what_there_is_to_know_about_an_answer_is_said_with_it(open_window, demo_data):
    window = open_window(demo_data)
    window.wait_for_photos(ALL)
    window.browser.search.set_text("snow " * 200)
    window.wait_for_results("snow")
    assert "does not read the end" in window.browser.results.notices()
    assert "Demo model" in window.browser.results.notices()
    window.search("snow")
    assert window.browser.results.notices() == ""
