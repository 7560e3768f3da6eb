"""Where the watch folders are now, and whether they are there at all."""

import os
from collections.abc import Sequence

from photoorg.catalog.records import WatchFolder
from photoorg.indexing.scan import is_inside
from photoorg.probes import TIMEOUT_S, Probes
from photoorg.volumes import Volume, find_volume, mounted_volumes

Root = tuple[WatchFolder, bytes]


def reachable(
    folders: Sequence[WatchFolder], probes: Probes | None = None, timeout_s: float = TIMEOUT_S
) -> tuple[list[Root], list[bytes]]:
    """The folders that can be reached, with their paths; and the paths of the others, of which nothing is missing.

    One that does not answer within `timeout_s` cannot be.
    """
    probes = probes or Probes()
    volumes = mounted_volumes() if folders else {}
    roots: list[Root] = []
    offline = []
    for folder in folders:
        volume = find_volume(volumes, folder.volume_key)
        path = _path(folder, volume)
        if volume is not None and probes.identity(path, timeout_s) is not None:
            roots.append((folder, path))
        else:
            offline.append(path)
    return roots, offline


def with_inner(folders: Sequence[WatchFolder], watched: Sequence[WatchFolder]) -> list[WatchFolder]:
    """The folders, and the watch folders inside them: a hidden one is not met on the way."""
    inner = [w for w in watched if any(w.volume_id == f.volume_id and is_inside(w.path, f.path) for f in folders)]
    return list({folder.id: folder for folder in [*folders, *inner]}.values())


def _path(folder: WatchFolder, volume: Volume | None) -> bytes:
    root = os.path.join(volume.mount if volume else folder.mount, folder.path).rstrip(os.sep.encode())
    return root or os.sep.encode()
