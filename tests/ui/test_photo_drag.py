from pathlib import Path

import pytest
from grid_fakes import Grid, days, photo, timeline
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from photoorg.ui.photo_drag import PHOTO_IDS, dragged_photos, photo_data
from photoorg.ui.views.photo_grid_view import PhotoGridView
from photoorg.ui.views.search_bar import SearchBar

LEFT, COPY, NONE = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier


def files(*names):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(f"/photos/{name}") for name in names])
    return data


# --- what is dragged ---


def test_photos_of_the_library_go_by_their_ids():
    data = photo_data([7, 3], [Path("/photos/a b.jpg")])
    assert dragged_photos(data).ids == [7, 3]
    assert dragged_photos(data).paths == []
    assert [url.toLocalFile() for url in data.urls()] == ["/photos/a b.jpg"]


def test_pictures_from_outside_are_told_by_their_names():
    names = ("a.JPG", "b.heic", "c.CR2", "d.avif", "notes.txt", "a folder", "e.webp")
    assert [path.name for path in dragged_photos(files(*names)).paths] == [
        "a.JPG",
        "b.heic",
        "c.CR2",
        "d.avif",
        "e.webp",
    ]
    assert not dragged_photos(files("a folder"))


# --- onto the field ---


@pytest.fixture
def field(qtbot, theme):
    bar = SearchBar()
    qtbot.addWidget(bar)
    bar.resize(600, 60)
    bar.show()
    yield bar._field
    bar.close()


def enter(field, data):
    event = QDragEnterEvent(QPoint(50, 20), COPY, data, LEFT, NONE)
    QApplication.sendEvent(field, event)
    return event.isAccepted()


def test_the_field_takes_photos_and_shows_that_it_does(qtbot, field):
    before = field.grab().toImage()
    data = photo_data([7, 3], [])
    assert enter(field, data)
    assert "Drop" in field.line.placeholderText()
    assert field.grab().toImage() != before
    with qtbot.waitSignal(field.parentWidget().photos_dropped) as dropped:
        QApplication.sendEvent(field, QDropEvent(QPointF(50, 20), COPY, data, LEFT, NONE))
    assert dropped.args == [[7, 3], []]
    assert "Drop" not in field.line.placeholderText()


def test_the_field_takes_pictures_from_outside(qtbot, field):
    data = files("cat.jpg", "notes.txt")
    assert enter(field, data)
    with qtbot.waitSignal(field.parentWidget().photos_dropped) as dropped:
        QApplication.sendEvent(field, QDropEvent(QPointF(50, 20), COPY, data, LEFT, NONE))
    assert dropped.args == [[], [Path("/photos/cat.jpg")]]


def test_folders_are_left_to_the_window(field):
    assert not enter(field, files("a folder"))
    assert "Drop" not in field.line.placeholderText()


def test_photos_that_are_dragged_on_leave_no_trace(field):
    assert enter(field, photo_data([7], []))
    QApplication.sendEvent(field, QDragLeaveEvent())
    assert "Drop" not in field.line.placeholderText()


# --- out of the grid ---


@pytest.fixture
def grid(qapp):
    made = Grid(200)
    yield made
    made.close()


@pytest.fixture
def drags(monkeypatch):
    """What is dragged: a real drag would wait for a mouse."""
    drags = []

    def execute(drag, *_):
        data = drag.mimeData()
        drags.append((dragged_photos(data).ids, [url.toLocalFile() for url in data.urls()], drag.pixmap().isNull()))

    monkeypatch.setattr(QDrag, "exec", execute)
    return drags


@pytest.fixture
def view(qtbot, grid, theme):
    made = PhotoGridView(grid.model)
    qtbot.addWidget(made)
    made.resize(880, 700)
    grid.model.show_timeline(timeline(days(200, 30)))
    made.show()
    qtbot.waitUntil(lambda: all(grid.cells.photo(photo_id) for photo_id in range(170, 201)))
    return made


def drag(qtbot, view, photo_id, distance=60, modifiers=NONE):
    place = view.visualRect(view.model().index(view.model().row_of(photo_id), 0)).center()
    qtbot.mousePress(view.viewport(), LEFT, modifiers, place)
    qtbot.mouseMove(view.viewport(), place + QPoint(3, 0))
    qtbot.mouseMove(view.viewport(), place + QPoint(distance, 0))
    qtbot.mouseRelease(view.viewport(), LEFT, NONE, place + QPoint(distance, 0))


def test_a_photo_is_dragged_with_its_file(qtbot, view, drags):
    drag(qtbot, view, 199)
    assert drags == [([199], ["/photos/IMG_0199.jpg"], False)]
    assert view.selected_ids() == [199]


def test_all_selected_photos_are_dragged_and_stay_selected(qtbot, view, drags):
    view.select_id(200)
    view._choice.extend_to(view.model().row_of(198))
    drag(qtbot, view, 199)
    assert [ids for ids, _, _ in drags] == [[200, 199, 198]]
    assert len(drags[0][1]) == 3
    assert view.selected_ids() == [200, 199, 198]


def test_a_small_move_is_a_click(qtbot, view, drags):
    view.select_id(200)
    view._choice.extend_to(view.model().row_of(198))
    drag(qtbot, view, 199, distance=4)
    assert drags == []
    assert view.selected_ids() == [199]


def test_files_are_given_for_all_photos_or_for_none(qtbot, view, grid, drags):
    grid.library.photos[198] = photo(198, online=False)
    grid.cells.renew([198])
    qtbot.waitUntil(lambda: grid.cells.photo(198) is not None and not grid.cells.photo(198).online)
    view.select_id(199)
    view._choice.extend_to(view.model().row_of(198))
    drag(qtbot, view, 199)
    assert [(ids, paths) for ids, paths, _ in drags] == [([199, 198], [])]


def test_the_windows_own_kind_of_drag_is_no_folder(open_window, demo_data):
    window = open_window(demo_data)
    data = photo_data([1], [Path("/photos/a.jpg")])
    assert data.hasFormat(PHOTO_IDS)
    event = QDragEnterEvent(QPoint(300, 300), COPY, data, LEFT, NONE)
    QApplication.sendEvent(window.window, event)
    assert not event.isAccepted()


def test_a_photo_that_is_dropped_on_the_search_is_what_others_are_to_be_like(open_window, demo_data):
    window = open_window(demo_data)
    window.wait_for_photos(40)
    photo = window.photo("IMG_0007.jpg")
    field = window.browser.search._field
    data = photo_data([photo.id], [])
    assert enter(field, data)
    QApplication.sendEvent(field, QDropEvent(QPointF(50, 20), COPY, data, LEFT, NONE))
    window.wait_for_results("Like IMG_0007.jpg")
    assert window.ids()[0] == photo.id
    window.click("Show weaker matches")
    assert len(window.ids()) == 40
