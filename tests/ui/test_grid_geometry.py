import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoorg.ui.views.grid_geometry import GridGeometry

geometries = st.builds(
    GridGeometry,
    st.lists(st.integers(1, 40), min_size=1, max_size=12),
    st.integers(1, 900),
    cell=st.integers(20, 300),
    spacing=st.integers(0, 8),
    header=st.sampled_from([0, 44]),
    margin=st.integers(0, 20),
)


@given(geometries)
def test_a_point_in_a_cell_finds_its_row(grid):
    for row in range(grid.row_count):
        x, y = grid.place(row)
        assert grid.row_at(x, y) == row
        assert grid.row_at(x + grid.side - 1, y + grid.side - 1) == row
        assert grid.row_near(x, y) == row


@given(geometries)
def test_places_of_many_are_those_of_each(grid):
    xs, ys = grid.places(0, grid.row_count)
    assert list(zip(xs.tolist(), ys.tolist(), strict=True)) == [grid.place(row) for row in range(grid.row_count)]


@given(geometries)
def test_no_two_cells_overlap_and_all_are_inside(grid):
    xs, ys = grid.places(0, grid.row_count)
    beside = np.abs(xs[:, None] - xs) >= grid.side
    below = np.abs(ys[:, None] - ys) >= grid.side
    assert (beside | below | np.eye(grid.row_count, dtype=bool)).all()
    assert ys.max() + grid.side <= grid.height


@given(geometries)
def test_no_header_touches_a_cell(grid):
    ys = grid.places(0, grid.row_count)[1]
    for section in range(grid.section_count):
        top = grid.header_top(section)
        assert not ((ys + grid.side > top) & (ys < top + grid.header)).any()


@given(geometries, st.integers(-50, 5000), st.integers(1, 700))
def test_rows_between_two_heights_are_those_that_touch(grid, top, height):
    ys = grid.places(0, grid.row_count)[1]
    touching = np.flatnonzero((ys < top + height) & (ys + grid.side > top)).tolist()
    assert list(grid.rows_between(top, top + height)) == touching


@given(geometries, st.integers(-20, 900), st.integers(-50, 3000), st.integers(0, 500), st.integers(0, 700))
def test_runs_in_a_rectangle_are_the_rows_that_touch_it(grid, left, top, width, height):
    xs, ys = grid.places(0, grid.row_count)
    inside = (xs < left + width) & (xs + grid.side > left) & (ys < top + height) & (ys + grid.side > top)
    runs = grid.runs_in(left, top, left + width, top + height).tolist()
    rows = [row for first, last in runs for row in range(first, last + 1)]
    assert rows == (np.flatnonzero(inside).tolist() if width and height else [])


@given(geometries, st.data())
def test_up_undoes_down_where_the_column_exists(grid, data):
    row = data.draw(st.integers(0, grid.row_count - 1))
    column = grid.column_of(row)
    below = grid.row_beside(row, 1, column)
    assert below == row or grid.place(below)[1] > grid.place(row)[1]
    assert below == row or grid.row_beside(below, -1, column) == row


def test_down_keeps_the_column_across_sections_and_ends_at_the_last_line():
    grid = GridGeometry([5, 2, 4], 400, cell=100, spacing=0, header=30)
    assert grid.columns == 4
    assert grid.row_beside(3, 1, 3) == 4  # the short second line of the first section
    assert grid.row_beside(4, 1, 3) == 6  # the second section has two columns
    assert grid.row_beside(6, 1, 3) == 10
    assert grid.row_beside(10, 1, 3) == 10
    assert grid.row_beside(0, -1, 0) == 0


def test_cells_fill_the_width():
    for width in range(120, 2000, 7):
        grid = GridGeometry([100], width, cell=160, spacing=4, margin=16)
        used = grid.columns * grid.pitch - 4
        assert width - 32 - grid.columns < used <= width - 32


def test_headers_and_sections_by_height():
    grid = GridGeometry([1, 1, 1], 100, cell=100, spacing=0, header=30)
    assert [grid.header_top(section) for section in range(4)] == [0, 130, 260, 390]
    assert grid.section_at(-5) == 0
    assert grid.section_at(130) == 1
    assert grid.section_at(5000) == 2
    assert list(grid.sections_between(129, 261)) == [0, 1, 2]


@pytest.mark.parametrize("counts", [[], [0]])
def test_an_empty_grid_has_nothing_anywhere(counts):
    grid = GridGeometry(counts, 800, cell=160, header=44)
    assert (grid.height, grid.row_count) == (0, 0)
    assert grid.row_at(5, 5) is None
    assert not grid.rows_between(0, 1000)
    assert not grid.sections_between(0, 1000)
    assert not len(grid.runs_in(0, 0, 500, 500))


def test_a_million_rows_are_quick():
    counts = np.full(10_000, 100)
    started = time.perf_counter()
    grid = GridGeometry(counts, 1920, cell=160, header=44, margin=16)
    assert grid.rows_between(grid.height // 2, grid.height // 2 + 1080)
    assert time.perf_counter() - started < 0.1
