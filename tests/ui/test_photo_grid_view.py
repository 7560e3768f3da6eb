import numpy as np
import pytest
from grid_fakes import Grid, changes, days, photo, timeline
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication

from photoorg.ui.models import photo_list_model
from photoorg.ui.views.day_headings import HEIGHT
from photoorg.ui.views.photo_grid_view import CELL_SIZES, PhotoGridView

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
Key = Qt.Key


@pytest.fixture
def grid(qapp):
    made = Grid()
    yield made
    made.close()


@pytest.fixture
def view(qtbot, grid, theme):
    """Photos 1000 (newest) to 1, 30 on each day, in five columns."""
    made = PhotoGridView(grid.model)
    qtbot.addWidget(made)
    made.resize(880, 700)
    grid.model.show_timeline(timeline(days(1000, 30, newest=20271128)))
    made.show()
    assert made.grid().columns == 5
    return made


def middle(view, photo_id):
    return view.visualRect(view.model().index(view.model().row_of(photo_id), 0)).center()


def click(qtbot, view, photo_id, modifiers=NONE, button=LEFT):
    qtbot.mouseClick(view.viewport(), button, modifiers, middle(view, photo_id))


def top_of(view, photo_id):
    return view.visualRect(view.model().index(view.model().row_of(photo_id), 0)).top()


def wheel(view, notches, modifiers=NONE, pixels=0):
    event = QWheelEvent(
        QPointF(100, 100),
        QPointF(view.viewport().mapToGlobal(QPoint(100, 100))),
        QPoint(0, pixels),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


# --- selecting ---


def test_a_click_selects_one_photo(qtbot, view):
    with qtbot.waitSignal(view.selection_ids_changed):
        click(qtbot, view, 999)
    assert (view.selected_ids(), view.current_id()) == ([999], 999)
    click(qtbot, view, 997)
    assert view.selected_ids() == [997]


def test_ctrl_click_toggles_and_shift_click_selects_a_run(qtbot, view):
    click(qtbot, view, 999)
    click(qtbot, view, 996, CTRL)
    assert view.selected_ids() == [999, 996]
    click(qtbot, view, 999, CTRL)
    assert view.selected_ids() == [996]
    click(qtbot, view, 998)
    click(qtbot, view, 995, SHIFT)
    click(qtbot, view, 996, SHIFT)
    assert view.selected_ids() == [998, 997, 996]
    click(qtbot, view, 990, CTRL)
    click(qtbot, view, 988, CTRL | SHIFT)
    assert view.selected_ids() == [998, 997, 996, 990, 989, 988]


def test_a_click_on_one_of_many_leaves_that_one_when_the_button_is_released(qtbot, view):
    click(qtbot, view, 1000)
    click(qtbot, view, 996, SHIFT)
    qtbot.mousePress(view.viewport(), LEFT, pos=middle(view, 998))
    assert len(view.selected_ids()) == 5
    qtbot.mouseRelease(view.viewport(), LEFT, pos=middle(view, 998))
    assert view.selected_ids() == [998]


def test_a_right_click_keeps_a_selection_that_it_is_in(qtbot, view):
    click(qtbot, view, 1000)
    click(qtbot, view, 998, SHIFT)
    click(qtbot, view, 999, button=RIGHT)
    assert view.selected_ids() == [1000, 999, 998]
    click(qtbot, view, 996, button=RIGHT)
    assert view.selected_ids() == [996]


def test_a_click_on_empty_space_clears(qtbot, view):
    click(qtbot, view, 1000)
    qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(3, HEIGHT + 10))
    assert view.selected_ids() == []


def drag(qtbot, view, start, end, modifiers=NONE):
    qtbot.mousePress(view.viewport(), LEFT, modifiers, start)
    qtbot.mouseMove(view.viewport(), end)


def test_the_rubber_band_selects_what_it_touches(qtbot, view):
    start = QPoint(2, HEIGHT + 4)
    drag(qtbot, view, start, middle(view, 994))
    assert view.selected_ids() == [1000, 999, 995, 994]
    qtbot.mouseMove(view.viewport(), middle(view, 1000))
    assert view.selected_ids() == [1000]
    view.grab()
    qtbot.mouseRelease(view.viewport(), LEFT)
    drag(qtbot, view, start, middle(view, 995), CTRL)
    assert view.selected_ids() == [1000, 995]
    qtbot.mouseRelease(view.viewport(), LEFT)


