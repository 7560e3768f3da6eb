"""A picture that was opened, of whatever kind: an image to decode, and what its file says about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from PIL import Image

from photoorg.media import exif
from photoorg.media.jpeg_xl import is_turned_by_the_decoder, read_header
from photoorg.media.opening import open_image
from photoorg.media.raw import IsEnough, RawPicture, open_raw
from photoorg.media.raw_content import may_be_raw
from photoorg.media.reading import DecodeLimits, Size

_FORMAT_NAMES: Final = {"MPO": "JPEG", "JPEG2000": "JPEG 2000", "PPM": "PNM", "DIB": "BMP", "JXL": "JPEG XL"}
_TURNED_BY_THE_DECODER: Final = frozenset(("HEIF", "TIFF"))
_MAY_BE_ANIMATED: Final = frozenset(("GIF", "WEBP", "PNG", "AVIF"))  # in others, more pictures are no animation
_HEIF_SEQUENCES: Final = frozenset((b"hevc", b"hevx", b"msf1"))


@dataclass(frozen=True)
class OpenedPicture:
    """`image` is to be decoded and then turned by EXIF's `orientation` (1 to 8): of a RAW it may be a smaller preview.

    `full_size` is that of the full picture, upright. `stored_orientation` is part of what the file says; of a RAW, 1.
    """

    image: Image.Image
    orientation: int
    full_size: Size
    stored_orientation: int
    directories: exif.Directories
    format: str
    animated: bool = False


@contextmanager
def open_picture(data: bytes, path: bytes, limits: DecodeLimits, is_enough: IsEnough) -> Iterator[OpenedPicture]:
    """Open the bytes of a file; `is_enough` says which size will do where a file has several of one picture (RAW).

    Raises UnreadableImage, and whatever decoders raise.
    """
    raw = open_raw(data, path, limits, is_enough) if may_be_raw(data, path) else None
    opened = _of_raw(raw) if raw else _of_image(open_image(data, limits), data)
    with opened.image:
        yield opened


def _of_raw(raw: RawPicture) -> OpenedPicture:
    return OpenedPicture(raw.image, raw.orientation, raw.size, 1, raw.directories, raw.format)


def _of_image(image: Image.Image, data: bytes) -> OpenedPicture:
    size = image.size
    if image.format == "PNG":
        image.load()  # its EXIF may stand behind its pixels
    directories = exif.read_tags(image)
    orientation = 1 if _is_turned(image) else exif.orientation(directories[0])
    name = _FORMAT_NAMES.get(image.format or "", image.format or "")
    full_size = exif.turned(size, orientation)
    return OpenedPicture(image, orientation, full_size, orientation, directories, name, _is_animated(image, data))


def _is_turned(image: Image.Image) -> bool:
    return image.format in _TURNED_BY_THE_DECODER or (image.format == "JXL" and is_turned_by_the_decoder(image))


def _is_animated(image: Image.Image, data: bytes) -> bool:
    if image.format == "JXL":
        return read_header(data).animated
    if image.format == "HEIF":
        return data[8:12] in _HEIF_SEQUENCES
    if image.format not in _MAY_BE_ANIMATED:
        return False
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # noqa: BLE001  a second picture that is broken is none
        return False
