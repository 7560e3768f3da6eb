import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from photoorg.ui.views.search_bar import SearchBar

LONG_MS = 60_000  # longer than any test: what comes, came without waiting


def make(qtbot, debounce_ms):
    bar = SearchBar(debounce_ms=debounce_ms)
    qtbot.addWidget(bar)
    bar.resize(600, 120)
    bar.show()
    return bar


@pytest.fixture
def bar(qtbot, theme):
    return make(qtbot, LONG_MS)


@pytest.fixture
def settled(bar):
    settled = []
    bar.text_settled.connect(settled.append)
    return settled


def line(bar):
    return bar.findChild(QLineEdit)


def chips(bar):
    return [chip for chip in bar.findChildren(QPushButton) if chip.isVisible()]


def test_what_is_typed_in_one_go_is_settled_once(qtbot, theme):
    bar = make(qtbot, 30)
    settled = []
    bar.text_settled.connect(settled.append)
    with qtbot.waitSignal(bar.text_settled):
        qtbot.keyClicks(line(bar), " a dog ")
    assert settled == ["a dog"]


def test_typing_alone_waits(qtbot, bar, settled):
    qtbot.keyClicks(line(bar), "dog")
    assert settled == []


def test_return_does_not_wait(qtbot, bar, settled):
    qtbot.keyClicks(line(bar), "dog")
    qtbot.keyClick(line(bar), Qt.Key.Key_Return)
    assert settled == ["dog"]


def test_the_same_text_is_not_settled_twice(qtbot, bar, settled):
    qtbot.keyClicks(line(bar), "dog")
    for _ in range(2):
        qtbot.keyClick(line(bar), Qt.Key.Key_Return)
    qtbot.keyClicks(line(bar), "  ")
    qtbot.keyClick(line(bar), Qt.Key.Key_Return)
    assert settled == ["dog"]


def test_an_empty_field_settles_nothing(qtbot, bar, settled):
    qtbot.keyClick(line(bar), Qt.Key.Key_Return)
    bar.clear()
    assert settled == []


def test_escape_clears_a_text(qtbot, bar, settled):
    bar.set_text("dog")
    qtbot.keyClick(line(bar), Qt.Key.Key_Escape)
    assert (bar.text(), settled) == ("", ["dog", ""])


def test_escape_in_an_empty_field_is_the_windows(qtbot, theme):
    keys = []

    class Window(QWidget):
        def keyPressEvent(self, event):
            keys.append(event.key())

    window = Window()
    qtbot.addWidget(window)
    bar = SearchBar(window)
    QVBoxLayout(window).addWidget(bar)
    qtbot.keyClick(line(bar), Qt.Key.Key_Escape)
    assert keys == [Qt.Key.Key_Escape]


def test_the_button_clears(qtbot, bar, settled):
    clear = next(b for b in bar.findChildren(QToolButton) if b.accessibleName() == "Clear search")
    assert not clear.isVisible()
    bar.set_text("dog")
    assert clear.isVisible()
    qtbot.mouseClick(clear, Qt.MouseButton.LeftButton)
    assert settled == ["dog", ""]
    assert not clear.isVisible()


def test_a_text_can_be_shown_without_searching(qtbot, bar, settled):
    bar.set_text("dog", settle=False)
    assert (bar.text(), settled) == ("dog", [])
    qtbot.keyClick(line(bar), Qt.Key.Key_Return)
    assert settled == ["dog"]


def test_what_the_search_waits_for_is_shown(bar):
    bar.set_busy("Loading the model")
    busy = bar._field.busy
    assert (busy.isVisible(), busy.text()) == (True, "Loading the model")
    bar.set_busy(None)
    assert not busy.isVisible()


def test_a_suggestion_fills_the_field_and_searches(qtbot, bar, settled):
    bar.set_suggestions(["a red car", "salt & pepper"])
    qtbot.mouseClick(chips(bar)[1], Qt.MouseButton.LeftButton)
    assert (bar.text(), settled) == ("salt & pepper", ["salt & pepper"])


def test_suggestions_are_replaced_and_taken_away(bar):
    assert not bar._chips.isVisible()
    bar.set_suggestions(["a", "b"])
    bar.set_suggestions(["c"])
    assert bar.suggestions() == ["c"]
    bar.set_suggestions([])
    assert bar.suggestions() == []
    assert not bar._chips.isVisible()


def test_suggestions_wrap_where_the_width_ends(qtbot, bar):
    bar.set_suggestions([f"suggestion number {i}" for i in range(8)])
    bar.chips.resize(320, 400)
    qtbot.waitUntil(lambda: len({chip.y() for chip in chips(bar)}) > 2)
    areas = [chip.geometry() for chip in chips(bar)]
    assert all(bar._chips.rect().contains(area) for area in areas)
    assert not any(a.intersects(b) for i, a in enumerate(areas) for b in areas[i + 1 :])


def test_the_focus_goes_into_the_field(qtbot, bar):
    bar.activateWindow()
    bar.set_text("dog")
    bar.select_all()
    qtbot.waitUntil(line(bar).hasFocus)
    assert line(bar).selectedText() == "dog"


def test_the_frame_shows_the_focus(qtbot, bar):
    bar.activateWindow()
    line(bar).clearFocus()
    middle_top = QPoint(bar._field.width() // 2, 0)
    before = bar._field.grab().toImage().pixelColor(middle_top)
    bar.setFocus()
    qtbot.waitUntil(line(bar).hasFocus)
    assert bar._field.grab().toImage().pixelColor(middle_top) != before
