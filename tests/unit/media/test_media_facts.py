import os
from datetime import datetime
from pathlib import Path

import pytest
from media_samples import SHARED, decode, drawn, encoded, exif_bytes, needs_shared_data
from PIL.TiffImagePlugin import IFDRational

from photoorg.media import exif
from photoorg.media.taken import from_exif, from_file_time, from_name

NORTH_EAST = {1: "N", 2: (52.0, 30.0, 36.0), 3: "E", 4: (13.0, 24.0, 0.0), 5: b"\x00", 6: 34.5}


def facts_of(tmp_path, format_name="JPEG", **tags):
    return decode(tmp_path / "x.bin", encoded(drawn(), format_name, exif=exif_bytes(**tags))).facts


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_facts_come_out_of_every_format_with_exif(tmp_path, format_name):
    camera = {0x9003: "2021:04:05 06:07:08", 0x9291: "25", 0x9011: "+05:30", 0xA434: "50mm"}
    facts = facts_of(tmp_path, format_name, tags={0x010F: "Acme\0 ", 0x0110: "One"}, camera=camera, gps=NORTH_EAST)
    assert (facts.taken_local, facts.taken_offset_min, facts.taken_source) == (
        "2021-04-05T06:07:08.250000",
        330,
        "exif",
    )
    assert (facts.camera_make, facts.camera_model, facts.lens) == ("Acme", "One", "50mm")
    assert (facts.latitude, facts.longitude) == (pytest.approx(52.51), pytest.approx(13.4))
    assert facts.altitude_m == pytest.approx(34.5)


def test_exposure_is_read(tmp_path):
    camera = {0x829A: IFDRational(1, 250), 0x829D: IFDRational(28, 10), 0x8827: 400, 0x920A: IFDRational(35, 1)}
    facts = facts_of(tmp_path, camera=camera)
    assert (facts.exposure_s, facts.f_number, facts.iso, facts.focal_length_mm) == (0.004, 2.8, 400, 35.0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2023:01:02 03:04:05", "2023-01-02T03:04:05"),
        ("2023-01-02T03:04:05", "2023-01-02T03:04:05"),
        ("2023:01:02 03:04", "2023-01-02T03:04:00"),
        ("2023:01:02", "2023-01-02T00:00:00"),
        (b"1999:12:31 23:59:59\0", "1999-12-31T23:59:59"),
        *(
            (bad, None)
            for bad in ("0000:00:00 00:00:00", "    :  :     :  :  ", "", "1800:01:01 00:00:00", "x", 7, None)
        ),
        *((bad, None) for bad in ("9999:01:01 00:00:00", "2023:13:01 00:00:00", "2023:02:30 00:00:00")),
    ],
)
def test_times_that_make_no_sense_are_ignored(value, expected):
    found = from_exif({}, {0x9003: value})
    assert (found.local if found else None) == expected


def test_the_next_best_clock_serves_when_the_best_is_nonsense():
    found = from_exif({0x0132: "2001:01:01 00:00:00"}, {0x9003: "0000:00:00 00:00:00", 0x9004: "2000:01:01 00:00:00"})
    assert found.local == "2000-01-01T00:00:00"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG_20230102_030405.jpg", "2023-01-02T03:04:05"),
        ("20230102_030405.jpg", "2023-01-02T03:04:05"),
        ("PXL_20230102_030405678.jpg", "2023-01-02T03:04:05.678000"),
        ("2023-01-02 03.04.05.jpg", "2023-01-02T03:04:05"),
        ("Screenshot_2023-01-02-03-04-05-67_abc.png", "2023-01-02T03:04:05"),
        ("Screenshot 2023-01-02 at 03.04.05.png", "2023-01-02T03:04:05"),
        ("Screenshot_20230102-030405_Maps.png", "2023-01-02T03:04:05"),
        ("WhatsApp Image 2023-01-02 at 03.04.05.jpeg", "2023-01-02T03:04:05"),
        ("IMG-20230102-WA0001.jpg", "2023-01-02T00:00:00"),
        ("2023-01-02 birthday.jpg", "2023-01-02T00:00:00"),
        *(
            (name, None)
            for name in ("DSC01234.jpg", "IMG_99999999.jpg", "12345678901234.jpg", "20231399_000000.jpg", "")
        ),
    ],
)
def test_times_in_names(name, expected):
    found = from_name(name)
    assert (found.local if found else None) == expected


