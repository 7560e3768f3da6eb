"""From files of a library to maps: through the decode worker, and by the thumbnail where the file is out of reach."""

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photoorg import Library
from photoorg.demo.drawing import draw
from photoorg.demo.scene import Scene
from photoorg.errors import (
    Cancelled,
    ExampleUnreadable,
    FileExists,
    ModelMissing,
    NoSuchPhoto,
    PhotoOffline,
    PictureNotWritten,
    WouldReplacePhoto,
)
from photoorg.query_errors import QueryEmpty

CAT = Scene("day", "clear", "meadow", "cat", "black", 1)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("why").resolve()
    (folder / "photos").mkdir()
    draw(CAT, (640, 427), 5).save(folder / "photos" / "cat.jpg", quality=95)
    with Library(folder / "data", device="cpu") as opened:
        opened.models.use("demo")
        opened.index([folder / "photos"])
        opened.why(folder / "photos" / "cat.jpg", "a cat")  # starts the decode worker, which stays
        yield opened


@pytest.fixture(scope="module")
def cat(library):
    return Path(os.fsdecode(next(iter(library.photos())).path))


def test_a_photo_of_the_library_and_its_file_give_the_same(library, cat):
    by_path, by_photo = library.why(cat, "a cat"), library.why(library.photo(cat), " a  cat ")
    np.testing.assert_array_equal(by_path.values, by_photo.values)
    assert by_path.is_local


def test_a_photo_from_outside_turned_by_its_exif(library, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    draw(CAT, (640, 427), 5).transpose(Image.Transpose.ROTATE_180).save(tmp_path / "turned.png", exif=exif)
    draw(CAT, (640, 427), 5).save(tmp_path / "plain.png")
    turned, plain = (library.why(tmp_path / f"{name}.png", "a cat") for name in ("turned", "plain"))
    assert np.hypot(*np.subtract(turned.peak, plain.peak)) < 0.05
    assert np.abs(turned.values - plain.values).mean() < 0.05


def test_a_photo_whose_drive_is_gone_is_looked_at_by_its_thumbnail(library, cat):
    photo, there = library.photo(cat), library.why(cat, "a cat")
    away = cat.with_suffix(".away")
    shutil.move(cat, away)
    try:
        by_thumbnail = library.why(photo, "a cat")
        assert library.why(cat, "a cat").peak == by_thumbnail.peak
        with pytest.raises(NoSuchPhoto):
            library.why(cat.with_name("other.jpg"), "a cat")
    finally:
        shutil.move(away, cat)
    assert np.hypot(*np.subtract(by_thumbnail.peak, there.peak)) < 0.1


def test_without_a_thumbnail_it_says_that_the_drive_is_gone(library, cat):
    from dataclasses import replace

    gone = replace(library.photo(cat), path=b"/no/such/photo.jpg", picture_key=b"0" * 16)
    with pytest.raises(NoSuchPhoto):
        library.why(gone, "a cat")
    with pytest.raises(PhotoOffline):
        library.why(replace(gone, online=False), "a cat")


def test_what_cannot_be_asked(library, cat, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"not a picture")
    with pytest.raises(ExampleUnreadable):
        library.why(tmp_path / "broken.jpg", "a cat")
    with pytest.raises(QueryEmpty):
        library.why(cat, " - ")
    with Library(tmp_path / "empty") as empty, pytest.raises(ModelMissing):
        empty.why(cat, "a cat")


def test_who_cancels_is_heard(library, cat):
    def check_cancelled():
        raise Cancelled

    with pytest.raises(Cancelled):
        library.why(cat, "a cat", check_cancelled=check_cancelled)


def test_a_picture_is_written_and_never_over_a_photo(library, cat, tmp_path):
    why, out, before = library.why(cat, "a cat"), tmp_path / "out.png", cat.read_bytes()
    library.write_why(cat, why, out)
    with Image.open(out) as image:
        written = np.asarray(image.convert("RGB"), dtype=float)
    assert image.format == "PNG"
    assert written.shape == (427, 640, 3)
    shown = np.asarray(Image.open(cat), dtype=float)
    x, y = int(why.peak[0] * 640), int(why.peak[1] * 427)
    assert written[y, x, 0] > shown[y, x, 0]
    assert written[5, 5].sum() < shown[5, 5].sum()
    with pytest.raises(FileExists):
        library.write_why(cat, why, out)
    library.write_why(cat, why, out, replace=True)
    for replace in (False, True):
        with pytest.raises(WouldReplacePhoto):
            library.write_why(cat, why, cat, replace=replace)
        with pytest.raises(WouldReplacePhoto):
            library.write_why(out, why, out, replace=replace)
        with pytest.raises(PictureNotWritten):
            library.write_why(cat, why, tmp_path / "none" / "out.png", replace=replace)
    assert cat.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_to_a_photo_is_that_photo(library, cat, tmp_path):
    (tmp_path / "link.png").symlink_to(cat)
    with pytest.raises(WouldReplacePhoto):
        library.write_why(cat, library.why(cat, "a cat"), tmp_path / "link.png", replace=True)
