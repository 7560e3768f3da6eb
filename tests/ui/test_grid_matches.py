import numpy as np
import pytest
from grid_fakes import Grid, changes
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QToolButton

from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.views.day_headings import HEIGHT, heading_of
from photoorg.ui.views.photo_grid_view import CELL_SIZES, PhotoGridView

LEFT, NONE, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key
BEST, WEAKER = list(range(500, 488, -1)), list(range(1, 401))


@pytest.fixture
def grid(qapp):
    made = Grid()
    yield made
    made.close()


@pytest.fixture
def view(qtbot, grid, theme):
    """Twelve good matches in five columns, and 400 weaker ones."""
    made = PhotoGridView(grid.model)
    qtbot.addWidget(made)
    made.resize(880, 900)
    made.show()
    grid.model.show_matches(BEST, WEAKER, show_weaker=True)
    assert made.grid().columns == 5
    return made


def cell(view, photo_id):
    return view.visualRect(view.model().index(view.model().row_of(photo_id), 0))


def button_place(view, section=1):
    """The middle of the button in a heading."""
    look, painter = view._look(), view._painter
    rect = painter._heading_rect(look, max(0, look.grid.header_top(section) - look.scroll))
    return painter._headings.button_rect(rect, heading_of(view.model(), section)).center()


def headings(model):
    return [heading_of(model, section) for section in range(len(model.sections.counts))]


# --- sections of results ---


def test_weaker_matches_stand_below_a_heading_of_their_own(view):
    model = view.model()
    assert model.rowCount() == 412
    assert [(h.title, h.count, h.button) for h in headings(model)] == [
        ("Best matches", "12 photos", ""),
        ("Weaker matches", "400 photos", "Hide"),
    ]
    assert cell(view, WEAKER[0]).top() >= cell(view, BEST[-1]).bottom() + HEIGHT
    assert cell(view, WEAKER[0]).left() == cell(view, BEST[0]).left()


def test_the_button_hides_and_shows_them(qtbot, view):
    with qtbot.waitSignal(view.weaker_toggled) as toggled:
        qtbot.mouseClick(view.viewport(), LEFT, pos=button_place(view))
    assert toggled.args == [False]
    assert view.model().rowCount() == 12
    assert headings(view.model())[1].count == "400 photos"
    assert headings(view.model())[1].button == "Show"
    qtbot.mouseClick(view.viewport(), LEFT, pos=button_place(view))
    assert view.model().rowCount() == 412


def test_the_pointer_shows_that_it_is_a_button(qtbot, view):
    qtbot.mouseMove(view.viewport(), button_place(view))
    assert view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    qtbot.mouseMove(view.viewport(), cell(view, BEST[0]).center())
    assert view.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


def test_another_cut_off_keeps_selection_and_place(view):
    view.select_id(BEST[3])
    view.model().update_matches([*BEST, *WEAKER[:50]], WEAKER[50:], show_weaker=True)
    assert view.grid().header_top(1) > cell(view, WEAKER[49]).top()
    assert view.selected_ids() == [BEST[3]]
    view.model().update_matches(BEST[:5], [*BEST[5:], *WEAKER], show_weaker=False)
    assert (view.model().rowCount(), view.selected_ids()) == (5, [BEST[3]])
    assert view.model().weaker_count == 407


def test_a_slider_over_thousands_changes_the_rows_in_place(view):
    ids = list(range(1, 20001))
    view.model().show_matches(ids[:100], ids[100:], show_weaker=False)
    for count in (5000, 19999, 3, 20000, 100):
        view.model().update_matches(ids[:count], ids[count:], show_weaker=False)
        assert view.model().rowCount() == count
        assert view.grid().row_count == count


def test_keys_walk_over_the_heading_and_stop_at_a_hidden_section(qtbot, view):
    view.setFocus()
    view.select_id(BEST[11])
    qtbot.keyClick(view, Key.Key_Down)
    assert view.current_id() == WEAKER[1]
    qtbot.keyClick(view, Key.Key_Up)
    assert view.current_id() == BEST[11]
    view.model().set_shows_weaker(False)
    for key in (Key.Key_Down, Key.Key_PageDown, Key.Key_End):
        qtbot.keyClick(view, key)
        assert view.current_id() == BEST[11]


def test_weaker_matches_alone(qtbot, view):
    view.model().show_matches([], WEAKER, show_weaker=True)
    assert [h.title for h in headings(view.model())] == ["Nothing matches well", "Weaker matches"]
    view.select_id(WEAKER[0])
    view.setFocus()
    for key in (Key.Key_Up, Key.Key_PageUp, Key.Key_Home):
        qtbot.keyClick(view, key)
        assert view.current_id() == WEAKER[0]
    view.grab()


def test_photos_that_left_the_library_leave_both_sections(view):
    view.model().apply_changes(changes(gone=[BEST[0], WEAKER[0], WEAKER[1]]))
    assert [h.count for h in headings(view.model())] == ["11 photos", "398 photos"]
    view.model().set_shows_weaker(False)
    view.model().remove_photos([WEAKER[5]])
    view.model().set_shows_weaker(True)
    assert WEAKER[5] not in view.model().ids_between(0, 500).tolist()


