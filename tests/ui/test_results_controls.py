import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QMenu, QVBoxLayout, QWidget

from photoorg.ui.views.relevance_slider import RelevanceSlider
from photoorg.ui.views.results_bar import ResultsBar

Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton


@pytest.fixture
def bar(qtbot, theme):
    window = QWidget()
    qtbot.addWidget(window)
    bar = ResultsBar()
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(bar)
    layout.addStretch(1)
    window.resize(1000, 200)
    bar.show_results(
        "“a dog on the beach”", ["37 photos · searched 63% of the photos", "37 photos"], can_show_all=False
    )
    bar.set_cutoff(0.5, 0.6)
    bar.set_copies(12, folded=True)
    bar.set_saving("a dog on the beach")
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield bar
    window.close()


def button(bar, text):
    return next(b for b in bar.findChildren(QAbstractButton) if b.accessibleName() == text and b.isVisible())


def click(qtbot, bar, text):
    qtbot.mouseClick(button(bar, text), LEFT)


def listened(signal):
    heard = []
    signal.connect(lambda *values: heard.append(values[0] if values else None))
    return heard


# --- the slider ---


def test_the_slider_stands_at_the_cut_off_and_tells_every_move(qtbot, bar):
    slider, heard = bar.controls.slider, listened(bar.cutoff_changed)
    assert slider.cutoff() == pytest.approx(0.5)
    slider.setFocus()
    qtbot.keyClick(slider, Key.Key_Right)
    qtbot.keyClick(slider, Key.Key_PageUp)
    assert heard == pytest.approx([0.49, 0.39])
    qtbot.keyClick(slider, Key.Key_Home)
    assert slider.cutoff() == 1.0


def test_a_click_beside_the_handle_goes_there(qtbot, bar):
    slider, heard = bar.controls.slider, listened(bar.cutoff_changed)
    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.width() - 2, slider.height() // 2))
    assert heard[-1] == pytest.approx(0.0, abs=0.02)


def test_the_handle_is_dragged(qtbot, bar):
    slider, heard = bar.controls.slider, listened(bar.cutoff_changed)
    middle = QPoint(slider.width() // 2, slider.height() // 2)
    qtbot.mousePress(slider, LEFT, pos=middle)
    for x in (middle.x() + 15, middle.x() + 30):
        qtbot.mouseMove(slider, QPoint(x, middle.y()))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(middle.x() + 30, middle.y()))
    assert len(heard) >= 2
    assert heard == sorted(heard, reverse=True)


@pytest.mark.parametrize("way", ["double click", "Backspace"])
def test_the_automatic_cut_off_is_one_gesture_away(qtbot, bar, way):
    slider = bar.controls.slider
    with qtbot.waitSignal(bar.automatic_wanted):
        if way == "Backspace":
            slider.setFocus()
            qtbot.keyClick(slider, Key.Key_Backspace)
        else:
            qtbot.mouseDClick(slider, LEFT)


def test_the_slider_speaks(bar):
    slider = bar.controls.slider
    assert "strict" in slider.accessibleName()
    assert "50%" in slider.accessibleDescription()
    bar.set_cutoff(0.6, 0.6)
    assert slider.accessibleDescription().endswith("automatic")


def test_the_count_changes_while_the_slider_moves(qtbot, bar):
    bar.cutoff_changed.connect(lambda cutoff: bar.set_notes([f"{round(100 * (1 - cutoff))} photos"]))
    bar.controls.slider.setFocus()
    qtbot.keyClick(bar.controls.slider, Key.Key_Right)
    assert bar.note() == "51 photos"


def test_without_a_cut_off_there_is_no_slider(bar):
    bar.set_cutoff(None)
    assert not bar.controls.slider.isVisible()


# --- copies, exact words, saving ---


def test_copies_are_folded_and_unfolded(qtbot, bar):
    heard = listened(bar.fold_toggled)
    click(qtbot, bar, "Copies folded: 12")
    bar.set_copies(12, folded=False)
    click(qtbot, bar, "Fold copies")
    assert heard == [False, True]
    bar.set_copies(0, folded=True)
    assert not [b for b in bar.findChildren(QAbstractButton) if "opies" in b.accessibleName() and b.isVisible()]


