"""The model's own resize and crop, straight from decoded pixels in one resampling.

Sizes and rounding are those of open_clip's image_transform (version 3): torchvision's Resize and CenterCrop for
"shortest" and "squash", its own ResizeKeepRatio and CenterCropOrPad for "longest".
"""

from typing import Any, Final

import numpy as np
from PIL import Image

from photoorg.media.pixels import Box, Upright
from photoorg.model_input import ModelInput

Pixels = np.ndarray[Any, np.dtype[np.uint8]]

_FILTERS: Final = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}


def model_pixels(picture: Upright, model_input: ModelInput) -> Pixels:
    """RGB bytes of shape (size, size, 3), not normalized."""
    size, resample = model_input.size, _FILTERS[model_input.interpolation]
    if model_input.resize == "longest":
        image = _padded(picture, model_input, resample)
    else:
        box = _centre(picture, size) if model_input.resize == "shortest" else picture.box
        image = picture.image.resize((size, size), resample, box)
    return np.asarray(image)


def _centre(picture: Upright, size: int) -> Box:
    """The part of the pixels that is left when the short side is scaled to `size` and the centre cropped."""
    width, height = picture.width, picture.height
    scaled = (size, int(size * height / width)) if width <= height else (int(size * width / height), size)
    left, top = (round((side - size) / 2) for side in scaled)
    x, y = picture.box[:2]
    per_x, per_y = (picture.box[2] - x) / scaled[0], (picture.box[3] - y) / scaled[1]
    right = min(x + (left + size) * per_x, picture.image.width)
    bottom = min(y + (top + size) * per_y, picture.image.height)
    return (x + left * per_x, y + top * per_y, right, bottom)


def _padded(picture: Upright, model_input: ModelInput, resample: Image.Resampling) -> Image.Image:
    size = model_input.size
    ratio = max(picture.width, picture.height) / size
    scaled = (max(1, round(picture.width / ratio)), max(1, round(picture.height / ratio)))
    inner = picture.image.resize(scaled, resample, picture.box)
    if scaled == (size, size):
        return inner
    canvas = Image.new("RGB", (size, size), (model_input.fill,) * 3)
    canvas.paste(inner, ((size - scaled[0]) // 2, (size - scaled[1]) // 2))
    return canvas
