"""The folders that people asked to follow."""

import os
from dataclasses import dataclass
from pathlib import Path

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import Vanished, WatchFolder
from photoorg.errors import FolderIsLibrary, FolderNotWatched, FolderUnreachable, NothingVanished
from photoorg.indexing.packages import is_package
from photoorg.indexing.vanishing import is_alarming
from photoorg.volumes import real_path, volume_of


@dataclass(frozen=True)
class FolderInfo:
    """A watch folder: where it is, whether it can be reached now, how many photos it shows.

    `vanished` are files that were gone all at once, and of which a person is asked whether they are really gone; None: there are none.
    """

    id: int
    path: Path
    online: bool
    photos: int
    vanished: Vanished | None = None


class WatchFolders:
    """Adds, removes and describes watch folders. Paths are absolute."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def add(self, path: Path) -> WatchFolder:
        """Follow a folder; one that is followed already is simply returned.

        Raises FolderUnreachable, FolderIsLibrary.
        """
        try:
            os.listdir(path)
        except OSError as error:
            raise FolderUnreachable(path=str(path), detail=error.strerror) from error
        real = real_path(path)
        if is_package(real):
            raise FolderIsLibrary(path=str(path))
        volume = volume_of(real)
        return self._catalog.folders.add(volume, volume.relative(real))

    def remove(self, path: Path) -> None:
        """Stop following a folder and hide its photos. Raises FolderNotWatched."""
        self._catalog.folders.remove(self._find(path))

    def confirm_vanished(self, path: Path) -> None:
        """The photos that vanished from a folder are really gone. Raises FolderNotWatched, NothingVanished."""
        folder = self._find(path)
        if folder.id not in self._catalog.vanished.all():
            raise NothingVanished(path=str(path))
        self._catalog.vanished.confirm(folder)

    def describe(self) -> list[FolderInfo]:
        """The watch folders, in the order they were added."""
        counts, vanished = self._catalog.folders.photo_counts(), self._catalog.vanished.all()
        mounted = self._catalog.mounted
        mounted.look_again()
        infos = []
        for folder in self._catalog.folders.all():
            online = mounted.has_folder(folder.volume_key, folder.path)
            volume = mounted.volume(folder.volume_key)
            path = Path(os.fsdecode(os.path.join(volume.mount if volume else folder.mount, folder.path)))
            held = vanished.get(folder.id)
            infos.append(FolderInfo(folder.id, path, online, counts.get(folder.id, 0), _asked(held)))
        return infos

    def _find(self, path: Path) -> WatchFolder:
        real = real_path(path)
        volume = volume_of(real)
        found = self._catalog.folders.find(volume, volume.relative(real))
        # Of a volume that is not mounted: where it was last seen.
        last_seen = (f for f in self._catalog.folders.all() if os.path.join(f.mount, f.path) == real)
        if (found := found or next(last_seen, None)) is None:
            raise FolderNotWatched(path=str(path))
        return found


def _asked(held: Vanished | None) -> Vanished | None:
    return held if held is not None and is_alarming(held) and not held.is_confirmed else None
