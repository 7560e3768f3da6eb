"""Colours are what their profile means by them."""

import numpy as np
import pytest
from icc_samples import (
    ADOBE_RGB,
    DISPLAY_P3,
    PROPHOTO,
    SRGB,
    cmyk_profile,
    grey_in_srgb,
    grey_profile,
    in_srgb,
    rgb_profile,
)
from media_samples import decode, drawn, encoded, needs_shared_data, opened, psnr
from PIL import Image, ImageCms
from test_media_rendering import image_of, rendered

from photoorg.media.colour import conversion_of

SPACES = {
    "Display P3": (DISPLAY_P3, None),
    "Adobe RGB": (ADOBE_RGB, 2.2),
    "ProPhoto": (PROPHOTO, 1.8),
    "linear": (SRGB, 1.0),
}
COLOURS = [(200, 40, 40), (40, 200, 40), (40, 40, 200), (128, 128, 128), (250, 240, 230), (30, 20, 10)]


def patches(colours=COLOURS, mode="RGB"):
    """A row of squares of 40 pixels, so that a JPEG's blocks do not mix them."""
    values = np.array(colours, np.uint8).reshape(1, len(colours), -1)
    values = values.repeat(40, axis=0).repeat(40, axis=1)
    return Image.fromarray(values[..., 0] if values.shape[-1] == 1 else values, mode=None if mode != "CMYK" else mode)


def middles(image):
    """The colour in the middle of each square."""
    side = image.height
    return np.asarray(image.convert("RGB")).astype(int)[side // 2, side // 2 :: side]


def thumbnail_and_view(path, data):
    return middles(opened(decode(path, data).thumbnails[480])), middles(image_of(rendered(path)))


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "TIFF", "WEBP", "AVIF"])
def test_profiles_are_applied_to_thumbnails_and_views(tmp_path, space, format_name):
    primaries, gamma = SPACES[space]
    options = {"WEBP": {"lossless": True}, "JPEG": {"quality": 100, "subsampling": 0}, "AVIF": {"quality": 100}}
    data = encoded(patches(), format_name, icc_profile=rgb_profile(primaries, gamma), **options.get(format_name, {}))
    for seen in thumbnail_and_view(tmp_path / "x", data):
        assert np.abs(seen - in_srgb(np.array(COLOURS), primaries, gamma)).max() <= 8


def test_heic_of_a_phone_is_converted(tmp_path):
    import warnings

    import pillow_heif

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        heif = pillow_heif.from_pillow(patches())
        heif.info["icc_profile"] = rgb_profile(DISPLAY_P3)
        heif.save(tmp_path / "x.heic", quality=100, chroma=444)
        for seen in thumbnail_and_view(tmp_path / "x.heic", (tmp_path / "x.heic").read_bytes()):
            assert np.abs(seen - in_srgb(np.array(COLOURS), DISPLAY_P3)).max() <= 10


@pytest.mark.parametrize("mode", ["L", "LA", "1", "I;16"])
def test_grey_profiles_are_applied(tmp_path, mode):
    greys = [[255], [0], [255]] if mode == "1" else [[60], [128], [200]]
    image = patches(greys, "L")
    image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257) if mode == "I;16" else image.convert(mode)
    for seen in thumbnail_and_view(tmp_path / "x.png", encoded(image, "PNG", icc_profile=grey_profile(1.4))):
        assert np.abs(seen - grey_in_srgb(np.array(greys), 1.4)).max() <= 5


