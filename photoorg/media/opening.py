"""Open untrusted bytes as an image: known decoders only, limits before decoding, errors that a person understands."""

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# Importing a plugin registers it. The ones that Image.open() would import by itself are more, and slow to load.
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    PpmImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from photoorg.errors import (
    CorruptImage,
    DecoderOutOfMemory,
    NotAPicture,
    PhotoorgError,
    TruncatedImage,
    UnreadableImage,
)
from photoorg.media import exif
from photoorg.media.completeness import ends_too_early, looks_like_a_picture
from photoorg.media.jpeg_xl import is_jpeg_xl, open_jpeg_xl, read_header
from photoorg.media.raw_content import tiff_directories
from photoorg.media.reading import DecodeLimits

_PLUGINS: Final = (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    PpmImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
# JPEG stands for MPO, too. Decoders for other formats never see a file, whatever its content says.
_DECODERS: Final = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "DIB", "AVIF", "JPEG2000", "PPM")
_HEIF_BRANDS: Final = frozenset(
    (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1", b"mif2")
)
# What gives away a message that was written for programmers.
_NOT_WORDS: Final = ("object", "literal", "int()", "b'", "Plugin", "decoder error", "codec")

Image.MAX_IMAGE_PIXELS = None  # DecodeLimits decide, before anything is decoded
# Edit histories and generators write megabytes of text into a PNG; the worker bounds the memory as a whole.
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = 64 * 2**20
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # several workers decode at once; each keeps to its core


def open_image(data: bytes, limits: DecodeLimits) -> Image.Image:
    """The image behind `data`, its header read, decoded only where a format's decoder does no less (JPEG XL).

    Raises NotAPicture, TooManyPixels, TruncatedImage, CorruptImage and Pillow's errors.
    """
    if is_jpeg_xl(data):
        limits.check(read_header(data).size)
        return open_jpeg_xl(data)
    try:
        image = Image.open(io.BytesIO(data), formats=_decoders_for(data))
    except UnidentifiedImageError:
        if exif.IMAGE_WIDTH in tiff_directories(data)[0]:  # floats of 16 or 64 bits, say, or ICCLab
            raise UnreadableImage(detail="this kind of TIFF is not supported") from None
        if looks_like_a_picture(data):
            raise
        raise NotAPicture from None
    limits.check(image.size)
    return image


def _decoders_for(data: bytes) -> tuple[str, ...]:
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        _register_heif()
        compatible = data[16 : int.from_bytes(data[:4], "big")]
        return ("AVIF", "HEIF") if b"avif" in compatible else ("HEIF", "AVIF")
    return _DECODERS


def _register_heif() -> None:
    import pillow_heif

    if "HEIF" not in Image.OPEN:
        pillow_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)


@contextmanager
def readable_errors(data: bytes) -> Iterator[None]:
    """Turn whatever a decoder raises inside into an UnreadableImage, and keep its warnings to ourselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except PhotoorgError:
            raise
        except Exception as error:
            raise _readable(error, data) from error


def _readable(error: Exception, data: bytes) -> UnreadableImage:
    message = str(error)
    if isinstance(error, MemoryError) or "out of memory" in message.lower():
        return DecoderOutOfMemory()
    if isinstance(error, EOFError) or "truncated" in message.lower() or ends_too_early(data):
        return TruncatedImage()
    return CorruptImage(detail=_detail(error))


def _detail(error: Exception) -> str:
    """Words for a person: decoders' own where they are words, none of Python's."""
    if isinstance(error, UnidentifiedImageError):
        return "its header cannot be read"
    if isinstance(error, (OSError, RuntimeError, SyntaxError, ValueError)) and not isinstance(error, struct.error):
        words = str(error).removesuffix(" when reading image file").splitlines()
        if words and words[0].isprintable() and not any(code in words[0] for code in _NOT_WORDS):
            return words[0][:120]
    return "its content contradicts itself"
