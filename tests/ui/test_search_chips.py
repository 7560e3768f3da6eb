import pytest
from chip_fakes import LANGUAGE
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPixmap
from PySide6.QtWidgets import QToolButton

from photoorg.ui.chip_content import ChipContent
from photoorg.ui.views.search_bar import SearchBar

Key, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
LONG_MS = 60_000  # longer than any test: what is settled was settled without waiting


@pytest.fixture
def bar(qtbot, theme):
    bar = SearchBar(language=LANGUAGE, debounce_ms=LONG_MS)
    qtbot.addWidget(bar)
    bar.resize(640, 120)
    bar.show()
    bar.activateWindow()
    bar.setFocus()
    qtbot.waitUntil(lambda: line(bar).hasFocus())
    return bar


def line(bar):
    return bar._field.line


def chips(bar):
    return list(bar._field.strip.chips)


def labels(bar):
    return [chip.content.spoken for chip in chips(bar)]


def type_into(qtbot, bar, text):
    qtbot.keyClicks(line(bar), text)


def press(qtbot, bar, key, modifiers=Qt.KeyboardModifier.NoModifier):
    focused = next((chip for chip in chips(bar) if chip.hasFocus()), line(bar))
    qtbot.keyClick(focused, key, modifiers)


def state(bar):
    return labels(bar), line(bar).text()


# --- how chips come ---


def test_a_blank_turns_what_is_understood_into_a_chip(qtbot, bar):
    type_into(qtbot, bar, "dog date:2023")
    assert state(bar) == ([], "dog date:2023")
    type_into(qtbot, bar, " ")
    assert state(bar) == (["date: 2023"], "dog ")
    type_into(qtbot, bar, "cat")
    assert bar.text() == "date:2023 dog cat"


def test_a_chip_is_cut_out_of_the_middle_and_the_cursor_stays_between_the_words(qtbot, bar):
    type_into(qtbot, bar, "dog beach")
    line(bar).setCursorPosition(4)
    type_into(qtbot, bar, "-snow ")
    assert state(bar) == (["not snow"], "dog beach")
    type_into(qtbot, bar, "x")
    assert line(bar).text() == "dog xbeach"


def test_return_turns_into_chips_and_settles(qtbot, bar):
    type_into(qtbot, bar, "dog date:2023")
    with qtbot.waitSignal(bar.text_settled) as settled:
        press(qtbot, bar, Key.Key_Return)
    assert settled.args == ["date:2023 dog"]
    assert labels(bar) == ["date: 2023"]


def test_a_quotation_that_is_not_closed_yet_is_left_alone(qtbot, bar):
    type_into(qtbot, bar, 'date:"last ')
    assert labels(bar) == []
    type_into(qtbot, bar, 'summer" ')
    assert state(bar) == (["date: last summer"], "")


def test_chips_become_text_where_they_would_mislead(qtbot, bar):
    type_into(qtbot, bar, "date:2023 cat OR")
    assert state(bar) == (["date: 2023"], "cat OR")
    type_into(qtbot, bar, " dog")
    assert state(bar) == ([], "date:2023 cat OR dog")
    for _ in range(2):
        press(qtbot, bar, Key.Key_Z, CTRL)
    assert state(bar) == (["date: 2023"], "cat OR")


def test_a_pasted_query_becomes_chips(qtbot, bar):
    QGuiApplication.clipboard().setText('date:2023 -snow "rome" dog on the beach')
    press(qtbot, bar, Key.Key_V, CTRL)
    assert state(bar) == (["date: 2023", "not snow", "rome"], "dog on the beach")


def test_a_query_is_shown_as_chips_and_told_whole(bar):
    bar.set_text("dog date:2023 -snow", settle=False)
    assert state(bar) == (["date: 2023", "not snow"], "dog")
    assert bar.text() == "date:2023 -snow dog"


def test_chips_can_be_given(bar):
    bar.set_chips([ChipContent("like:#7", "beach.jpg", "like")], "at night", settle=False)
    assert state(bar) == (["beach.jpg"], "at night")
    assert bar.text() == "like:#7 at night"


def test_every_change_is_told_once_with_the_whole_text(qtbot, bar):
    told = []
    bar.text_changed.connect(told.append)
    type_into(qtbot, bar, "a:1 b")
    assert told == ["a", "a:", "a:1", "a:1 b"]


# --- how they go ---


