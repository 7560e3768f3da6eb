"""Why this match, in the viewer: the toggle, the map over the photo, and what is said."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMainWindow, QToolButton
from viewed_photos import grey, written

from photoorg.media.reading import DecodeLimits
from photoorg.media.rendering import render_picture
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.picture_loader import PictureLoader
from photoorg.ui.views.viewer import Viewer
from photoorg.ui.views.why_heat import heat_image

Key = Qt.Key
RIGHT_HALF = np.tile(np.array([0, 0, 1, 1], np.float32), (2, 1))


@pytest.fixture
def bridge(qapp):
    bridge = JobBridge()
    yield bridge
    assert bridge.close()


@pytest.fixture
def viewer(qtbot, theme, bridge):
    QCursor.setPos(300, 400)  # on none of the controls
    window = QMainWindow()
    limits = DecodeLimits()
    viewer = Viewer(PictureLoader(bridge, lambda photo, at_least=None: render_picture(photo.path, at_least, limits)))
    window.setCentralWidget(viewer)
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    qtbot.waitExposed(window)
    viewer.window_of_test = window  # it must live as long
    return viewer


@pytest.fixture
def photo(viewer, qtbot, tmp_path):
    photo = written(tmp_path / "a.jpg")
    viewer.show_photo(photo, grey(), position=0, count=2)
    qtbot.waitUntil(lambda: viewer._pictures.picture(photo) is not None)
    viewer.why.set_available(True)
    return photo


@pytest.fixture
def wanted(viewer):
    wanted = []
    viewer.why_toggled.connect(wanted.append)
    return wanted


def button(viewer):
    return next(b for b in viewer.findChildren(QToolButton) if "(W)" in b.accessibleName())


def said(viewer):
    caption = viewer.why._caption
    return caption._label.text() if caption.isVisible() else ""


def lightness(viewer, x, y):
    return viewer.grab().toImage().pixelColor(x, y).lightness()


def test_the_key_and_the_button_toggle(qtbot, viewer, photo, wanted):
    qtbot.keyClick(viewer, Key.Key_W)
    assert button(viewer).isChecked()
    assert "Looking" in said(viewer)
    qtbot.mouseClick(button(viewer), Qt.MouseButton.LeftButton)
    assert wanted == [True, False]
    assert not button(viewer).isChecked()
    assert said(viewer) == ""


def test_it_is_there_for_results_of_a_meaning_only(qtbot, viewer, photo, wanted):
    viewer.why.set_available(False)
    assert not button(viewer).isVisible()
    qtbot.keyClick(viewer, Key.Key_W)
    assert wanted == []
    assert said(viewer) == ""


def test_the_place_stays_bright_and_the_rest_steps_back(qtbot, viewer, photo):
    before = [lightness(viewer, x, 350) for x in (250, 550)]
    qtbot.keyClick(viewer, Key.Key_W)
    viewer.why.show_answer(RIGHT_HALF, "", is_local=True)
    after = [lightness(viewer, x, 350) for x in (250, 550)]
    assert after[0] < before[0] * 0.6
    assert after[1] > before[1] * 0.8
    assert said(viewer) == ""


def test_the_map_follows_the_photo_when_it_is_zoomed(qtbot, viewer, photo):
    qtbot.keyClick(viewer, Key.Key_W)
    viewer.why.show_answer(RIGHT_HALF, "", is_local=True)
    fitting = viewer.why._heat._place
    viewer._zoom.zoom_to(4.0)
    assert viewer.why._heat._place.width() == pytest.approx(4 * 400 / viewer.devicePixelRatioF())
    assert viewer.why._heat._place != fitting
    viewer.window_of_test.resize(500, 500)
    qtbot.waitUntil(lambda: viewer.why._heat.size() == viewer._zoom.size())


def test_a_whole_scene_is_said_in_a_sentence(qtbot, viewer, photo):
    qtbot.keyClick(viewer, Key.Key_W)
    before = lightness(viewer, 250, 350)
    viewer.why.show_answer(RIGHT_HALF, "", is_local=False)
    assert said(viewer).startswith("The whole scene matches")
    assert lightness(viewer, 250, 350) == before
    viewer.why.show_answer(None, "The drive is not connected.", is_local=False)
    assert said(viewer) == "The drive is not connected."


def test_another_photo_is_asked_about_anew(qtbot, viewer, photo, wanted, tmp_path):
    qtbot.keyClick(viewer, Key.Key_W)
    viewer.why.show_answer(RIGHT_HALF, "", is_local=True)
    viewer.show_photo(written(tmp_path / "b.jpg", photo_id=2), grey(), position=1, count=2)
    assert wanted == [True, True]
    assert not viewer.why._heat.isVisible()
    assert "Looking" in said(viewer)


def test_an_answer_that_comes_too_late_is_dropped(qtbot, viewer, photo):
    qtbot.keyClick(viewer, Key.Key_W)
    qtbot.keyClick(viewer, Key.Key_W)
    viewer.why.show_answer(RIGHT_HALF, "too late", is_local=True)
    assert not viewer.why._heat.isVisible()
    assert said(viewer) == ""


def test_leaving_the_viewer_ends_it(qtbot, viewer, photo, wanted):
    qtbot.keyClick(viewer, Key.Key_W)
    viewer.hide()
    assert wanted == [True, False]
    assert not viewer.why.is_on


def test_a_long_sentence_is_seen_whole(qtbot, viewer, photo):
    viewer.window_of_test.resize(420, 420)
    qtbot.keyClick(viewer, Key.Key_W)
    viewer.why.show_answer(None, "A sentence that says much about a photo. " * 5, is_local=False)
    caption = viewer.why._caption
    qtbot.waitUntil(lambda: caption._label.height() >= caption._label.heightForWidth(caption._label.width()) > 0)
    assert viewer._zoom.rect().contains(caption.geometry().topLeft() + QPoint(1, 1))


def test_a_map_with_holes_in_it_can_be_painted(theme):
    values = np.array([[np.nan, 0.0], [1.0, 2.0]], np.float32)
    image = heat_image(values)
    assert image.width() == image.height() > 100
    assert image.pixelColor(2, 2).alpha() > image.pixelColor(2, image.height() - 3).alpha()
