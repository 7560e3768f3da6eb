"""Where a query lies in a picture, with the real demo model on drawn pictures."""

import numpy as np
import pytest
from PIL import Image
from pointing import Pointer, play
from pointing_pictures import NAMES, questions
from random_model import write_random_model

from photoorg.demo.drawing import draw
from photoorg.demo.scene import Scene
from photoorg.embedding.encoder import open_encoder
from photoorg.embedding.models import resolve
from photoorg.errors import Cancelled
from photoorg.search.why import MOST_ENCODINGS

SEED = 1001  # not one that the method was chosen with
CAT = Scene("day", "clear", "meadow", "cat", "black", 1)


@pytest.fixture(scope="module")
def pointer(tmp_path_factory):
    encoder = open_encoder(resolve("demo", tmp_path_factory.mktemp("models")), "cpu", 2)
    with Pointer(encoder, tmp_path_factory.mktemp("pointing")) as opened:
        yield opened
    encoder.close()


def test_the_best_place_lies_in_what_was_asked_for(pointer):
    asked = [question for kind in ("alone", "beside", "together") for question in questions(kind, 2, SEED)]
    score = play(lambda question: pointer.why(question.picture, question.query).peak, asked)
    centre = play(lambda _: (0.5, 0.5), asked)
    assert score.share(box=True) >= score.share() >= 0.9
    assert centre.share() < 0.5


def test_what_is_asked_for_decides_not_what_stands_out(pointer):
    picture = Image.new("RGB", (800, 400))
    picture.paste(draw(CAT, (400, 400), 3), (0, 0))
    picture.paste(draw(Scene("day", "clear", "snowfield", "snowman", "", 1), (400, 400), 3), (400, 0))
    cat, snowman = pointer.why(picture, "a cat"), pointer.why(picture, "a snowman")
    assert cat.peak[0] < 0.5 < snowman.peak[0]
    assert cat.is_local
    assert snowman.is_local
    assert cat.box[2] <= 0.6
    assert snowman.box[0] >= 0.4


def test_a_map_has_the_pictures_shape_and_is_the_same_again(pointer):
    picture = draw(CAT, (640, 427), 5)
    why = pointer.why(picture, "a cat")
    assert why.values.dtype == np.float32
    assert why.values.shape == (64, 96)
    assert (why.values.min(), why.values.max()) == (0, 1)
    row, column = int(why.peak[1] * 64), int(why.peak[0] * 96)
    assert why.values[row, column] == 1
    left, top, right, bottom = why.box
    assert left <= why.peak[0] <= right
    assert top <= why.peak[1] <= bottom
    again = pointer.why(picture, "a cat")
    np.testing.assert_array_equal(why.values, again.values)
    assert (why.peak, why.box, why.strength) == (again.peak, again.box, again.strength)


def test_scenes_and_what_is_not_there_lie_nowhere(pointer):
    """Not always told apart, but nearly always."""
    asked = list(questions("alone", 2, SEED))
    local = np.mean([pointer.why(question.picture, question.query).is_local for question in asked])
    times = {"night": Scene("night", "clear", "desert"), "rain": Scene("day", "rain", "city")}
    scenes = [
        pointer.why(draw(scene, seed=seed), query).is_local for query, scene in times.items() for seed in range(8)
    ]
    others = [NAMES["cat" if question.subject != "cat" else "boat"] for question in asked]
    absent = [pointer.why(one.picture, other).is_local for one, other in zip(asked, others, strict=True)]
    assert local >= 0.7
    assert np.mean(scenes) <= 0.25
    assert np.mean(absent) <= 0.25


@pytest.mark.parametrize("size", [(64, 64), (30, 400), (1200, 90), (1, 1)])
def test_any_shape_is_looked_at_within_the_bound(pointer, size):
    why = pointer.why(draw(CAT).resize(size), "a cat")
    assert np.isfinite(why.values).all()
    assert why.encodings <= MOST_ENCODINGS


def test_slow_devices_may_take_fewer(pointer):
    picture = draw(CAT, (640, 427), 5)
    few, usual = pointer.why(picture, "a cat", most_encodings=90), pointer.why(picture, "a cat")
    assert few.encodings <= 90 < usual.encodings
    assert np.hypot(*np.subtract(few.peak, usual.peak)) < 0.25


def test_a_picture_of_one_colour_has_no_place(pointer):
    assert not pointer.why(Image.new("RGB", (300, 200), (90, 120, 200)), "a cat").is_local


def test_it_can_be_cancelled_between_batches(pointer):
    calls = []

    def check_cancelled():
        calls.append(None)
        if len(calls) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        pointer.why(draw(CAT), "a cat", check_cancelled=check_cancelled)
    assert len(calls) == 3


@pytest.mark.parametrize(("size", "mode"), [(32, "shortest"), (32, "longest"), (48, "squash")])
def test_any_tower_and_size_is_served(tmp_path, size, mode):
    vision = {"image_size": size, "layers": 1, "width": 32, "patch_size": 16, "head_width": 16}
    text = {"context_length": 16, "vocab_size": 49408, "width": 16, "heads": 1, "layers": 1}
    preprocess = {"interpolation": "bilinear", "resize_mode": mode}
    folder = write_random_model(
        {"embed_dim": 24, "vision_cfg": vision, "text_cfg": text}, preprocess, tmp_path / "model"
    )
    encoder = open_encoder(resolve(str(folder), tmp_path), "cpu", 1)
    with Pointer(encoder, tmp_path / "data") as pointer:
        why = pointer.why(draw(CAT), "a cat")
    encoder.close()
    assert why.values.max() == 1
    assert why.encodings <= MOST_ENCODINGS


def test_a_model_in_a_process_of_its_own_points_at_the_same(pointer, tmp_path):
    encoder = open_encoder(resolve("demo", tmp_path / "models"), "cpu", 2, "own-process")
    with Pointer(encoder, tmp_path) as other:
        there = other.why(draw(CAT), "a cat")
    encoder.close()
    here = pointer.why(draw(CAT), "a cat")
    assert np.hypot(*np.subtract(here.peak, there.peak)) < 0.05