def test_left_from_the_start_of_the_text_walks_the_chips(qtbot, bar):
    bar.set_text("a:1 b:2 dog", settle=False)
    line(bar).setCursorPosition(0)
    for key, focused in ((Key.Key_Left, 1), (Key.Key_Left, 0), (Key.Key_Left, 0), (Key.Key_Right, 1)):
        press(qtbot, bar, key)
        assert chips(bar)[focused].hasFocus()
    press(qtbot, bar, Key.Key_Right)
    assert line(bar).hasFocus()
    assert line(bar).cursorPosition() == 0


def test_backspace_selects_the_last_chip_and_then_removes_it(qtbot, bar):
    bar.set_text("a:1 b:2 dog", settle=False)
    line(bar).setCursorPosition(0)
    press(qtbot, bar, Key.Key_Backspace)
    assert labels(bar) == ["a: 1", "b: 2"]
    with qtbot.waitSignal(bar.chip_removed) as removed:
        press(qtbot, bar, Key.Key_Backspace)
    assert removed.args == [1]
    assert labels(bar) == ["a: 1"]
    assert chips(bar)[0].hasFocus()
    press(qtbot, bar, Key.Key_Delete)
    assert state(bar) == ([], "dog")
    assert line(bar).hasFocus()


def test_letters_at_a_chip_go_into_the_text(qtbot, bar):
    bar.set_text("a:1", settle=False)
    press(qtbot, bar, Key.Key_Left)
    press(qtbot, bar, Key.Key_X)
    assert state(bar) == (["a: 1"], "x")
    assert line(bar).hasFocus()


def test_the_button_of_a_chip_removes_it_and_leaves_the_focus(qtbot, bar):
    bar.set_text("a:1 b:2 dog", settle=False)
    button = next(b for b in bar.findChildren(QToolButton) if b.accessibleName() == "Remove a: 1")
    with qtbot.waitSignal(bar.chip_removed) as removed:
        qtbot.mouseClick(button, LEFT)
    assert (removed.args, state(bar)) == ([0], (["b: 2"], "dog"))
    assert line(bar).hasFocus()


@pytest.mark.parametrize("way", ["Return", "double click"])
def test_a_chip_becomes_text_again(qtbot, bar, way):
    bar.set_text("date:2023 a:1 dog", settle=False)
    if way == "Return":
        bar._field.strip.focus_chip(0)
        with qtbot.waitSignal(bar.chip_edited) as edited:
            press(qtbot, bar, Key.Key_Return)
    else:
        with qtbot.waitSignal(bar.chip_edited) as edited:
            qtbot.mouseDClick(chips(bar)[0], LEFT, pos=QPoint(20, 10))
    assert edited.args == [0]
    assert state(bar) == (["a: 1"], "date:2023 dog")
    assert line(bar).cursorPosition() == len("date:2023")
    press(qtbot, bar, Key.Key_Backspace)
    type_into(qtbot, bar, "4 ")
    assert labels(bar) == ["a: 1", "date: 2024"]


def test_escape_removes_chips_too(qtbot, bar):
    bar.set_text("a:1")
    with qtbot.waitSignal(bar.text_settled) as settled:
        press(qtbot, bar, Key.Key_Escape)
    assert (settled.args, state(bar)) == ([""], ([], ""))


# --- undo and the clipboard ---


def test_undo_goes_back_through_words_and_chips(qtbot, bar):
    type_into(qtbot, bar, "dog date:2023 cat")
    bar._field.strip.focus_chip(0)
    press(qtbot, bar, Key.Key_Delete)
    assert state(bar) == ([], "dog cat")
    seen = []
    for _ in range(4):
        press(qtbot, bar, Key.Key_Z, CTRL)
        seen.append(state(bar))
    chip = ["date: 2023"]
    assert seen == [(chip, "dog cat"), (chip, "dog "), ([], "dog date:2023"), ([], "dog ")]
    for _ in range(4):
        press(qtbot, bar, Key.Key_Z, CTRL | SHIFT)
    assert state(bar) == ([], "dog cat")


def test_undo_of_removed_letters(qtbot, bar):
    type_into(qtbot, bar, "dogs")
    for _ in range(2):
        press(qtbot, bar, Key.Key_Backspace)
    press(qtbot, bar, Key.Key_Z, CTRL)
    assert line(bar).text() == "dogs"
    press(qtbot, bar, Key.Key_Z, CTRL)
    press(qtbot, bar, Key.Key_Z, CTRL)
    assert line(bar).text() == ""


