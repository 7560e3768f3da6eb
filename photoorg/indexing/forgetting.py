"""Forgetting photos on request, and 30 days after their watch folder was removed."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.forgetting import DoomedFile
from photoorg.catalog.records import WatchFolder
from photoorg.errors import PhotoUnknown
from photoorg.indexing.pixel_shelf import drop_unused_everywhere
from photoorg.indexing.placeholders import stub_at
from photoorg.indexing.places import places_of
from photoorg.indexing.roots import reachable
from photoorg.indexing.scan import is_inside
from photoorg.paths import DataDir
from photoorg.search.vector_index import index_folder, remove_stored

# What people did with the photos of a removed watch folder is kept for so long: adding it again brings all back.
KEPT_FOR = timedelta(days=30)
# A setting: when what is left of pictures that no file has was removed last; without it that is due now.
TIDIED = "tidied_utc"


@dataclass(frozen=True)
class Forgotten:
    """What was forgotten. `still_there` are files that the next scan takes in again, as they lie in watch folders still.

    `kept_copies` are damaged catalogs that a repair has set aside: what is in them is only deleted by deleting them.
    """

    photos: int
    files: int
    still_there: list[Path]
    kept_copies: list[Path]


class Forgetter:
    """Forgets photos of one library; nothing on the disk is touched."""

    def __init__(self, data_dir: DataDir, catalog: Catalog, stop: Callable[[], None] = lambda: None) -> None:
        """`stop` is called between writes, and may raise: what is forgotten by then stays so."""
        self._data_dir = data_dir
        self._catalog = catalog
        self._stop = stop

    def files_at(self, paths: Sequence[bytes]) -> list[DoomedFile]:
        """The files at these real paths, with all others of their photos. Raises PhotoUnknown."""
        found: dict[int, DoomedFile] = {}
        for path in paths:
            files = self._catalog.forgetting.files_at(places_of(self._catalog, path))
            if not files:
                raise PhotoUnknown(photo=os.fsdecode(path))
            found |= {file.id: file for file in files}
        return list(found.values())

    def missing_files(self) -> list[DoomedFile]:
        """The files of photos that are gone. What rules leave alone counts as missing, too; here not while it may lie on a disk."""
        missing = self._catalog.forgetting.missing_files()
        away = self._folders_away() if missing else []
        kept = [file for file in missing if _is_in(file, away) or self._lies_there(file)]
        photos, files = {file.photo_id for file in kept} - {None}, {file.id for file in kept}
        return [file for file in missing if file.photo_id not in photos and file.id not in files]

    def forget(self, files: Sequence[DoomedFile]) -> Forgotten:
        """Forget files, and the photos that have no others. Raises DiskFull, CatalogBusy ..."""
        there = [Path(os.fsdecode(os.path.join(file.mount, file.path))) for file in files if file.is_followed]
        photos = self._catalog.forgetting.forget(files, self._stop)
        if files:
            self._drop_the_rest()
        kept = sorted(self._data_dir.root.glob("*.damaged-*.sqlite"))
        return Forgotten(photos, len(files), [path for path in there if os.path.lexists(path)], kept)

    def _folders_away(self) -> list[WatchFolder]:
        folders = self._catalog.folders.all()
        there = {folder.id for folder, _ in reachable(folders)[0]}
        return [folder for folder in folders if folder.id not in there]

    def _lies_there(self, file: DoomedFile) -> bool:
        volume = self._catalog.mounted.volume(file.volume_key)
        path = os.path.join(volume.mount if volume else file.mount, file.path)
        if not os.path.lexists(path) and stub_at(path) is None:
            return False
        place = file.volume_id, file.path  # another photo may lie there now
        others = self._catalog.forgetting.files_at([(file.volume_key, file.path)])
        return not any(other.is_followed and (other.volume_id, other.path) == place for other in others)

    def _drop_the_rest(self) -> None:
        """Earlier versions of the pictures, and the vector indexes: searches are exact until they are made again.

        Who indexes just now does both by itself.
        """
        if not self._catalog.lease.take():
            self._catalog.settings.drop(TIDIED, self._catalog.settings.get(TIDIED) or "")
            return
        try:
            self._catalog.remains.remove_orphans(self._stop)
            drop_unused_everywhere(self._data_dir.shelf, self._catalog.remains.unused)
            for fingerprint in self._catalog.embeddings.picture_counts():
                remove_stored(index_folder(self._data_dir.index, fingerprint))
        finally:
            self._catalog.lease.release()


def _is_in(file: DoomedFile, folders: Sequence[WatchFolder]) -> bool:
    return any(folder.volume_id == file.volume_id and is_inside(file.path, folder.path) for folder in folders)


def forget_removed_folders(catalog: Catalog, now: datetime, stop: Callable[[], None] = lambda: None) -> int:
    """Forget what belongs to watch folders that were removed long ago; gives how many photos. For the lease's holder."""
    before = (now - KEPT_FOR).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if not catalog.forgetting.removed_folders(before):
        return 0
    photos = catalog.forgetting.forget(catalog.forgetting.files_removed_before(before), stop)
    catalog.forgetting.forget_removed_folders(before)
    return photos
