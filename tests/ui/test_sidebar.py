from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QPushButton

from photoorg.library import ALL_PHOTOS, FAVOURITES, Collection, FolderInfo, Overview
from photoorg.ui.models.sidebar_model import SidebarModel
from photoorg.ui.views.sidebar import Sidebar

ANNA = FolderInfo(1, Path("/home/anna/Pictures"), True, 12)
BEN = FolderInfo(2, Path("/home/ben/Pictures"), True, 3)
SCANS = FolderInfo(3, Path("/data/scans"), False, 0)


def overview(*folders, photos=15, favourites=2, failed=0):
    return Overview(photos=photos, favourites=favourites, failed=failed, folders=list(folders), active_model=None)


def titles(model):
    return [model.index(i).data() for i in range(model.rowCount())]


def spoken(model):
    return [model.index(i).data(Qt.ItemDataRole.AccessibleTextRole) for i in range(model.rowCount())]


@pytest.fixture
def sidebar(qtbot, theme):
    sidebar = Sidebar()
    qtbot.addWidget(sidebar)
    sidebar.resize(220, 480)
    sidebar.show_overview(overview(ANNA, BEN, SCANS))
    sidebar.select(ALL_PHOTOS)
    sidebar.show()
    return sidebar


@pytest.fixture
def chosen(sidebar):
    chosen = []
    sidebar.collection_chosen.connect(chosen.append)
    return chosen


def model_of(sidebar):
    return sidebar.view.model()


def click(qtbot, sidebar, collection):
    index = model_of(sidebar).index(model_of(sidebar).row_of(collection))
    qtbot.mouseClick(sidebar.view.viewport(), Qt.MouseButton.LeftButton, pos=sidebar.view.visualRect(index).center())


def button(sidebar, text):
    return next(b for b in sidebar.findChildren(QPushButton) if text in b.accessibleName())


def test_the_model_keeps_qts_rules(qtmodeltester):
    model = SidebarModel()
    model.show_overview(overview(ANNA, BEN))
    qtmodeltester.check(model, force_py=True)
    for folders in ((ANNA, BEN, SCANS), (SCANS,), (), (BEN, ANNA)):
        model.show_overview(overview(*folders))
    qtmodeltester.check(model, force_py=True)


def test_rows_are_said_with_counts_and_parents(sidebar):
    assert spoken(model_of(sidebar)) == [
        *("Library", "All photos, 15 photos", "Favourites, 2 photos"),
        *("Folders", "Pictures, anna, 12 photos", "Pictures, ben, 3 photos", "scans, 0 photos, not connected"),
    ]


def test_without_folders_there_is_no_heading_for_them():
    model = SidebarModel()
    model.show_overview(overview())
    assert titles(model) == ["Library", "All photos", "Favourites"]


def test_the_tool_tip_has_the_whole_path(sidebar):
    model = model_of(sidebar)
    tip = model.index(6).data(Qt.ItemDataRole.ToolTipRole)
    assert "/data/scans" in tip
    assert "not connected" in tip
    assert model.index(1).data(Qt.ItemDataRole.ToolTipRole) is None


def test_a_name_is_never_markup(sidebar):
    sidebar.show_overview(overview(FolderInfo(1, Path("/<b>x<i>"), True, 1)))
    assert "&lt;b&gt;" in model_of(sidebar).index(4).data(Qt.ItemDataRole.ToolTipRole)


def test_a_click_chooses(qtbot, sidebar, chosen):
    click(qtbot, sidebar, Collection("folder", 2))
    assert chosen == [Collection("folder", 2)]
    assert sidebar.collection() == Collection("folder", 2)


def test_the_arrow_keys_walk_past_headings(qtbot, sidebar, chosen):
    sidebar.view.setFocus()
    qtbot.keyClick(sidebar.view, Qt.Key.Key_Down)
    qtbot.keyClick(sidebar.view, Qt.Key.Key_Down)
    assert chosen == [FAVOURITES, Collection("folder", 1)]


def test_a_heading_cannot_be_chosen(qtbot, sidebar, chosen):
    heading = sidebar.view.visualRect(model_of(sidebar).index(3)).center()
    qtbot.mouseClick(sidebar.view.viewport(), Qt.MouseButton.LeftButton, pos=heading)
    assert chosen == []


def test_selecting_from_outside_says_nothing(sidebar, chosen):
    sidebar.select(FAVOURITES)
    assert sidebar.collection() == FAVOURITES
    sidebar.select(None)
    assert sidebar.collection() is None
    assert chosen == []


def test_after_no_choice_the_same_collection_can_be_chosen_again(qtbot, sidebar, chosen):
    sidebar.select(None)
    click(qtbot, sidebar, ALL_PHOTOS)
    assert chosen == [ALL_PHOTOS]


