import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from photoorg.ui.theme import DARK, LIGHT
from photoorg.ui.views.why_overlay import WhyOverlay, heat_image


@pytest.fixture
def values():
    y, x = np.mgrid[0:64, 0:96]
    return np.exp(-((x - 70) ** 2 + (y - 20) ** 2) / 150).astype(np.float32)


@pytest.mark.parametrize("accent", [LIGHT.accent, DARK.accent])
def test_the_place_glows_in_the_accents_hue_and_the_rest_is_clear(values, accent):
    heat = heat_image(values, QColor(accent))
    assert (heat.width(), heat.height()) == (512, 341)
    best, far = heat.pixelColor(375, 109), heat.pixelColor(40, 300)
    assert far.alpha() == 0
    assert 140 <= best.alpha() <= 170
    assert abs(best.hue() - QColor(accent).hue()) <= 4


def test_an_outline_tells_it_without_colours(values):
    heat = heat_image(values, QColor(LIGHT.accent))
    row = [heat.pixelColor(x, 109) for x in range(512)]
    bright = [x for x, colour in enumerate(row) if colour.alpha() > 200 and colour.lightness() > 240]
    assert min(bright) < 375 < max(bright)
    assert max(bright) - min(bright) < 120


def test_it_is_painted_where_the_photo_is(qapp, values):
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    WhyOverlay(values, QColor(LIGHT.accent)).paint(painter, QRectF(50, 100, 300, 200))
    painter.end()
    assert image.pixelColor(50 + 219, 100 + 63).blue() > 100
    assert image.pixelColor(60, 290) == QColor("black")
    assert image.pixelColor(200, 50) == QColor("black")


def test_a_map_that_reaches_the_border_has_no_line_there():
    heat = heat_image(np.ones((8, 8), np.float32), QColor(LIGHT.accent))
    assert heat.pixelColor(0, 0).alpha() < 200
