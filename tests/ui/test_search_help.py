import pytest
from chip_fakes import LANGUAGE
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from photoorg.ui.models.completion_model import CompletionItem, CompletionModel
from photoorg.ui.views.search_bar import SearchBar

Key = Qt.Key
LONG_MS = 60_000
ITEMS = [
    CompletionItem("date:", "when it was taken", "filter", "date:", 4, 6),
    CompletionItem("Dave's album", "12 photos", "album", 'album:"Dave\'s album" ', 4, 6),
    CompletionItem("dark forest", kind="past", insert="dark forest"),
]


@pytest.fixture
def bar(qtbot, theme):
    window = QWidget()
    qtbot.addWidget(window)
    bar = SearchBar(language=LANGUAGE, debounce_ms=LONG_MS)
    layout = QVBoxLayout(window)
    layout.addWidget(bar)
    layout.addStretch(1)
    window.resize(700, 400)
    window.show()
    window.activateWindow()
    bar.setFocus()
    qtbot.waitUntil(bar._field.line.hasFocus)
    yield bar
    window.close()


@pytest.fixture
def popup(bar):
    return bar._popup


@pytest.fixture
def chosen(bar):
    chosen = []
    bar.completion_chosen.connect(chosen.append)
    return chosen


def offer(qtbot, bar):
    qtbot.keyClicks(bar._field.line, "dog da")
    bar.set_completions(ITEMS)
    qtbot.waitUntil(bar._popup.isVisible)


def press(qtbot, bar, *keys):
    for key in keys:
        qtbot.keyClick(bar._field.line, key)


def test_the_model_keeps_qts_rules(qtmodeltester):
    model = CompletionModel()
    model.show_rows(ITEMS)
    qtmodeltester.check(model)


# --- completion ---


def test_the_list_lies_below_the_field_and_leaves_it_the_focus(qtbot, bar, popup):
    offer(qtbot, bar)
    assert bar._field.line.hasFocus()
    below = bar._field.mapTo(bar.window(), QPoint(0, bar._field.height()))
    assert popup.geometry().bottom() > below.y()
    assert popup.view.mapTo(bar.window(), QPoint()).y() > below.y()
    assert bar.window().rect().contains(popup.view.mapTo(bar.window(), popup.view.rect().bottomRight()))
    qtbot.keyClicks(bar._field.line, "y")
    assert bar.text() == "dog day"


def test_return_searches_for_what_was_typed_unless_a_row_is_chosen(qtbot, bar, popup, chosen):
    offer(qtbot, bar)
    with qtbot.waitSignal(bar.text_settled) as settled:
        press(qtbot, bar, Key.Key_Return)
    assert (settled.args, chosen, popup.isVisible()) == (["dog da"], [], False)


def test_arrows_choose_and_return_accepts(qtbot, bar, popup, chosen):
    offer(qtbot, bar)
    press(qtbot, bar, Key.Key_Down, Key.Key_Down, Key.Key_Return)
    assert chosen == [ITEMS[1]]
    assert bar.text() == 'album:"Dave\'s album" dog'
    assert len(bar._field.strip.chips) == 1
    assert not popup.isVisible()


def test_arrows_go_around_by_way_of_the_text(qtbot, bar, popup):
    offer(qtbot, bar)
    press(qtbot, bar, Key.Key_Up)
    assert popup.current() == ITEMS[2]
    press(qtbot, bar, Key.Key_Down)
    assert popup.current() is None
    press(qtbot, bar, Key.Key_Down)
    assert popup.current() == ITEMS[0]


def test_tab_accepts_the_first_row(qtbot, bar, chosen):
    offer(qtbot, bar)
    press(qtbot, bar, Key.Key_Tab)
    assert chosen == [ITEMS[0]]
    assert (bar.text(), bar._field.line.cursorPosition()) == ("dog date:", 9)
    assert bar._field.line.hasFocus()


def test_escape_closes_the_list_first(qtbot, bar, popup):
    offer(qtbot, bar)
    press(qtbot, bar, Key.Key_Escape)
    assert (popup.isVisible(), bar.text()) == (False, "dog da")
    press(qtbot, bar, Key.Key_Escape)
    assert bar.text() == ""