def test_the_rubber_band_scrolls_while_it_is_held_outside(qtbot, view):
    drag(qtbot, view, QPoint(2, HEIGHT + 4), QPoint(400, 760))
    qtbot.waitUntil(lambda: view.scroll_value() > 300)
    assert len(view.selected_ids()) > 12
    qtbot.mouseRelease(view.viewport(), LEFT)


def test_keys_move_across_sections_and_keep_the_column(qtbot, view):
    view.select_id(1000 - 28)  # column 3 of the last line of the first day
    qtbot.keyClick(view, Key.Key_Down)
    assert view.current_id() == 1000 - 33
    qtbot.keyClick(view, Key.Key_Up)
    qtbot.keyClick(view, Key.Key_Right)
    assert view.selected_ids() == [1000 - 29]
    qtbot.keyClick(view, Key.Key_Left)
    qtbot.keyClick(view, Key.Key_End)
    assert view.current_id() == 1
    assert view.scroll_value() == view.verticalScrollBar().maximum()
    qtbot.keyClick(view, Key.Key_Home)
    assert (view.current_id(), view.scroll_value()) == (1000, 0)


def test_the_column_survives_a_short_line(qtbot, view, grid):
    grid.model.show_timeline(timeline(days(20, 7)))
    view.select_id(20 - 3)
    for expected in (20 - 6, 20 - 10, 20 - 13, 20 - 17):
        qtbot.keyClick(view, Key.Key_Down)
        assert view.current_id() == expected


def test_a_page_down_and_up_again(qtbot, view):
    view.select_id(1000 - 2)
    qtbot.keyClick(view, Key.Key_PageDown)
    below = view.current_id()
    assert view.model().row_of(below) > 10
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))
    qtbot.keyClick(view, Key.Key_PageUp)
    assert view.current_id() in range(994, 1000)


def test_shift_extends_from_where_it_began(qtbot, view):
    view.select_id(995)
    qtbot.keyClick(view, Key.Key_Down, SHIFT)
    assert view.selected_ids() == list(range(995, 989, -1))
    qtbot.keyClick(view, Key.Key_Up, SHIFT)
    qtbot.keyClick(view, Key.Key_Up, SHIFT)
    assert view.selected_ids() == list(range(1000, 994, -1))
    qtbot.keyClick(view, Key.Key_Right, CTRL)
    assert len(view.selected_ids()) == 6


def test_the_first_key_begins_at_the_first_photo(qtbot, view):
    view.setCurrentIndex(view.model().index(-1, 0))
    view.clearSelection()
    qtbot.keyClick(view, Key.Key_Down, SHIFT)
    assert view.selected_ids() == [1000]


def test_all_can_be_selected(qtbot, view):
    qtbot.keyClick(view, Key.Key_A, CTRL)
    assert view.selected_ids() == list(range(1000, 0, -1))


def test_other_keys_are_left_to_the_window(qtbot, view):
    for key in (Key.Key_Space, Key.Key_Escape, Key.Key_Q):
        event = QKeyEvent(QEvent.Type.KeyPress, key, NONE)
        QApplication.sendEvent(view, event)
        assert not event.isAccepted()


def test_enter_and_double_click_open(qtbot, view):
    view.select_id(998)
    with qtbot.waitSignal(view.opened) as opened:
        qtbot.keyClick(view, Key.Key_Return)
    assert opened.args == [998]
    with qtbot.waitSignal(view.opened) as opened:
        qtbot.mouseDClick(view.viewport(), LEFT, pos=middle(view, 997))
    assert opened.args == [997]


def test_select_id_of_a_photo_that_is_not_here_changes_nothing(view):
    view.select_id(5)
    view.select_id(77_777)
    assert view.selected_ids() == [5]


# --- scrolling and sizes ---


