from dataclasses import replace

import pytest
from grid_fakes import Grid, days, photo, timeline
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem

from photoorg.ui.cell_loader import Cell
from photoorg.ui.views.photo_delegate import CellState, PhotoDelegate

SQUARE = QRect(0, 0, 160, 160)


@pytest.fixture
def grid(qapp):
    made = Grid()
    yield made
    made.close()


@pytest.fixture
def delegate(grid, theme):
    made = PhotoDelegate(grid.cells)
    made.prepare(QApplication.palette(), 1.0)
    return made


def picture(size=(213, 160)):
    """Red in the middle square, blue left and right of it."""
    pixmap = QPixmap(*size)
    pixmap.fill(QColor("blue"))
    painter = QPainter(pixmap)
    side = min(size)
    painter.fillRect((size[0] - side) // 2, (size[1] - side) // 2, side, side, QColor("red"))
    painter.end()
    return pixmap


def painted(delegate, cell, state=None, rect=SQUARE):
    image = QImage(rect.size(), QImage.Format.Format_RGB32)
    image.fill(QApplication.palette().base().color())
    painter = QPainter(image)
    delegate.paint_cell(painter, rect, cell, state or CellState())
    painter.end()
    return image


def colours(image):
    return {image.pixelColor(x, 80).name() for x in range(image.width())}


@pytest.mark.parametrize("size", [(213, 160), (160, 213), (160, 160)])
def test_a_cell_shows_the_middle_square(delegate, size):
    assert colours(painted(delegate, Cell(photo(1), picture(size)))) == {"#ff0000"}


def test_a_pixmap_of_another_size_is_scaled(delegate):
    assert colours(painted(delegate, Cell(photo(1), picture((80, 60))))).issubset({"#ff0000", "#fe0001", "#fe0000"})


@pytest.mark.parametrize("state", [CellState(), CellState(selected=True)])
def test_corners_are_the_ground(delegate, state):
    image = painted(delegate, Cell(photo(1), picture()), state)
    base = QApplication.palette().base().color()
    assert all(image.pixelColor(x, y) == base for x in (0, 159) for y in (0, 159))


def test_a_selected_cell_has_a_ring_in_the_accent_colour_and_its_photo_does_not_move(delegate):
    plain = painted(delegate, Cell(photo(1), picture()))
    ringed = painted(delegate, Cell(photo(1), picture()), CellState(selected=True))
    assert ringed.pixelColor(2, 80) == QApplication.palette().highlight().color()
    inside = QRect(20, 20, 120, 120)
    assert ringed.copy(inside) == plain.copy(inside)


def test_the_focus_shows_on_both_selected_and_other_cells(delegate):
    cell = Cell(photo(1), picture())
    for selected in (False, True):
        assert painted(delegate, cell, CellState(selected, focused=True)) != painted(
            delegate, cell, CellState(selected)
        )


def test_a_cell_that_is_loading_is_quieter_than_one_without_a_thumbnail(delegate):
    assert len(colours(painted(delegate, Cell(None, None)))) == 1
    assert len(colours(painted(delegate, Cell(photo(1), None, missing=True)))) > 1


def test_favourites_have_a_heart_at_the_lower_left(delegate):
    plain = painted(delegate, Cell(photo(1), picture()))
    marked = painted(delegate, Cell(photo(1, favourite=True), picture()))
    assert marked.copy(0, 130, 30, 30) != plain.copy(0, 130, 30, 30)
    assert marked.copy(40, 0, 120, 160) == plain.copy(40, 0, 120, 160)
    assert marked.pixelColor(15, 145) == QColor("white")


def test_animated_pictures_have_a_mark_at_the_upper_right(delegate):
    still = photo(1)
    plain = painted(delegate, Cell(still, picture()))
    marked = painted(delegate, Cell(replace(still, facts=replace(still.facts, animated=True)), picture()))
    assert marked.copy(130, 0, 30, 30) != plain.copy(130, 0, 30, 30)
    assert marked.copy(0, 30, 160, 130) == plain.copy(0, 30, 160, 130)


def test_offline_photos_are_dimmed(delegate):
    image = painted(delegate, Cell(photo(1, online=False), picture()))
    assert image.pixelColor(80, 80).lightness() > QColor("red").lightness()


@pytest.mark.parametrize("dark", [False, True])
def test_the_mark_of_offline_photos_stands_out_from_them(qapp, theme, delegate, dark):
    theme(dark)
    delegate.prepare(qapp.palette(), 1.0)
    image = painted(delegate, Cell(photo(1, online=False), picture()))
    corner = [image.pixelColor(x, y).lightness() for x in range(136, 154) for y in range(136, 154)]
    plain = image.pixelColor(80, 80).lightness()
    assert max(abs(lightness - plain) for lightness in corner) > 80


def test_pieces_are_bounded(delegate):
    for side in range(100, 180):
        painted(delegate, Cell(photo(1), picture()), CellState(selected=True), QRect(0, 0, side, side))
    assert len(delegate._pieces) <= 24


def test_qts_own_way_to_paint_gives_the_same(qtbot, grid, delegate):
    grid.model.show_timeline(timeline(days(3, 3)))
    index = grid.model.index(0, 0)
    qtbot.waitUntil(lambda: grid.cells.cell(3, 160).pixmap is not None)
    option = QStyleOptionViewItem()
    option.rect, option.palette = SQUARE, QApplication.palette()
    option.state = QStyle.StateFlag.State_Selected
    image = QImage(SQUARE.size(), QImage.Format.Format_RGB32)
    image.fill(QApplication.palette().base().color())
    painter = QPainter(image)
    delegate.paint(painter, option, index)
    painter.end()
    assert image == painted(delegate, grid.cells.cell(3, 160), CellState(selected=True))
    assert delegate.sizeHint(option, index) == SQUARE.size()
