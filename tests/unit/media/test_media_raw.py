"""Camera RAW: the preview where it will do, upright once, facts of the sensor's picture, and no file too odd."""

import os
import subprocess
import sys

import numpy as np
import pytest
from media_samples import CLIP, decode, drawn, encoded, exif_bytes, opened, psnr
from raw_samples import ASCII, EXIF, LONG, SHORT, Directory, data_last, dng, jpeg, preview_directory, size_tags, tiff
from test_media_decode import STORED
from test_media_rendering import image_of, rendered

from photoorg.errors import CorruptImage, NotAPicture, TooManyPixels, TruncatedImage, UnreadableImage
from photoorg.media.formats import kind_of
from photoorg.media.reading import DecodeLimits

UPRIGHT = drawn(301, 200)
OTHER = drawn(301, 200, seed=5)


def lying(picture, orientation):
    return picture.transpose(STORED[orientation]) if orientation > 1 else picture


def shown(photo):
    return opened(photo.thumbnails[480])


# --- which picture is taken -----------------------------------------------------------------------------------------


def test_a_raw_without_a_preview_is_developed(tmp_path):
    photo = decode(tmp_path / "x.dng", dng(UPRIGHT))
    assert (photo.facts.format, photo.facts.width, photo.facts.height) == ("DNG", 301, 200)
    assert psnr(shown(photo), UPRIGHT) > 35
    assert photo.pixels.shape == (64, 64, 3)


def test_the_preview_is_taken_where_it_is_large_enough(tmp_path):
    picture, preview = drawn(1600, 1200), drawn(800, 600, seed=5)
    raw = dng(picture, jpeg(preview))
    photo = decode(tmp_path / "x.dng", raw)
    assert psnr(shown(photo), preview.resize((480, 360))) > 35
    assert (photo.facts.width, photo.facts.height) == (1600, 1200)
    assert photo.pixels is not None
    assert psnr(image_of(rendered(tmp_path / "x.dng", at_least=700)), preview) > 35


def test_a_preview_that_is_too_small_is_not_taken(tmp_path):
    picture, preview = drawn(1600, 1200), drawn(400, 300, seed=5)
    photo = decode(tmp_path / "x.dng", dng(picture, jpeg(preview)))
    assert psnr(shown(photo), picture.resize((480, 360))) > 30
    middling = dng(picture, jpeg(drawn(600, 200, seed=5)))
    assert psnr(shown(decode(tmp_path / "x.dng", middling, model=CLIP)), picture.resize((480, 360))) > 30


def test_a_preview_of_all_pixels_but_the_margin_is_taken_however_small(tmp_path):
    photo = decode(tmp_path / "x.dng", dng(UPRIGHT, jpeg(OTHER.crop((2, 2, 298, 198)))), model=CLIP)
    assert psnr(shown(photo), OTHER.crop((2, 2, 298, 198))) > 35


def test_a_bitmap_for_a_preview_is_taken(tmp_path):
    tags = {254: (LONG, 1), 258: (SHORT, (8, 8, 8)), 259: (SHORT, 1), 262: (SHORT, 2), 277: (SHORT, 3)}
    small = Directory({**tags, **size_tags(OTHER.size), 278: (LONG, OTHER.height)}, OTHER.tobytes())
    raw = dng(UPRIGHT, inner={330: small})
    assert psnr(shown(decode(tmp_path / "x.dng", raw)), OTHER) > 35


