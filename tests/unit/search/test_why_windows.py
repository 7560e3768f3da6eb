import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoorg.search.why_windows import GRID, box_around, gathered, merged, profiles, spread, views_of


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 6))
def test_views_cover_the_picture_and_stay_inside(width, height, most):
    views = views_of(width, height, most)
    assert 1 <= len(views) <= most
    assert (min(v[0] for v in views), min(v[1] for v in views)) == (0, 0)
    assert max(v[2] for v in views) == pytest.approx(width)
    assert max(v[3] for v in views) == pytest.approx(height)
    assert all(0 <= left < right <= width and 0 <= top < bottom <= height for left, top, right, bottom in views)
    along = sorted((v[0], v[2]) if width >= height else (v[1], v[3]) for v in views)
    assert all(start <= end + 1e-6 for (_, end), (start, _) in itertools.pairwise(along))


def test_a_square_picture_is_one_view_and_views_overlap_by_half():
    assert views_of(100, 100, 4) == [(0, 0, 100, 100)]
    assert views_of(200, 100, 4) == [(0, 0, 100, 100), (50, 0, 150, 100), (100, 0, 200, 100)]
    assert views_of(100, 150, 4) == [(0, 0, 100, 100), (0, 50, 100, 150)]


@pytest.mark.parametrize("share", [0.5, 0.35, 0.25])
def test_windows_cover_every_place(share):
    through = profiles(share, GRID)
    assert through.min() >= 0
    assert through.max() <= 1
    assert through.sum(axis=0).min() > 0.4


def test_what_windows_say_comes_back_where_they_are():
    count = len(profiles(0.25, 1))
    values = np.zeros((1, count, count), np.float32)
    values[0, 1, 4] = 1
    maps = spread(values, 0.25)
    row, column = np.unravel_index(maps[0].argmax(), maps[0].shape)
    assert 0.125 < row / GRID < 0.375
    assert 0.5 < column / GRID < 0.75
    assert np.unravel_index(gathered(maps, 0.25).argmax(), values.shape) == (0, 1, 4)
    np.testing.assert_allclose(spread(np.ones_like(values), 0.25), 1, rtol=1e-5)


def test_where_views_overlap_the_higher_one_counts_without_a_seam():
    views = views_of(200, 100, 3)
    maps = np.stack([np.full((GRID, GRID), value, np.float32) for value in (1, 3, 2)])
    whole = merged(maps, views, 200, 100)
    assert whole.shape == (48, 96)
    along = whole[10]
    assert along[[0, 48, 95]].tolist() == [1, 3, 2]
    assert np.abs(np.diff(along)).max() < 0.4
    np.testing.assert_allclose(whole, np.broadcast_to(along, whole.shape), atol=1e-5)


def test_the_thinnest_pictures_have_a_map():
    for size in ((1, 3000), (3000, 1), (1, 1)):
        views = views_of(*size, most=3)
        whole = merged(np.zeros((len(views), GRID, GRID), np.float32), views, *size)
        assert np.isfinite(whole).all()


def test_a_box_holds_what_is_connected():
    shown = np.zeros((4, 8), bool)
    shown[1:3, 2:5] = True
    shown[0, 7] = True
    assert box_around(shown, 1, 3) == (2 / 8, 1 / 4, 5 / 8, 3 / 4)
    assert box_around(shown, 0, 7) == (7 / 8, 0, 1, 1 / 4)
