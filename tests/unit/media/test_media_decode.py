import struct
import warnings
import zlib

import numpy as np
import pillow_heif
import pytest
from media_samples import SMALL, decode, drawn, encoded, exif_bytes, opened, psnr
from PIL import Image, ImageOps

from photoorg.errors import CorruptImage, NotAPicture, TooManyPixels, TruncatedImage, UnreadableImage
from photoorg.media.reading import DecodeLimits

STORED = {  # how a picture lies in the file that each orientation turns upright
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def lossy_formats():
    yield "JPEG", encoded(drawn(), "JPEG", quality=90)
    yield "JPEG", encoded(drawn(), "JPEG", quality=90, progressive=True, optimize=True)
    yield "JPEG", encoded(drawn().convert("CMYK"), "JPEG", quality=95)
    yield "JPEG", encoded(drawn(), "MPO", quality=90, save_all=True, append_images=[drawn(seed=2)])
    yield "WEBP", encoded(drawn(), "WEBP", quality=90)
    yield "AVIF", encoded(drawn(), "AVIF", quality=90)
    yield "JPEG 2000", encoded(drawn(), "JPEG2000", quality_mode="rates", quality_layers=[10])
    yield "JPEG 2000", encoded(drawn(), "JPEG2000", no_jp2=True)


def lossless_formats():
    yield "PNG", encoded(drawn(), "PNG")
    yield "PNG", encoded(drawn().convert("RGBA"), "PNG")
    yield "WEBP", encoded(drawn(), "WEBP", lossless=True)
    yield "WEBP", encoded(drawn(), "WEBP", lossless=True, save_all=True, append_images=[drawn(seed=2)])
    yield "TIFF", encoded(drawn(), "TIFF", save_all=True, append_images=[drawn(seed=2)])
    yield "TIFF", encoded(drawn(), "TIFF", compression="tiff_lzw")
    yield "BMP", encoded(drawn(), "BMP")
    yield "BMP", encoded(drawn(), "DIB")
    yield "PNM", encoded(drawn(), "PPM")
    yield "GIF", encoded(drawn(), "GIF", save_all=True, append_images=[drawn(seed=2)])


@pytest.mark.parametrize(("name", "data"), [*lossy_formats(), *lossless_formats()])
def test_every_format_gives_the_same_picture(tmp_path, name, data):
    photo = decode(tmp_path / "wrong name.txt", data)
    assert (photo.facts.format, photo.facts.width, photo.facts.height) == (name, 300, 200)
    assert psnr(opened(photo.thumbnails[480]), drawn()) > (24 if name == "GIF" else 30)
    assert (photo.pixels.shape, photo.pixels.dtype, photo.pixels.flags.c_contiguous) == ((64, 64, 3), np.uint8, True)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pillow_heif")
def test_heic_is_decoded(tmp_path):
    pillow_heif.from_pillow(drawn()).save(tmp_path / "x.heic", quality=90)
    photo = decode(tmp_path / "x.heic")
    assert (photo.facts.format, photo.facts.width, photo.facts.height) == ("HEIF", 300, 200)
    assert psnr(opened(photo.thumbnails[480]), drawn()) > 30


@pytest.mark.parametrize("size", [(1003, 1500), (4003, 2999), (300, 200)])
@pytest.mark.parametrize("orientation", STORED)
def test_each_orientation_is_turned_upright(tmp_path, orientation, size):
    upright = drawn(*size)
    stored = upright.transpose(STORED[orientation]) if orientation > 1 else upright
    photo = decode(tmp_path / "x.jpg", encoded(stored, "JPEG", exif=exif_bytes({0x0112: orientation})))
    assert (photo.facts.width, photo.facts.height, photo.facts.orientation) == (*size, orientation)
    expected = ImageOps.contain(upright, (480, 480)) if max(size) > 480 else upright
    assert psnr(opened(photo.thumbnails[480]), expected) > 34
    plain = decode(tmp_path / "y.jpg", encoded(upright, "JPEG"))
    assert psnr(photo.pixels, plain.pixels) > 40
    assert photo.picture_key != plain.picture_key or orientation == 1


@pytest.mark.parametrize("format_name", ["PNG", "TIFF", "WEBP", "AVIF"])
def test_orientation_counts_in_every_format_that_has_it(tmp_path, format_name):
    stored = drawn().transpose(STORED[6])
    photo = decode(tmp_path / "x", encoded(stored, format_name, exif=exif_bytes({0x0112: 6})))
    assert (photo.facts.width, photo.facts.height) == (300, 200)
    assert psnr(opened(photo.thumbnails[480]), drawn()) > 28


@pytest.mark.parametrize("size", [(100, 70), (5, 3), (1, 1), (3000, 2), (200, 161)])
def test_thumbnails_have_their_long_side_and_are_never_enlarged(tmp_path, size):
    photo = decode(tmp_path / "x.png", encoded(drawn(*size), "PNG"))
    for side, jpeg in photo.thumbnails.items():
        thumbnail = opened(jpeg)
        assert max(thumbnail.size) == min(side, max(size))
        assert min(thumbnail.size) == max(1, round(min(size) * min(1, side / max(size))))
    assert list(photo.thumbnails) == [160, 480]


def test_without_a_model_there_are_no_pixels(tmp_path):
    photo = decode(tmp_path / "x.jpg", encoded(drawn(), "JPEG"), model=None)
    assert photo.pixels is None
    assert photo.seconds > 0


def modes():
    image = drawn()
    grey16 = np.asarray(image.convert("L")).astype(np.uint16) * 257
    yield "1", encoded(image.convert("1"), "PNG"), image.convert("1")
    yield "L", encoded(image.convert("L"), "PNG"), image.convert("L")
    yield "I;16 PNG", encoded(Image.fromarray(grey16), "PNG"), image.convert("L")
    yield "I;16 TIFF", encoded(Image.fromarray(grey16), "TIFF"), image.convert("L")
    yield (
        "I;16 big-endian",
        encoded(Image.frombytes("I;16B", (300, 200), grey16.astype(">u2").tobytes()), "TIFF"),
        image.convert("L"),
    )
    yield "I", encoded(Image.fromarray(grey16.astype(np.int32)), "TIFF"), image.convert("L")
    yield "F", encoded(Image.fromarray(grey16.astype(np.float32) / 65535), "TIFF"), image.convert("L")
    yield "PGM 16", b"P5 300 200 65535\n" + grey16.astype(">u2").tobytes(), image.convert("L")
    yield "P", encoded(image.quantize(200), "PNG"), image.quantize(200)
    yield "CMYK TIFF", encoded(image.convert("CMYK"), "TIFF"), image
    yield "YCbCr TIFF", encoded(image.convert("YCbCr"), "TIFF"), image


@pytest.mark.parametrize(("data", "expected"), [pytest.param(*mode[1:], id=mode[0]) for mode in modes()])
def test_every_mode_becomes_sensible_rgb(tmp_path, data, expected):
    assert psnr(opened(decode(tmp_path / "x", data).thumbnails[480]), expected.convert("RGB")) > 28


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "RGB", "GIF"])
def test_transparency_is_white(tmp_path, mode):
    clear = drawn().convert("RGBA")
    clear.paste((0, 0, 0, 0), (0, 0, 150, 200))
    data = {
        "RGBA": lambda: encoded(clear, "PNG"),
        "LA": lambda: encoded(clear.convert("LA"), "PNG"),
        "P": lambda: encoded(clear.quantize(100), "PNG"),
        "RGB": lambda: encoded(Image.new("RGB", (300, 200), (1, 2, 3)), "PNG", transparency=(1, 2, 3)),
        "GIF": lambda: encoded(clear, "GIF"),
    }[mode]()
    thumbnail = np.asarray(opened(decode(tmp_path / "x", data).thumbnails[480]))
    assert thumbnail[10:190, 10:140].min() > 240


