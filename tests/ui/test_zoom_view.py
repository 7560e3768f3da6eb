"""Where a picture lies, what the mouse does with it, and that it is painted right side up and sharp."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QNativeGestureEvent, QPixmap, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication
from viewed_photos import COLOURS, grey, is_near, quarters

from photoorg.ui.views.zoom_geometry import LARGEST_SCALE, ZoomGeometry
from photoorg.ui.views.zoom_view import ZoomView


def geometry(picture=(4000, 3000), view=(800, 600)) -> ZoomGeometry:
    made = ZoomGeometry()
    made.set_view(*view)
    made.set_picture(*picture)
    return made


# --- geometry -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("picture", "scale", "target"),
    [
        ((4000, 3000), 0.2, (0, 0, 800, 600)),
        ((3000, 4000), 0.15, (175, 0, 450, 600)),
        ((400, 100), 1.0, (200, 250, 400, 100)),
        ((1, 1), 1.0, (399.5, 299.5, 1, 1)),
    ],
)
def test_a_picture_fits_in_the_middle_and_is_never_enlarged(picture, scale, target):
    made = geometry(picture)
    assert made.scale == pytest.approx(scale)
    assert made.target == pytest.approx(target)
    assert made.is_fitting
    assert not made.can_pan


def test_zooming_keeps_the_point_below_the_mouse():
    made = geometry()
    before = made.picture_point((600, 200))
    for scale in (0.5, 1.0, 3.0, 0.7):
        made.zoom_to(scale, (600, 200))
        assert made.picture_point((600, 200)) == pytest.approx(before)
        assert made.can_pan


def test_zooming_ends_at_fitting_and_at_the_largest_scale():
    made = geometry()
    made.zoom_to(1000)
    assert made.scale == LARGEST_SCALE
    made.zoom_to(0.001, (10, 10))
    assert made.is_fitting
    assert made.target == pytest.approx((0, 0, 800, 600))


def test_panning_ends_at_the_edges():
    made = geometry()
    made.zoom_to(1.0)
    made.pan(10_000, 10_000)
    assert made.target[:2] == pytest.approx((0, 0))
    made.pan(-100, -50)
    assert made.visible() == pytest.approx((100, 50, 800, 600))
    made.pan(-10_000, -10_000)
    assert made.visible() == pytest.approx((3200, 2400, 800, 600))


def test_a_view_that_changes_its_size_keeps_fitting_or_the_middle():
    made = geometry()
    made.set_view(400, 600)
    assert made.is_fitting
    assert made.scale == pytest.approx(0.1)
    made.zoom_to(1.0)
    middle = made.centre
    made.set_view(300, 300)
    assert (made.scale, made.centre) == (1.0, middle)
    made.set_view(10_000, 10_000)
    assert made.target == pytest.approx((3000, 3500, 4000, 3000))


# --- the view -------------------------------------------------------------------------------------------------------


def pixmap_of(width, height):
    image = quarters(width, height)
    return QPixmap.fromImage(QImage(image.tobytes(), width, height, width * 3, QImage.Format.Format_RGB888))


@pytest.fixture
def view(qtbot):
    view = ZoomView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    qtbot.waitExposed(view)
    return view


def rest(view, qtbot):
    qtbot.waitUntil(lambda: not view._moving.isActive())
    return view.grab().toImage()


def wheel(view, at, notches=1):
    event = QWheelEvent(
        QPointF(at), QPointF(view.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def corners(image, left, top, width, height):
    points = ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))
    return [image.pixelColor(int(left + width * x), int(top + height * y)) for x, y in points]


def test_a_picture_is_painted_in_the_middle(view, qtbot):
    view.show_picture(QSize(800, 400), [pixmap_of(800, 400)])
    image = rest(view, qtbot)
    assert all(is_near(*pair) for pair in zip(corners(image, 0, 50, 400, 200), COLOURS, strict=True))
    assert not is_near(image.pixelColor(100, 45), COLOURS[0])
    assert not is_near(image.pixelColor(100, 255), COLOURS[2])


def test_a_thumbnail_stands_where_the_picture_will(view, qtbot):
    view.show_picture(QSize(800, 400), [grey(80, 40)])
    before = rest(view, qtbot)
    zoomed = []
    view.zoomed.connect(lambda: zoomed.append(view.scale))
    view.add_pixmaps([pixmap_of(800, 400)], QSize(800, 400))
    after = rest(view, qtbot)
    assert zoomed == []
    assert is_near(before.pixelColor(2, 52), (128, 128, 128))
    assert is_near(before.pixelColor(397, 247), (128, 128, 128))
    assert is_near(after.pixelColor(2, 52), COLOURS[0])
    assert is_near(after.pixelColor(397, 247), COLOURS[3])


def test_pixels_that_come_while_zoomed_leave_the_place_as_it_is(view, qtbot):
    view.show_picture(QSize(800, 400), [pixmap_of(200, 100)])
    view.zoom_to(1.0, (300, 100))
    before, place = rest(view, qtbot), view._geometry.target
    view.add_pixmaps([pixmap_of(800, 400)], QSize(800, 400))
    after = rest(view, qtbot)
    assert view._geometry.target == place
    assert all(is_near(before.pixelColor(x, 30), after.pixelColor(x, 30).getRgb()[:3]) for x in range(30, 400, 50))


def test_a_file_that_has_another_size_than_was_known_is_shown_as_it_is(view, qtbot):
    view.show_picture(QSize(800, 400), [grey()])
    view.add_pixmaps([pixmap_of(200, 300)], QSize(200, 300))
    image = rest(view, qtbot)
    assert view.scale == 1.0
    assert all(is_near(*pair) for pair in zip(corners(image, 100, 0, 200, 300), COLOURS, strict=True))


def test_the_smallest_pixmap_with_enough_pixels_is_painted(view):
    view.show_picture(QSize(1600, 800), [pixmap_of(1600, 800), pixmap_of(400, 200), pixmap_of(800, 400)])
    assert view._pixmap_to_paint().width() == 400
    view.zoom_to(0.26)
    assert view._pixmap_to_paint().width() == 800
    view.zoom_to(4)
    assert view._pixmap_to_paint().width() == 1600


def test_the_wheel_zooms_around_the_pointer(view):
    view.show_picture(QSize(800, 400), [pixmap_of(800, 400)])
    at = QPoint(300, 120)
    before = view._geometry.picture_point((300, 120))
    wheel(view, at, 4)
    assert view.scale == pytest.approx(0.5 * 1.25**4)
    assert view._geometry.picture_point((300, 120)) == pytest.approx(before, abs=0.01)
    wheel(view, at, -20)
    assert view.is_fitting


def test_a_pinch_zooms_around_its_middle(view):
    view.show_picture(QSize(800, 400), [pixmap_of(800, 400)])
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2,
        QPointF(100, 100), QPointF(100, 100), QPointF(view.mapToGlobal(QPoint(100, 100))), 0.5, QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(view, pinch)
    assert view.scale == pytest.approx(0.75)


def test_dragging_moves_a_zoomed_picture_along(view, qtbot):
    view.show_picture(QSize(800, 400), [pixmap_of(800, 400)])
    view.zoom_to(1.0)
    left, top, *_ = view._geometry.target
    assert view.cursor().shape() == Qt.CursorShape.OpenHandCursor
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    qtbot.mouseMove(view, QPoint(170, 140))
    assert view.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    assert view._geometry.target[:2] == pytest.approx((left - 30, top - 10))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(170, 140))
    qtbot.mouseMove(view, QPoint(100, 100))
    assert view._geometry.target[:2] == pytest.approx((left - 30, top - 10))


def test_a_double_click_goes_to_full_size_and_back(view, qtbot):
    view.show_picture(QSize(800, 400), [pixmap_of(800, 400)])
    point = view._geometry.picture_point((250, 120))
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(250, 120))
    assert view.scale == 1.0
    assert view._geometry.picture_point((250, 120)) == pytest.approx(point)
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(250, 120))
    assert view.is_fitting
    view.show_picture(QSize(40, 40), [grey(40, 40)])
    view.toggle()
    assert view.scale == 2.0


def test_it_is_painted_quickly_while_it_moves_and_smoothly_at_rest(view, qtbot):
    pixmap = pixmap_of(800, 400)
    view.show_picture(QSize(800, 400), [pixmap])
    assert view._is_smooth(pixmap)
    view.zoom_to(1.0)
    assert not view._is_smooth(pixmap)
    qtbot.waitUntil(lambda: view._is_smooth(pixmap))
    view.zoom_to(8.0)
    qtbot.waitUntil(lambda: not view._moving.isActive())
    assert not view._is_smooth(pixmap)  # one wants to see the pixels
    assert view._is_smooth(grey())


def test_a_dense_screen_shows_more_pixels(qtbot, monkeypatch):
    monkeypatch.setattr(ZoomView, "devicePixelRatioF", lambda _self: 2.0)
    view = ZoomView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show_picture(QSize(1600, 800), [pixmap_of(1600, 800)])
    view.show()
    assert view.scale == pytest.approx(0.5)
    assert view.wanted_long_side() == 800
    assert view.fitting_long_side(3000, 6000) == 600
    target, source = view._areas(view._pixmap_to_paint())
    assert target.getRect() == pytest.approx((0, 50, 400, 200))
    assert source.getRect() == (0, 0, 1600, 800)


def test_only_the_visible_part_of_a_huge_picture_is_painted(view):
    view.show_picture(QSize(8000, 6000), [pixmap_of(1000, 750)])
    view.zoom_to(8.0, (200, 150))
    target, source = view._areas(view._pixmap_to_paint())
    assert target.width() < 3 * view.width()
    assert source.width() < 20


def test_nothing_to_show_is_fine(view, qtbot):
    view.show_picture(QSize(), [QPixmap()])
    assert not view.has_picture
    view.zoom_in()
    view.pan(1, 1)
    assert rest(view, qtbot).pixelColor(5, 5) == view.palette().window().color()
    view.show_picture(QSize(800, 400), [grey()])
    view.set_dimmed(True)
    dimmed = rest(view, qtbot).pixelColor(200, 150)
    assert dimmed != QColor(128, 128, 128)
