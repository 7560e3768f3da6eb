"""JPEG XL: colours, orientation, facts, and bombs that are known before they are decoded."""

import base64
import io
import sys

import numpy as np
import pillow_jxl  # noqa: F401  registers the format for writing
import pytest
from media_samples import decode, drawn, encoded, exif_bytes, opened, psnr
from PIL import Image
from test_media_decode import STORED
from test_media_rendering import image_of, rendered

from photoorg.errors import CorruptImage, TooManyPixels, TruncatedImage, UnreadableImage
from photoorg.media.jpeg_xl import read_header
from photoorg.media.reading import DecodeLimits

# Three pictures of 40 x 24 in turn, by libjxl.
ANIMATED = base64.b64decode(
    "/woFiKAJAMQECAQBAIAASxiLFQDUFyfGiRPvAiEAEJI1AAQSQj4WuM1gCbdJ+AEIBAEARABLGIsVgF38/wCOw5sAgLohJAgEBQBEAEsYixWAXfz/"
    "AKLDmwCAuiEk"
)


def jxl(picture, **options):
    return encoded(picture, "JXL", **options)


def from_jpeg(picture, tmp_path, orientation=1):
    """A JPEG packed without loss, as it can be unpacked again."""
    path = tmp_path / "packed.jpg"
    picture.save(path, quality=92, exif=exif_bytes({0x0112: orientation, 0x010F: "Acme"}))
    with Image.open(path) as image:
        return jxl(image, lossless_jpeg=True)


def without_box(data, unwanted):
    kept, position = b"", 0
    while position < len(data):
        size = int.from_bytes(data[position : position + 4], "big") or len(data) - position
        if data[position + 4 : position + 8] != unwanted:
            kept += data[position : position + size]
        position += size
    return kept


@pytest.mark.parametrize("container", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA"])
def test_every_mode_becomes_the_picture(tmp_path, mode, container):
    picture = drawn().convert("L") if mode in ("L", "LA") else drawn()
    photo = decode(tmp_path / "x.jxl", jxl(picture.convert(mode), use_container=container))
    assert (photo.facts.format, photo.facts.width, photo.facts.height) == ("JPEG XL", 300, 200)
    assert psnr(opened(photo.thumbnails[480]), picture.convert("RGB")) > 30
    assert photo.pixels.shape == (64, 64, 3)
    assert not photo.facts.animated


def test_16_bits_of_linear_light_are_shown_as_such(tmp_path):
    linear = (np.asarray(drawn().convert("L")) / 255) ** 2.2
    photo = decode(tmp_path / "x.jxl", jxl(Image.fromarray((linear * 65535).astype(np.uint16))))
    assert psnr(opened(photo.thumbnails[480]), drawn().convert("L").convert("RGB")) > 28


def test_transparency_is_white(tmp_path):
    clear = drawn().convert("RGBA")
    clear.paste((0, 0, 0, 0), (0, 0, 150, 200))
    thumbnail = np.asarray(opened(decode(tmp_path / "x.jxl", jxl(clear)).thumbnails[480]))
    assert thumbnail[10:190, 10:140].min() > 240


def test_it_is_shown_in_full(tmp_path):
    picture = rendered(tmp_path / "x.jxl", jxl(drawn(1500, 1000)))
    assert (picture.width, picture.height) == (1500, 1000)
    assert psnr(image_of(picture), drawn(1500, 1000)) > 30


def test_facts_come_from_its_exif(tmp_path):
    exif = exif_bytes({0x010F: "Acme"}, {0x9003: "2021:04:05 06:07:08"})
    facts = decode(tmp_path / "x.jxl", jxl(drawn(), exif=exif)).facts
    assert (facts.camera_make, facts.taken_local) == ("Acme", "2021-04-05T06:07:08")


def test_exif_does_not_turn_what_the_decoder_has_turned(tmp_path):
    photo = decode(tmp_path / "x.jxl", jxl(drawn(), exif=exif_bytes({0x0112: 6})))
    assert (photo.facts.width, photo.facts.height, photo.facts.orientation) == (300, 200, 1)


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("unpacks", [True, False])
def test_a_packed_jpeg_is_turned_upright_once(tmp_path, orientation, unpacks):
    stored = drawn().transpose(STORED[orientation]) if orientation > 1 else drawn()
    data = from_jpeg(stored, tmp_path, orientation)
    photo = decode(tmp_path / "x.jxl", data if unpacks else without_box(data, b"jbrd"))
    assert (photo.facts.width, photo.facts.height) == (300, 200)
    assert psnr(opened(photo.thumbnails[480]), drawn()) > 30
    assert psnr(image_of(rendered(tmp_path / "x.jxl")), drawn()) > 30


def test_animations_are_marked(tmp_path):
    photo = decode(tmp_path / "x.jxl", ANIMATED)
    assert (photo.facts.animated, photo.facts.width, photo.facts.height) == (True, 40, 24)


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (256, 256), (257, 3), (160, 90), (300, 200), (3000, 9), (7, 20_000)])
@pytest.mark.parametrize("container", [False, True])
def test_sizes_are_known_before_decoding(size, container):
    data = jxl(Image.new("RGB", size), use_container=container, effort=1)
    assert read_header(data).size == size
    assert not read_header(data).animated


