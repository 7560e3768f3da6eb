"""Colours as their profile means them: from a picture's ICC profile into sRGB, by littleCMS.

Thumbnails and what the viewer shows are converted. The model's input is not, except of inks (CMYK): open_clip's own
transform ignores profiles, as the pictures were read that its models learned from, and vectors should be those that
the same model gives elsewhere. Display P3 or Adobe RGB taken for sRGB looks a little pale, which moves no search.
"""

import io
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import numpy as np
from PIL import Image

Conversion = Callable[[Image.Image], Image.Image]
"""From an RGB image to an RGB image of the same size."""

_GREY_MODES: Final = frozenset(("1", "L", "LA", "La", "I", "F", "I;16", "I;16B", "I;16L", "I;16N"))
_RGB_MODES: Final = frozenset(("RGB", "RGBA", "RGBa", "RGBX", "P", "PA", "YCbCr", "HSV")) | _GREY_MODES
_UNSEEN: Final = 2  # of 255: a profile that changes no colour by more is sRGB by another name
_STEPS: Final = 6  # per channel of the colours that this is tried with


def conversion_of(image: Image.Image) -> Conversion | None:
    """What turns RGB pixels decoded from `image` into sRGB; None where they are sRGB, or nothing usable says otherwise."""
    profile = image.info.get("icc_profile")
    if not profile or not isinstance(profile, bytes):
        return None
    if image.mode in _GREY_MODES and (grey := _conversion(profile, "L")):
        return lambda rgb: grey(rgb.getchannel(0))
    return _conversion(profile, "RGB") if image.mode in _RGB_MODES else None


def from_inks(image: Image.Image) -> Image.Image:
    """A CMYK image as RGB, by its profile where it has a usable one."""
    profile = image.info.get("icc_profile")
    convert = _conversion(profile, "CMYK") if isinstance(profile, bytes) else None
    return convert(image) if convert else image.convert("RGB")


@lru_cache(maxsize=16)  # a library has few profiles, and to read one costs as much as to use it on a thumbnail
def _conversion(profile: bytes, mode: str) -> Conversion | None:
    """From images of this mode into sRGB; None for a profile that is broken, of another mode, or sRGB itself."""
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform: Any = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
        convert = _applied(transform)
        is_srgb = mode == "RGB" and _changes_nothing(convert)
    except Exception:  # noqa: BLE001  broken profiles raise anything, and a photo is a photo without one
        return None
    return None if is_srgb else convert


def _applied(transform: Any) -> Conversion:
    from PIL import ImageCms

    def convert(image: Image.Image) -> Image.Image:
        converted = ImageCms.applyTransform(image, transform)
        assert converted is not None
        return converted

    return convert


def _changes_nothing(convert: Conversion) -> bool:
    """By trying it out. Names tell less: there are dozens for sRGB, and "sRGB-elle-V2-g10" is linear."""
    steps = np.linspace(0, 255, _STEPS).round().astype(np.uint8)
    colours = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(_STEPS, -1, 3)
    changed = np.asarray(convert(Image.fromarray(colours))).astype(int)
    return bool(np.abs(changed - colours).max() <= _UNSEEN)