def test_undo_works_at_a_chip_too(qtbot, bar):
    type_into(qtbot, bar, "a:1 ")
    press(qtbot, bar, Key.Key_Left)
    assert chips(bar)[0].hasFocus()
    press(qtbot, bar, Key.Key_Z, CTRL)
    assert state(bar) == ([], "a:1")


def test_everything_selected_is_copied_whole(qtbot, bar):
    bar.set_text("dog date:2023", settle=False)
    press(qtbot, bar, Key.Key_A, CTRL)
    press(qtbot, bar, Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "date:2023 dog"
    assert state(bar) == (["date: 2023"], "dog")


@pytest.mark.parametrize(
    ("key", "modifiers", "text"), [(Key.Key_X, CTRL, ""), (Key.Key_Delete, None, ""), (Key.Key_S, None, "s")]
)
def test_everything_selected_is_replaced_whole(qtbot, bar, key, modifiers, text):
    bar.set_text("dog date:2023", settle=False)
    bar.select_all()
    press(qtbot, bar, key, modifiers or Qt.KeyboardModifier.NoModifier)
    assert state(bar) == ([], text)
    press(qtbot, bar, Key.Key_Z, CTRL)
    if text:
        press(qtbot, bar, Key.Key_Z, CTRL)
    assert state(bar) == (["date: 2023"], "dog")


def test_a_cursor_key_ends_that_everything_is_selected(qtbot, bar):
    bar.set_text("dog date:2023", settle=False)
    bar.select_all()
    press(qtbot, bar, Key.Key_End)
    type_into(qtbot, bar, "s")
    assert state(bar) == (["date: 2023"], "dogs")


# --- looks ---


def test_chips_say_what_they_are(bar):
    bar.set_text("-snow", settle=False)
    (chip,) = chips(bar)
    assert chip.accessibleName() == "not snow"
    assert "Backspace" in chip.accessibleDescription()
    said = ChipContent("-snow", "not snow", "words", is_negative=True)
    assert (said.shown, said.spoken) == ("snow", "not snow")


def test_a_thumbnail_is_shown_now_and_later(bar):
    pixmap = QPixmap(60, 40)
    pixmap.fill(QColor("#00aa00"))
    bar.set_text("like:#7", settle=False)
    before = chips(bar)[0].width()
    bar.set_thumbnail("like:#7", pixmap)
    assert chips(bar)[0].width() > before
    bar.set_text("", settle=False)
    bar.set_text("like:#7 dog", settle=False)
    assert chips(bar)[0].grab().toImage().pixelColor(12, 13).name() == "#00aa00"


def test_a_negative_chip_looks_different_in_both_themes(bar, theme):
    for dark in (False, True):
        theme(dark)
        bar.set_text("-snow", settle=False)
        negative = chips(bar)[0].grab().toImage().pixelColor(10, 4)
        bar.set_text("is:snow", settle=False)
        assert chips(bar)[0].grab().toImage().pixelColor(10, 4) != negative


def test_many_chips_scroll_and_leave_room_for_text(qtbot, bar):
    bar.set_text(" ".join(f"key{i}:value{i}" for i in range(12)) + " dog", settle=False)
    strip = bar._field.strip
    qtbot.waitUntil(lambda: line(bar).width() >= 90)
    assert chips(bar)[-1].geometry().right() < strip.width()
    assert chips(bar)[0].geometry().right() < 0
    strip.focus_chip(0)
    assert chips(bar)[0].x() >= 0


def test_a_long_text_gets_more_of_the_room(qtbot, bar):
    many = " ".join(f"key{i}:value{i}" for i in range(12))
    bar.set_text(f"{many} dog", settle=False)
    qtbot.waitUntil(lambda: line(bar).width() >= 90)
    short = line(bar).width()
    bar.set_text(f"{many} a dog that runs along the beach at sunset with its ball", settle=False)
    qtbot.waitUntil(lambda: line(bar).width() > short + 60)
    assert bar._field.strip.width() > 200


def test_chips_that_are_out_of_sight_are_counted(qtbot, bar):
    bar.set_text(" ".join(f"key{i}:value{i}" for i in range(12)), settle=False)
    strip = bar._field.strip
    out_of_sight = sum(chip.geometry().center().x() < 0 for chip in chips(bar))
    assert strip._fade._hidden >= out_of_sight > 0
    strip.focus_chip(0)
    assert strip._fade._hidden == 0
    assert chips(bar)[0].x() == 0
