"""Which bytes are a camera RAW, and the EXIF in them. Most RAW files are TIFF inside; imports no RAW decoder."""

import io
from typing import Any, Final

from PIL import Image, TiffImagePlugin

from photoorg.media import exif
from photoorg.media.completeness import looks_like_a_picture
from photoorg.media.formats import extension_of, is_raw

_TIFF: Final = (b"II*\0", b"MM\0*")
_LIKE_TIFF: Final = {b"IIRO": b"II*\0", b"IIRS": b"II*\0", b"IIU\0": b"II*\0", b"MMOR": b"MM\0*"}  # Olympus, Panasonic
# Fujifilm, Minolta, Sigma, Canon's first one.
_SIGNATURES: Final = (b"FUJIFILMCCD-RAW", b"\0MRM", b"FOVb", b"II\x1a\0\0\0HEAPCCDR", *_LIKE_TIFF)
_CR2, _CR3 = b"CR", b"ftypcrx "
_COPIED_BYTES: Final = 4 * 2**20  # of files whose first bytes have to be rewritten: EXIF stands within
_SUBFILE_TYPE, _INNER_DIRECTORIES, _DNG_VERSION = 0x00FE, 0x014A, 0xC612
_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES = 0x0111, 0x0117, 0x0144, 0x0145
_SENSOR_PICTURES: Final = (32803, 34892)  # PhotometricInterpretation: colour filter array, linear RAW


def may_be_raw(data: bytes, path: bytes) -> bool:
    """Whether a RAW decoder should have a look: by content, and by name where the content may be anything."""
    if not data.startswith(_TIFF):
        return has_raw_signature(data) or (is_raw(path) and not looks_like_a_picture(data))
    if is_raw(path) or data[8:10] == _CR2:
        return True
    main = tiff_directories(data)[0]
    is_preview = main.get(_SUBFILE_TYPE) == 1 and exif.MAKE in main  # so do Nikon's, Sony's and others' begin
    return _DNG_VERSION in main or is_preview or main.get(exif.PHOTOMETRIC) in _SENSOR_PICTURES


def has_raw_signature(data: bytes) -> bool:
    """Whether the first bytes are those of a RAW format, or of TIFF, which most RAW files are."""
    return data.startswith((*_SIGNATURES, *_TIFF)) or data[4:12] == _CR3


def tiff_directories(data: bytes) -> exif.Directories:
    """The main, EXIF and GPS directories of a RAW that is TIFF inside; empty for others and where they do not parse."""
    found = Image.Exif()
    start = _LIKE_TIFF.get(data[:4])
    try:
        found.load_from_fp(io.BytesIO(start + data[4:_COPIED_BYTES] if start else data))
    except Exception:  # noqa: BLE001  see exif.read_tags
        return {}, {}, {}
    return exif.read_directories(found)


def lacks_data(data: bytes) -> bool:
    """Whether the directories of a DNG promise more bytes than there are: LibRaw develops what is left of a cut file.

    Other makers' promises are not asked: they are too often wrong.
    """
    main = tiff_directories(data)[0]
    if _DNG_VERSION not in main:
        return False
    inner = (_directory_at(data, offset) for offset in _numbers(main.get(_INNER_DIRECTORIES)))
    return any(_end_of_data(directory) > len(data) for directory in (main, *inner))


def _directory_at(data: bytes, offset: int) -> exif.Tags:
    found = TiffImagePlugin.ImageFileDirectory_v2(data[:8])
    file = io.BytesIO(data)
    file.seek(offset)
    try:
        found.load(file)
        return dict(found)
    except Exception:  # noqa: BLE001  see exif.read_tags
        return {}


def _end_of_data(directory: exif.Tags) -> int:
    """Behind the last of its strips or tiles."""
    pairs = ((_STRIPS, _STRIP_SIZES), (_TILES, _TILE_SIZES))
    parts = ((_numbers(directory.get(starts)), _numbers(directory.get(sizes))) for starts, sizes in pairs)
    return max((sum(part) for starts, sizes in parts for part in zip(starts, sizes, strict=False)), default=0)


def _numbers(value: Any) -> list[int]:
    values = value if isinstance(value, tuple) else (value,)
    return [number for number in values if isinstance(number, int)]


def raw_format(data: bytes, path: bytes) -> str:
    """What people call it: "DNG" by content, else by the end of its name, as "NEF"."""
    if _DNG_VERSION in tiff_directories(data)[0]:
        return "DNG"
    return extension_of(path).decode("ascii").upper() if is_raw(path) else "RAW"
