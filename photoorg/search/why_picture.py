"""A picture with the places that a query lies in made visible: for files; the window paints its own."""

import errno
import os
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import Photo
from photoorg.errors import DiskFull, FileExists, PictureNotWritten, WouldReplacePhoto
from photoorg.search.why import WhyMap
from photoorg.volumes import real_path, volume_of

PICTURE_SIDE: Final = 1600  # pixels of the long side that are asked for

_COLOUR: Final = (255, 140, 0)  # orange: told from photos' greens and blues also by who is blind to red or green
_STRONGEST: Final = 0.6
_DIMMED: Final = 0.45  # what is left of the rest: the place shows by brightness alone, too


def overlaid(image: Image.Image, why: WhyMap) -> Image.Image:
    """The upright RGB image, dimmed where the query does not lie and tinted where it does; as it is if that is nowhere."""
    if not why.is_local:
        return image.copy()
    heat = Image.fromarray(why.values).resize(image.size, Image.Resampling.BICUBIC)
    share = np.asarray(heat).clip(0, 1)[..., None]
    pixels = np.asarray(image, dtype=np.float32) * (_DIMMED + (1 - _DIMMED) * np.minimum(2 * share, 1))
    mixed = pixels + _STRONGEST * share**2 * (np.array(_COLOUR, np.float32) - pixels)
    return Image.fromarray((mixed + 0.5).clip(0, 255).astype(np.uint8))


def check_free(out: Path, photo: Path | Photo, catalog: Catalog, *, replace: bool) -> None:
    """Raises FileExists, and if it is a photo (this one, or any of the library) WouldReplacePhoto, also with `replace`."""
    if not os.path.lexists(out):
        return
    path = real_path(out.absolute())
    volume = volume_of(path)
    is_photo = catalog.photos.at(volume, volume.relative(path)) is not None
    if is_photo or _is_same(path, photo.path if isinstance(photo, Photo) else os.fsencode(photo)):
        raise WouldReplacePhoto(path=str(out))
    if not replace:
        raise FileExists(path=str(out))


def write_png(image: Image.Image, out: Path, *, replace: bool) -> None:
    """Write a new file, or with `replace` over an old one. Raises FileExists, PictureNotWritten, DiskFull."""
    part = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        with open(part if replace else out, "wb" if replace else "xb") as file:
            image.save(file, "PNG")
        if replace:
            os.replace(part, out)
    except FileExistsError as error:
        raise FileExists(path=str(out)) from error
    except OSError as error:
        (part if replace else out).unlink(missing_ok=True)
        if error.errno == errno.ENOSPC:
            raise DiskFull(path=str(out)) from error
        raise PictureNotWritten(path=str(out), detail=error.strerror or str(error)) from error


def _is_same(path: bytes, photo: bytes) -> bool:
    return os.path.exists(photo) and os.path.samefile(path, photo)
