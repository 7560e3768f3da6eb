import numpy as np

from photoorg.search.why_locality import is_somewhere


def maps_of(query, others):
    rng = np.random.default_rng(0)
    maps = rng.normal(0, 0.01, (21, 1, 8, 8)).astype(np.float32)
    maps[0] += query
    maps[1:] += others
    return maps


def spot(height):
    flat = np.zeros((8, 8), np.float32)
    flat[2:4, 5:7] = height
    return flat


NOWHERE = np.zeros((21, 1), np.float32) + np.linspace(-0.05, 0.05, 21)[:, None].astype(np.float32)


def test_what_stands_out_in_one_place_is_somewhere():
    assert is_somewhere(maps_of(spot(0.3), 0), NOWHERE)


def test_what_stands_out_no_more_than_anything_is_nowhere():
    assert not is_somewhere(maps_of(0, 0), NOWHERE)
    assert not is_somewhere(maps_of(spot(0.3), spot(0.4)), NOWHERE)


def test_what_is_in_the_blurred_picture_already_is_nowhere_in_particular():
    everywhere = NOWHERE.copy()
    everywhere[0] = 0.3
    assert not is_somewhere(maps_of(spot(0.3), 0), everywhere)


def test_a_model_without_background_queries():
    assert is_somewhere(maps_of(spot(0.3), 0)[:1], NOWHERE[:1])
    assert not is_somewhere(np.zeros((1, 1, 8, 8), np.float32), NOWHERE[:1])
