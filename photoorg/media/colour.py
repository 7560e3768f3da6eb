"""Colours as their profile means them: from a picture's ICC profile into sRGB, by littleCMS.

Thumbnails and what the viewer shows are converted. The model's input is not, as long as the profile is that of a camera
or a display: open_clip's own transform ignores profiles, the pictures that its models learned from were read so, and
vectors should be those that the same model gives elsewhere. Display P3 or Adobe RGB taken for sRGB is a little pale,
which moves no search. Inks (CMYK), linear light and the like would be another picture: these the model sees converted.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from PIL import Image

_GREY_MODES: Final = frozenset(("1", "L", "LA", "La", "I", "F", "I;16", "I;16B", "I;16L", "I;16N"))
_RGB_MODES: Final = frozenset(("RGB", "RGBA", "RGBa", "RGBX", "P", "PA", "YCbCr")) | _GREY_MODES
# Mean changes of a colour, of 255: sRGB itself up to 0.1 (by its many makers), Display P3 and Adobe RGB 9, ProPhoto 22,
# old displays 24, linear light 36, profiles that swap colours 100.
_UNSEEN: Final = 0.5
_ANOTHER_PICTURE: Final = 30
_STEPS: Final = 6  # per channel of the colours that this is tried with


@dataclass(frozen=True)
class Conversion:
    """From RGB pixels into sRGB. `is_far`: without it they show another picture."""

    transform: Any
    is_grey: bool
    is_far: bool

    def apply(self, image: Image.Image) -> Image.Image:
        """The image, of the same size, in sRGB."""
        return _transformed(image.getchannel(0) if self.is_grey else image, self.transform)


def conversion_of(image: Image.Image) -> Conversion | None:
    """For RGB pixels that were decoded from `image`; None where they are sRGB, or nothing usable says otherwise."""
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or image.mode not in _RGB_MODES:
        return None
    grey = _conversion(profile, "L") if image.mode in _GREY_MODES else None
    return grey or _conversion(profile, "RGB")


def from_inks(image: Image.Image) -> Image.Image:
    """A CMYK image as RGB, by its profile where it has a usable one."""
    profile = image.info.get("icc_profile")
    transform = _transform(profile, "CMYK") if isinstance(profile, bytes) else None
    return _transformed(image, transform) if transform else image.convert("RGB")


@lru_cache(maxsize=16)
def _conversion(profile: bytes, mode: str) -> Conversion | None:
    transform = _transform(profile, mode)
    if transform is None:
        return None
    change = _mean_change(transform, mode)
    return Conversion(transform, mode == "L", change > _ANOTHER_PICTURE) if change > _UNSEEN else None


@lru_cache(maxsize=16)  # a library has few profiles, and to read one costs as much as to use it on a thumbnail
def _transform(profile: bytes, mode: str) -> Any:
    """From images of this mode into sRGB; None for a profile that is broken or of another mode."""
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except Exception:  # noqa: BLE001  broken profiles raise anything, and a photo is a photo without one
        return None


def _transformed(image: Image.Image, transform: Any) -> Image.Image:
    from PIL import ImageCms

    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None
    return converted


def _mean_change(transform: Any, mode: str) -> float:
    """By trying it out. Names tell less: there are dozens for sRGB, and "sRGB-elle-V2-g10" is linear."""
    steps = np.linspace(0, 255, _STEPS).round().astype(np.uint8)
    colours = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(_STEPS, -1, 3)
    image = Image.fromarray(colours if mode == "RGB" else steps[None])
    changed = np.asarray(_transformed(image, transform)).astype(int)
    return float(np.abs(changed - np.asarray(image.convert("RGB"))).mean())
