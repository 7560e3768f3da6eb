"""Camera RAW by LibRaw: the preview that the camera put into the file where it will do, else the sensor's picture.

A preview costs a fraction of developing, and looks as the camera showed it. rawpy is imported when a RAW is met.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PIL import Image

from photoorg.errors import CorruptImage, TruncatedImage
from photoorg.media import exif
from photoorg.media.completeness import ends_too_early
from photoorg.media.raw_content import has_raw_signature, lacks_data, raw_format, tiff_directories
from photoorg.media.reading import DecodeLimits, Size

if TYPE_CHECKING:
    import rawpy

IsEnough = Callable[[Size], bool]
"""Whether a picture of this size will do for what it is wanted for."""

_LIBRAWS_NAME: Final = "dcraw"  # as the software of the EXIF that it makes
_SEGMENT: Final = 4  # where the length of a JPEG's first segment stands
_SRGB_CURVE: Final = (2.4, 12.92)  # power and slope at the dark end
_ALMOST_ALL: Final = 0.9  # of the long side: cameras trim some rows that LibRaw keeps
# EXIF's orientation for LibRaw's flip, whose bits are: 1 mirror left and right, 2 top and bottom, 4 swap the axes.
_ORIENTATIONS: Final = {0: 1, 1: 2, 3: 3, 2: 4, 4: 5, 6: 6, 7: 7, 5: 8}


@dataclass(frozen=True)
class RawPicture:
    """`image` still needs `orientation`. `size` is that of the sensor's picture, upright."""

    image: Image.Image
    orientation: int
    size: Size
    directories: exif.Directories
    format: str


def open_raw(data: bytes, path: bytes, limits: DecodeLimits, is_enough: IsEnough) -> RawPicture | None:
    """The preview in a RAW where it `is_enough`, else all of it, or half; None where LibRaw does not know the file.

    Raises TruncatedImage, CorruptImage, TooManyPixels, MemoryError.
    """
    import rawpy

    if lacks_data(data):
        raise TruncatedImage
    with _libraw_errors(), rawpy.RawPy() as raw:
        try:
            raw.open_buffer(io.BytesIO(data))
        except (rawpy.LibRawFileUnsupportedError, rawpy.LibRawIOError) as error:
            if isinstance(error, rawpy.LibRawIOError) and has_raw_signature(data):
                raise
            return None
        sensor = raw.sizes.width, raw.sizes.height
        limits.check(sensor)
        orientation = _ORIENTATIONS.get(raw.sizes.flip, 1)
        size = exif.turned(sensor, orientation)
        preview = _preview(raw, limits)
        directories, kind = _directories(data, preview), raw_format(data, path)
        if preview and (is_enough(preview.image.size) or max(preview.image.size) >= _ALMOST_ALL * max(sensor)):
            return RawPicture(preview.image, _orientation_of(preview, orientation, size), size, directories, kind)
        image = _developed(raw, half=is_enough((sensor[0] // 2, sensor[1] // 2)))
        return RawPicture(image, orientation, size, directories, kind)


def _directories(data: bytes, preview: "_Preview | None") -> exif.Directories:
    """The RAW's own EXIF; where it is in a place that only LibRaw knows, that of the preview, or from LibRaw."""
    own = tiff_directories(data)
    if preview is None or exif.MODEL in own[0]:
        return own
    return preview.directories if exif.MODEL in preview.directories[0] else preview.by_libraw


@dataclass(frozen=True)
class _Preview:
    """A preview, which may not be decoded yet, with its own EXIF and that which LibRaw put in front of it."""

    image: Image.Image
    directories: exif.Directories = ({}, {}, {})
    by_libraw: exif.Directories = ({}, {}, {})


def _preview(raw: "rawpy.RawPy", limits: DecodeLimits) -> _Preview | None:
    """The largest preview; None where there is none, or none that looks whole."""
    import rawpy

    try:
        found = raw.extract_thumb().data
        preview = _opened(found) if isinstance(found, bytes) else _Preview(Image.fromarray(found))
        limits.check(preview.image.size)
    except (rawpy.LibRawError, OSError, ValueError, TypeError, NotImplementedError):
        return None
    return preview


def _opened(jpeg: bytes) -> _Preview:
    """Raises ValueError, OSError."""
    if ends_too_early(jpeg):
        raise ValueError
    image = Image.open(io.BytesIO(jpeg), formats=("JPEG",))
    directories = exif.read_tags(image)
    if not (exif.text(directories[0].get(exif.SOFTWARE)) or "").startswith(_LIBRAWS_NAME):
        return _Preview(image, directories)
    main, camera, _ = directories  # of the place, LibRaw writes the letters for north and east wrongly
    end = _SEGMENT + int.from_bytes(jpeg[_SEGMENT : _SEGMENT + 2], "big")
    image = Image.open(io.BytesIO(jpeg[:2] + jpeg[end:]), formats=("JPEG",))
    return _Preview(image, exif.read_tags(image), (main, camera, {}))


def _orientation_of(preview: _Preview, of_raw: int, upright: Size) -> int:
    """The preview's own, else the RAW's: the first that makes it as wide or high as the RAW; else it is upright."""
    main = preview.directories[0]
    for orientation in (exif.orientation(main),) * (exif.ORIENTATION in main) + (of_raw,):
        width, height = exif.turned(preview.image.size, orientation)
        if (width > height) == (upright[0] > upright[1]):
            return orientation
    return 1


def _developed(raw: "rawpy.RawPy", *, half: bool) -> Image.Image:
    """The sensor's picture as it lies, in sRGB with the camera's white balance; at half its size by 2 x 2 blocks."""
    import rawpy

    pixels = raw.postprocess(
        demosaic_algorithm=rawpy.DemosaicAlgorithm.PPG,  # half the time of LibRaw's default; hard to tell apart
        half_size=half,
        use_camera_wb=True,
        user_flip=0,
        gamma=_SRGB_CURVE,
    )
    return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)


@contextmanager
def _libraw_errors() -> Iterator[None]:
    """LibRaw's errors as ours."""
    import rawpy

    try:
        yield
    except (rawpy.LibRawUnsufficientMemoryError, rawpy.LibRawTooBigError) as error:
        raise MemoryError from error
    except rawpy.LibRawIOError as error:
        raise TruncatedImage from error
    except rawpy.LibRawError as error:
        raise CorruptImage(detail="its sensor data cannot be read") from error
