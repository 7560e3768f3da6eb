"""Pictures to look at: right side up, right colours, and every bad file costs one readable error."""

import io
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from media_samples import drawn, encoded, exif_bytes, needs_shared_data, psnr
from PIL import Image, ImageCms
from test_media_decode import STORED, modes

from photoorg.errors import (
    Cancelled,
    CorruptImage,
    DecoderCrashed,
    EmptyFile,
    FileVanished,
    NotAPicture,
    TooManyPixels,
    TruncatedImage,
    UnreadableImage,
)
from photoorg.media import rendering
from photoorg.media.reading import DecodeLimits
from photoorg.media.rendering import Picture, PictureRenderer, render_picture
from photoorg.media.settled_pool import picture_renderer
from photoorg.settings import Settings

BOX = Image.Resampling.BOX
SRGB = ImageCms.createProfile("sRGB")


def rendered(path, data=None, at_least=None, limits=DecodeLimits()) -> Picture:  # noqa: B008
    if data is not None:
        path.write_bytes(data)
    return render_picture(os.fsencode(path), at_least, limits)


def image_of(picture: Picture) -> Image.Image:
    return Image.frombytes("RGB", (picture.width, picture.height), picture.rgb)


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("at_least", [None, 700])
def test_every_orientation_is_shown_upright(tmp_path, orientation, at_least):
    upright = drawn(1503, 1001)
    stored = upright.transpose(STORED[orientation]) if orientation > 1 else upright
    data = encoded(stored, "JPEG", quality=90, exif=exif_bytes({0x0112: orientation}))
    picture = rendered(tmp_path / "x.jpg", data, at_least)
    assert (picture.full_width, picture.full_height) == (1503, 1001)
    assert (picture.width, picture.height) == ((1503, 1001) if at_least is None else (752, 501))
    assert psnr(image_of(picture), upright.resize((picture.width, picture.height))) > 30


@pytest.mark.parametrize("format_name", ["PNG", "TIFF", "WEBP", "AVIF"])
def test_orientation_counts_in_every_format_that_has_it(tmp_path, format_name):
    stored = drawn().transpose(STORED[6])
    picture = rendered(tmp_path / "x", encoded(stored, format_name, exif=exif_bytes({0x0112: 6})))
    assert (picture.width, picture.height, picture.full_width) == (300, 200, 300)
    assert psnr(image_of(picture), drawn()) > 28


@pytest.mark.parametrize(("data", "expected"), [pytest.param(*mode[1:], id=mode[0]) for mode in modes()])
@pytest.mark.parametrize("at_least", [None, 140])
def test_every_mode_becomes_sensible_rgb(tmp_path, data, expected, at_least):
    picture = rendered(tmp_path / "x", data, at_least)
    assert len(picture.rgb) == picture.width * picture.height * 3
    assert psnr(image_of(picture), expected.convert("RGB").resize((picture.width, picture.height), BOX)) > 28


def test_cmyk_of_a_jpeg_has_its_colours(tmp_path):
    picture = rendered(tmp_path / "x.jpg", encoded(drawn().convert("CMYK"), "JPEG", quality=95))
    assert psnr(image_of(picture), drawn()) > 30


def test_transparency_is_white(tmp_path):
    clear = drawn().convert("RGBA")
    clear.paste((0, 0, 0, 0), (0, 0, 150, 200))
    values = np.asarray(image_of(rendered(tmp_path / "x.png", encoded(clear, "PNG"))))
    assert values[:, :150].min() == 255


