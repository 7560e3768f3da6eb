"""Small camera RAW files, written by hand: DNG (Adobe DNG specification 1.4) and other TIFF structures."""

import io
import struct
from dataclasses import dataclass, field

import numpy as np
from media_samples import encoded
from PIL import Image

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL = 1, 2, 3, 4, 5, 7, 10
_SIZES = {BYTE: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8, UNDEFINED: 1, SRATIONAL: 8}
_CODES = {SHORT: "H", LONG: "I"}
# XYZ to linear sRGB (IEC 61966-2-1): a camera whose colours are sRGB's own.
_TO_SRGB = (3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.2040, 1.0570)
_CFA, _YCBCR, _JPEG = 32803, 6, 7


@dataclass
class Directory:
    """A TIFF directory: tag -> (type, value); `strip` is the picture's data, `inner` its directories by pointer tag."""

    tags: dict[int, tuple[int, object]]
    strip: bytes = b""
    inner: dict[int, "Directory"] = field(default_factory=dict)


def data_last(raw: bytes, picture: Image.Image) -> bytes:
    """The same DNG with its sensor data at its end, where cameras have them: there a cut file ends in their midst."""
    data = mosaic(picture)
    start = raw.index(data)
    assert raw.count(struct.pack("<I", start)) == 1
    return raw.replace(struct.pack("<I", start), struct.pack("<I", len(raw))) + data


def tiff(main: Directory, magic: bytes = b"II*\0") -> bytes:
    """Bytes of a little-endian TIFF structure."""
    body = bytearray(8)
    offset = _append(body, main)
    body[:8] = magic + struct.pack("<I", offset)
    return bytes(body)


def _append(body: bytearray, directory: Directory) -> int:
    tags = dict(directory.tags)
    for tag, inner in directory.inner.items():
        tags[tag] = LONG, _append(body, inner)
    if directory.strip:
        tags = {273: (LONG, len(body)), 279: (LONG, len(directory.strip)), **tags}
        body += directory.strip + bytes(len(directory.strip) % 2)
    entries = b""
    for tag, (kind, value) in sorted(tags.items()):
        packed = _packed(kind, value)
        count = len(packed) // _SIZES[kind]
        if len(packed) > 4:
            entries += struct.pack("<HHII", tag, kind, count, len(body))
            body += packed + bytes(len(packed) % 2)
        else:
            entries += struct.pack("<HHI", tag, kind, count) + packed.ljust(4, b"\0")
    offset = len(body)
    body += struct.pack("<H", len(tags)) + entries + bytes(4)
    return offset


def _packed(kind: int, value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    values = value if isinstance(value, tuple) else (value,)
    if kind in (RATIONAL, SRATIONAL):
        return b"".join(struct.pack("<ii", round(number * 10_000), 10_000) for number in values)
    return struct.pack(f"<{len(values)}{_CODES[kind]}", *values)


EXIF = Directory(
    {
        0x829A: (RATIONAL, 0.004),
        0x829D: (RATIONAL, 2.8),
        0x8827: (SHORT, 400),
        0x9003: (ASCII, b"2021:04:05 06:07:08\0"),
        0x920A: (RATIONAL, 35.0),
        0xA434: (ASCII, b"Acme 35mm\0"),
    }
)
GPS = Directory(
    {1: (ASCII, b"N\0"), 2: (RATIONAL, (52.0, 30.0, 36.0)), 3: (ASCII, b"E\0"), 4: (RATIONAL, (13.0, 24.0, 0.0))}
)


def dng(
    picture: Image.Image,
    preview: bytes | None = None,
    orientation: int = 1,
    inner: dict[int, Directory] | None = None,
    **changes: tuple[int, object],
) -> bytes:
    """A DNG of a picture as it lies on the sensor, with a JPEG preview or none. `changes`: T<tag>=(type, value)."""
    tags = {
        254: (LONG, 0),
        **size_tags(picture.size),
        258: (SHORT, 16),
        259: (SHORT, 1),
        262: (SHORT, _CFA),
        271: (ASCII, b"Acme\0"),
        272: (ASCII, b"Acme One\0"),
        274: (SHORT, orientation),
        277: (SHORT, 1),
        278: (LONG, picture.height),
        33421: (SHORT, (2, 2)),
        33422: (BYTE, b"\0\1\1\2"),
        50706: (BYTE, b"\1\4\0\0"),
        50708: (ASCII, b"Acme One\0"),
        50717: (LONG, 65535),
        50721: (SRATIONAL, _TO_SRGB),
        50728: (RATIONAL, (1.0, 1.0, 1.0)),
        50778: (SHORT, 21),
    }
    tags.update((int(name[1:]), value) for name, value in changes.items())
    if preview is not None:
        inner = {330: preview_directory(preview)}
    return tiff(Directory(tags, mosaic(picture), {34665: EXIF, 34853: GPS, **(inner or {})}))


def preview_directory(jpeg: bytes, size: tuple[int, int] | None = None) -> Directory:
    size = size or Image.open(io.BytesIO(jpeg)).size
    tags = {
        254: (LONG, 1),
        **size_tags(size),
        258: (SHORT, (8, 8, 8)),
        259: (SHORT, _JPEG),
        262: (SHORT, _YCBCR),
        277: (SHORT, 3),
        278: (LONG, size[1]),
    }
    return Directory(tags, jpeg)


def mosaic(picture: Image.Image) -> bytes:
    """What a sensor with RGGB filters sees: one linear 16-bit value per pixel."""
    values = np.asarray(picture.convert("RGB")) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    seen = linear[..., 1].copy()
    seen[::2, ::2] = linear[::2, ::2, 0]
    seen[1::2, 1::2] = linear[1::2, 1::2, 2]
    return (seen * 65535 + 0.5).astype("<u2").tobytes()


def jpeg(picture: Image.Image, **options: object) -> bytes:
    return encoded(picture, "JPEG", quality=92, **options)


def size_tags(size: tuple[int, int]) -> dict[int, tuple[int, object]]:
    return {256: (LONG, size[0]), 257: (LONG, size[1])}
