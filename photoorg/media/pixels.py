"""From an opened image to small upright RGB pixels: scaled decoding, colours, orientation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from PIL import Image, JpegImagePlugin, TiffImagePlugin

from photoorg.media.colour import Conversion, conversion_of, from_inks
from photoorg.media.exif import PHOTOMETRIC, SWAPS_SIDES
from photoorg.media.reading import Size
from photoorg.media.thumbnails import LONG_SIDES
from photoorg.model_input import ModelInput

Box = tuple[float, float, float, float]

# The model's input is resampled from a picture scaled down by averaging blocks of 2, 4 or 8 pixels (JPEG: while
# decoding). From 1.4 times the model's size on, that differs from resampling the full picture by PSNR > 37 dB and
# 0.025 of a standard deviation at most (measured on 12-megapixel photos of phones and cameras, worst one); at 1.0
# times it is 34 dB and 0.045, at 0.8 times 32 dB and 0.06.
_SPARE: Final = 1.4
_SCALES: Final = (8, 4, 2)

_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Whether turning upright moves the stored right or bottom edge, where partial pixels are, to the other side.
_MIRRORS_X: Final = frozenset((2, 3, 6, 7))
_MIRRORS_Y: Final = frozenset((3, 4, 7, 8))
_AVERAGES_WELL: Final = frozenset(("RGB", "L", "CMYK", "YCbCr"))
_DEEP_GREY: Final = frozenset(("I;16", "I;16B", "I;16L", "I;16N", "I", "F"))
_BAND_PIXELS: Final = 2**22  # at once, where to convert all of a huge picture takes too much memory


@dataclass(frozen=True)
class Upright:
    """RGB pixels, upright, scaled down or not. `box` is where in them the full picture of `width` x `height` lies.

    The pixels are as the model should see them; `to_srgb` converts them where their colours are others than sRGB's.
    """

    image: Image.Image
    box: Box
    width: int
    height: int
    to_srgb: Conversion | None = None

    def in_srgb(self, image: Image.Image) -> Image.Image:
        """Pixels of this picture, which may have been resized meanwhile, in sRGB."""
        return self.to_srgb.apply(image) if self.to_srgb else image


def scale_for(size: tuple[int, int], model_input: ModelInput | None) -> int:
    """1, 2, 4 or 8: by how much a picture of `size` may be scaled down before thumbnails and model input suffer."""
    return next((scale for scale in _SCALES if _may_be_scaled(size, scale, model_input)), 1)


def scale_for_long_side(size: tuple[int, int], long_side: int) -> int:
    """1, 2, 4 or 8: by how much a picture of `size` may be scaled down and keep a long side of `long_side` pixels."""
    return next((scale for scale in _SCALES if max(size) // scale >= long_side and scale <= min(size)), 1)


def is_enough(size: Size, model_input: ModelInput | None) -> bool:
    """Whether neither thumbnails nor model input have to be enlarged from a picture of `size`."""
    return max(size) >= max(LONG_SIDES) and (model_input is None or _decisive(size, model_input) >= model_input.size)


def _may_be_scaled(size: Size, scale: int, model_input: ModelInput | None) -> bool:
    if -(-max(size) // scale) < max(LONG_SIDES) or scale > min(size):
        return False
    return model_input is None or _decisive(size, model_input) / scale >= _SPARE * model_input.size


def _decisive(size: Size, model_input: ModelInput) -> int:
    return max(size) if model_input.resize == "longest" else min(size)


def decode_upright(image: Image.Image, scale: int, orientation: int) -> Upright:
    """Decode an opened image, scaled down by `scale` (1, 2, 4 or 8), and turn it by its EXIF orientation (1 to 8)."""
    size = image.size
    pixels = decode_rgb(image, scale)
    conversion = conversion_of(image)
    if conversion and conversion.is_far:
        pixels, conversion = conversion.apply(pixels), None
    return upright(pixels, size, scale, orientation, conversion)


def decode_rgb(image: Image.Image, scale: int) -> Image.Image:
    """Decode an opened image into RGB, scaled down by `scale` (1, 2, 4 or 8; sides rounded up)."""
    width, height = image.size
    if scale > 1 and isinstance(image, JpegImagePlugin.JpegImageFile):
        image.draft("RGB", (width // scale, height // scale))
    image.load()
    if scale == 1 or image.size != (width, height):
        return to_rgb(image)
    if image.mode in _DEEP_GREY:
        return to_rgb(_to_8_bits(image).reduce(scale))
    if image.mode in _AVERAGES_WELL and not image.has_transparency_data:
        return to_rgb(image.reduce(scale))
    return _reduced_in_bands(image, scale)


def _reduced_in_bands(image: Image.Image, scale: int) -> Image.Image:
    """As `to_rgb(image).reduce(scale)`, which for 200 megapixels would take gigabytes beside the decoded ones."""
    reduced = Image.new("RGB", (-(-image.width // scale), -(-image.height // scale)))
    for band, top in _bands(image, scale):
        reduced.paste(to_rgb(band).reduce(scale), (0, top // scale))
    return reduced


def _bands(image: Image.Image, scale: int = 1) -> Iterator[tuple[Image.Image, int]]:
    """Parts of the full width and a multiple of `scale` rows, each with its first row."""
    rows = max(1, _BAND_PIXELS // (image.width * scale)) * scale
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height))), top


def upright(image: Image.Image, size: Size, scale: int, orientation: int, to_srgb: Conversion | None = None) -> Upright:
    """Turn decoded pixels of a picture of `size`, scaled down by `scale`, by its EXIF orientation (1 to 8)."""
    inner_width, inner_height = size[0] / scale, size[1] / scale
    turn = _UPRIGHT.get(orientation)
    if turn is not None:
        image = image.transpose(turn)
    if orientation in SWAPS_SIDES:
        size, inner_width, inner_height = size[::-1], inner_height, inner_width
    left = image.width - inner_width if orientation in _MIRRORS_X else 0.0
    top = image.height - inner_height if orientation in _MIRRORS_Y else 0.0
    return Upright(image, (left, top, left + inner_width, top + inner_height), *size, to_srgb)


def to_rgb(image: Image.Image) -> Image.Image:
    """RGB of any mode: transparency on white, more than 8 bits scaled down rather than clipped."""
    if image.has_transparency_data and image.mode not in _DEEP_GREY:
        return _on_white(image)
    convert = _UNUSUAL.get(image.mode)
    if convert:
        image = convert(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    clear = image if image.mode == "RGBA" else image.convert("RGBA")
    white = Image.new("RGB", clear.size, (255, 255, 255))
    white.paste(clear, mask=clear.getchannel("A"))
    return white


def _to_8_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits or floats: by the smallest usual range (1 for floats, 255, 65535) that holds all values."""
    white = _white_level(image)
    grey = np.empty((image.height, image.width), np.uint8)
    for band, top in _bands(image):
        grey[top : top + band.height] = _values(band).clip(0, white) * (255 / white) + 0.5
    return Image.fromarray(255 - grey if _is_negative(image) else grey)


def _is_negative(image: Image.Image) -> bool:
    """Of a TIFF whose zero is white Pillow turns over only 8 bits."""
    return isinstance(image, TiffImagePlugin.TiffImageFile) and image.tag_v2.get(PHOTOMETRIC) == 0


def _white_level(image: Image.Image) -> float:
    if image.mode.startswith("I;16"):
        return 65535.0
    highest = max(float(_values(band).max(initial=0)) for band, _ in _bands(image))
    ranges = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
    return next((white for white in ranges if highest <= white), highest)


def _values(image: Image.Image) -> "np.ndarray[Any, np.dtype[np.float32]]":
    return np.nan_to_num(np.asarray(image).astype(np.float32), posinf=0, neginf=0)


def _from_lab(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    assert converted is not None
    return converted


_UNUSUAL: Final[dict[str, Callable[[Image.Image], Image.Image]]] = {
    **dict.fromkeys(_DEEP_GREY, _to_8_bits),
    "LAB": _from_lab,
    "CMYK": from_inks,
}
