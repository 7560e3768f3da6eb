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
from photoorg.media.raw_content import raw_format, tiff_directories
from photoorg.media.reading import DecodeLimits, Size

if TYPE_CHECKING:
    import rawpy

IsEnough = Callable[[Size], bool]
"""Whether a picture of this size will do for what it is wanted for."""

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

    with _libraw_errors(), rawpy.RawPy() as raw:
        try:
            raw.open_buffer(io.BytesIO(data))
        except rawpy.LibRawFileUnsupportedError:
            return None
        sensor = raw.sizes.width, raw.sizes.height
        limits.check(sensor)
        orientation = _ORIENTATIONS.get(raw.sizes.flip, 1)
        size = exif.turned(sensor, orientation)
        preview = _preview(raw, limits)
        directories, kind = _directories(data, preview), raw_format(data, path)
        if preview and (is_enough(preview.size) or max(preview.size) >= _ALMOST_ALL * max(sensor)):
            return RawPicture(preview, _preview_orientation(preview, orientation, size), size, directories, kind)
        image = _developed(raw, half=is_enough((sensor[0] // 2, sensor[1] // 2)))
        return RawPicture(image, orientation, size, directories, kind)


def _directories(data: bytes, preview: Image.Image | None) -> exif.Directories:
    """The RAW's own EXIF; where it is in a place that only LibRaw knows, that of the preview."""
    own = tiff_directories(data)
    if preview is None or exif.MODEL in own[0]:
        return own
    main, camera, gps = exif.read_tags(preview)
    by_libraw = (exif.text(main.get(exif.SOFTWARE)) or "").startswith("dcraw")
    return main, camera, {} if by_libraw else gps  # LibRaw writes the letters for north and east wrongly


def _preview(raw: "rawpy.RawPy", limits: DecodeLimits) -> Image.Image | None:
    """The largest preview, a JPEG not decoded yet; None where there is none, or none that looks whole."""
    import rawpy

    try:
        found = raw.extract_thumb()
        if not isinstance(found.data, bytes):
            return Image.fromarray(found.data)
        if ends_too_early(found.data):
            return None
        image = Image.open(io.BytesIO(found.data), formats=("JPEG",))
        limits.check(image.size)
    except (rawpy.LibRawError, OSError, ValueError, TypeError, NotImplementedError):
        return None
    return image


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


def _preview_orientation(preview: Image.Image, of_raw: int, upright: Size) -> int:
    """Of the preview's own EXIF, else of the RAW, the first that makes it as wide or high as the RAW; else none.

    LibRaw writes EXIF where a preview has none, with the RAW's orientation, also for one that lies upright already.
    """
    tags = exif.read_tags(preview)[0]
    candidates = [exif.orientation(tags), of_raw] if exif.ORIENTATION in tags else [of_raw]
    for orientation in candidates:
        width, height = exif.turned(preview.size, orientation)
        if (width > height) == (upright[0] > upright[1]):
            return orientation
    return 1


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