def test_names_of_pixel_phones_are_in_utc():
    assert from_name("PXL_20230102_030405678.jpg").offset_min == 0
    assert from_name("IMG_20230102_030405.jpg").offset_min is None


def test_without_any_other_time_there_is_the_file(tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(encoded(drawn(), "PNG"))
    os.utime(path, (10**9, 10**9))
    facts = decode(path).facts
    moment = datetime.fromtimestamp(10**9).astimezone()
    assert (facts.taken_source, facts.taken_local) == ("file", moment.replace(tzinfo=None).isoformat())
    assert facts.taken_offset_min == moment.utcoffset().total_seconds() / 60
    assert from_file_time(10**30).local  # a time stamp that no calendar holds


@pytest.mark.parametrize(
    "change",
    [
        {1: None},
        {2: (IFDRational(1, 0),) * 3},
        {2: (95.0, 0.0, 0.0)},
        {4: (181.0, 0.0, 0.0)},
        {3: "X"},
        {2: ()},
        {2: "52"},
        {2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
    ],
)
def test_a_place_that_makes_no_sense_is_no_place(change):
    assert exif.position(NORTH_EAST | change) == (None, None)


def test_south_west_and_below_the_sea_are_negative():
    gps = NORTH_EAST | {1: "S", 3: "W\0", 5: b"\x01"}
    assert exif.position(gps) == (pytest.approx(-52.51), pytest.approx(-13.4))
    assert exif.altitude(gps) == -34.5
    assert exif.altitude({6: IFDRational(1, 0)}) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (" Canon \0junk", "Canon"),
        (b"Leica\xff", "Leica�"),
        ("K\xc3\xb6ln", "Köln"),
        ("K\xf6ln", "Köln"),
        (("a", "b"), "a"),
        *((empty, None) for empty in ("", "\0", "  ", 5, None, ())),
    ],
)
def test_texts_lose_padding_and_survive_any_encoding(value, expected):
    assert exif.text(value) == expected


def test_numbers_that_are_none_are_none():
    assert [exif.number(value) for value in (IFDRational(0, 0), IFDRational(1, 0), "x", (), None, float("nan"))] == [
        None
    ] * 6
    assert (exif.number((100, 200)), exif.positive(0), exif.positive(-1)) == (100.0, None, None)


def test_width_and_height_are_those_of_the_upright_picture(tmp_path):
    facts = facts_of(tmp_path, tags={0x0112: 6})
    assert (facts.orientation, facts.width, facts.height) == (6, 200, 300)
    assert facts_of(tmp_path, tags={0x0112: 99}).orientation == 1


def test_garbage_for_exif_costs_no_photo(tmp_path):
    for garbage in (
        b"Exif\0\0garbage",
        b"Exif\0\0MM\0*\xff\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01" * 99,
    ):
        facts = decode(tmp_path / "x.jpg", encoded(drawn(), "JPEG", exif=garbage)).facts
        assert (facts.width, facts.orientation, facts.camera_make) == (300, 1, None)


@needs_shared_data
def test_facts_of_a_real_phone():
    facts = decode(SHARED / "data/exif/heic/IMG_5195.HEIC", model=None).facts
    assert (facts.format, facts.taken_local, facts.taken_offset_min) == ("HEIF", "2021-04-11T15:47:53.054000", -300)
    assert (facts.camera_model, facts.iso, facts.width, facts.height) == ("iPhone 11 Pro Max", 32, 2566, 3313)
    assert (round(facts.latitude, 4), round(facts.longitude, 4)) == (39.0513, -94.2888)


@needs_shared_data
@pytest.mark.parametrize(
    "name", ["67-0_length_string.jpg", "45-gps_ifd.jpg", "36-memory_error.jpg", "28-hex_value.jpg"]
)
def test_odd_exif_of_real_files_still_has_a_time(name):
    assert decode(Path(SHARED / "data/exif/jpg/tests" / name), model=None).facts.taken_source == "exif"