def test_exact_words_are_a_link(qtbot, bar):
    bar.set_exact(12, "rome & more")
    with qtbot.waitSignal(bar.exact_wanted):
        click(qtbot, bar, "Also 12 photos with “rome & more” in their names or tags")
    bar.set_exact(0, "")
    assert not bar._exact.isVisible()


def test_a_search_is_saved_under_a_name(qtbot, bar):
    click(qtbot, bar, "Save as album…")
    line = bar._naming.line
    assert (line.hasFocus(), line.text(), line.selectedText()) == (True, "a dog on the beach", "a dog on the beach")
    qtbot.keyClicks(line, "Dogs ")
    with qtbot.waitSignal(bar.save_wanted) as saved:
        qtbot.keyClick(line, Key.Key_Return)
    assert saved.args == ["Dogs"]
    assert not line.isVisible()
    assert bar._title.isVisible()


def test_an_empty_name_is_not_taken_and_escape_leaves(qtbot, bar):
    heard = listened(bar.save_wanted)
    click(qtbot, bar, "Save as album…")
    qtbot.keyClick(bar._naming.line, Key.Key_Delete)
    qtbot.keyClick(bar._naming.line, Key.Key_Return)
    assert not button(bar, "Save").isEnabled()
    assert bar._naming.isVisible()
    qtbot.keyClick(bar._naming.line, Key.Key_Escape)
    assert (bar._naming.isVisible(), bar._title.isVisible(), heard) == (False, True, [])


def test_a_name_that_is_taken_is_asked_for_again(qtbot, bar):
    bar.ask_for_other_name("Dogs", "There is an album of this name.")
    assert (bar._naming.line.text(), bar._naming.problem()) == ("Dogs", "There is an album of this name.")
    assert bar._naming.line.hasFocus()
    qtbot.keyClicks(bar._naming.line, "Cats")
    assert bar._naming.problem() == ""
    with qtbot.waitSignal(bar.save_wanted) as saved:
        click(qtbot, bar, "Save")
    assert saved.args == ["Cats"]


def test_other_results_end_the_naming(qtbot, bar):
    click(qtbot, bar, "Save as album…")
    bar.show_results("“snow”", ["2 photos"], can_show_all=False)
    assert not bar._naming.isVisible()


# --- narrow windows ---


def parts(bar):
    return [
        w
        for w in bar.controls.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if w.isVisible()
    ]


@pytest.mark.parametrize("width", [1200, 800, 640, 520, 420, 320, 260])
def test_nothing_is_cut_off_at_any_width(qtbot, bar, width):
    bar.set_exact(12, "a long phrase that somebody typed into the field")
    bar.window().resize(width, 200)
    qtbot.waitUntil(lambda: bar.width() == width)
    qtbot.waitUntil(lambda: bar.controls.geometry().right() < bar._close.x())
    for part in parts(bar):
        assert part.width() >= part.minimumSizeHint().width()
        assert bar.controls.rect().contains(part.geometry())
    assert bar._exact.mapTo(bar, bar._exact.rect().topRight()).x() <= width
    assert bar._title.width() >= bar._title.minimumWidth() > 0


def menu_of(bar):
    menu = bar.controls.findChild(QMenu)
    menu.aboutToShow.emit()
    return menu


def test_what_has_no_room_stands_in_a_menu(qtbot, bar):
    bar.window().resize(260, 200)
    qtbot.waitUntil(lambda: not bar.controls.slider.isVisible())
    button(bar, "More about these results")
    menu = menu_of(bar)
    assert [action.text() for action in menu.actions()] == ["", "Copies folded: 12", "Save as album…"]
    slider, heard = menu.findChild(RelevanceSlider), listened(bar.cutoff_changed)
    slider.setValue(80)
    assert heard == pytest.approx([0.2])
    assert bar.controls.slider.cutoff() == pytest.approx(0.2)
    menu.actions()[2].trigger()
    assert bar._naming.isVisible()


def test_with_room_enough_there_is_no_menu(bar):
    assert "More about these results" not in [w.accessibleName() for w in parts(bar)]
