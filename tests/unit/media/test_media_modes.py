"""Pixels of other depths and colours than 8-bit RGB come out right, in thumbnails and in the viewer."""

import struct
import zlib

import numpy as np
import pytest
from media_samples import SMALL, decode, drawn, encoded, opened, psnr
from PIL import Image, ImageCms
from raw_samples import SHORT, Directory, size_tags, tiff
from test_media_rendering import image_of, rendered

from photoorg.errors import UnreadableImage

PICTURE = drawn()
RGB16 = np.asarray(PICTURE).astype(np.uint16) * 257
GREY = PICTURE.convert("L")
GREY16 = np.asarray(GREY).astype(np.uint16) * 257
OPAQUE = np.full(GREY16.shape, 65535, np.uint16)
WHITE_IS_0, BLACK_IS_0, RGB, SEPARATED, CIE_LAB, ICC_LAB = 0, 1, 2, 5, 8, 9
DEFLATE = 8


def png16(values, colour_type):
    height, width = values.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    chunks = (b"IHDR" + header, b"IDAT" + zlib.compress(rows), b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


def tiff_of(values, photometric, compression=1, **more):
    """`more`: T<tag>=value, a SHORT or several."""
    samples = values.shape[2] if values.ndim == 3 else 1
    height, width = values.shape[:2]
    data = values.tobytes()
    tags = {
        **size_tags((width, height)),
        258: (SHORT, (values.dtype.itemsize * 8,) * samples),
        259: (SHORT, compression),
        262: (SHORT, photometric),
        277: (SHORT, samples),
        278: (SHORT, height),
        **{int(name[1:]): (SHORT, value) for name, value in more.items()},
    }
    return tiff(Directory(tags, zlib.compress(data) if compression == DEFLATE else data))


def lab_of(picture):
    """Lightness, and signed a and b: how TIFF's CIE L*a*b* has them."""
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return np.asarray(ImageCms.profileToProfile(picture, *profiles, outputMode="LAB"))


INKS = np.asarray(PICTURE.convert("CMYK"))
CASES = {
    "PNG RGB 16": (png16(RGB16, 2), PICTURE),
    "PNG RGBA 16": (png16(np.dstack([RGB16, OPAQUE]), 6), PICTURE),
    "PNG grey 16": (png16(GREY16, 0), GREY),
    "PNG grey and alpha 16": (png16(np.dstack([GREY16, OPAQUE]), 4), GREY),
    "TIFF RGB 16": (tiff_of(RGB16, RGB), PICTURE),
    "TIFF RGB 16, compressed": (tiff_of(RGB16, RGB, DEFLATE), PICTURE),
    "TIFF RGBA 16": (tiff_of(np.dstack([RGB16, OPAQUE]), RGB, T338=2), PICTURE),
    "TIFF grey 16": (tiff_of(GREY16, BLACK_IS_0), GREY),
    "TIFF grey 16, zero is white": (tiff_of(65535 - GREY16, WHITE_IS_0), GREY),
    "TIFF grey 8, zero is white": (tiff_of(255 - np.asarray(GREY), WHITE_IS_0), GREY),
    "TIFF float": (tiff_of((GREY16 / 65535).astype(np.float32), BLACK_IS_0, T339=3), GREY),
    "TIFF inks": (tiff_of(INKS, SEPARATED), PICTURE),
    "TIFF inks 16": (tiff_of(INKS.astype(np.uint16) * 257, SEPARATED), PICTURE),
    "TIFF Lab": (tiff_of(lab_of(PICTURE), CIE_LAB), PICTURE),
    "JPEG inks": (encoded(PICTURE.convert("CMYK"), "JPEG", quality=95), PICTURE),
}


@pytest.mark.parametrize("case", CASES)
def test_depths_and_colours(tmp_path, case):
    data, expected = CASES[case]
    expected = expected.convert("RGB")
    assert psnr(opened(decode(tmp_path / "x", data).thumbnails[480]), expected) > 35
    assert psnr(image_of(rendered(tmp_path / "x")), expected) > 38
    assert psnr(image_of(rendered(tmp_path / "x", at_least=140)), expected.reduce(2)) > 35


def test_lab_by_the_book(tmp_path):
    """L* 50 without colour is grey 119; a* is from green to red, b* from blue to yellow."""
    values = np.array([[[128, 0, 0], [255, 0, 0], [128, 60, 0], [128, 256 - 60, 0], [128, 0, 60], [128, 0, 256 - 60]]])
    squares = values.astype(np.uint8).repeat(20, axis=0).repeat(20, axis=1)
    pixels = image_of(rendered(tmp_path / "x.tif", tiff_of(squares, CIE_LAB)))
    grey, white, red, green, yellow, blue = (pixels.getpixel((20 * index + 10, 10)) for index in range(6))
    assert np.abs(np.array(grey) - 119).max() <= 2
    assert min(white) >= 253
    assert red[0] > red[1] + 60
    assert green[1] > green[0] + 60
    assert yellow[0] > yellow[2] + 60
    assert blue[2] > blue[0] + 60


def test_ycck_of_adobe(tmp_path):
    """Its inks are stored upside down, and three of them as YCbCr: transform 2 of the Adobe marker."""
    inks = INKS.copy()
    inks[..., 3] = np.linspace(0, 120, 300)
    colours = np.asarray(Image.fromarray(inks[..., :3]).convert("YCbCr"))
    stored = np.dstack([colours, 255 - inks[..., 3]])
    jpeg = encoded(Image.fromarray(255 - stored, "CMYK"), "JPEG", quality=97, subsampling=0)
    transform = jpeg.index(b"Adobe") + len(b"Adobe") + 6
    jpeg = jpeg[:transform] + b"\2" + jpeg[transform + 1 :]
    expected = Image.fromarray(inks, "CMYK").convert("RGB")
    assert psnr(opened(decode(tmp_path / "x.jpg", jpeg).thumbnails[480]), expected) > 35


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "I;16", "I", "F", "LAB"])
def test_bands_of_a_large_picture_fit_together(tmp_path, monkeypatch, mode, scaled):
    from photoorg.media import pixels

    monkeypatch.setattr(pixels, "_BAND_PIXELS", 10_000)
    picture = drawn(1501, 1003).convert("L" if mode in ("LA", "1", "I;16", "I", "F") else "RGB")
    values = np.asarray(picture).astype(float) / 255
    image = {
        "I;16": lambda: Image.fromarray((values * 65535).astype(np.uint16)),
        "I": lambda: Image.fromarray((values * 65535).astype(np.int32)),
        "F": lambda: Image.fromarray(values.astype(np.float32)),
        "P": lambda: picture.quantize(256),
        "LAB": lambda: ImageCms.profileToProfile(
            picture, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
        ),
    }.get(mode, lambda: picture.convert(mode))()
    data = encoded(image, "TIFF")
    expected = image.convert("RGB") if mode in ("1", "P") else picture.convert("RGB")
    if scaled:
        photo = decode(tmp_path / "x.tif", data, model=SMALL)
        assert psnr(opened(photo.thumbnails[480]), expected.resize((480, 321), Image.Resampling.BOX)) > (
            20 if mode == "1" else 26
        )
    else:
        assert psnr(image_of(rendered(tmp_path / "x.tif", data)), expected) > 34