def test_inks_are_as_their_profile_prints_them(tmp_path):
    inks = [(0, 0, 0, 0), (255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (0, 0, 0, 255)]
    expected = [(255, 255, 255), (0, 174, 229), (218, 72, 140), (254, 223, 76), (36, 36, 36)]
    for format_name, options in (("TIFF", {}), ("JPEG", {"quality": 100})):
        data = encoded(patches(inks, "CMYK"), format_name, icc_profile=cmyk_profile(), **options)
        for seen in thumbnail_and_view(tmp_path / "x", data):
            assert np.abs(seen - expected).max() <= 6
        pixels = decode(tmp_path / "x").pixels
        assert np.abs(pixels[32, 20] - np.array(expected[2])).max() <= 12  # of inks, the model sees the same


def test_transparent_and_palette_pictures_are_converted(tmp_path):
    expected = in_srgb(np.array(COLOURS), DISPLAY_P3)
    for image in (patches().convert("RGBA"), patches().quantize(16)):
        for seen in thumbnail_and_view(tmp_path / "x.png", encoded(image, "PNG", icc_profile=rgb_profile(DISPLAY_P3))):
            assert np.abs(seen - expected).max() <= 8


def test_a_scaled_picture_is_converted_as_well(tmp_path):
    picture = drawn(3000, 2000)
    expected = Image.fromarray(in_srgb(np.asarray(picture.resize((480, 320))), DISPLAY_P3).round().astype(np.uint8))
    data = encoded(picture, "JPEG", quality=95, icc_profile=rgb_profile(DISPLAY_P3))
    assert psnr(opened(decode(tmp_path / "x.jpg", data).thumbnails[480]), expected) > 32
    seen = image_of(rendered(tmp_path / "x.jpg", at_least=700)).resize((480, 320))
    assert psnr(seen, expected) > 32


def test_the_model_sees_what_its_own_preprocessing_would_show_it(tmp_path):
    plain = decode(tmp_path / "x.png", encoded(patches(), "PNG"))
    wide = decode(tmp_path / "y.png", encoded(patches(), "PNG", icc_profile=rgb_profile(DISPLAY_P3)))
    assert np.array_equal(plain.pixels, wide.pixels)
    assert plain.thumbnails != wide.thumbnails


def test_the_model_does_not_see_another_picture(tmp_path):
    picture = drawn()
    linear = Image.fromarray((255 * (np.asarray(picture) / 255) ** 2.2).round().astype(np.uint8))
    photo = decode(tmp_path / "x.png", encoded(linear, "PNG", icc_profile=rgb_profile(SRGB, 1.0)))
    assert psnr(photo.pixels, decode(tmp_path / "y.png", encoded(picture, "PNG")).pixels) > 25


@pytest.mark.parametrize(
    "profile",
    [
        b"",
        b"garbage",
        rgb_profile(DISPLAY_P3)[:200],
        rgb_profile(DISPLAY_P3).replace(b"acsp", b"xxxx"),
        cmyk_profile(),
        grey_profile(1.4),
    ],
)
def test_a_profile_that_is_broken_or_of_other_pictures_is_ignored(tmp_path, profile):
    for seen in thumbnail_and_view(tmp_path / "x.png", encoded(patches(), "PNG", icc_profile=profile)):
        assert np.abs(seen - COLOURS).max() <= 8
    inks = encoded(drawn().convert("CMYK"), "TIFF", icc_profile=rgb_profile(SRGB))
    assert psnr(opened(decode(tmp_path / "x.tif", inks).thumbnails[480]), drawn()) > 30


def with_profile(profile):
    image = drawn()
    image.info["icc_profile"] = profile
    return image


def test_srgb_is_known_by_what_it_does_not_by_its_name():
    built_in = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (None, built_in, rgb_profile(SRGB), rgb_profile(SRGB, name="c2")):
        assert conversion_of(with_profile(profile)) is None
    assert conversion_of(with_profile(rgb_profile(SRGB, 1.0, name="sRGB linear"))) is not None


@needs_shared_data
def test_a_real_phones_profile_makes_colours_stronger(real_files):
    path = real_files / "exif" / "heic" / "IMG_5195.HEIC"
    seen = np.asarray(opened(decode(path).thumbnails[480])).astype(int)
    import pillow_heif

    raw = pillow_heif.open_heif(path).to_pillow().resize(seen.shape[1::-1], Image.Resampling.BICUBIC)
    plain = np.asarray(raw.convert("RGB")).astype(int)
    assert np.ptp(seen, axis=2).mean() > np.ptp(plain, axis=2).mean() + 1