def test_the_wheel_glides(qtbot, view):
    wheel(view, -2)
    assert view.scroll_value() < 240
    qtbot.waitUntil(lambda: view.scroll_value() == 240)
    wheel(view, 1)
    wheel(view, 1)
    qtbot.waitUntil(lambda: view.scroll_value() == 0)


def test_a_touchpad_scrolls_directly(view):
    wheel(view, 0, pixels=-33)
    assert view.scroll_value() == 33


def test_ctrl_wheel_and_keys_change_the_size(qtbot, view):
    with qtbot.waitSignal(view.cell_size_changed) as changed:
        wheel(view, 1, CTRL)
    assert changed.args == [192]
    qtbot.keyClick(view, Key.Key_Minus)
    assert view.cell_size == 160
    qtbot.keyClick(view, Key.Key_Plus)
    assert view.cell_size == 192
    view.set_cell_size(9999)
    assert view.cell_size == CELL_SIZES[-1]
    with qtbot.assertNotEmitted(view.cell_size_changed):
        view.zoom(1)


@pytest.mark.parametrize("change", [lambda view: view.set_cell_size(112), lambda view: view.resize(1300, 500)])
def test_the_photo_at_the_top_stays_in_place(qtbot, view, change):
    view.verticalScrollBar().setValue(3000)
    first = view.model().photo_id(view.grid().rows_between(3000 + HEIGHT, 3700).start)
    before = top_of(view, first)
    columns = view.grid().columns
    change(view)
    qtbot.waitUntil(lambda: view.grid().columns != columns)
    assert top_of(view, first) == before


def test_scroll_to_shows_a_cell_below_the_heading(view):
    index = view.model().index(500, 0)
    for hint in QAbstractItemView.ScrollHint:
        view.scrollTo(index, hint)
        assert QRect(0, HEIGHT, 880, 700 - HEIGHT).contains(view.visualRect(index))


def test_a_cell_under_the_heading_is_not_hit(view):
    view.verticalScrollBar().setValue(HEIGHT + 30)
    assert view.row_at(QPoint(60, 20)) is None
    assert view.indexAt(QPoint(60, HEIGHT + 5)).row() == 0
    assert not view.indexAt(QPoint(3, HEIGHT + 5)).isValid()


def test_the_geometry_does_not_depend_on_the_scroll_bar(view, grid):
    side = view.grid().side
    grid.model.show_timeline(timeline(days(3, 3)))
    assert view.grid().side == side
    assert view.verticalScrollBar().maximum() == 0


# --- changes ---


def test_new_photos_above_leave_what_is_seen_in_place(qtbot, view, grid):
    view.verticalScrollBar().setValue(2000)
    view.select_id(view.model().photo_id(view.grid().rows_between(2300, 2400).start))
    chosen, before = view.current_id(), top_of(view, view.current_id())
    grid.model.apply_changes(changes(gone=[998, 970], there={2000 + k: 20271201 * 10**9 + k for k in range(12)}))
    assert (view.selected_ids(), view.current_id()) == ([chosen], chosen)
    assert top_of(view, chosen) == before
    assert view.scroll_value() != 2000


def test_new_photos_show_at_the_very_top(view, grid):
    grid.model.apply_changes(changes(there={2000: 20271201 * 10**9}))
    assert view.scroll_value() == 0
    assert view.row_at(QPoint(60, HEIGHT + 20)) == 0
    assert grid.model.photo_id(0) == 2000


@pytest.mark.parametrize("moved", [{}, {500: 20271230 * 10**9}])
def test_a_renewal_keeps_selection_focus_and_place(view, grid, monkeypatch, moved):
    monkeypatch.setattr(photo_list_model, "_MOST_RUNS", 2)
    view.select_id(700)
    view._choice.select_runs(np.array([[100, 119], [300, 300], [500, 500]]))
    before = set(view.selected_ids())
    place = top_of(view, 700)
    grid.model.apply_changes(changes(gone=[990, 980, 970, 890], there=moved))
    assert set(view.selected_ids()) == before - {890}
    assert view.current_id() == 700
    assert top_of(view, 700) == place


