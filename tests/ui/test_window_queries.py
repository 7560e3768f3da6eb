"""Queries in the window: chips, what is wrong with them, undo, example photos, and judgements on results."""

import shutil

import pytest
from found_window import ALL, ask, chips, drop_on, hurry, is_marked, message, query, type_on, wait_until_answered
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from photoorg.ui.photo_drag import photo_data

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(open_window, demo_data, monkeypatch):
    hurry(monkeypatch, "query_trouble._REST_MS")
    window = open_window(demo_data)
    window.wait_for_photos(ALL)
    return window


def judge(qtbot, window, key, photo_id):
    window.grid.setFocus()
    window.grid.select_id(photo_id)
    qtbot.keyClick(window.grid, key)


def test_a_sentence_with_a_filter_gets_a_chip_and_results(qtbot, window):
    window.type_search("snow date:2023 ")
    wait_until_answered(window, "date:2023 snow")
    assert chips(window) == ["2023"]
    assert window.line.text().strip() == "snow"
    assert window.browser.results.title() == "“snow” · 2023"
    with_filter = set(window.ids())
    qtbot.keyClick(window.line, Qt.Key.Key_Z, CTRL)
    window.wait(lambda: chips(window) == [])
    ask(window, "snow")
    assert with_filter < set(window.ids())


@pytest.mark.parametrize("begun", ["date:", "snow date:20233", '"blue ho', "(snow", "snow OR ", "rating:>"])
def test_what_is_not_finished_is_not_wrong_yet_until_return(qtbot, window, begun):
    failed = []
    window.window._search.failed.connect(failed.append)
    window.type_search(begun)
    window.wait(lambda: bool(failed))
    assert (message(window), is_marked(window)) == ("", False)
    qtbot.keyClick(window.line, Qt.Key.Key_Return)
    assert message(window)
    assert is_marked(window)
    type_on(qtbot, window, "x")
    assert (message(window), is_marked(window)) == ("", False)


def test_it_is_said_when_typing_rests(open_window, demo_data, monkeypatch):
    hurry(monkeypatch)
    window = open_window(demo_data)
    window.wait_for_photos(ALL)
    window.type_search('"blue ho')
    window.wait(lambda: "partner" in message(window))


def test_a_finished_mistake_is_said_at_once_and_the_results_stay(qtbot, window):
    ask(window, "snow")
    before = window.ids()
    type_on(qtbot, window, " date:foo house")
    window.wait(lambda: "date:foo" in message(window))
    assert window.ids() == before
    assert window.browser.results.title() == "“snow”"


def test_or_takes_the_chips_back_into_the_text(qtbot, window):
    window.type_search("date:2023 snow ")
    assert chips(window) == ["2023"]
    type_on(qtbot, window, "OR boats ")
    assert chips(window) == []
    wait_until_answered(window, "date:2023 snow OR boats")


def test_a_pasted_query_is_chips_at_once(qtbot, window):
    QGuiApplication.clipboard().setText("type:jpeg -night snow")
    window.line.setFocus()
    qtbot.keyClick(window.line, Qt.Key.Key_V, CTRL)
    assert chips(window) == ["jpeg", "not night"]
    wait_until_answered(window, "type:jpeg -night snow")


def test_what_is_complete_is_not_offered_and_an_operator_is_no_filter(window):
    popup = window.browser.search._popup
    for begun, offered in (("type:jpe", True), ("type:jpeg", False), ("snow OR", False)):
        window.type_search(begun)
        window.wait(lambda: window.window._finding._help._asking is None)
        assert popup.isVisible() == offered, begun


def test_a_dropped_photo_has_its_picture_and_name_and_can_be_taken_back(qtbot, window):
    photo = window.photo("IMG_0007.jpg")
    drop_on(window.browser.search._field, photo_data([photo.id], []))
    wait_until_answered(window, f"like:#{photo.id}")
    assert chips(window) == ["like IMG_0007.jpg"]
    window.wait(lambda: window.browser.search._field.strip.contents()[0].thumbnail is not None)
    assert window.browser.results.title() == "Like IMG_0007.jpg"
    type_on(qtbot, window, "snow")
    wait_until_answered(window, f"like:#{photo.id} snow")
    for _ in range(2):
        qtbot.keyClick(window.line, Qt.Key.Key_Z, CTRL)
    window.wait_for_photos(ALL)
    assert query(window) == ""


