"""JPEG XL: what a file promises before anything is decoded, and Pillow's plugin for the rest.

The plugin decodes when it opens: a bomb has to be known by its header (ISO/IEC 18181-1, annex D, and 18181-2 for the
boxes around it). Of an animation it gives the last picture, and there is no way to ask for the first.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PIL import Image

from photoorg.errors import CorruptImage, TruncatedImage, UnreadableImage
from photoorg.media.reading import Size

FORMAT: Final = "JXL"
_CODESTREAM: Final = b"\xff\x0a"
_CONTAINER: Final = b"\0\0\0\x0cJXL \r\n\x87\n"
_HEADER_BYTES: Final = 64  # more than the fields read here can take
_FRACTIONS: Final = ((1, 1), (6, 5), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))  # width to height, by its code less 1


@dataclass(frozen=True)
class JxlHeader:
    """`size` as stored, before the picture is turned upright."""

    size: Size
    animated: bool


def is_jpeg_xl(data: bytes) -> bool:
    """Whether the first bytes are those of a JPEG XL codestream or container."""
    return data.startswith((_CODESTREAM, _CONTAINER))


def read_header(data: bytes) -> JxlHeader:
    """The promises of a JPEG XL file. Raises TruncatedImage, CorruptImage."""
    start = data[:_HEADER_BYTES] if data.startswith(_CODESTREAM) else _boxed_codestream(data)
    if not start.startswith(_CODESTREAM):
        raise TruncatedImage if len(start) < len(_CODESTREAM) else CorruptImage(detail="its header cannot be read")
    bits = _Bits(start[len(_CODESTREAM) :])
    return JxlHeader(_size(bits), _is_animated(bits))


def open_jpeg_xl(data: bytes) -> Image.Image:
    """Decode a file, which takes as much memory as its header promises. Raises UnreadableImage, and Pillow's errors."""
    try:
        from pillow_jxl import JpegXLImagePlugin
    except ImportError as error:  # whoever may not ship GPL leaves it out
        raise UnreadableImage(detail="JPEG XL needs the package pillow-jxl-plugin") from error
    JpegXLImagePlugin.DECODE_THREADS = 0  # several workers decode at once; each keeps to its core
    try:
        return Image.open(io.BytesIO(data), formats=(FORMAT,))
    except RuntimeError as error:  # libjxl tells only that there was an error
        raise CorruptImage(detail="its content is damaged or incomplete") from error


def is_turned_by_the_decoder(image: Image.Image) -> bool:
    """Whether libjxl turned the pixels upright: not those that it gives as the JPEG they were, with its EXIF."""
    return not getattr(image, "jpeg", False)


def _boxed_codestream(data: bytes) -> bytes:
    """The start of the codestream, which may be cut into boxes of a few bytes each."""
    start = b""
    for kind, first, end in _boxes(data):
        if kind in (b"jxlc", b"jxlp"):
            start += data[first + (4 if kind == b"jxlp" else 0) : min(end, first + _HEADER_BYTES)]
        if len(start) >= _HEADER_BYTES:
            break
    return start


def _boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the content of each top-level box."""
    position = 0
    while position + 8 <= len(data):
        size, header = int.from_bytes(data[position : position + 4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(data[position + 8 : position + 16], "big"), 16
        end = position + size if size else len(data)
        if end < position + header:
            return
        yield data[position + 4 : position + 8], position + header, end
        position = end


class _Bits:
    """Numbers from a bit stream, lowest bit first; zeros behind its end, as the decoder will find out itself."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "little")

    def take(self, count: int) -> int:
        value = self._value & ((1 << count) - 1)
        self._value >>= count
        return value

    def choose(self, *widths: int) -> int:
        """A number of one of four widths (the standard's U32)."""
        return self.take(widths[self.take(2)])


def _size(bits: _Bits) -> Size:
    """Width and height (SizeHeader)."""
    in_eights = bits.take(1)

    def side() -> int:
        return 8 * (bits.take(5) + 1) if in_eights else bits.choose(9, 13, 18, 30) + 1

    height = side()
    fraction = bits.take(3)
    if not fraction:
        return side(), height
    numerator, denominator = _FRACTIONS[fraction - 1]
    return height * numerator // denominator, height


def _is_animated(bits: _Bits) -> bool:
    """Reads on in the metadata behind the size (ImageMetadata), up to the field that tells."""
    if bits.take(1) or not bits.take(1):  # all as usual; no extra fields
        return False
    bits.take(3)  # the orientation
    if bits.take(1):
        _size(bits)
    if bits.take(1):
        _skip_preview(bits)
    return bool(bits.take(1))


def _skip_preview(bits: _Bits) -> None:
    """PreviewHeader: the size of a small picture in front of the picture."""
    in_eights = bits.take(1)

    def skip_side() -> None:
        bits.choose(0, 0, 5, 9) if in_eights else bits.choose(6, 8, 10, 12)

    skip_side()
    if not bits.take(3):
        skip_side()
