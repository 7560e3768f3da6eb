"""The viewer as people use it: keys, mouse, controls that step back, and photos that cannot be shown."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QCursor, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QToolButton
from viewed_photos import COLOURS, encoded, grey, is_near, photo_at, quarters, written

from photoorg.errors import FileVanished
from photoorg.media.reading import DecodeLimits
from photoorg.media.rendering import render_picture
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.picture_loader import PictureLoader
from photoorg.ui.views.dark_controls import PAGE
from photoorg.ui.views.viewer import Viewer

Key = Qt.Key


class Heard:
    def __init__(self, viewer):
        self.events = []
        viewer.closed.connect(lambda: self.events.append("closed"))
        viewer.step_wanted.connect(lambda step: self.events.append(("step", step)))
        viewer.favourite_toggled.connect(lambda: self.events.append("favourite"))
        viewer.rating_chosen.connect(lambda rating: self.events.append(("rating", rating)))


class Library:
    """Renders in the background as the library does; notes what was asked, may be held up."""

    def __init__(self):
        self.asked = []

    def picture(self, photo, at_least=None):
        self.asked.append((photo.id, at_least))
        return render_picture(photo.path, at_least, DecodeLimits())


@pytest.fixture
def bridge(qapp):
    bridge = JobBridge()
    yield bridge
    assert bridge.close()


@pytest.fixture
def library():
    return Library()


@pytest.fixture
def pictures(bridge, library):
    return PictureLoader(bridge, library.picture)


@pytest.fixture
def viewer(qtbot, theme, pictures):
    QCursor.setPos(300, 400)  # on none of the controls
    window = QMainWindow()
    viewer = Viewer(pictures)
    window.setCentralWidget(viewer)
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    qtbot.waitExposed(window)
    viewer.window_of_test = window  # it must live as long
    return viewer


@pytest.fixture
def heard(viewer):
    return Heard(viewer)


def shown(viewer, qtbot, photo, *, position=1, count=3):
    viewer.show_photo(photo, grey(), position=position, count=count)
    qtbot.waitUntil(lambda: viewer._pictures.picture(photo) is not None)
    qtbot.waitUntil(lambda: not viewer._zoom._moving.isActive())


def press(viewer, key, modifier=Qt.KeyboardModifier.NoModifier):
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(viewer, QKeyEvent(kind, key, modifier))


def move_mouse(viewer, at):
    position = QPointF(at)
    event = QMouseEvent(
        QEvent.Type.MouseMove, position, QPointF(viewer._zoom.mapToGlobal(at)),
        Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(viewer._zoom, event)


def pixel(viewer, x, y):
    return viewer.grab().toImage().pixelColor(x, y)


# --- what is shown --------------------------------------------------------------------------------------------------


def test_the_thumbnail_comes_first_and_then_the_picture(viewer, qtbot, tmp_path):
    photo = written(tmp_path / "a.jpg")
    viewer.show_photo(photo, grey(), position=11, count=3456)
    assert is_near(pixel(viewer, 250, 250), (128, 128, 128))
    qtbot.waitUntil(lambda: is_near(pixel(viewer, 250, 250), COLOURS[0]))
    assert is_near(pixel(viewer, 550, 350), COLOURS[3])
    assert viewer._bar._position.text() == "12 of 3,456"
    assert viewer._bar._name.text() == "a.jpg"
    assert viewer._bar._date.text() == "Saturday, 21 November 2026, 14:05"
    assert viewer._bar._scale.text() == "100%"


def test_a_picture_as_large_as_the_window_is_asked_for_and_all_of_it_when_zoomed(viewer, library, qtbot, tmp_path):
    photo = written(tmp_path / "a.jpg", encoded(quarters(4000, 2000), "JPEG"), size=(4000, 2000))
    shown(viewer, qtbot, photo)
    assert library.asked == [(1, 800)]
    assert viewer._bar._scale.text() == "20%"
    press(viewer, Key.Key_Z)
    qtbot.waitUntil(lambda: viewer._pictures.picture(photo).pixmaps[0].width() == 4000)
    assert library.asked == [(1, 800), (1, None)]
    assert viewer._bar._scale.text() == "100%"


def test_late_pictures_of_other_photos_are_not_shown(viewer, qtbot, tmp_path):
    first = written(tmp_path / "a.jpg")
    second = written(tmp_path / "b.png", encoded(quarters().rotate(180), "PNG"), 2)
    viewer.show_photo(first, grey(), position=0, count=2)
    viewer.show_photo(second, grey(), position=1, count=2)
    qtbot.waitUntil(lambda: viewer._pictures.picture(second) is not None)
    viewer._on_loaded(first.id)
    viewer._on_failed(first.id, FileVanished())
    assert is_near(pixel(viewer, 250, 250), COLOURS[3])
    assert viewer._message.isHidden()


def test_neighbours_are_there_at_once(viewer, library, qtbot, tmp_path):
    photos = [written(tmp_path / f"{n}.jpg", photo_id=n) for n in (1, 2)]
    offline = photo_at(tmp_path / "3.jpg", 3, online=False)
    viewer.show_photo(photos[0], grey(), position=0, count=3)
    viewer.prefetch([photos[1], offline])
    qtbot.waitUntil(lambda: viewer._pictures.picture(photos[1]) is not None)
    viewer.show_photo(photos[1], grey(), position=1, count=3)
    assert is_near(pixel(viewer, 250, 250), COLOURS[0])
    assert library.asked == [(1, 400), (2, 400)]


def test_the_page_is_dark_in_every_theme(viewer, theme, qtbot, tmp_path):
    shown(viewer, qtbot, written(tmp_path / "a.jpg"))
    for dark in (True, False, True, False):
        theme(dark)
        assert is_near(pixel(viewer, 100, 500), PAGE.getRgb()[:3], 1)
        texts = (viewer._bar._name, viewer._bar._position, viewer._message._title)
        assert all(label.palette().windowText().color().lightness() > 200 for label in texts)


# --- keys -----------------------------------------------------------------------------------------------------------


def test_keys_step_rate_and_close(viewer, heard, qtbot, tmp_path):
    shown(viewer, qtbot, written(tmp_path / "a.jpg"))
    for key in (Key.Key_Left, Key.Key_Right, Key.Key_PageUp, Key.Key_PageDown, Key.Key_Space):
        press(viewer, key)
    assert heard.events == [("step", -1), ("step", 1), ("step", -1), ("step", 1), ("step", 1)]
    heard.events.clear()
    for key in (Key.Key_0, Key.Key_3, Key.Key_5, Key.Key_F, Key.Key_Escape):
        press(viewer, key)
    assert heard.events == [("rating", 0), ("rating", 3), ("rating", 5), "favourite", "closed"]
    heard.events.clear()
    press(viewer, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    press(viewer, Key.Key_6)
    assert heard.events == []


def test_there_is_nothing_before_the_first_and_after_the_last_photo(viewer, heard, qtbot, tmp_path):
    photo = written(tmp_path / "a.jpg")
    shown(viewer, qtbot, photo, position=0, count=1)
    press(viewer, Key.Key_Left)
    press(viewer, Key.Key_Space)
    assert heard.events == []
    assert not viewer._previous.isVisible()
    assert not viewer._next.isVisible()
    viewer.show_photo(photo, None, position=1, count=3)
    assert viewer._previous.isVisible()
    assert viewer._next.isVisible()


def test_arrow_keys_pan_a_zoomed_picture_and_page_keys_step(viewer, heard, qtbot, tmp_path):
    shown(viewer, qtbot, written(tmp_path / "a.jpg", encoded(quarters(2000, 2000), "JPEG"), size=(2000, 2000)))
    press(viewer, Key.Key_Plus)
    assert viewer._zoom.scale == pytest.approx(0.3 * 1.25)
    press(viewer, Key.Key_Z)
    assert viewer._zoom.is_fitting
    press(viewer, Key.Key_Z)
    left, top, *_ = viewer._zoom._geometry.target
    press(viewer, Key.Key_Right)
    press(viewer, Key.Key_Down)
    assert viewer._zoom._geometry.target[:2] == pytest.approx((left - 120, top - 90))
    press(viewer, Key.Key_Left)
    press(viewer, Key.Key_Up)
    assert viewer._zoom._geometry.target[:2] == pytest.approx((left, top))
    assert heard.events == []
    press(viewer, Key.Key_PageDown)
    assert heard.events == [("step", 1)]
    for _ in range(20):
        press(viewer, Key.Key_Minus)
    assert viewer._zoom.is_fitting


def test_the_viewers_keys_go_before_the_windows_shortcuts(viewer, heard, qtbot, tmp_path):
    shown(viewer, qtbot, written(tmp_path / "a.jpg"))
    triggered = []
    for keys in ("F", "Ctrl+F"):
        action = QAction(viewer.window())
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False, keys=keys: triggered.append(keys))
        viewer.window().addAction(action)
    viewer.window().activateWindow()
    viewer.setFocus()
    qtbot.waitUntil(viewer.hasFocus)
    qtbot.keyClick(viewer, Key.Key_F)
    qtbot.keyClick(viewer, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert heard.events == ["favourite"]
    assert triggered == ["Ctrl+F"]


def test_full_screen_is_left_before_the_viewer(viewer, heard, qtbot, tmp_path):
    shown(viewer, qtbot, written(tmp_path / "a.jpg"))
    press(viewer, Key.Key_F11)
    assert viewer.window().isFullScreen()
    press(viewer, Key.Key_Escape)
    assert not viewer.window().isFullScreen()
    assert heard.events == []
    press(viewer, Key.Key_Escape)
    assert heard.events == ["closed"]


# --- mouse ----------------------------------------------------------------------------------------------------------


def button(viewer, name):
    return next(b for b in viewer.findChildren(QToolButton) if b.accessibleName().startswith(name))


def test_everything_is_there_for_the_mouse(viewer, heard, qtbot, tmp_path):
    photo = written(tmp_path / "a.jpg", encoded(quarters(2000, 1000), "JPEG"), size=(2000, 1000))
    shown(viewer, qtbot, photo)
    names = ("Previous photo", "Next photo", "Add to favourites", "Back to the photos")
    for name in names:
        qtbot.mouseClick(button(viewer, name), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(viewer._bar._rating, Qt.MouseButton.LeftButton, pos=QPoint(26 * 3 + 5, 10))
    assert heard.events == [("step", -1), ("step", 1), "favourite", "closed", ("rating", 4)]
    assert not button(viewer, "Zoom out").isEnabled()
    qtbot.mouseClick(button(viewer, "Actual size"), Qt.MouseButton.LeftButton)
    assert viewer._zoom.scale == 1.0
    qtbot.mouseClick(button(viewer, "Zoom in"), Qt.MouseButton.LeftButton)
    assert viewer._bar._scale.text() == "125%"
    qtbot.mouseClick(button(viewer, "Zoom out"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(button(viewer, "Fit to the window"), Qt.MouseButton.LeftButton)
    assert viewer._zoom.is_fitting


def test_every_control_has_a_name_and_a_tool_tip(viewer):
    assert all(b.accessibleName() and b.toolTip() for b in viewer.findChildren(QToolButton))


def test_controls_step_back_and_come_with_the_mouse(viewer, qtbot, tmp_path):
    shown(viewer, qtbot, written(tmp_path / "a.jpg"))
    viewer.setFocus()
    move_mouse(viewer, QPoint(400, 300))
    controls = (viewer._bar, viewer._previous, viewer._next)
    assert all(control.isVisible() for control in controls)
    viewer._fading._idle.start(1)
    qtbot.waitUntil(lambda: not any(control.isVisible() for control in controls))
    assert viewer._zoom.cursor().shape() == Qt.CursorShape.BlankCursor
    move_mouse(viewer, QPoint(400, 300))  # nobody moved
    assert not viewer._bar.isVisible()
    move_mouse(viewer, QPoint(410, 300))
    assert all(control.isVisible() for control in controls)
    assert viewer._zoom.cursor().shape() != Qt.CursorShape.BlankCursor


def test_controls_stay_while_the_keyboard_is_in_them(viewer, qtbot, tmp_path):
    shown(viewer, qtbot, written(tmp_path / "a.jpg"))
    viewer.window().activateWindow()
    back = button(viewer, "Back")
    back.setFocus()
    qtbot.waitUntil(back.hasFocus)
    viewer._fading._on_idle()
    assert viewer._fading.is_awake
    viewer.setFocus()
    viewer._fading._on_idle()
    assert not viewer._fading.is_awake


# --- states ---------------------------------------------------------------------------------------------------------


def test_a_photo_that_vanished_is_told_over_its_thumbnail(viewer, qtbot, tmp_path):
    viewer.show_photo(photo_at(tmp_path / "gone.jpg"), grey(), position=0, count=1)
    qtbot.waitUntil(lambda: not viewer._message.isHidden())
    assert viewer._message.text.startswith("The file is gone")
    assert is_near(pixel(viewer, 210, 205), (60, 60, 61), 12)  # dimmed


def test_a_photo_that_vanishes_while_it_is_shown(viewer, qtbot, tmp_path):
    shown(viewer, qtbot, written(tmp_path / "a.jpg"))
    viewer.show_gone()
    assert viewer._message.text.startswith("The file is gone")
    assert pixel(viewer, 250, 250).red() < 130


def test_an_unreadable_photo_tells_its_reason(viewer, library, qtbot, tmp_path):
    whole = encoded(quarters(), "JPEG")
    broken = written(tmp_path / "a.jpg", whole[: len(whole) // 2])
    for thumbnail in (grey(), None):
        viewer.show_photo(broken, thumbnail, position=0, count=2)
        qtbot.waitUntil(lambda: not viewer._message.isHidden())
        assert "The file ends before the picture does" in viewer._message.text
    asked = list(library.asked)
    viewer.window().resize(900, 700)
    press(viewer, Key.Key_Plus)
    assert library.asked == asked
    shown(viewer, qtbot, written(tmp_path / "b.jpg", photo_id=2))
    assert viewer._message.isHidden()
    assert is_near(pixel(viewer, 350, 300), COLOURS[0])


def test_a_bug_is_told_without_its_details(viewer, library, qtbot, tmp_path, monkeypatch):
    def fail(*_args):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(viewer._pictures, "_render", fail)
    with qtbot.captureExceptions() as exceptions:
        viewer.show_photo(written(tmp_path / "a.jpg"), grey(), position=0, count=1)
        qtbot.waitUntil(lambda: bool(exceptions))
    assert "Something went wrong" in viewer._message.text
    assert "secret" not in viewer._message.text


def test_an_offline_photo_is_shown_as_its_thumbnail(viewer, library, qtbot, tmp_path):
    photo = written(tmp_path / "a.jpg", online=False)
    viewer.show_photo(photo, grey(), position=0, count=1)
    assert "Its drive is not connected. This is the thumbnail." in viewer._message.text
    assert is_near(pixel(viewer, 250, 250), (128, 128, 128))
    assert library.asked == []
    viewer.refresh_photo(replace(photo, online=True))
    qtbot.waitUntil(lambda: is_near(pixel(viewer, 250, 250), COLOURS[0]))
    assert viewer._message.isHidden()


def test_a_spinner_comes_only_if_it_takes_long(viewer, qtbot, tmp_path, monkeypatch):
    waiting = []
    monkeypatch.setattr(viewer._pictures, "want", lambda photo, _at_least: bool(waiting.append(photo)) or True)
    viewer.show_photo(written(tmp_path / "a.jpg"), grey(), position=0, count=1)
    assert not viewer._spinner.isVisible()
    qtbot.waitUntil(viewer._spinner.isVisible)
    viewer.grab()
    viewer.show_gone()
    assert not viewer._spinner.isVisible()


def test_other_facts_change_the_controls_and_nothing_else(viewer, library, qtbot, tmp_path):
    photo = written(tmp_path / "a.jpg")
    shown(viewer, qtbot, photo)
    press(viewer, Key.Key_Z)
    asked = list(library.asked)
    viewer.refresh_photo(replace(photo, favourite=True, rating=4))
    assert viewer._bar._favourite.isChecked()
    assert viewer._bar._rating.value() == 4
    assert not viewer._zoom.is_fitting
    viewer.refresh_photo(replace(photo, id=77, rating=1))
    assert viewer._bar._rating.value() == 4
    assert library.asked == asked


def test_a_replaced_file_is_shown_anew(viewer, qtbot, tmp_path):
    photo = written(tmp_path / "a.png", encoded(quarters(), "PNG"))
    shown(viewer, qtbot, photo)
    written(tmp_path / "a.png", encoded(quarters().rotate(180), "PNG"))
    viewer.refresh_photo(replace(photo, picture_key=b"new"))
    qtbot.waitUntil(lambda: is_near(pixel(viewer, 250, 250), COLOURS[3]))


def test_nothing_is_kept_when_the_viewer_is_hidden(qtbot, theme, pictures, tmp_path):
    pages = QStackedWidget()
    viewer = Viewer(pictures)
    pages.addWidget(viewer)
    pages.addWidget(QToolButton())
    qtbot.addWidget(pages)
    pages.resize(800, 600)
    pages.show()
    photo = written(tmp_path / "a.jpg")
    shown(viewer, qtbot, photo)
    pages.setCurrentIndex(1)
    assert pictures.picture(photo) is None
    assert not viewer._zoom.has_picture
    pages.setCurrentIndex(0)
    shown(viewer, qtbot, photo)
    assert is_near(pixel(viewer, 250, 250), COLOURS[0])


def test_a_hidden_viewer_asks_for_nothing_until_it_is_shown(qtbot, theme, pictures, library, tmp_path):
    viewer = Viewer(pictures)
    qtbot.addWidget(viewer)
    viewer.resize(800, 600)
    photo = written(tmp_path / "a.jpg")
    viewer.show_photo(photo, grey(), position=0, count=1)
    viewer.prefetch([photo])
    assert pictures._running is None
    viewer.show()
    qtbot.waitUntil(lambda: pictures.picture(photo) is not None)
    assert library.asked == [(1, 400)]


def test_closing_everything_in_the_middle_is_fine(qapp, qtbot, theme, tmp_path):
    bridge = JobBridge()
    viewer = Viewer(PictureLoader(bridge, Library().picture))
    qtbot.addWidget(viewer)
    viewer.show()
    viewer.show_photo(written(tmp_path / "a.jpg"), grey(), position=0, count=1)
    assert bridge.close()
    viewer.close()
    qapp.processEvents()