@pytest.mark.parametrize("broken", ["cut", "noise", "other"])
def test_a_broken_preview_is_as_good_as_none(tmp_path, broken):
    whole = jpeg(OTHER)
    preview = {"cut": whole[: len(whole) // 2], "noise": bytes(range(256)) * 8, "other": encoded(OTHER, "PNG")}[broken]
    raw = dng(UPRIGHT, inner={330: preview_directory(preview, OTHER.size)})
    assert psnr(shown(decode(tmp_path / "x.dng", raw)), UPRIGHT) > 35


# --- looking at it --------------------------------------------------------------------------------------------------


def test_all_pixels_are_those_of_the_sensor(tmp_path):
    picture = drawn(1600, 1200)
    raw = dng(picture, jpeg(drawn(800, 600, seed=5)), 6)
    whole = rendered(tmp_path / "x.dng", raw)
    assert (whole.width, whole.height, whole.full_width, whole.full_height) == (1200, 1600, 1200, 1600)
    assert psnr(image_of(whole), picture.transpose(STORED[8])) > 30
    part = rendered(tmp_path / "x.dng", at_least=700)
    assert (part.width, part.height, part.full_width, part.full_height) == (600, 800, 1200, 1600)


def test_half_of_the_pixels_are_developed_where_half_is_enough(tmp_path):
    picture = rendered(tmp_path / "x.dng", dng(drawn(1600, 1200)), at_least=700)
    assert (picture.width, picture.height, picture.full_width) == (800, 600, 1600)
    assert psnr(image_of(picture), drawn(1600, 1200).resize((800, 600))) > 30


# --- upright --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("preview", ["none", "without EXIF", "with EXIF"])
def test_each_orientation_is_turned_upright_once(tmp_path, orientation, preview):
    stored = lying(UPRIGHT, orientation)
    exif = {"exif": exif_bytes({0x0112: orientation})} if preview == "with EXIF" else {}
    raw = dng(stored, None if preview == "none" else jpeg(stored, **exif), orientation)
    photo = decode(tmp_path / "x.dng", raw)
    assert (photo.facts.width, photo.facts.height, photo.facts.orientation) == (301, 200, 1)
    assert psnr(shown(photo), UPRIGHT) > 30
    assert psnr(image_of(rendered(tmp_path / "x.dng")), UPRIGHT) > 30


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_preview_that_is_upright_already_is_not_turned(tmp_path, orientation):
    raw = dng(lying(UPRIGHT, orientation), jpeg(UPRIGHT), orientation)
    assert psnr(shown(decode(tmp_path / "x.dng", raw)), UPRIGHT) > 30


def test_a_preview_has_an_orientation_of_its_own(tmp_path):
    stored = lying(UPRIGHT, 3)
    raw = dng(UPRIGHT, jpeg(stored, exif=exif_bytes({0x0112: 3})))
    assert psnr(shown(decode(tmp_path / "x.dng", raw)), UPRIGHT) > 30


# --- facts ----------------------------------------------------------------------------------------------------------


def test_facts_are_those_of_the_raw(tmp_path):
    wrong = exif_bytes({0x010F: "Other", 0x0110: "Other"}, {0x9003: "1999:01:01 00:00:00"})
    facts = decode(tmp_path / "x.dng", dng(UPRIGHT, jpeg(UPRIGHT, exif=wrong))).facts
    assert (facts.camera_make, facts.camera_model, facts.lens) == ("Acme", "Acme One", "Acme 35mm")
    assert (facts.taken_local, facts.taken_source) == ("2021-04-05T06:07:08", "exif")
    assert (facts.exposure_s, facts.f_number, facts.iso, facts.focal_length_mm) == (0.004, 2.8, 400, 35.0)
    assert (facts.latitude, facts.longitude) == (pytest.approx(52.51), pytest.approx(13.4))
    assert not facts.animated


def test_facts_are_those_of_the_preview_where_the_raw_hides_its_own(tmp_path, monkeypatch):
    from photoorg.media import raw

    monkeypatch.setattr(raw, "tiff_directories", lambda _data: ({}, {}, {}))
    exif = exif_bytes({0x010F: "Fuji", 0x0110: "X"}, {0x9003: "2020:01:01 00:00:00"}, {1: "N", 2: (1.0, 2.0, 3.0)})
    facts = decode(tmp_path / "x.raf", dng(UPRIGHT, jpeg(UPRIGHT, exif=exif))).facts
    assert (facts.camera_make, facts.camera_model, facts.taken_local) == ("Fuji", "X", "2020-01-01T00:00:00")
    by_libraw = decode(tmp_path / "x.raf", dng(UPRIGHT, jpeg(UPRIGHT))).facts
    assert (by_libraw.camera_make, by_libraw.iso, by_libraw.taken_local) == ("Acme", 400, "2021-04-05T06:07:08")
    assert (by_libraw.latitude, by_libraw.longitude) == (None, None)


@pytest.mark.parametrize("magic", [b"IIRO", b"IIU\0"])
def test_exif_is_found_behind_the_headers_of_olympus_and_panasonic(magic):
    from photoorg.media.raw_content import may_be_raw, tiff_directories

    data = tiff(Directory({271: (ASCII, b"Acme\0")}, b"", {34665: EXIF}), magic)
    main, camera, gps = tiff_directories(data)
    assert (main[271], camera[0x8827], gps) == ("Acme", 400, {})
    assert may_be_raw(data, b"x.jpg")


def test_all_bytes_count_for_the_picture_key(tmp_path):
    first, second = (decode(tmp_path / "x.dng", dng(UPRIGHT, T315=(ASCII, artist))) for artist in (b"me\0", b"you\0"))
    assert first.picture_key != second.picture_key


# --- content and name -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.jpg", "x.tif", "x.NEF", "x", "x.heic"])
def test_a_dng_is_known_by_its_content(tmp_path, name):
    photo = decode(tmp_path / name, dng(UPRIGHT, jpeg(UPRIGHT)))
    assert (photo.facts.format, photo.facts.width) == ("DNG", 301)


def nikon_like(sensor):
    """A small picture first, the sensor's in a directory within, and nothing that only DNG has."""
    main = {254: (LONG, 1), **size_tags((30, 20)), 258: (SHORT, (8, 8, 8)), 259: (SHORT, 1), 262: (SHORT, 2)}
    main |= {271: (ASCII, b"NIKON\0"), 272: (ASCII, b"NIKON D1\0"), 277: (SHORT, 3), 278: (LONG, 20)}
    cfa = {254: (LONG, 0), **size_tags(sensor.size), 258: (SHORT, 16), 259: (SHORT, 1), 262: (SHORT, 32803)}
    within = Directory({**cfa, 277: (SHORT, 1), 278: (LONG, sensor.height)}, bytes(sensor.width * sensor.height * 2))
    return tiff(Directory(main, bytes(30 * 20 * 3), {330: within}))


def test_a_raw_of_another_maker_is_asked_for_by_its_content(tmp_path):
    from photoorg.media.raw_content import may_be_raw

    assert may_be_raw(nikon_like(UPRIGHT), b"x.tif")
    assert not may_be_raw(encoded(UPRIGHT, "TIFF", exif=exif_bytes({0x010F: "Scanner"})), b"x.tif")
    photo = decode(tmp_path / "x.jpg", nikon_like(UPRIGHT))
    assert (photo.facts.format, photo.facts.camera_model) == ("RAW", "NIKON D1")


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP", "PPM", "AVIF", "JPEG2000"])
def test_other_pictures_with_a_raws_name_are_photos(tmp_path, format_name):
    photo = decode(tmp_path / "x.cr2", encoded(UPRIGHT, format_name))
    assert (photo.facts.width, photo.facts.height) == (301, 200)
    assert photo.facts.format != "CR2"


@pytest.mark.parametrize(
    "data", [b"just text", b"\0" * 5000, b"FUJIFILMCCD-RAW " + bytes(500), b"II\x2a\0" + bytes(99)]
)
def test_other_content_with_a_raws_name_has_a_clear_reason(tmp_path, data):
    with pytest.raises(UnreadableImage) as caught:
        decode(tmp_path / "x.raw", data)
    assert "object" not in str(caught.value)
    assert isinstance(caught.value, NotAPicture) or data.startswith((b"FUJI", b"II"))


def test_names_of_raw_files_are_names_of_pictures():
    assert {kind_of(name) for name in (b"a.CR3", b"a.dng", b"a.arw", b"a.raf", b"a.jxl")} == {"picture"}


# --- bad input ------------------------------------------------------------------------------------------------------


def test_a_cut_raw_is_an_error(tmp_path):
    raw = dng(drawn(1600, 1200))
    with pytest.raises(UnreadableImage):
        decode(tmp_path / "x.dng", raw[: len(raw) // 2])


@pytest.mark.parametrize("preview", [None, jpeg(UPRIGHT)])
def test_a_dng_that_lacks_sensor_data_is_truncated(tmp_path, preview):
    raw = data_last(dng(UPRIGHT, preview), UPRIGHT)
    assert psnr(shown(decode(tmp_path / "x.dng", raw)), UPRIGHT) > 35
    with pytest.raises(TruncatedImage):
        decode(tmp_path / "x.dng", raw[:-1000])


def test_a_strip_beyond_the_end_is_an_error(tmp_path):
    with pytest.raises((TruncatedImage, CorruptImage)):
        decode(tmp_path / "x.dng", dng(UPRIGHT, T273=(LONG, 10_000_000)))


def test_too_many_pixels_are_refused_before_they_are_developed(tmp_path):
    with pytest.raises(TooManyPixels):
        decode(tmp_path / "x.dng", dng(UPRIGHT, jpeg(UPRIGHT)), limits=DecodeLimits(pixels=301 * 200 - 1))
    huge = dng(UPRIGHT, T256=(LONG, 60_000), T257=(LONG, 60_000))
    with pytest.raises(UnreadableImage):
        decode(tmp_path / "x.dng", huge)


def test_a_monochrome_sensor_gives_grey(tmp_path):
    tags = {"T262": (SHORT, 34892), "T50721": (SHORT, 1), "T50728": (SHORT, 1)}
    grey = np.asarray(shown(decode(tmp_path / "x.dng", dng(UPRIGHT.convert("L"), **tags)))).astype(int)
    assert np.ptp(grey, axis=2).max() <= 2


def test_rawpy_is_loaded_for_raw_only(tmp_path):
    (tmp_path / "x.jpg").write_bytes(jpeg(UPRIGHT))
    code = (
        "import sys; from photoorg.media.decode import *; decode_photo(sys.argv[1].encode(), None, DecodeLimits());"
        "print(sorted({'rawpy', 'pillow_jxl', 'pillow_heif', 'PIL.ImageCms'} & {*sys.modules}))"
    )
    done = subprocess.check_output([sys.executable, "-c", code, os.fspath(tmp_path / "x.jpg")], text=True)
    assert done.strip() == "[]"
