"""Files of several pictures: which one is the photo, and whether it is part of an animation."""

import warnings

import numpy as np
import pillow_heif
import pytest
from media_samples import decode, drawn, encoded, opened, psnr
from test_media_rendering import image_of, rendered

FIRST = drawn()


def several(format_name, **options):
    return encoded(drawn(), format_name, save_all=True, append_images=[drawn(seed=2)], **options)


def shown(photo):
    return opened(photo.thumbnails[480])


@pytest.mark.parametrize(
    ("format_name", "options"),
    [
        ("GIF", {"duration": 100}),
        ("WEBP", {"duration": 100, "lossless": True}),
        ("PNG", {"duration": 100}),
        ("AVIF", {"duration": 100}),
    ],
)
def test_of_an_animation_the_first_picture_is_shown_and_it_is_marked(tmp_path, format_name, options):
    photo = decode(tmp_path / "x", several(format_name, **options))
    assert photo.facts.animated
    assert psnr(shown(photo), FIRST) > 24
    assert psnr(image_of(rendered(tmp_path / "x")), FIRST) > 24


@pytest.mark.parametrize("format_name", ["GIF", "WEBP", "PNG", "AVIF", "JPEG", "TIFF", "BMP", "PPM"])
def test_a_single_picture_is_not_animated(tmp_path, format_name):
    assert not decode(tmp_path / "x", encoded(FIRST, format_name)).facts.animated


@pytest.mark.parametrize(("format_name", "name"), [("MPO", "JPEG"), ("TIFF", "TIFF")])
def test_more_pictures_or_pages_are_no_animation(tmp_path, format_name, name):
    photo = decode(tmp_path / "x", several(format_name))
    assert (photo.facts.format, photo.facts.animated) == (name, False)
    assert psnr(shown(photo), FIRST) > 28


def test_an_animation_without_its_second_picture_is_a_photo(tmp_path):
    whole = several("GIF")
    single = encoded(FIRST, "GIF")
    photo = decode(tmp_path / "x.gif", whole[: len(single) + 40] + b";")
    assert psnr(shown(photo), FIRST) > 24


@pytest.mark.parametrize("primary", [0, 1, 2])
def test_the_primary_picture_of_a_heic_is_the_photo(tmp_path, primary):
    pictures = [drawn(seed=seed) for seed in range(3)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        heif = pillow_heif.from_pillow(pictures[0])
        for picture in pictures[1:]:
            heif.add_from_pillow(picture)
        heif.save(tmp_path / "x.heic", quality=90, primary_index=primary)
    photo = decode(tmp_path / "x.heic")
    assert psnr(shown(photo), pictures[primary]) > 30
    assert not photo.facts.animated
    assert psnr(image_of(rendered(tmp_path / "x.heic")), pictures[primary]) > 30


def test_a_heif_that_calls_itself_a_sequence_is_animated(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pillow_heif.from_pillow(FIRST).save(tmp_path / "x.heic", quality=90)
    data = (tmp_path / "x.heic").read_bytes()
    assert data[8:12] in (b"heic", b"heix", b"mif1")
    photo = decode(tmp_path / "y.heics", data[:8] + b"msf1" + data[12:])
    assert photo.facts.animated


def test_the_picture_of_an_apng_that_is_not_part_of_its_animation_is_shown(tmp_path):
    data = encoded(
        FIRST, "PNG", save_all=True, append_images=[drawn(seed=2), drawn(seed=3)], default_image=True, duration=100
    )
    photo = decode(tmp_path / "x.png", data)
    assert photo.facts.animated
    assert psnr(shown(photo), FIRST) > 30
    assert np.asarray(photo.pixels).shape == (64, 64, 3)