@pytest.mark.parametrize("kind", ["float 16", "float 64", "float RGB", "ICC Lab"])
def test_what_cannot_be_read_says_so(tmp_path, kind):
    data = {
        "float 16": lambda: tiff_of((GREY16 / 65535).astype(np.float16), BLACK_IS_0, T339=3),
        "float 64": lambda: tiff_of(GREY16 / 65535, BLACK_IS_0, T339=3),
        "float RGB": lambda: tiff_of((RGB16 / 65535).astype(np.float32), RGB, T339=(3, 3, 3)),
        "ICC Lab": lambda: tiff_of(np.asarray(PICTURE), ICC_LAB),
    }[kind]()
    with pytest.raises(UnreadableImage, match="this kind of TIFF is not supported"):
        decode(tmp_path / "x.tif", data)


# --- panoramas and worse --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(30_000, 500), (500, 30_000), (100, 20_000), (1, 10_000), (10_000, 1), (20_000, 3)])
@pytest.mark.parametrize("resize", ["shortest", "longest", "squash"])
def test_extreme_shapes_have_thumbnails_and_model_input(tmp_path, size, resize):
    from dataclasses import replace

    photo = decode(tmp_path / "x.jpg", encoded(Image.new("RGB", size, "teal"), "JPEG"), replace(SMALL, resize=resize))
    for side, jpeg in photo.thumbnails.items():
        thumbnail = opened(jpeg)
        assert max(thumbnail.size) == side
        assert min(thumbnail.size) >= 1
        assert np.abs(np.asarray(thumbnail).astype(int) - (0, 128, 128)).max() <= 4
    assert photo.pixels.shape == (64, 64, 3)
    middle = photo.pixels[31, 31].astype(int)
    assert np.abs(middle - (0, 128, 128)).max() <= 4


@pytest.mark.parametrize("format_name", ["JPEG", "PNG"])
def test_a_panorama_shows_its_parts_in_order(tmp_path, format_name):
    picture = Image.new("RGB", (12_000, 300), "red")
    picture.paste("blue", (6000, 0, 12_000, 300))
    thumbnail = opened(decode(tmp_path / "x", encoded(picture, format_name)).thumbnails[480])
    assert thumbnail.size == (480, 12)
    assert thumbnail.getpixel((100, 6))[0] > 200
    assert thumbnail.getpixel((380, 6))[2] > 200
