"""The list of models and all about the chosen one; adding one by its name."""

import pytest
from model_fakes import (
    DEMO,
    FAILED,
    FOLDER,
    LARGE,
    LOST,
    LOST_TOLD,
    SMALL,
    demo,
    installed,
    model,
    progress,
    row,
    shelf,
    work,
)
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QPushButton

from photoorg.ui.dialogs.add_model_dialog import AddModelDialog
from photoorg.ui.dialogs.models_dialog import ModelsDialog
from photoorg.ui.model_work import WorkKind, rows_of
from photoorg.ui.models.model_list_model import ModelListModel, ModelRole

MINE = "local/mine"
HALF = progress(302_500_000, 605_000_000, rate=4_200_000)


def rows(*infos, doing=()):
    return rows_of(shelf(*infos), doing, {})


MANY = rows(model(), installed(LARGE, is_active=True, pictures=12345), installed(MINE, trust=FAILED), demo())


# --- the list ---


@pytest.fixture
def listed(qtbot):
    listed = ModelListModel()
    listed.tester = QAbstractItemModelTester(listed, QAbstractItemModelTester.FailureReportingMode.Fatal)
    listed.show_rows(MANY)
    return listed


def references(listed):
    return [listed.index(i).data(ModelRole.ROW).reference for i in range(listed.rowCount())]


def test_the_model_keeps_qts_rules(qtmodeltester, listed):
    qtmodeltester.check(listed, force_py=True)
    qtmodeltester.check(ModelListModel(), force_py=True)


def test_rows_have_titles_and_spoken_states(listed):
    assert [listed.index(i).data() for i in range(4)] == ["CLIP Base", "CLIP Large", MINE, "Demo model"]
    spoken = [listed.index(i).data(Qt.ItemDataRole.AccessibleTextRole) for i in range(4)]
    assert spoken[1:3] == ["CLIP Large, In use", f"{MINE}, Installed · did not pass the test"]
    assert listed.index(0).data(Qt.ItemDataRole.DecorationRole) is None


@pytest.mark.parametrize(
    "after",
    [
        [],
        rows(demo()),
        rows(model(), model(LARGE), installed("local/another"), installed(MINE), demo()),
        rows(demo(), installed(MINE), model()),
        rows(model(), doing=[work(reference="hf-hub:a/b")]),
        MANY,
    ],
)
def test_rows_come_go_and_change(listed, after):
    listed.show_rows(after)
    assert [listed.row_at(listed.index(i)) for i in range(listed.rowCount())] == after
    listed.show_rows(MANY)
    assert references(listed) == [SMALL, LARGE, MINE, DEMO]


def test_only_what_changed_is_told(listed):
    changed = []
    listed.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    listed.show_rows([MANY[0], row(MANY[1].info, work(WorkKind.VERIFY, LARGE)), *MANY[2:]])
    assert changed == [(1, 1)]


# --- the dialog ---


@pytest.fixture
def dialog(qtbot, theme):
    dialog = ModelsDialog()
    qtbot.addWidget(dialog)
    dialog.show_rows(MANY)
    dialog.show()
    dialog.activateWindow()
    return dialog


def chosen(dialog):
    return dialog.findChild(QListView).currentIndex().data(ModelRole.ROW).reference


def buttons(dialog):
    return {button.accessibleName(): button for button in dialog.findChildren(QPushButton) if button.isVisible()}


