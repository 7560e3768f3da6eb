"""Where a path is, or was when its volume was last seen."""

import os

from photoorg.catalog.catalog import Catalog
from photoorg.volumes import volume_of


def places_of(catalog: Catalog, path: bytes) -> list[tuple[str, bytes]]:
    """Volume keys, each with the path relative to it, that the real path may stand for; it need not exist any more."""
    volume = volume_of(path)
    places = {volume.key: volume.relative(path)}
    for key, mount in catalog.forgetting.volumes():
        if path.startswith(os.path.join(mount, b"")):
            places.setdefault(key, path.removeprefix(os.path.join(mount, b"")))
    return list(places.items())
