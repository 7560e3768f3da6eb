"""Photos of the library by the paths that people type."""

import os
from pathlib import Path

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import Photo
from photoorg.volumes import real_path, volume_of


def photo_at(catalog: Catalog, path: Path) -> Photo | None:
    """The shown photo one of whose files is at an absolute path; None if the library has none there."""
    real = real_path(path)
    volume = volume_of(real)
    return catalog.photos.at(volume, volume.relative(real))


def photo_id_at(catalog: Catalog, path: str) -> int | None:
    """The id of the photo at a path, of which `~` is the home folder; None if the library has none there."""
    if not path or "\0" in path:
        return None
    photo = photo_at(catalog, Path(os.path.expanduser(path)).absolute())
    return None if photo is None else photo.id