def test_plain_results_have_no_headings(view):
    view.model().show_results(BEST)
    assert view.model().sections is None
    assert view.grid().header == 0
    assert view.model().weaker_count == 0


def test_the_model_keeps_qts_rules_with_sections(qtmodeltester, grid):
    grid.model.show_matches(BEST, WEAKER, show_weaker=False)
    assert isinstance(grid.model, PhotoListModel)
    qtmodeltester.check(grid.model)


# --- feedback ---


@pytest.fixture
def given(view):
    given = []
    view.feedback.switch(on=True)
    view.feedback.given.connect(lambda mark, ids: given.append((mark, ids)))
    return given


def hover(qtbot, view, photo_id):
    qtbot.mouseMove(view.viewport(), cell(view, photo_id).center() + QPoint(1, 0))
    qtbot.mouseMove(view.viewport(), cell(view, photo_id).center())


def buttons(view):
    return {b.accessibleName(): b for b in view.viewport().findChildren(QToolButton) if b.isVisible()}


def test_buttons_over_a_cell_judge_the_photo_below_the_mouse(qtbot, view, given):
    view.select_id(BEST[4])
    hover(qtbot, view, BEST[1])
    shown = buttons(view)
    assert set(shown) == {"More like this (+)", "Less like this (-)"}
    assert all(
        cell(view, BEST[1]).contains(QRect(b.mapTo(view.viewport(), QPoint()), b.size())) for b in shown.values()
    )
    qtbot.mouseClick(shown["More like this (+)"], LEFT)
    hover(qtbot, view, BEST[2])
    qtbot.mouseClick(buttons(view)["Less like this (-)"], LEFT)
    assert given == [(1, [BEST[1]]), (-1, [BEST[2]])]
    assert view.selected_ids() == [BEST[4]]


def test_buttons_go_with_the_mouse_and_when_the_grid_scrolls(qtbot, view, given):
    hover(qtbot, view, BEST[1])
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert not buttons(view)
    hover(qtbot, view, BEST[1])
    view.scroll_by(100)
    assert not buttons(view)


def test_without_feedback_there_are_no_buttons_and_keys_zoom(qtbot, view):
    hover(qtbot, view, BEST[1])
    assert not buttons(view)
    view.setFocus()
    view.select_id(BEST[0])
    before = view.cell_size
    qtbot.keyClick(view, Key.Key_Plus)
    assert view.cell_size > before


def test_plus_and_minus_judge_the_selected_photos_and_zoom_with_ctrl(qtbot, view, given):
    view.setFocus()
    view.select_id(BEST[0])
    view._choice.extend_to(2)
    qtbot.keyClick(view, Key.Key_Plus)
    qtbot.keyClick(view, Key.Key_Minus)
    assert given == [(1, BEST[:3]), (-1, BEST[:3])]
    before = view.cell_size
    qtbot.keyClick(view, Key.Key_Minus, CTRL)
    assert view.cell_size < before
    assert view.cell_size in CELL_SIZES


def test_the_same_judgement_again_takes_it_back(qtbot, view, given):
    view.feedback.set_marks([BEST[0]], [BEST[1]])
    hover(qtbot, view, BEST[0])
    qtbot.mouseClick(buttons(view)["Not more like this (+)"], LEFT)
    hover(qtbot, view, BEST[1])
    qtbot.mouseClick(buttons(view)["More like this (+)"], LEFT)
    assert given == [(0, [BEST[0]]), (1, [BEST[1]])]


def test_marks_are_seen_on_the_cells(view, given):
    def picture(photo_id):
        return view.grab().toImage().copy(cell(view, photo_id))

    plain = picture(BEST[1])
    view.feedback.set_marks([BEST[1]], [BEST[2]])
    more, less = picture(BEST[1]), picture(BEST[2])
    assert len({bytes(np.frombuffer(p.constBits(), np.uint8)) for p in (plain, more, less)}) == 3
    view.feedback.set_marks([], [])
    assert picture(BEST[1]) == plain


def test_marks_change_while_the_mouse_is_there(qtbot, view, given):
    hover(qtbot, view, BEST[1])
    view.feedback.set_marks([BEST[1]], [])
    assert "Not more like this (+)" in buttons(view)


def test_the_menu_of_the_window_judges_results_only(qtbot, open_window, demo_data):
    window = open_window(demo_data)
    window.wait_for_photos(40)
    menu, feedback, given = window.window._photo_menu, window.grid.feedback, []
    feedback.given.connect(lambda mark, ids: given.append((mark, ids)))
    actions = {action.text(): action for action in menu.actions()}
    for on in (False, True):
        feedback.switch(on=on)
        menu.aboutToShow.emit()
        assert [actions[text].isVisible() for text in ("More like this", "Less like this")] == [on, on]
    window.grid.select_id(window.ids()[3])
    actions["Less like this"].trigger()
    assert given == [(-1, [window.ids()[3]])]
