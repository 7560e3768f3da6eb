"""Is all of a picture there? By the structure of its file, and for a JPEG without an end by decoding it."""

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from PIL import JpegImagePlugin

from photoorg.errors import TruncatedImage
from photoorg.media.jpeg import END, START, jpeg_layout

Result = TypeVar("Result")

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG2000: Final = b"\0\0\0\x0cjP  \r\n\x87\n"
_JXL: Final = b"\0\0\0\x0cJXL \r\n\x87\n"
_SIGNATURES: Final = (
    *(b"\xff\xd8\xff", _PNG, b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*"),
    *(_JPEG2000, b"\xff\x4f\xff\x51", _JXL, b"\xff\x0a"),
)
# Anything but zeros, which decoders go on with themselves; 0xFF would start a marker.
_ROWS: Final = 256
_ZEROS_KEPT: Final = 8  # of those at the end, a few may be picture
_NOISE: Final = bytes(value * 89 % 251 for value in range(1, 250))


def looks_like_a_picture(data: bytes) -> bool:
    """Whether the first bytes are those of a picture format that photoorg knows."""
    is_webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    is_bmff = data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")
    return data.startswith(_SIGNATURES) or is_webp or is_bmff


def ends_too_early(data: bytes) -> bool:
    """Whether the file's own structure promises more bytes than there are. Cheap; asked when decoding failed."""
    if data.startswith(START):
        return jpeg_layout(data).end is None
    if data[:4] == b"RIFF":
        return int.from_bytes(data[4:8], "little") + 8 > len(data)
    if data.startswith(_PNG):
        return b"IEND" not in data[-64 * 1024 :]
    if data.startswith((_JPEG2000, _JXL)) or data[4:8] == b"ftyp":
        return any(end > len(data) for end in _box_ends(data))
    return data[:4] == b"GIF8" and not data.rstrip(b"\0").endswith(b";")


def _box_ends(data: bytes) -> Iterator[int]:
    """Where each top-level box of an ISO base media file (HEIF, AVIF, JPEG 2000) should end."""
    position = 0
    while position + 8 <= len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        if size == 1:
            size = int.from_bytes(data[position + 8 : position + 16], "big")
        if size < 8:  # noqa: PLR2004  0 means up to the end of the file; less than its own header is nonsense
            return
        position += size
        yield position


def ends_in_zeros(data: bytes) -> bool:
    """An interrupted copy may have its full length, the rest in zeros: a JPEG decoder may take them for picture."""
    return data.endswith(bytes(16))


def decode_completed(data: bytes, decode: Callable[[bytes], Result]) -> Result:
    """`decode(data)`; a JPEG that lacks nothing but its end marker is good. Raises TruncatedImage, what `decode` raises."""
    if not data.startswith(START):
        return decode(data)
    try:
        return decode(completed(data) if ends_in_zeros(data) else data)
    except OSError:
        mended = completed(data)
        if mended is data:
            raise
        return decode(mended)


def completed(data: bytes) -> bytes:
    """A JPEG with its EOI marker: as it is, or mended where nothing but the marker is missing. Raises TruncatedImage.

    Many a camera and editor writes no EOI. Whether the picture is complete shows when it is decoded twice with
    different bytes behind its end: they change nothing if the decoder did not need them.
    """
    if jpeg_layout(data).end is not None:
        return data
    kept = data.rstrip(b"\0")
    kept = data[: len(kept) + _ZEROS_KEPT].removesuffix(b"\xff")  # half of the marker
    try:
        if _digest(kept + END) == _digest(kept + _NOISE + END):
            return kept + END
    except OSError as error:
        raise TruncatedImage from error
    raise TruncatedImage


def _digest(data: bytes) -> bytes:
    """Hash of the pixels at full size, of which a second copy is never in memory."""
    image = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    digest = hashlib.sha256()
    for top in range(0, image.height, _ROWS):
        digest.update(image.crop((0, top, image.width, min(top + _ROWS, image.height))).tobytes())
    return digest.digest()