def test_lab_has_colours(tmp_path):
    from PIL import ImageCms

    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    lab = ImageCms.profileToProfile(drawn(), *profiles, outputMode="LAB")
    assert psnr(opened(decode(tmp_path / "x.tif", encoded(lab, "TIFF")).thumbnails[480]), drawn()) > 25


# --- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"just text", b"<html>", b"\0" * 5000, b"%PDF-1.4", b"GIF", b"8BPS\0\1", b"\xff\xd8"])
def test_other_content_is_not_a_picture(tmp_path, data):
    with pytest.raises(NotAPicture):
        decode(tmp_path / "x.jpg", data)


def test_formats_that_we_do_not_support_are_not_decoded(tmp_path):
    for format_name in ("ICNS", "PCX", "TGA", "SGI", "ICO"):
        with pytest.raises(NotAPicture):
            decode(tmp_path / "x.png", encoded(drawn(256, 256), format_name))


def png_header(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"\0" * 100)
    chunks = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (header, data, b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_too_many_pixels_are_refused_before_decoding(tmp_path):
    with pytest.raises(TooManyPixels, match="60000 x 60000 pixels, more than the limit of 268 megapixels"):
        decode(tmp_path / "x.png", png_header(60_000, 60_000))
    with pytest.raises(TooManyPixels):
        decode(tmp_path / "x.jpg", encoded(drawn(), "JPEG"), limits=DecodeLimits(pixels=59_999))
    assert decode(tmp_path / "x.jpg", limits=DecodeLimits(pixels=60_000))


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("part", [0.5, 0.6, 0.75, 0.9, 0.99])
@pytest.mark.parametrize("size", [(300, 200), (2000, 1500)])
def test_every_cut_jpeg_is_truncated(tmp_path, part, progressive, size):
    jpeg = encoded(drawn(*size), "JPEG", quality=90, progressive=progressive)
    cut = jpeg[: int(len(jpeg) * part)]
    for tail in (b"", bytes(len(jpeg) - len(cut)), bytes(10 * len(jpeg))):  # as a broken copy leaves it
        with pytest.raises(TruncatedImage):
            decode(tmp_path / "x.jpg", cut + tail)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_that_lacks_only_its_end_marker_is_a_photo(tmp_path, progressive):
    jpeg = encoded(drawn(2000, 1500), "JPEG", progressive=progressive)
    whole = decode(tmp_path / "x.jpg", jpeg)
    for variant in (jpeg[:-2], jpeg[:-1], jpeg[:-2] + bytes(100), jpeg + bytes(5000), jpeg + b"junk" * 1000):
        photo = decode(tmp_path / "y.jpg", variant)
        assert np.array_equal(photo.pixels, whole.pixels)


@pytest.mark.parametrize("format_name", ["PNG", "GIF", "WEBP", "BMP", "PPM", "JPEG2000", "AVIF", "TIFF"])
def test_every_cut_file_of_other_formats_is_an_error(tmp_path, format_name):
    data = encoded(drawn(), format_name)
    with pytest.raises((TruncatedImage, CorruptImage)):
        decode(tmp_path / "x", data[: len(data) // 2])


@pytest.mark.parametrize("format_name", ["PNG", "GIF", "WEBP", "BMP", "PPM", "JPEG2000", "AVIF"])
def test_most_cut_files_are_known_as_truncated(tmp_path, format_name):
    data = encoded(drawn(), format_name)
    with pytest.raises(TruncatedImage):
        decode(tmp_path / "x", data[: len(data) * 3 // 4])


def test_a_damaged_picture_says_what_is_wrong(tmp_path):
    png = bytearray(encoded(drawn(), "PNG"))
    png[len(png) // 2] ^= 0xFF
    with pytest.raises(CorruptImage, match=r"The picture is damaged \(.+\)\.") as caught:
        decode(tmp_path / "x.png", bytes(png))
    assert "object at" not in str(caught.value)
    header = bytearray(encoded(drawn(), "JPEG"))
    header[header.index(b"\xff\xc0") + 4] = 99
    with pytest.raises(UnreadableImage):
        decode(tmp_path / "x.jpg", bytes(header))


def test_decoding_warns_nobody(tmp_path, capfd):
    jpeg = encoded(drawn(), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x05\0\x0f\x01\x02\0\xff\xff\0\0\xff\xff\0\0")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        decode(tmp_path / "x.jpg", jpeg)
        decode(tmp_path / "x.jpg", jpeg + b"x", model=SMALL)
    assert caught == []
    assert capfd.readouterr() == ("", "")


def test_a_png_with_megabytes_of_compressed_text_is_a_photo(tmp_path):
    from PIL import PngImagePlugin

    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", "edit history " * 200_000, zip=True)
    Image.new("RGB", (40, 30), "teal").save(tmp_path / "a.png", pnginfo=text)
    assert decode(tmp_path / "a.png").facts.width == 40


def test_reasons_are_not_written_for_programmers(tmp_path):
    (tmp_path / "a.pgm").write_bytes(b"P5 25& 10 255 " + bytes(250))
    with pytest.raises(CorruptImage) as caught:
        decode(tmp_path / "a.pgm")
    assert "literal" not in str(caught.value)
