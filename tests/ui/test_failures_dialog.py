import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QTableView

from photoorg.library import Failure
from photoorg.ui.dialogs.failures_dialog import FailuresDialog
from photoorg.ui.models.failure_list_model import FailureColumn, FailureListModel

FAILURES = [
    Failure(b"/photos/b.jpg", "truncated", {}),
    Failure(b"/photos/2019/a.jpg", "empty", {}),
    Failure(b"/scans/c\xff.tif", "corrupt", {"detail": "broken\nstream"}),
    Failure(b"/scans/d.tif", "of-a-newer-version", {}),
]


@pytest.fixture
def dialog(qtbot, theme):
    dialog = FailuresDialog(FAILURES)
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    QGuiApplication.clipboard().clear()


@pytest.fixture
def table(dialog):
    return dialog.findChild(QTableView)


def names(table):
    return [table.model().index(row, FailureColumn.NAME).data() for row in range(table.model().rowCount())]


def button(dialog, text):
    return next(b for b in dialog.findChildren(QPushButton) if b.text() == text)


def test_the_model_keeps_qts_rules(qtmodeltester):
    qtmodeltester.check(FailureListModel(FAILURES), force_py=True)
    qtmodeltester.check(FailureListModel([]), force_py=True)


def test_rows_have_name_reason_and_folder():
    model = FailureListModel(FAILURES)
    assert [model.index(1, column).data() for column in range(3)] == ["a.jpg", "The file is empty.", "/photos/2019"]
    assert model.index(2, 0).data() == "c\N{REPLACEMENT CHARACTER}.tif"
    assert "broken\N{REPLACEMENT CHARACTER}stream" in model.index(2, 1).data()
    assert "of-a-newer-version" in model.index(3, 1).data()
    assert [model.headerData(i, Qt.Orientation.Horizontal) for i in range(4)] == ["Name", "Reason", "Folder", None]


def test_the_order_is_the_lists_until_a_heading_is_clicked(qtbot, table):
    assert names(table)[:2] == ["b.jpg", "a.jpg"]
    table.sortByColumn(FailureColumn.NAME, Qt.SortOrder.AscendingOrder)
    assert names(table)[:2] == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize(
    ("text", "found"), [("EMPTY", ["a.jpg"]), ("/scans", ["c\N{REPLACEMENT CHARACTER}.tif", "d.tif"])]
)
def test_the_filter_looks_everywhere(qtbot, dialog, table, text, found):
    qtbot.keyClicks(dialog.findChild(QLineEdit), text)
    assert names(table) == found
    assert dialog._count.text() == f"{len(found)} of 4 files cannot be read"


def test_nothing_found_is_nothing_to_copy(qtbot, dialog):
    dialog.findChild(QLineEdit).setText("no such thing")
    assert not button(dialog, "Copy list").isEnabled()
    dialog.findChild(QLineEdit).clear()
    assert button(dialog, "Copy list").isEnabled()
    assert dialog._count.text() == "4 files cannot be read"


def test_show_in_folder_wants_a_row(qtbot, dialog, table):
    show = button(dialog, "Show in folder")
    assert not show.isEnabled()
    table.selectRow(1)
    with qtbot.waitSignal(dialog.show_in_folder_wanted) as wanted:
        show.click()
    assert wanted.args == [Path("/photos/2019/a.jpg")]


def test_a_double_click_shows_too_and_keeps_odd_bytes(qtbot, dialog, table):
    table.sortByColumn(FailureColumn.NAME, Qt.SortOrder.DescendingOrder)
    place = table.visualRect(table.model().index(1, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(dialog.show_in_folder_wanted) as wanted:
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert bytes(wanted.args[0]) == b"/scans/c\xff.tif"


def test_the_whole_list_is_copied(dialog, table):
    table.selectRow(1)
    button(dialog, "Copy list").click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 4
    assert lines[1] == "/photos/2019/a.jpg\tThe file is empty."


def test_several_chosen_rows_are_copied_alone(dialog, table):
    table.setSelectionMode(QTableView.SelectionMode.MultiSelection)
    table.selectRow(1)
    table.selectRow(0)
    button(dialog, "Copy list").click()
    assert [line.split("\t")[0] for line in QGuiApplication.clipboard().text().splitlines()] == [
        *("/photos/b.jpg", "/photos/2019/a.jpg"),
    ]


def test_all_that_is_shown_is_tried_again(qtbot, dialog, table):
    dialog.findChild(QLineEdit).setText("/scans")
    with qtbot.waitSignal(dialog.finished), qtbot.waitSignal(dialog.retry_wanted) as wanted:
        button(dialog, "Try again").click()
    assert wanted.args == [[Path(os.fsdecode(b"/scans/c\xff.tif")), Path("/scans/d.tif")]]


def test_chosen_files_are_tried_again_alone(qtbot, dialog, table):
    table.selectRow(1)
    with qtbot.waitSignal(dialog.retry_wanted) as wanted:
        button(dialog, "Try again").click()
    assert wanted.args == [[Path("/photos/2019/a.jpg")]]


def test_nothing_shown_is_nothing_to_try_again(qtbot, dialog):
    dialog.findChild(QLineEdit).setText("no such thing")
    assert not button(dialog, "Try again").isEnabled()


def test_close_closes(qtbot, dialog):
    with qtbot.waitSignal(dialog.finished):
        button(dialog, "Close").click()


def test_thousands_open_and_filter(qtbot, theme):
    dialog = FailuresDialog([Failure(f"/p/{i}.jpg".encode(), "empty", {}) for i in range(20_000)])
    qtbot.addWidget(dialog)
    dialog.findChild(QLineEdit).setText("19999")
    assert names(dialog.findChild(QTableView)) == ["19999.jpg"]
