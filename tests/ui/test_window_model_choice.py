"""The models of a window: removed, named, dropped, tried out, and exchanged for each other; all from a real download."""

import threading

import pytest
from model_hub import REFERENCE, TITLE
from model_window import ALL, card, content, info, models_dialog, offers
from pictures import write_jpeg
from PySide6.QtWidgets import QLineEdit, QMessageBox

from photoorg.search.self_test import run_self_test

TRYING = "Trying the model out"


@pytest.fixture
def window(open_window, drawn, hub):
    window = open_window(drawn)
    window.wait_for_photos(ALL)
    window.wait(card(window).isVisible)
    return window


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
    for (_, name), file in hub.files.items():
        (folder / name).write_bytes(file)
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


# --- a model that was never tried out ---


@pytest.fixture
def untried(window, monkeypatch):
    """The window, after a download whose trial was cancelled."""
    with monkeypatch.context() as patch:
        patch.setattr("photoorg.search.library_models.run_self_test", wait_to_be_cancelled)
        window.click("Download", card(window))
        window.wait(lambda: content(window).title == TRYING)
        window.click("Cancel", card(window))
        window.wait(lambda: "Use" in offers(window))
    assert info(window).is_installed
    assert info(window).trust is None
    return window


def wait_to_be_cancelled(_model, _encoder, _languages, check_cancelled):
    while True:
        check_cancelled()
        threading.Event().wait(0.01)


def test_before_it_is_used_it_is_tried_out(untried, monkeypatch):
    go_on = threading.Event()
    monkeypatch.setattr(
        "photoorg.search.library_models.run_self_test", lambda *given: go_on.wait() and run_self_test(*given)
    )
    try:
        untried.click("Use", card(untried))
        untried.wait(lambda: content(untried).title == TRYING)
        assert offers(untried) == ["Cancel"]
        assert untried.library.overview().active_model is None
    finally:
        go_on.set()
    untried.wait(lambda: info(untried).is_active)
    assert info(untried).trust.passed
    untried.wait(lambda: untried.says(f"{TITLE} is in use."))
    assert not card(untried).isVisible()


@pytest.mark.usefixtures("_confused")
def test_one_that_fails_then_is_not_used_unless_one_insists(untried):
    untried.click("Use", card(untried))
    untried.wait(lambda: "Use it all the same" in offers(untried))
    assert content(untried).title == f"{TITLE} did not pass its test"
    untried.wait(lambda: untried.says(f"{TITLE} did not pass the test."))
    assert untried.library.overview().active_model is None
    untried.click("Use it all the same", card(untried))
    untried.wait(lambda: untried.library.overview().active_model == REFERENCE)
    untried.wait(lambda: not card(untried).isVisible())


@pytest.mark.usefixtures("_confused")
def test_the_dialog_does_the_same_and_the_model_in_use_stays(open_window, demo_data):
    window = open_window(demo_data)
    window.wait_for_photos(ALL)
    window.library.models.install(REFERENCE)
    (window.library.data_dir.models / "self_tests.json").unlink()
    dialog = models_dialog(window)
    dialog.choose(REFERENCE)
    window.wait(lambda: dialog._details._row.info.is_installed)
    window.click("Use", dialog)
    window.wait(lambda: dialog._details._row.info.trust is not None and dialog._details._row.work is None)
    assert window.library.overview().active_model == "demo"
    window.click("Use it all the same", dialog)
    window.wait(lambda: window.library.overview().active_model == REFERENCE)


# --- while another model answers ---


def test_results_say_which_model_answers_until_the_new_one_has_read_all(open_window, demo_data, hub):
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
