"""Whatever bytes come in, out come a photo or an error that a person understands."""

import tempfile
from pathlib import Path

import pillow_jxl  # noqa: F401  registers the format for writing
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icc_samples import DISPLAY_P3, cmyk_profile, rgb_profile
from media_samples import decode, drawn, encoded, exif_bytes
from raw_samples import dng, jpeg

from photoorg.errors import UnreadableImage
from photoorg.media.decode import DecodedPhoto
from photoorg.media.reading import DecodeLimits

EXIF = exif_bytes({0x010F: "A", 0x0112: 6}, {0x9003: "2020:01:02 03:04:05"}, {1: "N", 2: (1.0, 2.0, 3.0)})
SEEDS = {
    name: encoded(drawn(40, 30), name, **({"exif": EXIF} if name not in ("GIF", "BMP", "PPM", "JPEG2000") else {}))
    for name in ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "JPEG2000", "AVIF", "JXL")
}
SEEDS |= {
    "JXL in boxes": encoded(drawn(40, 30), "JXL", exif=EXIF, use_container=True),
    "DNG": dng(drawn(40, 30)),
    "DNG with a preview": dng(drawn(40, 30), jpeg(drawn(40, 30), exif=EXIF), 6),
    "wide colours": encoded(drawn(40, 30), "PNG", icc_profile=rgb_profile(DISPLAY_P3)),
    "inks": encoded(drawn(40, 30).convert("CMYK"), "TIFF", icc_profile=cmyk_profile()),
}
LIMITS = DecodeLimits(pixels=1_000_000)


def outcome(data: bytes) -> DecodedPhoto | UnreadableImage:
    with tempfile.TemporaryDirectory() as folder:
        try:
            return decode(Path(folder) / "x", data, limits=LIMITS)
        except UnreadableImage as error:
            reason = error
    assert str(reason).isprintable()
    return reason


@pytest.mark.parametrize("name", SEEDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_changed_bytes(name, data):
    damaged = bytearray(SEEDS[name])
    for position, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(damaged) - 1), st.integers(0, 255)), max_size=8)
    ):
        damaged[position] = value
    outcome(bytes(damaged[: data.draw(st.integers(1, len(damaged)))]))


@pytest.mark.parametrize("name", SEEDS)
def test_every_short_start_of_a_file(name):
    seed = SEEDS[name]
    for length in range(1, len(seed), max(1, len(seed) // 60)):
        outcome(seed[:length])


@settings(max_examples=100, deadline=None)
@given(tail=st.binary(max_size=200), head=st.sampled_from([seed[:12] for seed in SEEDS.values()]))
def test_noise_behind_a_signature(head, tail):
    outcome(head + tail)
