"""Photos of the library by the paths that people type."""

import os
from pathlib import Path

from photoorg.catalog.catalog import Catalog
from photoorg.volumes import real_path, volume_of


def photo_id_at(catalog: Catalog, path: str) -> int | None:
    """The id of the photo at a path, of which `~` is the home folder; None if the library has none there."""
    if not path or "\0" in path:
        return None
    real = real_path(Path(os.path.expanduser(path)).absolute())
    volume = volume_of(real)
    photo = catalog.photos.at(volume, volume.relative(real))
    return None if photo is None else photo.id
