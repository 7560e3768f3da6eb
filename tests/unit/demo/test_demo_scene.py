"""The scenes of the demo: what exists, what is held out, and what is said about them."""

import json
from random import Random

import pytest

from photoorg.demo.captions import captions, describe
from photoorg.demo.scene import KINDS, NOTHING, Scene, all_scenes, held_out

ATTRIBUTES = ("time", "weather", "ground", "subject", "colour", "count")


def test_scenes_are_distinct_and_in_a_fixed_order() -> None:
    assert len(set(all_scenes())) == len(all_scenes()) > 1000
    assert all_scenes()[0] == Scene("day", "clear", "meadow")


def test_only_scenes_that_make_sense() -> None:
    for scene in all_scenes():
        assert scene.ground in KINDS[scene.subject].grounds
        assert (scene.count == 0) == (scene.subject == NOTHING)
    assert not any(scene.subject == "boat" and scene.ground == "meadow" for scene in all_scenes())
    assert not any(scene.weather == "rainbow" and scene.time == "night" for scene in all_scenes())


def test_a_fifth_is_held_out() -> None:
    share = sum(map(held_out, all_scenes())) / len(all_scenes())
    assert 0.15 < share < 0.25


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_every_single_value_is_trained_on(attribute: str) -> None:
    trained = {getattr(scene, attribute) for scene in all_scenes() if not held_out(scene)}
    assert trained == {getattr(scene, attribute) for scene in all_scenes()}


def test_every_colour_of_every_subject_is_trained_on() -> None:
    trained = {(scene.subject, scene.colour) for scene in all_scenes() if not held_out(scene)}
    assert trained == {(scene.subject, scene.colour) for scene in all_scenes()}


def test_scenes_survive_json() -> None:
    for scene in all_scenes():
        assert Scene.from_dict(json.loads(json.dumps(scene.to_dict()))) == scene


def test_a_scene_that_cannot_be_drawn_is_refused() -> None:
    boat_on_a_meadow = Scene("day", "clear", "meadow", "boat", "red", 1).to_dict()
    with pytest.raises(ValueError, match="no such scene"):
        Scene.from_dict(boat_on_a_meadow)


def test_captions_are_true_of_their_scene() -> None:
    rng = Random(1)
    for scene in all_scenes():
        assert all(caption.fits(scene) for caption in captions(scene, rng))


def test_the_description_is_true_of_one_scene_only() -> None:
    assert len({describe(scene).text for scene in all_scenes()}) == len(all_scenes())
    for scene in all_scenes()[::50]:
        description = describe(scene)
        assert [other for other in all_scenes() if description.fits(other)] == [scene]


def test_a_description_reads_well() -> None:
    scene = Scene("night", "rain", "sea", "boat", "red", 2)
    assert describe(scene).text == "two red boats on the sea on a rainy night"


def test_captions_repeat_with_their_seed() -> None:
    scene = Scene("sunset", "clear", "beach", "cat", "orange", 1)
    assert captions(scene, Random(5)) == captions(scene, Random(5))