def test_a_bomb_is_not_decoded(tmp_path, monkeypatch):
    from pillow_jxl import JpegXLImagePlugin

    data = jxl(drawn())
    monkeypatch.setattr(JpegXLImagePlugin, "Decoder", None)  # whoever calls it gets a TypeError
    with pytest.raises(TooManyPixels):
        decode(tmp_path / "x.jxl", data, limits=DecodeLimits(pixels=59_999))
    with pytest.raises(UnreadableImage):
        decode(tmp_path / "x.jxl", data)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("container", [False, True])
def test_a_cut_file_is_an_error(tmp_path, part, container):
    data = jxl(drawn(), use_container=container, exif=exif_bytes({0x010F: "Acme"}) if container else None)
    with pytest.raises((TruncatedImage, CorruptImage), match=r"incomplete|not copied"):
        decode(tmp_path / "x.jxl", data[: int(len(data) * part)])


@pytest.mark.parametrize(
    "data", [b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n", b"\xff\x0a" + bytes(50), b"\xff\x0a\xff\xff"]
)
def test_a_header_without_a_picture_is_an_error(tmp_path, data):
    with pytest.raises((TruncatedImage, CorruptImage)):
        decode(tmp_path / "x.jxl", data)


def test_a_codestream_that_is_no_codestream_is_an_error(tmp_path):
    box = b"\0\0\0\x20jxlc" + bytes(24)
    with pytest.raises(CorruptImage):
        decode(tmp_path / "x.jxl", b"\0\0\0\x0cJXL \r\n\x87\n" + box)


def test_a_damaged_file_has_a_reason_for_people(tmp_path):
    data = bytearray(jxl(drawn()))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(CorruptImage, match="damaged or incomplete"):
        decode(tmp_path / "x.jxl", bytes(data))


def test_without_the_decoder_a_file_says_what_it_needs(tmp_path, monkeypatch):
    data = jxl(drawn())
    monkeypatch.setitem(sys.modules, "pillow_jxl", None)
    with pytest.raises(UnreadableImage, match="needs the package pillow-jxl-plugin"):
        decode(tmp_path / "x.jxl", data)


def test_one_thread_decodes():
    from pillow_jxl import JpegXLImagePlugin

    from photoorg.media.jpeg_xl import open_jpeg_xl

    open_jpeg_xl(jxl(drawn())).close()
    assert JpegXLImagePlugin.DECODE_THREADS == 0
    with Image.open(io.BytesIO(jxl(drawn()))) as image:
        assert image.size == (300, 200)