def test_tabbing_in_without_a_choice_chooses_nothing(qtbot, sidebar, chosen):
    sidebar.select(None)
    sidebar.view.setFocus(Qt.FocusReason.TabFocusReason)
    assert chosen == []


def test_counts_change_in_place(qtbot, sidebar, chosen):
    sidebar.select(Collection("folder", 1))
    model = model_of(sidebar)
    changed = []
    model.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    with qtbot.assertNotEmitted(model.modelReset), qtbot.assertNotEmitted(model.rowsInserted):
        sidebar.show_overview(overview(FolderInfo(1, ANNA.path, True, 13), BEN, SCANS, photos=16))
    assert changed == [1, 4]
    assert sidebar.collection() == Collection("folder", 1)
    assert chosen == []


def test_a_new_folder_keeps_the_choice(sidebar, chosen):
    sidebar.select(Collection("folder", 2))
    sidebar.show_overview(overview(FolderInfo(9, Path("/a/Aaa"), True, 1), ANNA, BEN, SCANS))
    assert titles(model_of(sidebar))[4:] == ["Aaa", "Pictures", "Pictures", "scans"]
    assert sidebar.collection() == Collection("folder", 2)
    assert chosen == []


def test_a_folder_that_moves_in_the_order_keeps_the_choice(sidebar, chosen):
    sidebar.select(Collection("folder", 3))
    sidebar.show_overview(overview(ANNA, BEN, FolderInfo(3, Path("/data/a"), True, 0)))
    assert titles(model_of(sidebar))[4:] == ["a", "Pictures", "Pictures"]
    assert sidebar.collection() == Collection("folder", 3)
    assert chosen == []


def test_a_chosen_folder_that_vanishes_gives_way_to_all_photos(sidebar, chosen):
    sidebar.select(Collection("folder", 2))
    sidebar.show_overview(overview(ANNA))
    assert chosen == [ALL_PHOTOS]
    assert sidebar.collection() == ALL_PHOTOS


def test_another_folder_that_vanishes_does_not_matter(sidebar, chosen):
    sidebar.select(Collection("folder", 1))
    sidebar.show_overview(overview(ANNA))
    assert chosen == []
    assert titles(model_of(sidebar))[4:] == ["Pictures"]


def test_the_buttons_below(qtbot, sidebar):
    with qtbot.waitSignal(sidebar.add_folder_clicked):
        button(sidebar, "Add folder").click()
    failures = button(sidebar, "cannot be read")
    assert not failures.isVisible()
    sidebar.show_overview(overview(failed=1))
    assert (failures.isVisible(), failures.accessibleName()) == (True, "1 file cannot be read")
    sidebar.show_overview(overview(failed=1234))
    assert failures.accessibleName() == "1,234 files cannot be read"
    with qtbot.waitSignal(sidebar.failures_clicked):
        failures.click()
    sidebar.show_overview(overview())
    assert not failures.isVisible()


def test_the_menu_of_a_folder(qtbot, sidebar):
    model = model_of(sidebar)
    menu = sidebar.folder_menu(model.index(6))
    show, _, stop = menu.actions()
    with qtbot.waitSignal(sidebar.show_in_folder_wanted) as shown:
        show.trigger()
    with qtbot.waitSignal(sidebar.remove_folder_wanted) as removed:
        stop.trigger()
    assert (shown.args, removed.args) == ([SCANS.path], [SCANS.path])
    menu.close()


def test_collections_have_no_menu(sidebar):
    assert sidebar.folder_menu(model_of(sidebar).index(1)) is None
    assert sidebar.folder_menu(model_of(sidebar).index(-1)) is None


@pytest.mark.parametrize("reason", [QContextMenuEvent.Reason.Keyboard, QContextMenuEvent.Reason.Mouse])
def test_the_menu_belongs_to_the_current_row_or_the_one_below_the_mouse(qtbot, qapp, sidebar, reason):
    sidebar.select(Collection("folder", 1))
    by_mouse = reason == QContextMenuEvent.Reason.Mouse
    place = sidebar.view.visualRect(model_of(sidebar).index(6)).center() if by_mouse else QPoint(0, 0)
    with qtbot.waitSignal(sidebar.view.menu_wanted) as wanted:
        qapp.sendEvent(sidebar.view.viewport(), QContextMenuEvent(reason, place, place))
    assert wanted.args[0].row() == (6 if by_mouse else 4)
    qtbot.waitUntil(lambda: qapp.activePopupWidget() is not None)
    qapp.activePopupWidget().close()


def test_a_narrow_sidebar_shortens_the_buttons(qtbot, sidebar):
    sidebar.show_overview(overview(failed=1_234_567))
    failures = button(sidebar, "cannot be read")
    sidebar.resize(180, 480)
    qtbot.waitUntil(lambda: failures.text().endswith("\N{HORIZONTAL ELLIPSIS}"))
    sidebar.resize(500, 480)
    qtbot.waitUntil(lambda: failures.text() == "1,234,567 files cannot be read")