def test_a_photo_that_was_never_seen_gets_its_name_on_the_chip(window):
    photo = next(iter(window.library.photos()))
    window.window._cells.renew_all()
    window.window._cells._photos.shrink(0)
    window.browser.search.set_text(f"like:#{photo.id}")
    window.wait(lambda: chips(window) == [f"like {photo.path.decode().rsplit('/', 1)[-1]}"])


def test_a_picture_from_outside_is_an_example(window, demo_library, tmp_path):
    outside = tmp_path / 'my "own" picture.jpg'
    shutil.copy(next((demo_library.parent / "pictures").rglob("IMG_0007.jpg")), outside)
    asked = window.photo("IMG_0007.jpg").id
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(outside))])
    drop_on(window.browser.search._field, data)
    window.wait(lambda: window.window._browsing.answer is not None)
    assert chips(window) == ['like my "own" picture.jpg']
    assert window.ids()[0] == asked


def test_more_like_this_ranks_at_once_and_ctrl_z_takes_it_back(qtbot, window):
    ask(window, "snow")
    before = window.ids()
    judge(qtbot, window, Qt.Key.Key_Plus, before[-1])
    wait_until_answered(window, f"like:#{before[-1]}^0.5 snow")
    assert window.ids() != before
    assert window.grid.feedback.mark_of(before[-1]) == 1
    assert window.window._browsing.selected_ids() == [before[-1]]
    window.press(Qt.Key.Key_Z, window.grid, CTRL)
    wait_until_answered(window, "snow")
    assert window.ids() == before
    assert window.grid.feedback.mark_of(before[-1]) == 0


def test_less_like_this_goes_with_its_chip(qtbot, window):
    ask(window, "snow OR boats")
    first = window.ids()[0]
    judge(qtbot, window, Qt.Key.Key_Minus, first)
    wait_until_answered(window, f"-like:#{first}^0.5 (snow OR boats)")
    assert window.ids()[0] != first
    assert window.grid.feedback.mark_of(first) == -1
    chip = window.browser.search._field.strip.chips[0]
    chip.setFocus()
    qtbot.keyClick(chip, Qt.Key.Key_Delete)
    wait_until_answered(window, "(snow OR boats)")
    assert window.ids()[0] == first


def test_what_was_edited_since_is_undone_before_a_judgement(qtbot, window):
    ask(window, "snow")
    first = window.ids()[0]
    judge(qtbot, window, Qt.Key.Key_Plus, first)
    judged = f"like:#{first}^0.5 snow"
    wait_until_answered(window, judged)
    window.grid.select_id(first)
    window.press(Qt.Key.Key_F, window.grid)
    window.wait(lambda: window.library.photos_by_id([first])[first].favourite)
    window.wait(lambda: window.window._browsing._judgements == [])
    window.press(Qt.Key.Key_Z, window.grid, CTRL)
    window.wait(lambda: not window.library.photos_by_id([first])[first].favourite)
    assert query(window) == judged


def test_a_search_is_offered_again_when_it_was_looked_at(qtbot, window):
    ask(window, "snow")
    window.wait(lambda: window.browser.search._recent == ["snow"])
    qtbot.keyClick(window.line, Qt.Key.Key_Escape)
    window.wait_for_photos(ALL)
    qtbot.keyClick(window.line, Qt.Key.Key_Down)
    qtbot.keyClick(window.line, Qt.Key.Key_Down)
    qtbot.keyClick(window.line, Qt.Key.Key_Return)
    wait_until_answered(window, "snow")


def test_everything_by_the_keyboard(qtbot, window):
    window.press(Qt.Key.Key_F, window.grid, CTRL)
    assert QApplication.focusWidget() is window.line
    qtbot.keyClicks(window.line, "snow typ")
    window.wait(window.browser.search._popup.isVisible)
    qtbot.keyClick(window.line, Qt.Key.Key_Tab)
    window.wait(lambda: query(window) == "snow type:")
    window.wait(window.browser.search._popup.isVisible)
    qtbot.keyClick(window.line, Qt.Key.Key_Tab)
    wait_until_answered(window, "type:jpeg snow")
    assert chips(window) == ["jpeg"]


def test_nothing_is_dropped_beside_the_field(window):
    photo = window.photo("IMG_0007.jpg")
    drop_on(window.window, photo_data([photo.id], []), QPoint(400, 300))
    assert query(window) == ""
