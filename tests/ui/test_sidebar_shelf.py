from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from photoorg.library import ALL_PHOTOS, Collection, FolderInfo, Overview
from photoorg.ui.models.sidebar_model import ShelfItem, SidebarModel
from photoorg.ui.photo_drag import photo_data
from photoorg.ui.views.sidebar import Sidebar

COPY = Qt.DropAction.CopyAction
Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton
ITALY, DOGS = ShelfItem("album", 1, "Italy & more", 40), ShelfItem("album", 2, "Dogs", 7)
SNOW = ShelfItem("smart", 1, "Snow at night")
TAGS = [ShelfItem("tag", i, f"tag {i}", i) for i in range(1, 31)]
OVERVIEW = Overview(15, 2, 0, [FolderInfo(1, Path("/home/anna/Pictures"), True, 12)], active_model=None)


@pytest.fixture
def sidebar(qtbot, theme):
    sidebar = Sidebar()
    qtbot.addWidget(sidebar)
    sidebar.resize(220, 700)
    sidebar.show_overview(OVERVIEW)
    sidebar.show_albums([ITALY, SNOW, DOGS])
    sidebar.show_tags(TAGS[:2])
    sidebar.select(ALL_PHOTOS)
    sidebar.show()
    sidebar.activateWindow()
    qtbot.waitUntil(sidebar.isActiveWindow)
    return sidebar


def heard(signal):
    values = []
    signal.connect(lambda *args: values.append(args))
    return values


def titles(sidebar):
    model = sidebar.view.model()
    return [model.index(i).data() for i in range(model.rowCount())]


def row(sidebar, title):
    return sidebar.view.model().index(titles(sidebar).index(title))


def click(qtbot, sidebar, title):
    place = sidebar.view.visualRect(row(sidebar, title)).center()
    qtbot.mouseClick(sidebar.view.viewport(), LEFT, pos=place)


def editor(sidebar):
    return sidebar.view.viewport().findChild(QLineEdit)


def test_the_model_keeps_qts_rules(qtmodeltester):
    model = SidebarModel()
    model.show_overview(OVERVIEW)
    model.show_albums([ITALY, SNOW])
    model.show_tags(TAGS)
    model.toggle_tags()
    model.show_albums([])
    qtmodeltester.check(model, force_py=True)


def test_albums_smart_albums_folders_and_tags_have_sections(sidebar):
    assert titles(sidebar) == [
        *("Library", "All photos", "Favourites"),
        *("Albums", "Italy & more", "Dogs"),
        *("Smart albums", "Snow at night"),
        *("Folders", "Pictures"),
        *("Tags", "tag 1", "tag 2"),
    ]


def test_counts_are_said_when_they_are_known(sidebar):
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert row(sidebar, "Dogs").data(spoken) == "Dogs, 7 photos"
    assert row(sidebar, "Snow at night").data(spoken) == "Snow at night"
    sidebar.show_albums([ITALY, ShelfItem("smart", 1, "Snow at night", 3), DOGS])
    assert row(sidebar, "Snow at night").data(spoken) == "Snow at night, 3 photos"


def test_a_click_chooses_an_item(qtbot, sidebar):
    chosen, collections = heard(sidebar.item_chosen), heard(sidebar.collection_chosen)
    click(qtbot, sidebar, "Snow at night")
    assert (chosen, collections) == ([(SNOW,)], [])
    assert (sidebar.item(), sidebar.collection()) == (SNOW, None)
    click(qtbot, sidebar, "All photos")
    assert collections == [(ALL_PHOTOS,)]
    assert sidebar.item() is None


def test_the_choice_of_an_item_stays_while_counts_change(qtbot, sidebar):
    sidebar.select(DOGS)
    chosen = heard(sidebar.item_chosen)
    sidebar.show_overview(OVERVIEW)
    sidebar.show_albums([ShelfItem("album", 2, "Dogs", 8), ITALY, SNOW])
    assert sidebar.item() == ShelfItem("album", 2, "Dogs", 8)
    assert chosen == []


def test_an_item_that_vanishes_gives_way_to_all_photos(sidebar):
    sidebar.select(DOGS)
    collections = heard(sidebar.collection_chosen)
    sidebar.show_albums([ITALY, SNOW])
    assert collections == [(ALL_PHOTOS,)]


def test_an_album_and_a_smart_album_of_one_number_are_two(sidebar):
    sidebar.select(SNOW)
    assert sidebar.item() == SNOW
    sidebar.select(ITALY)
    assert sidebar.item() == ITALY
    sidebar.select(Collection("folder", 1))
    assert sidebar.item() is None