def test_escape_is_the_windows_only_where_there_is_nothing_to_close(qtbot, bar, popup):
    heard = []
    action = QAction(bar.window())
    action.setShortcut(Key.Key_Escape)
    action.triggered.connect(lambda: heard.append(bar.text()))
    bar.window().addAction(action)
    offer(qtbot, bar)
    press(qtbot, bar, Key.Key_Escape, Key.Key_Escape)
    assert (heard, bar.text()) == ([], "")
    press(qtbot, bar, Key.Key_Escape)
    assert heard == [""]


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_Return])
def test_what_comes_too_late_for_a_text_is_not_shown(qtbot, bar, popup, key):
    offer(qtbot, bar)
    press(qtbot, bar, key)
    bar.set_completions(ITEMS)
    assert not popup.isVisible()
    qtbot.keyClicks(bar._field.line, "y")
    bar.set_completions(ITEMS)
    assert popup.isVisible()


def test_a_click_accepts(qtbot, bar, popup, chosen):
    offer(qtbot, bar)
    place = popup.view.visualRect(popup.view.model().index(2)).center()
    with qtbot.waitSignal(bar.text_settled):
        qtbot.mouseClick(popup.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen == [ITEMS[2]]
    assert bar.text() == "dark forest"
    assert bar._field.line.hasFocus()


def test_what_comes_when_nobody_types_any_more_is_not_shown(qtbot, bar, popup):
    other = QWidget(bar.window())
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    other.show()
    offer(qtbot, bar)
    other.setFocus()
    qtbot.waitUntil(lambda: not popup.isVisible())
    bar.set_completions(ITEMS)
    assert not popup.isVisible()


def test_no_items_hide_the_list(qtbot, bar, popup):
    offer(qtbot, bar)
    bar.set_completions([])
    assert not popup.isVisible()


# --- recent searches ---


def test_an_empty_field_offers_what_was_searched_before(qtbot, bar, popup):
    press(qtbot, bar, Key.Key_Down)
    assert not popup.isVisible()
    bar.set_recent(["snow at night", "date:2023 dog"])
    press(qtbot, bar, Key.Key_Down)
    assert [item.text for item in popup.items()] == ["snow at night", "date:2023 dog", "Clear history"]
    with qtbot.waitSignal(bar.text_settled) as settled:
        press(qtbot, bar, Key.Key_Down, Key.Key_Down, Key.Key_Return)
    assert settled.args == ["date:2023 dog"]
    assert len(bar._field.strip.chips) == 1


def test_a_click_into_an_empty_field_offers_them_and_the_history_can_be_cleared(qtbot, bar, popup, chosen):
    bar.set_recent(["snow at night"])
    qtbot.mouseClick(bar._field.line, Qt.MouseButton.LeftButton)
    assert popup.isVisible()
    with qtbot.waitSignal(bar.history_clear_wanted):
        press(qtbot, bar, Key.Key_Up, Key.Key_Return)
    assert chosen == []
    press(qtbot, bar, Key.Key_Down)
    assert not popup.isVisible()


# --- errors ---


def test_an_error_in_the_text_is_underlined_until_the_next_edit(qtbot, bar):
    qtbot.keyClicks(bar._field.line, "a:1 dog (cat")
    before = bar._field.line.grab().toImage()
    bar.show_error("The parenthesis is not closed.", 8, 9)
    assert bar._message.isVisible()
    assert bar._message.text() == "The parenthesis is not closed."
    assert bar._field.line._wrong == (4, 5)
    assert bar._field.line.grab().toImage() != before
    qtbot.keyClicks(bar._field.line, ")")
    assert not bar._message.isVisible()
    assert bar._field.line._wrong is None


def test_an_error_in_a_chip_marks_the_chip(qtbot, bar):
    bar.set_text("a:1 date:2033-99 dog", settle=False)
    bar.show_error("There is no month 99.", 14, 16)
    assert [chip.is_wrong for chip in bar._field.strip.chips] == [False, True]
    bar.set_text("a:1 dog")
    assert not bar._message.isVisible()


def test_a_long_message_is_seen_whole_in_a_narrow_window(qtbot, bar):
    bar.window().resize(320, 300)
    text = "“2033-99” is no date: write a year, a month like 2023-06, a day, or words like “last summer”."
    bar.show_error(text, 0, 1)
    label = bar._message._label
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()) > 0)
    assert bar.window().rect().contains(bar._message.geometry().adjusted(12, 12, -12, -12))