def test_other_photos_begin_at_the_top_with_nothing_selected(view, grid):
    view.select_id(400)
    assert view.scroll_value() > 0
    grid.model.show_results([5, 6, 7, *range(100, 400)])
    assert (view.selected_ids(), view.scroll_value()) == ([], 0)
    assert view.grid().header == 0
    assert view.row_at(QPoint(60, 60)) == 0


def test_the_current_photo_moves_on_when_it_is_removed(view, grid):
    view.select_id(700)
    grid.model.remove_photos([700])
    assert view.current_id() in {699, 701}
    grid.model.show_timeline(timeline({}))
    assert view.current_id() is None
    view.grab()


# --- painting ---


def colour_at(view, photo_id):
    return view.grab().toImage().pixelColor(middle(view, photo_id)).name()


def is_loaded(view, photo_id):
    rect = view.visualRect(view.model().index(view.model().row_of(photo_id), 0))
    return view.model().cells.cell(photo_id, rect.width()).pixmap is not None


def test_what_is_seen_is_loaded_and_painted(qtbot, view):
    assert colour_at(view, 1000) != "#008080"
    qtbot.waitUntil(lambda: all(is_loaded(view, photo_id) for photo_id in range(1000, 980, -1)))
    red, green, blue, _ = view.grab().toImage().pixelColor(middle(view, 1000)).getRgb()
    assert red < 10
    assert abs(green - 128) < 10
    assert abs(blue - 128) < 10


def test_only_what_is_near_is_loaded(qtbot, view, grid):
    qtbot.waitUntil(lambda: is_loaded(view, 1000))
    qtbot.waitUntil(lambda: not grid.cells._wishes and not grid.cells._in_flight)
    asked = {photo_id for ids in grid.library.asked_photos for photo_id in ids}
    assert len(asked) < 80
    assert min(asked) > 900


def test_selection_favourites_and_offline_photos_look_different(qtbot, view, grid):
    grid.library.photos |= {999: photo(999, favourite=True), 998: photo(998, online=False)}
    grid.library.without_thumbnail.add(b"997")
    view.setFocus()
    view.select_id(1000)
    ids = [1000, 999, 998, 996]
    qtbot.waitUntil(lambda: all(is_loaded(view, photo_id) for photo_id in ids))
    qtbot.waitUntil(lambda: not grid.cells._wishes and not grid.cells._in_flight)
    image = view.grab().toImage()
    rects = [view.visualRect(view.model().index(1000 - photo_id, 0)) for photo_id in (*ids, 997)]
    pictures = [image.copy(rect) for rect in rects]
    assert all(a != b for i, a in enumerate(pictures) for b in pictures[:i])


def test_both_themes_paint_their_own_ground(qtbot, view, theme):
    for dark in (False, True):
        theme(dark)
        base = view.palette().base().color()
        assert view.grab().toImage().pixelColor(3, 300) == base


def test_scrolling_paints_the_same_as_a_fresh_view(qtbot, view, grid):
    qtbot.waitUntil(lambda: is_loaded(view, 1000))
    for value in (13, 90, 60, 400, 1000, 990, 700):
        view.verticalScrollBar().setValue(value)
        QApplication.processEvents()
    qtbot.waitUntil(lambda: not grid.cells._wishes and not grid.cells._in_flight)
    QApplication.processEvents()
    scrolled = view.window().screen().grabWindow(view.winId()).toImage()
    assert scrolled == view.grab().toImage()


# --- accessibility ---


def test_items_have_names_for_screen_readers(qtbot, view):
    QAccessible.setActive(True)
    try:
        interface = QAccessible.queryAccessibleInterface(view)
        qtbot.waitUntil(lambda: is_loaded(view, 1000))
        assert interface.text(QAccessible.Text.Name) == "Photos"
        assert interface.childCount() == 1000
        child = interface.child(0)
        assert child.role() == QAccessible.Role.ListItem
        assert child.text(QAccessible.Text.Name) == "IMG_1000.jpg, Saturday, 21 November 2026"
        assert child.rect().size() == view.visualRect(view.model().index(0, 0)).size()
        click(qtbot, view, 1000)
        assert child.state().selected
        view.model().apply_changes(changes(gone=[1000]))
        view.select_id(998)
    finally:
        QAccessible.setActive(False)
