import numpy as np
import pytest

from photoorg.search.why_locality import is_somewhere


def said(place, blurred, sharp, others=(0.5, 0.2, 0.0, -0.1, -0.2, 0.1, 0.3, 0.1, 0.0)):
    """A query that the best place, the blurred, and the sharp picture have so much of; others are in the sharp one."""
    maps = np.zeros((1 + len(others), 2, 8, 8), np.float32)
    maps[0] = blurred
    maps[0, 1, 2:4, 5:7] = place
    without = np.zeros((1 + len(others), 2), np.float32)
    without[0] = blurred
    whole = np.repeat(np.array([(sharp, *others)], np.float32).T, 2, axis=1)
    return is_somewhere(maps, without, whole)


def test_what_stands_out_in_one_place_is_somewhere():
    assert said(0.45, 0.1, 0.4)


def test_what_is_in_the_blurred_picture_already_is_nowhere_in_particular():
    assert not said(0.45, 0.4, 0.45)


def test_what_is_less_in_the_picture_than_other_things_is_nowhere():
    assert not said(0.15, 0.0, 0.1)
    assert not said(0.15, -0.2, -0.1)


@pytest.mark.parametrize("times", [1, 4, 30])
def test_more_background_queries_of_the_same_kind_change_nothing(times):
    others = (0.5, 0.2, 0.0, -0.1, -0.2, 0.1, 0.3, 0.1, 0.0) * times
    assert said(0.45, 0.1, 0.4, others)
    assert not said(0.15, 0.0, 0.1, others)


@pytest.mark.parametrize("scale", [0.1, 1, 1.5])
def test_how_large_a_models_cosines_are_does_not_matter(scale):
    others = tuple(scale * other for other in (0.5, 0.2, 0.0, -0.1, -0.2, 0.1, 0.3, 0.1, 0.0))
    assert said(0.45 * scale, 0.1 * scale, 0.4 * scale, others)
    assert not said(0.45 * scale, 0.4 * scale, 0.45 * scale, others)


def test_a_model_without_background_queries():
    assert said(0.45, 0.1, 0.4, ())
    assert not said(0.45, 0.4, 0.45, ())
    assert not said(0.0, 0.0, 0.0, ())
