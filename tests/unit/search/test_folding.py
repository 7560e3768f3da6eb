"""Results that show the same picture are folded into the best of them."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from filled_catalog import random_units
from PIL import Image

from photoorg.catalog.columns import key_array
from photoorg.demo.drawing import draw
from photoorg.demo.scene import all_scenes
from photoorg.embedding.encoder import open_encoder
from photoorg.embedding.models import demo_folder, resolve
from photoorg.media.decode import DecodeLimits, decode_photo
from photoorg.search.folding import MOST_BITS, RankedPictures, cosines_of, fold

PHOTOS = Path(__file__).parents[4] / "shared" / "data" / "coco128" / "photos"
ONE = np.ones((1, 1), np.float32)


def ranked(hashes, keys=None, sizes=None, hashed=None):
    count = len(hashes)
    widths, heights = zip(*(sizes or [(4000, 3000)] * count), strict=True)
    return RankedPictures(
        key_array(keys or [f"{number:016d}".encode() for number in range(count)]),
        np.array(hashes, np.int64),
        np.ones(count, np.bool_) if hashed is None else np.array(hashed),
        np.array(widths, np.int32),
        np.array(heights, np.int32),
    )


def bits(number):
    """A hash with so many bits."""
    return (1 << number) - 1


def alike(count):
    return cosines_of(np.repeat(ONE, count, axis=0))


def test_copies_fold_without_a_hash():
    keys = [b"a" * 16, b"b" * 16, b"a" * 16, b"a" * 16]
    assert fold(ranked([0] * 4, keys, hashed=[False] * 4), alike(4)).tolist() == [0, 1, 0, 0]


def test_nearly_equal_pictures_fold_into_the_best():
    assert fold(ranked([bits(30), 0, bits(MOST_BITS), bits(31)]), alike(4)).tolist() == [0, 1, 1, 0]


def test_nothing_folds_through_a_third_picture():
    hashes = [0, bits(MOST_BITS), bits(2 * MOST_BITS)]
    assert fold(ranked(hashes), alike(3)).tolist() == [0, 0, 2]
    assert fold(ranked([hashes[1], hashes[0], hashes[2]]), alike(3)).tolist() == [0, 0, 0]


def test_copies_follow_the_picture_that_they_are():
    keys = [b"a" * 16, b"b" * 16, b"b" * 16]
    assert fold(ranked([0, 1, 1], keys), alike(3)).tolist() == [0, 0, 0]


@pytest.mark.parametrize("different", ["bits", "cosine", "shape", "no hash", "no vector"])
def test_what_differs_does_not_fold(different):
    vectors = np.repeat(ONE, 2, axis=0)
    hashes, sizes, hashed = [0, 0], [(4000, 3000), (4000, 3000)], [True, True]
    match different:
        case "bits":
            hashes[1] = bits(MOST_BITS + 1)
        case "cosine":
            vectors = np.array([[1, 0], [0.8, 0.6]], np.float32)
        case "shape":
            sizes[1] = (4000, 3050)
        case "no hash":
            hashed[1] = False
        case "no vector":
            vectors[1] = 0
    pictures = ranked(hashes, sizes=sizes, hashed=hashed)
    assert fold(pictures, cosines_of(vectors)).tolist() == [0, 1]


def test_negative_hashes_and_another_size_fold():
    pictures = ranked([-1, -2], sizes=[(4000, 3000), (1000, 751)])
    assert fold(pictures, alike(2)).tolist() == [0, 0]


def test_no_results():
    empty = RankedPictures(key_array([]), *(np.empty(0, kind) for kind in (np.int64, np.bool_, np.int32, np.int32)))
    assert fold(empty, alike(1)).tolist() == []


def test_the_same_as_comparing_each_with_each():
    rng = np.random.default_rng(3)
    centres = rng.integers(-(2**63), 2**63 - 1, 40)
    flips = np.array([np.bitwise_or.reduce(1 << rng.integers(0, 62, 4)) for _ in range(300)])
    hashes = rng.choice(centres, 300) ^ flips
    keys = [f"{number:016d}".encode() for number in rng.integers(0, 250, 300)]
    hashes = np.array([hashes[keys.index(key)] for key in keys])  # of one picture
    vectors = np.repeat(random_units(3), 100, axis=0)[rng.permutation(300)]
    vectors = np.array([vectors[keys.index(key)] for key in keys])
    leaders = fold(ranked(hashes, keys), cosines_of(vectors)).tolist()
    expected = []
    for number, key in enumerate(keys):
        expected.append(
            next(
                (
                    other
                    for other in range(number)
                    if expected[other] == other
                    and int(hashes[other] ^ hashes[number]).bit_count() <= MOST_BITS
                    and vectors[other] @ vectors[number] > 0.99
                ),
                number,
            )
            if keys.index(key) == number
            else expected[keys.index(key)]
        )
    assert leaders == expected
    assert 50 < len(set(leaders)) < 250


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo model, and an encoder of it."""
    model = resolve(str(demo_folder()), tmp_path_factory.mktemp("models"))
    encoder = open_encoder(model, "cpu")
    yield model, encoder
    encoder.close()


def seen(pictures, demo, folder):
    """What is stored of these pictures, as search results; and what the model sees in them."""
    model, encoder = demo
    decoded = []
    for number, picture in enumerate(pictures):
        path = folder / f"{number}.png"
        picture.save(path)
        decoded.append(decode_photo(os.fsencode(path), model.model_input, DecodeLimits()))
    vectors = encoder.encode_images(np.stack([photo.pixels for photo in decoded]))
    hashes = [photo.perceptual_hash for photo in decoded]
    return ranked(hashes, sizes=[(photo.facts.width, photo.facts.height) for photo in decoded]), vectors


@pytest.mark.skipif(not PHOTOS.is_dir(), reason="needs the real files in ../shared/data")
def test_photos_saved_again_fold_and_others_do_not(demo, tmp_path):
    photos = [Image.open(file).convert("RGB") for file in sorted(PHOTOS.rglob("*.jpg"))[:40]]
    pictures, vectors = seen([*photos, *map(saved_again, photos)], demo, tmp_path)
    assert fold(pictures, cosines_of(vectors)).tolist() == 2 * list(range(40))


def test_drawn_pictures_of_different_scenes_do_not_fold(demo, tmp_path):
    scenes = all_scenes()[::40][:100]
    pictures, vectors = seen([draw(scene, (320, 214), seed) for seed, scene in enumerate(scenes)], demo, tmp_path)
    assert fold(pictures, cosines_of(vectors)).tolist() == list(range(len(scenes)))


def saved_again(photo):
    """Smaller, and as a JPEG of low quality."""
    buffer = io.BytesIO()
    photo.resize((photo.width // 2, photo.height // 2)).save(buffer, "JPEG", quality=40)
    return Image.open(buffer).convert("RGB")
