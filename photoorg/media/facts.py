"""What a file says about its photo: time, camera, exposure, place, size."""

import os
from dataclasses import dataclass

from photoorg.media import exif
from photoorg.media.opened_picture import OpenedPicture
from photoorg.media.taken import Source, taken


@dataclass(frozen=True)
class Facts:
    """Facts of one photo. Sizes are in pixels of the full picture, upright; None is what the file does not say.

    `orientation` is EXIF's (1 to 8), which the stored pixels still need; 1 where the decoder turns them itself (HEIF,
    TIFF, JPEG XL) and for RAW. `animated`: the photo is one of several pictures that are shown in turn elsewhere. `taken_local` is the camera's wall clock in ISO format, `taken_offset_min` its minutes east of UTC.
    """

    format: str
    width: int
    height: int
    orientation: int
    taken_local: str | None
    taken_offset_min: int | None
    taken_source: Source
    camera_make: str | None
    camera_model: str | None
    lens: str | None
    exposure_s: float | None
    f_number: float | None
    focal_length_mm: float | None
    iso: int | None
    latitude: float | None
    longitude: float | None
    altitude_m: float | None
    animated: bool = False


def read_facts(opened: OpenedPicture, path: bytes, mtime_ns: int) -> Facts:
    """Facts of an opened picture. Raises nothing."""
    main, camera, gps = opened.directories
    width, height = opened.full_size
    when = taken(main, camera, os.fsdecode(path.rpartition(os.fsencode(os.sep))[2]), mtime_ns)
    latitude, longitude = exif.position(gps)
    iso = exif.positive(camera.get(exif.ISO))
    return Facts(
        format=opened.format,
        width=width,
        height=height,
        orientation=opened.stored_orientation,
        taken_local=when.local,
        taken_offset_min=when.offset_min,
        taken_source=when.source,
        camera_make=exif.text(main.get(exif.MAKE)),
        camera_model=exif.text(main.get(exif.MODEL)),
        lens=exif.text(camera.get(exif.LENS_MODEL)),
        exposure_s=exif.positive(camera.get(exif.EXPOSURE)),
        f_number=exif.positive(camera.get(exif.F_NUMBER)),
        focal_length_mm=exif.positive(camera.get(exif.FOCAL_LENGTH)),
        iso=round(iso) if iso else None,
        latitude=latitude,
        longitude=longitude,
        altitude_m=exif.altitude(gps),
        animated=opened.animated,
    )