def says(dialog, text):
    return any(text in label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def facts(dialog):
    return {fact.label: fact.value for fact in dialog._details._facts.rows()}


def test_it_opens_on_the_model_in_use(dialog):
    assert chosen(dialog) == LARGE
    assert facts(dialog)["Photos"] == "12,345 photos read"
    assert facts(dialog)["Licence"] == "MIT"
    assert set(buttons(dialog)) == {"Try it again", "Remove …", "Add from a folder …", "Add by name …", "Close"}


def test_without_one_it_opens_on_the_first(qtbot, theme):
    dialog = ModelsDialog()
    qtbot.addWidget(dialog)
    dialog.show_rows([])
    dialog.show_rows(rows(model(), demo()))
    assert chosen(dialog) == SMALL


def test_arrow_keys_walk_through_the_models(qtbot, dialog):
    view = dialog.findChild(QListView)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert chosen(dialog) == MINE
    assert "a red circle" in dialog._details._trouble.text()
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert facts(dialog)["Name"] == SMALL


@pytest.mark.parametrize(
    ("reference", "button", "action"),
    [
        (SMALL, "Download", "download"),
        (LARGE, "Try it again", "verify"),
        (LARGE, "Remove …", "remove"),
        (MINE, "Use it all the same", "use"),
        (DEMO, "Use", "use"),
    ],
)
def test_buttons_tell_what_is_wanted(qtbot, dialog, reference, button, action):
    dialog.choose(reference)
    with qtbot.waitSignal(dialog.wanted) as wanted:
        buttons(dialog)[button].click()
    assert wanted.args == [action, reference]


def test_a_download_shows_its_numbers_and_can_be_cancelled(qtbot, dialog):
    dialog.choose(SMALL)
    dialog.show_rows([row(MANY[0].info, work(progress=HALF)), *MANY[1:]])
    assert chosen(dialog) == SMALL
    assert dialog._details._progress.details().endswith("about 1 minute left")
    with qtbot.waitSignal(dialog.wanted) as wanted:
        buttons(dialog)["Cancel"].click()
    assert wanted.args == ["cancel", SMALL]


def test_an_error_is_told_where_the_model_is(dialog):
    dialog.choose(SMALL)
    dialog.show_rows([row(MANY[0].info, work(error=LOST)), *MANY[1:]])
    assert says(dialog, LOST_TOLD)
    assert {"Try again", "Dismiss"} <= set(buttons(dialog))


def test_what_was_chosen_stays_chosen_while_models_come_and_go(dialog):
    dialog.choose(MINE)
    dialog.show_rows(rows(model(), installed("local/another"), installed(MINE), demo()))
    assert chosen(dialog) == MINE
    dialog.show_rows(rows(model(), demo()))
    assert chosen(dialog) in {SMALL, DEMO}


def test_one_that_is_to_come_is_chosen_when_it_comes(dialog):
    dialog.choose("hf-hub:a/b")
    assert chosen(dialog) == LARGE
    dialog.show_rows([*MANY, row(installed("hf-hub:a/b"))])
    assert chosen(dialog) == "hf-hub:a/b"


def test_whoever_chooses_meanwhile_is_not_interrupted(qtbot, dialog):
    dialog.choose("hf-hub:a/b")
    view = dialog.findChild(QListView)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    dialog.show_rows([*MANY, row(installed("hf-hub:a/b"))])
    assert chosen(dialog) == SMALL


def test_names_and_folders_can_be_asked_for(qtbot, dialog):
    with qtbot.waitSignal(dialog.folder_wanted):
        buttons(dialog)["Add from a folder …"].click()
    with qtbot.waitSignal(dialog.other_wanted):
        buttons(dialog)["Add by name …"].click()


@pytest.mark.parametrize("way", ["close", "escape"])
def test_closing(qtbot, dialog, way):
    with qtbot.waitSignal(dialog.finished):
        if way == "close":
            buttons(dialog)["Close"].click()
        else:
            qtbot.keyClick(dialog.findChild(QListView), Qt.Key.Key_Escape)


def test_return_in_the_list_presses_no_button(qtbot, dialog):
    wanted = []
    dialog.wanted.connect(lambda *what: wanted.append(what))
    qtbot.keyClick(dialog.findChild(QListView), Qt.Key.Key_Return)
    assert wanted == []
    assert dialog.isVisible()


def test_everything_has_a_name_and_is_reached_by_tab(qtbot, dialog):
    view = dialog.findChild(QListView)
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    order = []
    while (now := dialog.focusWidget()) not in order:
        order.append(now)
        qtbot.keyClick(now, Qt.Key.Key_Tab)
    assert [widget.accessibleName() for widget in order] == [
        *("Models", "Try it again", "Remove …", "Add from a folder …", "Add by name …", "Close"),
    ]


def test_dozens_of_models(qtbot, dialog):
    dialog.show_rows([*MANY, *(row(installed(f"hf-hub:a/{n}", folder=FOLDER / str(n))) for n in range(60))])
    dialog.choose("hf-hub:a/59")
    assert facts(dialog)["Folder"] == str(FOLDER / "59")


# --- by name ---


@pytest.fixture
def naming(qtbot, theme):
    dialog = AddModelDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_a_name_is_wanted(qtbot, naming):
    assert not buttons(naming)["Download"].isEnabled()
    qtbot.keyClicks(naming.findChild(QLineEdit), "  ")
    assert not buttons(naming)["Download"].isEnabled()


@pytest.mark.parametrize("way", ["button", "return"])
def test_a_name_is_given_without_spaces(qtbot, naming, way):
    line = naming.findChild(QLineEdit)
    qtbot.keyClicks(line, " hf-hub:a/b ")
    with qtbot.waitSignal(naming.named) as named:
        if way == "button":
            buttons(naming)["Download"].click()
        else:
            qtbot.keyClick(line, Qt.Key.Key_Return)
    assert named.args == ["hf-hub:a/b"]
    assert not naming.isVisible()


def test_the_licence_is_the_users_to_read(naming):
    assert says(naming, "licence suits you is for you to read")


def test_escape_names_nothing(qtbot, naming):
    named = []
    naming.named.connect(named.append)
    qtbot.keyClicks(naming.findChild(QLineEdit), "x")
    qtbot.keyClick(naming, Qt.Key.Key_Escape)
    assert (named, naming.isVisible()) == ([], False)
