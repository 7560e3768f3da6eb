"""The settings of indexing: the dialog by itself, and from the window into settings.toml."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit, QPushButton, QSpinBox

from photoorg.library import Settings
from photoorg.settings import load_settings
from photoorg.ui.dialogs.indexing_dialog import IndexingDialog

SET = Settings(only_when_idle=True, max_cores=4, ignore=("*.png", "cache/"))


@pytest.fixture
def make(qtbot, theme):
    def make(settings=SET, cores=8):
        dialog = IndexingDialog(settings, cores)
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.activateWindow()
        return dialog

    return make


def box(dialog, text):
    return next(box for box in dialog.findChildren(QCheckBox) if box.text() == text)


def button(dialog, text):
    return next(button for button in dialog.findChildren(QPushButton) if button.accessibleName() == text)


def patterns(dialog):
    return dialog.findChild(QPlainTextEdit)


IDLE, MAINS = "Only while nobody uses the computer", "Not on battery"


def saved(qtbot, dialog):
    with qtbot.waitSignal(dialog.wanted) as wanted:
        button(dialog, "Save").click()
    return wanted.args[0]


def test_it_shows_what_holds_and_saving_it_changes_nothing(qtbot, make):
    dialog = make()
    assert (box(dialog, IDLE).isChecked(), box(dialog, MAINS).isChecked()) == (True, False)
    assert dialog.findChild(QSpinBox).value() == 4
    assert patterns(dialog).toPlainText() == "*.png\ncache/"
    wanted = {"only_when_idle": True, "not_on_battery": False, "max_cores": 4, "ignore": ("*.png", "cache/")}
    assert saved(qtbot, dialog) == wanted


def test_what_is_chosen_is_wanted(qtbot, make):
    dialog = make(Settings())
    assert dialog.findChild(QSpinBox).text() == "All"
    box(dialog, MAINS).click()
    dialog.findChild(QSpinBox).setValue(99)
    patterns(dialog).setPlainText("\n  *.tmp.jpg \n\n")
    wanted = {"only_when_idle": False, "not_on_battery": True, "max_cores": 8, "ignore": ("*.tmp.jpg",)}
    assert saved(qtbot, dialog) == wanted


def test_a_limit_from_a_larger_computer_stays(qtbot, make):
    assert saved(qtbot, make(Settings(max_cores=16), cores=2))["max_cores"] == 16


def test_an_error_is_told_and_it_can_be_tried_again(qtbot, make):
    dialog = make()
    saved(qtbot, dialog)
    assert not button(dialog, "Save").isEnabled()
    dialog.show_error("That means nothing.")
    assert any(label.text() == "That means nothing." and label.isVisible() for label in dialog.findChildren(QLabel))
    assert button(dialog, "Save").isEnabled()
    assert dialog.height() >= dialog.layout().heightForWidth(dialog.width())


def test_everything_has_a_name_and_is_reached_by_tab(qtbot, make):
    dialog = make()
    box(dialog, IDLE).setFocus()
    qtbot.waitUntil(box(dialog, IDLE).hasFocus)
    order = []
    while (now := dialog.focusWidget()) not in order:
        order.append(now)
        qtbot.keyClick(now, Qt.Key.Key_Tab)
    names = [widget.accessibleName() or widget.text() for widget in order]
    assert names == [IDLE, MAINS, "Processor cores", "Patterns to ignore", "Cancel", "Save"]


@pytest.mark.parametrize("dark", [False, True])
def test_boxes_can_be_seen_in_both_themes(make, theme, dark):
    theme(dark)
    dialog = make()
    for text in (IDLE, MAINS):
        image = box(dialog, text).grab().toImage()
        colours = {QColor(image.pixel(x, image.height() // 2)).name() for x in range(20)}
        window = dialog.palette().color(QPalette.ColorRole.Window)
        assert max(abs(QColor(name).lightness() - window.lightness()) for name in colours) > 60


# --- in the window ---


def opened_dialog(window):
    window.action("Indexing …").trigger()
    window.wait(lambda: window.window.findChild(IndexingDialog) is not None)
    return window.window.findChild(IndexingDialog)


def test_the_window_writes_settings_that_hold_at_once(qtbot, open_window, data_dir, photos):
    window = open_window(data_dir)
    window.library.add_folder(photos)
    window.wait_for_photos(3)
    dialog = opened_dialog(window)
    patterns(dialog).setPlainText("a.*")
    button(dialog, "Save").click()
    window.wait(lambda: window.window.findChild(IndexingDialog) is None)
    window.wait_for_names("c.jpg", "b.jpg")
    assert load_settings(window.library.data_dir.settings) == Settings(decode_workers=1, ignore=("a.*",))


def test_a_dialog_that_is_closed_while_it_is_saved(open_window, data_dir):
    window = open_window(data_dir)
    dialog = opened_dialog(window)
    box(dialog, MAINS).click()
    button(dialog, "Save").click()
    dialog.reject()
    window.wait(lambda: load_settings(window.library.data_dir.settings).not_on_battery)
    window.wait(lambda: "Saved" in window.browser.status.message())


def test_a_pattern_that_means_nothing_is_refused_in_the_dialog(open_window, data_dir):
    window = open_window(data_dir)
    dialog = opened_dialog(window)
    patterns(dialog).setPlainText("!")
    button(dialog, "Save").click()
    window.wait(lambda: window.says("means nothing: '!'", dialog))
    assert dialog.isVisible()
    button(dialog, "Cancel").click()
    assert load_settings(window.library.data_dir.settings) == Settings(decode_workers=1)
