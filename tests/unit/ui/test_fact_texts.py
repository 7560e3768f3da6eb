from dataclasses import replace

import pytest

from photoorg.library import Photo, PhotoFacts
from photoorg.ui.fact_texts import (
    camera_text,
    exposure_text,
    fact_rows,
    files_text,
    format_text,
    position_text,
    size_text,
    taken_text,
)

BARE = PhotoFacts("JPEG", 4032, 3024, 1, None, None, None)


def spaced(text):
    """With common spaces for those that hold a number and its unit together."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def photo(facts):
    return Photo(1, b"/photos/2019/a.jpg", True, b"key", False, 0, "", "", facts)


@pytest.mark.parametrize(
    ("local", "source", "text"),
    [
        ("2026-11-21T14:05:09.120000", "exif", "Saturday, 21 November 2026, 14:05"),
        ("2019-07-01T00:00:00", "name", "Monday, 1 July 2019, 00:00\nfrom the file's name"),
        ("2019-07-01T23:59:59", "file", "Monday, 1 July 2019, 23:59\nfrom the file's date"),
        ("1839-08-19T12:00:00", "exif", "Monday, 19 August 1839, 12:00"),
        (None, None, ""),
        ("nonsense", "exif", ""),
    ],
)
def test_the_time_is_the_wall_clock_with_its_source(local, source, text):
    assert taken_text(replace(BARE, taken_local=local, taken_source=source)) == text


@pytest.mark.parametrize(
    ("make", "model", "text"),
    [
        ("Canon", "Canon EOS R5", "Canon EOS R5"),
        ("NIKON CORPORATION", "NIKON D750", "NIKON D750"),
        ("Apple", "iPhone 15", "Apple iPhone 15"),
        (None, "E-M10", "E-M10"),
        ("SONY", None, "SONY"),
        (" ", "X", "X"),
        (None, None, ""),
        ("a\nb", "c", "a\N{REPLACEMENT CHARACTER}b c"),
    ],
)
def test_the_make_is_said_once(make, model, text):
    assert camera_text(replace(BARE, camera_make=make, camera_model=model)) == text


@pytest.mark.parametrize(
    ("seconds", "f_number", "iso", "millimetres", "text"),
    [
        (1 / 250, 2.8, 100, 35.0, "1/250 s, f/2.8, ISO 100, 35 mm"),
        (0.0333, 8.0, None, None, "1/30 s, f/8"),
        (0.5, None, None, 4.25, "0.5 s, 4.2 mm"),
        (30.0, None, 3200, None, "30 s, ISO 3200"),
        (1 / 3, None, None, None, "0.3 s"),
        (None, None, None, None, ""),
    ],
)
def test_exposure(seconds, f_number, iso, millimetres, text):
    facts = replace(BARE, exposure_s=seconds, f_number=f_number, iso=iso, focal_length_mm=millimetres)
    assert spaced(exposure_text(facts)) == text


def test_size_has_megapixels_where_there_are_some():
    assert spaced(size_text(BARE)) == "4032 \N{MULTIPLICATION SIGN} 3024, 12.2 MP"
    assert spaced(size_text(replace(BARE, width=64, height=64))) == "64 \N{MULTIPLICATION SIGN} 64"
    assert size_text(replace(BARE, width=0)) == ""


def test_position_names_the_hemispheres():
    here = replace(BARE, latitude=-33.85, longitude=151.21)
    assert spaced(position_text(here)) == "33.85000° S, 151.21000° E"
    assert spaced(position_text(replace(here, longitude=-0.1, altitude_m=-3.4))) == "33.85000° S, 0.10000° W, -3 m"
    assert position_text(replace(here, longitude=None)) == ""


def test_rows_without_a_value_are_left_out():
    assert [row.label for row in fact_rows(photo(BARE))] == ["Size", "Format", "Folder"]
    full = replace(BARE, taken_local="2019-07-01T00:00:00", lens="50mm", iso=100, latitude=1.0, longitude=2.0)
    assert [row.label for row in fact_rows(photo(full))] == [
        *("Taken", "Lens", "Exposure", "Size", "Format", "Place", "Folder"),
    ]


def test_animated_pictures_are_said_to_be():
    assert format_text(BARE) == "JPEG"
    assert format_text(replace(BARE, format="GIF", animated=True)) == "GIF, animated"


def test_a_number_and_its_unit_stay_on_one_line():
    facts = replace(BARE, exposure_s=0.01, iso=100, focal_length_mm=35.0)
    assert [part.count(" ") for part in exposure_text(facts).split(", ")] == [0, 0, 0]


def test_the_files_of_a_photo_stand_below_each_other_where_there_are_several():
    one = photo(BARE)
    assert files_text(one) == ""
    assert files_text(replace(one, companions=(b"/photos/2019/a.CR2", b"/photos/2019/a.mov"))) == "a.jpg\na.CR2\na.mov"