@pytest.mark.parametrize(
    ("at_least", "width"), [(None, 4000), (5000, 4000), (2001, 4000), (2000, 2000), (501, 1000), (500, 500), (1, 500)]
)
@pytest.mark.parametrize("format_name", ["JPEG", "PNG"])
def test_a_picture_has_the_pixels_that_are_asked_for(tmp_path, at_least, width, format_name):
    picture = rendered(tmp_path / "x", encoded(drawn(4000, 1000), format_name), at_least)
    assert (picture.width, picture.height) == (width, width // 4)
    assert len(picture.rgb) == width * (width // 4) * 3


def test_a_huge_picture_is_scaled_down(tmp_path, monkeypatch):
    monkeypatch.setattr(rendering, "LONG_SIDE_LIMIT", 800)
    data = encoded(drawn(3003, 1001), "JPEG", exif=exif_bytes({0x0112: 6}))
    picture = rendered(tmp_path / "x.jpg", data)
    assert (picture.width, picture.height, picture.full_width, picture.full_height) == (266, 800, 1001, 3003)
    monkeypatch.setattr(rendering, "PIXEL_LIMIT", 10_000)
    for asked in (None, 50):
        picture = rendered(tmp_path / "x.jpg", at_least=asked)
        assert picture.width * picture.height <= 10_000
    assert psnr(image_of(picture), drawn(3003, 1001).transpose(STORED[8]).resize((picture.width, picture.height))) > 28


def test_a_strip_of_one_pixel_stays_one(tmp_path):
    assert rendered(tmp_path / "x.png", encoded(drawn(20_000, 1), "PNG")).height == 1


# --- bad input ------------------------------------------------------------------------------------------------------


def test_bad_files_are_told_apart(tmp_path):
    jpeg, png = encoded(drawn(), "JPEG"), bytearray(encoded(drawn(), "PNG"))
    png[len(png) // 2] ^= 0xFF
    for data, error in (
        (b"", EmptyFile),
        (b"just text", NotAPicture),
        (jpeg[: len(jpeg) // 2], TruncatedImage),
        (jpeg[: len(jpeg) // 2] + bytes(len(jpeg)), TruncatedImage),
        (bytes(png), CorruptImage),
    ):
        with pytest.raises(error):
            rendered(tmp_path / "x", data)
    with pytest.raises(FileVanished):
        rendered(tmp_path / "nothing")
    with pytest.raises(UnreadableImage):
        rendered(tmp_path)
    with pytest.raises(TooManyPixels):
        rendered(tmp_path / "x", jpeg, limits=DecodeLimits(pixels=59_999))


def test_a_jpeg_without_its_end_marker_is_shown(tmp_path):
    whole = encoded(drawn(), "JPEG")
    assert rendered(tmp_path / "x", whole[:-2]).rgb == rendered(tmp_path / "y", whole).rgb


# --- the worker -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def renderer():
    with picture_renderer(Settings()) as renderer:
        renderer.warm_up()
        yield renderer


def test_pictures_come_from_the_worker_as_they_are(renderer, tmp_path):
    path = tmp_path / "x.jpg"
    here = rendered(path, encoded(drawn(2000, 1500), "JPEG"))
    assert renderer.render(os.fsencode(path)) == here
    assert renderer.render(os.fsencode(path), at_least=900).width == 1000


def test_errors_come_from_the_worker_as_they_are(renderer, tmp_path):
    (tmp_path / "cut.jpg").write_bytes(encoded(drawn(), "JPEG")[:2000])
    with pytest.raises(TruncatedImage):
        renderer.render(os.fsencode(tmp_path / "cut.jpg"))
    with pytest.raises(FileVanished):
        renderer.render(os.fsencode(tmp_path / "gone.jpg"))


@needs_shared_data
def test_real_photos_are_rendered(renderer, real_files):
    for path in sorted((real_files / "coco128" / "photos").iterdir())[:3]:
        picture = renderer.render(os.fsencode(path))
        with Image.open(path) as image:
            profile = io.BytesIO(image.info["icc_profile"]) if "icc_profile" in image.info else None
            expected = ImageCms.profileToProfile(image, profile, SRGB) if profile else image.convert("RGB")
            assert psnr(image_of(picture), expected) > 45


def test_closing_ends_whoever_waits(tmp_path):
    renderer = picture_renderer(Settings())
    (tmp_path / "x.png").write_bytes(encoded(drawn(6000, 6000), "PNG"))
    renderer.warm_up()
    with ThreadPoolExecutor(1) as side:
        running = side.submit(renderer.render, os.fsencode(tmp_path / "x.png"))
        threading.Thread(target=renderer.close).start()
        assert isinstance(running.exception(timeout=30), Cancelled)
    renderer.close()
    with pytest.raises(Cancelled):
        renderer.render(os.fsencode(tmp_path / "x.png"))


def test_a_renderer_that_was_never_used_closes():
    PictureRenderer(1, 2**30, DecodeLimits()).close()


def test_a_worker_that_cannot_be_started_is_a_crash(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise RuntimeError("broken")

    with PictureRenderer(1, 2**30, DecodeLimits()) as broken:
        monkeypatch.setattr(broken._pool, "_new_pool", lambda: broken._pool._pool)
        monkeypatch.setattr(broken._pool._pool, "schedule", refuse)
        with pytest.raises(DecoderCrashed):
            broken.render(os.fsencode(tmp_path / "x.jpg"))


def test_the_worker_has_normal_priority(renderer, tmp_path):
    import psutil

    renderer.render(os.fsencode(_written(tmp_path / "x.png")))
    mine = psutil.Process()
    nice = [child.nice() for child in mine.children() if "spawn_main" in " ".join(child.cmdline())]
    assert nice == [mine.nice()]


def _written(path):
    path.write_bytes(encoded(drawn(), "PNG"))
    return path