def test_an_item_is_renamed_in_its_row(qtbot, sidebar):
    renamed = heard(sidebar.item_renamed)
    sidebar.view.setFocus()
    sidebar.select(DOGS)
    qtbot.keyClick(sidebar.view, Key.Key_F2)
    assert editor(sidebar).text() == "Dogs"
    qtbot.keyClicks(editor(sidebar), "Cats ")
    qtbot.keyClick(editor(sidebar), Key.Key_Return)
    qtbot.waitUntil(lambda: bool(renamed))
    assert renamed == [(DOGS, "Cats")]
    assert row(sidebar, "Dogs").isValid()


@pytest.mark.parametrize("text", ["", "Dogs", "   "])
def test_no_other_name_is_no_renaming(qtbot, sidebar, text):
    renamed = heard(sidebar.item_renamed)
    sidebar.rename(DOGS)
    editor(sidebar).setText(text)
    qtbot.keyClick(editor(sidebar), Key.Key_Return)
    assert renamed == []


def test_escape_leaves_the_name(qtbot, sidebar):
    renamed = heard(sidebar.item_renamed)
    sidebar.rename(DOGS)
    qtbot.keyClicks(editor(sidebar), "Cats")
    qtbot.keyClick(editor(sidebar), Key.Key_Escape)
    assert renamed == []


def test_collections_cannot_be_renamed(qtbot, sidebar):
    sidebar.view.setFocus()
    qtbot.keyClick(sidebar.view, Key.Key_F2)
    assert editor(sidebar) is None


def test_the_menu_of_an_item(qtbot, sidebar):
    menu = sidebar.menu_of(row(sidebar, "Snow at night"))
    rename, _, delete = menu.actions()
    assert delete.text() == "Delete this smart album"
    with qtbot.waitSignal(sidebar.item_deleted) as deleted:
        delete.trigger()
    rename.trigger()
    assert deleted.args == [SNOW]
    assert editor(sidebar).text() == "Snow at night"
    menu.close()
    assert sidebar.menu_of(row(sidebar, "All photos")) is None


def test_delete_is_for_items_only(qtbot, sidebar):
    deleted = heard(sidebar.item_deleted)
    sidebar.view.setFocus()
    qtbot.keyClick(sidebar.view, Key.Key_Delete)
    sidebar.select(DOGS)
    qtbot.keyClick(sidebar.view, Key.Key_Delete)
    assert deleted == [(DOGS,)]


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_many_tags_are_shown_when_they_are_wanted(qtbot, sidebar, way):
    sidebar.show_tags(TAGS)
    collections = heard(sidebar.collection_chosen)
    assert titles(sidebar)[-2:] == ["tag 8", "Show all 30"]
    if way == "mouse":
        click(qtbot, sidebar, "Show all 30")
    else:
        sidebar.view.setFocus()
        sidebar.view.setCurrentIndex(row(sidebar, "Show all 30"))
        qtbot.keyClick(sidebar.view, Key.Key_Return)
    assert titles(sidebar)[-2:] == ["tag 30", "Show fewer"]
    click(qtbot, sidebar, "Show fewer")
    assert titles(sidebar)[-1] == "Show all 30"
    assert (sidebar.collection(), collections) == (ALL_PHOTOS, [])


def test_a_name_is_never_markup(sidebar):
    sidebar.show_albums([ShelfItem("album", 5, "<b>x", 1)])
    assert "&lt;b&gt;" in row(sidebar, "<b>x").data(Qt.ItemDataRole.ToolTipRole)


# --- photos that are dropped ---


def drag_over(sidebar, title, data):
    """Tells whether the row would take it."""
    viewport, place = sidebar.view.viewport(), sidebar.view.visualRect(row(sidebar, title)).center()
    enter = QDragEnterEvent(place, COPY, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, enter)
    move = QDragMoveEvent(place, COPY, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, move)
    return enter.isAccepted() and move.isAccepted()


def drop(sidebar, title, data):
    place = QPointF(sidebar.view.visualRect(row(sidebar, title)).center())
    event = QDropEvent(place, COPY, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(sidebar.view.viewport(), event)


@pytest.mark.parametrize(
    ("title", "taken"), [("Dogs", True), ("tag 1", True), ("Snow at night", False), ("Albums", False)]
)
def test_photos_are_dropped_on_albums_and_tags(sidebar, title, taken):
    dropped, data = heard(sidebar.photos_dropped), photo_data([7, 3], [])
    before = sidebar.view.grab().toImage()
    assert drag_over(sidebar, title, data) == taken
    assert (sidebar.view.grab().toImage() != before) == taken
    drop(sidebar, title, data)
    assert [(item.name, ids) for item, ids in dropped] == ([(title, [7, 3])] if taken else [])
    assert sidebar.view.grab().toImage() == before


def test_files_from_outside_are_not_dropped_on_albums(sidebar):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/photos/a.jpg")])
    assert not drag_over(sidebar, "Dogs", data)
