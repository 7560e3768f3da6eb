import hashlib
import struct

import numpy as np
import pytest
from media_samples import drawn, encoded, exif_bytes
from PIL import Image, ImageEnhance

from photoorg.media.hashes import content_hash, perceptual_hash, picture_key
from photoorg.media.jpeg import jpeg_layout


def with_segment(jpeg: bytes, marker: int, payload: bytes) -> bytes:
    return jpeg[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


def with_png_chunk(png: bytes, kind: bytes, payload: bytes) -> bytes:
    chunk = struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", 0)
    return png[:33] + chunk + png[33:]


def with_riff_chunk(webp: bytes, kind: bytes, payload: bytes) -> bytes:
    body = webp[8:] + kind + struct.pack("<I", len(payload)) + payload
    return b"RIFF" + struct.pack("<I", len(body)) + body


JPEGS = {
    "baseline": encoded(drawn(), "JPEG"),
    "progressive": encoded(drawn(), "JPEG", progressive=True),
    "restart": encoded(drawn(), "JPEG", restart_marker_rows=1),
    "cmyk": encoded(drawn().convert("CMYK"), "JPEG"),
}


def test_content_hash_is_sha256():
    assert content_hash(b"abc") == hashlib.sha256(b"abc").digest()


@pytest.mark.parametrize("kind", JPEGS)
def test_jpeg_metadata_does_not_change_the_picture_key(kind):
    jpeg = JPEGS[kind]
    variants = [
        with_segment(jpeg, 0xE1, exif_bytes({0x010F: "Somebody"})),
        with_segment(jpeg, 0xE1, b"Exif\0\0" + jpeg[:4000]),  # a preview with markers of its own
        with_segment(jpeg, 0xFE, b"a comment \xff\xd9\xff\xda"),
        jpeg + b"a video behind the picture" + jpeg,
    ]
    assert {picture_key(variant, 1) for variant in variants} == {picture_key(jpeg, 1)}
    assert len({content_hash(data) for data in [jpeg, *variants]}) == 5
    assert len(picture_key(jpeg, 1)) == 16


@pytest.mark.parametrize("kind", JPEGS)
def test_whatever_changes_the_picture_changes_its_key(kind):
    jpeg = JPEGS[kind]
    scan = jpeg.rindex(b"\xff\xda") + 20
    assert picture_key(jpeg[:scan] + bytes((jpeg[scan] ^ 1,)) + jpeg[scan + 1 :], 1) != picture_key(jpeg, 1)
    assert picture_key(jpeg, 6) != picture_key(jpeg, 1)
    assert picture_key(with_segment(jpeg, 0xEE, b"Adobe\0\x64\0\0\0\0\0"), 1) != picture_key(jpeg, 1)


@pytest.mark.parametrize("kind", JPEGS)
def test_a_jpegs_picture_ends_at_its_end_marker(kind):
    layout = jpeg_layout(JPEGS[kind] + b"junk\xff\xd9")
    assert (layout.end, layout.has_scan) == (len(JPEGS[kind]), True)
    assert jpeg_layout(JPEGS[kind][:-2]).end is None


def test_png_and_webp_metadata_do_not_change_the_picture_key():
    png, webp = encoded(drawn(), "PNG"), encoded(drawn(), "WEBP")
    assert picture_key(with_png_chunk(png, b"tEXt", b"Author\0me"), 1) == picture_key(png, 1)
    assert picture_key(with_png_chunk(png, b"tRNS", b"\0" * 6), 1) != picture_key(png, 1)
    assert picture_key(with_riff_chunk(webp, b"EXIF", b"1234"), 1) == picture_key(webp, 1)
    assert picture_key(with_riff_chunk(webp, b"ALPH", b"1234"), 1) != picture_key(webp, 1)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xda", b"\x89PNG\r\n\x1a\n", b"RIFF1234WEBP", b"BM"]
)
def test_what_does_not_parse_counts_with_all_its_bytes(data):
    assert picture_key(data, 1) != picture_key(data + b"x", 1)


def distance(first: int, second: int) -> int:
    return ((first ^ second) & (2**64 - 1)).bit_count()


def test_perceptual_hash_is_a_signed_integer_that_similar_pictures_share():
    hashes = [perceptual_hash(drawn(160, 107, seed)) for seed in range(40)]
    assert all(-(2**63) <= value < 2**63 for value in hashes)
    assert len(set(hashes)) == 40
    changed = ImageEnhance.Brightness(drawn(160, 107, 0).resize((120, 80))).enhance(1.1)
    assert distance(perceptual_hash(changed), hashes[0]) <= 6
    assert min(distance(hashes[0], other) for other in hashes[1:]) > 12


def test_perceptual_hash_is_the_median_of_the_lowest_frequencies():
    image = drawn(160, 107)
    pixels = np.asarray(image.convert("L").resize((32, 32), Image.Resampling.BILINEAR), dtype=float)
    sample = np.arange(32)
    low = np.array(
        [
            [
                (pixels * np.outer(*(np.cos(np.pi * f * (2 * sample + 1) / 64) for f in (row, column)))).sum()
                for column in range(8)
            ]
            for row in range(8)
        ]
    )
    bits = "".join("1" if value > np.median(low) else "0" for value in low.ravel())
    assert distance(perceptual_hash(image), int(bits, 2)) <= 1  # but for rounding at the median


def test_an_empty_picture_has_a_stable_hash():
    assert len({perceptual_hash(Image.new("RGB", size, "grey")) for size in ((160, 120), (99, 160), (1, 1))}) == 1
