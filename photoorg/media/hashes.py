"""What identifies a file (content hash), a picture (picture key) and its looks (perceptual hash)."""

import hashlib
from collections.abc import Iterator
from typing import Final

import numpy as np
from PIL import Image

from photoorg.media.jpeg import START, jpeg_layout

PICTURE_KEY_VERSION: Final = 1
PERCEPTUAL_HASH_VERSION: Final = 1
_KEY_BYTES = 16
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_PICTURE = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"acTL", b"fcTL", b"fdAT"))
_WEBP_PICTURE = frozenset((b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"))
_SIDE, _LOW = 32, 8


def content_hash(data: bytes) -> bytes:
    """SHA-256 of all bytes of a file: 32 bytes."""
    return hashlib.sha256(data).digest()


def picture_key(data: bytes, orientation: int) -> bytes:
    """16 bytes from the compressed picture without its metadata, and the EXIF orientation (1 to 8).

    Formats without a known split, and files that do not parse, count with all their bytes.
    """
    digest = hashlib.sha256(bytes((PICTURE_KEY_VERSION, orientation)))
    view = memoryview(data)
    for start, end in _picture_ranges(data) or [(0, len(data))]:
        digest.update(view[start:end])
    return digest.digest()[:_KEY_BYTES]


def _picture_ranges(data: bytes) -> list[tuple[int, int]]:
    if data.startswith(START):
        layout = jpeg_layout(data)
        return layout.picture if layout.has_scan else []
    if data.startswith(_PNG_SIGNATURE):
        chunks = list(_png_chunks(data))
        return [(start, end) for kind, start, end in chunks if kind in _PNG_PICTURE] if _is_whole(chunks, data) else []
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        chunks = list(_riff_chunks(data))
        return [(start, end) for kind, start, end in chunks if kind in _WEBP_PICTURE] if _is_whole(chunks, data) else []
    return []


def _is_whole(chunks: list[tuple[bytes, int, int]], data: bytes) -> bool:
    return bool(chunks) and chunks[-1][2] <= len(data)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start (at the kind) and end (before the checksum) of each chunk."""
    position = len(_PNG_SIGNATURE)
    kind = b""
    while kind != b"IEND" and position + 8 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        kind = data[position + 4 : position + 8]
        yield kind, position + 4, position + 8 + length
        position += 12 + length


def _riff_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start (at the kind) and end of each chunk."""
    position = 12
    while position + 8 <= len(data):
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        yield data[position : position + 4], position, position + 8 + length
        position += 8 + length + length % 2


def _cosines() -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """The first 8 rows of the 32-point DCT-II."""
    frequency, sample = np.arange(_LOW)[:, None], np.arange(_SIDE)[None, :]
    return np.cos(np.pi * frequency * (2 * sample + 1) / (2 * _SIDE)).astype(np.float32)


_COSINES: Final = _cosines()


def perceptual_hash(image: Image.Image) -> int:
    """64 bits of the picture's coarse structure, as a signed integer (SQLite's are): compare by Hamming distance.

    pHash: the 8 x 8 lowest frequencies of the DCT of 32 x 32 grey pixels, each against their median (C. Zauner,
    "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010, section 3.2.1).
    """
    small = image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
    pixels = np.asarray(small, dtype=np.float32)
    # Rounded: of an empty picture only noise of the arithmetic is left, and its bits would be random.
    low = np.round(_COSINES @ pixels @ _COSINES.T, 1)
    bits = np.packbits(low > np.median(low))
    return int.from_bytes(bits.tobytes(), "big", signed=True)
