"""Discovery: look at the disk, take to the catalog what needs no reading, and say what is to be read."""

import logging
import os
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import KnownFile, Place, WatchFolder
from photoorg.embedding.models import InstalledModel
from photoorg.errors import DataFolderUnusable
from photoorg.indexing.diff import Diff, compare
from photoorg.indexing.evicted import keep_evicted
from photoorg.indexing.ignoring import Ignoring
from photoorg.indexing.roots import Root
from photoorg.indexing.scan import FoundFile, Part, Scan
from photoorg.indexing.scanner import Scanner
from photoorg.indexing.vanishing import hold_back
from photoorg.indexing.work import WorkItem
from photoorg.jobs.job import JobContext
from photoorg.probes import identity

logger = logging.getLogger(__name__)

SettlingPaths = Callable[[], Container[bytes]]


@dataclass(frozen=True)
class Discovered:
    """What a look at the disk gave. `work` are the files to read, newest first."""

    scan: Scan
    diff: Diff
    work: list[WorkItem]


class Discovery:
    """Looks at folders, or at parts of them. `settling` gives the absolute paths that are to be left alone for now.

    `ignore` are the settings' patterns of what is always left alone. Pictures in `waiting` (by key) were read already,
    and only wait to be embedded.
    """

    def __init__(
        self,
        catalog: Catalog,
        model: InstalledModel | None,
        settling: SettlingPaths,
        ignore: Sequence[str] = (),
        waiting: Container[bytes] | None = None,
    ) -> None:
        self._catalog = catalog
        self._model = model
        self._settling = settling
        self._ignoring = Ignoring(ignore)
        self._waiting = () if waiting is None else waiting

    def look_at_folders(self, ctx: JobContext, roots: Sequence[Root]) -> Discovered:
        """Look at whole watch folders. Nothing is missing in one that goes while it is looked at."""

        def check(found: int) -> None:
            ctx.check_cancelled()
            ctx.progress(found, 0, "Scanning folders")

        before = [identity(root) for _, root in roots]
        scan = Scanner(self._catalog.folders, check, self._ignoring).scan(roots)
        _note_gone(scan, roots, before)
        known: Iterable[KnownFile] = self._known(roots, scan)
        if scan.online_only:
            known = list(known)
            keep_evicted(scan, known)
        diff = compare(scan, known, self._settles(roots))
        hold_back(self._catalog, roots, scan, diff, {folder.id for folder, _ in roots} - scan.unreachable.keys())
        self._store(diff)
        self._catalog.folders.mark_scanned([folder.id for folder, _ in roots])
        return Discovered(scan, diff, diff.work + self._to_read_again(roots, scan, diff))

    def look_at_parts(self, ctx: JobContext, parts: Sequence[Part]) -> Discovered:
        """Look at parts of watch folders. If `scan.links` is not empty, nothing was done: look at the whole of these."""
        roots = list({part.folder.id: (part.folder, part.root) for part in parts}.values())
        before = [identity(root) for _, root in roots]
        scan = Scanner(self._catalog.folders, lambda _: ctx.check_cancelled(), self._ignoring).look_at(parts)
        if scan.links:
            return Discovered(scan, Diff(), [])
        _note_gone(scan, roots, before)
        known = self._catalog.files.known_at(scan.looked_at)
        keep_evicted(scan, known)
        diff = compare(scan, known, self._settles(roots))
        hold_back(self._catalog, roots, scan, diff)
        self._store(diff)
        return Discovered(scan, diff, diff.work + self._moved_to_embed(known, scan, diff))

    def _store(self, diff: Diff) -> None:
        # Missing ones first: their places may have been taken by files that moved.
        self._catalog.files.mark_missing([file.id for file in diff.replaced])
        self._catalog.files.mark_missing([file.id for file in diff.missing])
        self._catalog.files.move(diff.moves)
        self._catalog.files.attach(diff.attachments)
        self._catalog.files.detach_videos(diff.strays)

    def _known(self, roots: Sequence[Root], scan: Scan) -> Iterator[KnownFile]:
        """What the catalog knows of the folders, and of files of other watch folders that links in them led to."""
        seen: set[int] = set()
        for folder, _ in roots:
            for file in self._catalog.files.each_known_in(folder):
                if file.id not in seen:  # folders may lie in each other
                    seen.add(file.id)
                    yield file
        scanned = {folder.id for folder, _ in roots}
        owners = {found.place.watch_folder_id for found in scan.files.values()} - scanned
        for folder in self._catalog.folders.all():
            if folder.id in owners:
                for file in self._catalog.files.each_known_in(folder):
                    if (
                        file.id not in seen
                        and not file.missing
                        and (file.place.volume_id, file.place.path) in scan.files
                    ):
                        yield file

    def _settles(self, roots: Sequence[Root]) -> Callable[[Place], bool]:
        settling = self._settling()
        mounts = {folder.volume_id: root.removesuffix(folder.path) for folder, root in roots}

        def settles(place: Place) -> bool:
            mount = mounts.get(place.volume_id)
            return mount is not None and os.path.join(mount, place.path) in settling

        return settles

    def _to_read_again(self, roots: Sequence[Root], scan: Scan, diff: Diff) -> list[WorkItem]:
        """Files read in earlier runs whose pictures have no thumbnails (any more), or no embedding of this model."""
        folders = [folder for folder, _ in roots]
        files = self._without_thumbnails(folders)
        if self._model is not None:
            missing = self._catalog.files.without_embedding(self._model.fingerprint, folders)
            files += _one_of_each_picture(
                file for file in missing if file.picture_key not in self._waiting and _is_there(scan, file)
            )
        planned = {item.file_id for item in diff.work}
        return [
            WorkItem(file.id, found.path, found.place, found.stat)
            for file in {file.id: file for file in files}.values()
            if file.id not in planned and (found := _on_disk(scan, (file.place.volume_id, file.place.path)))
        ]

    def _without_thumbnails(self, folders: Sequence[WatchFolder]) -> list[KnownFile]:
        """Only where their store was lost there are any, so the figures alone are looked at first."""
        thumbnails = self._catalog.thumbnails
        try:
            if thumbnails.pictures() >= self._catalog.photos.counts().pictures:
                return []
            files = self._catalog.files.one_for_each_picture(folders)
            present = thumbnails.present([file.picture_key for file in files if file.picture_key])
        except DataFolderUnusable as error:  # taken away under our hands; the next start makes a new store
            logger.info("the thumbnails cannot be read now: %s", error)
            return []
        return [file for file in files if file.picture_key not in present]

    def _moved_to_embed(self, known: Sequence[KnownFile], scan: Scan, diff: Diff) -> list[WorkItem]:
        """Of the files that moved those without an embedding: they moved before their turn came, or were missing."""
        if self._model is None or not diff.moves:
            return []
        model = self._model
        model_id = self._catalog.embeddings.model_id(model.fingerprint, model.reference, model.dimension)
        keys = {
            file.id: file.picture_key
            for file in known
            if file.role == "main" and file.failure_code is None and file.picture_key
        }
        present = self._catalog.embeddings.present(model_id, list(keys.values()))
        return [
            WorkItem(file_id, scan.files[place.volume_id, place.path].path, place, stat)
            for file_id, place, stat in diff.moves
            if file_id in keys
            and keys[file_id] not in present
            and keys[file_id] not in self._waiting
            and _on_disk(scan, (place.volume_id, place.path))
        ]


def _on_disk(scan: Scan, place: tuple[int, bytes]) -> FoundFile | None:
    """What was found at a place, if it can be read without fetching it from a cloud."""
    return None if place in scan.online_only else scan.files.get(place)


def _one_of_each_picture(files: Iterable[KnownFile]) -> list[KnownFile]:
    first: dict[bytes | None, KnownFile] = {}
    for file in files:
        first.setdefault(file.picture_key, file)
    return list(first.values())


def _is_there(scan: Scan, file: KnownFile) -> bool:
    return _on_disk(scan, (file.place.volume_id, file.place.path)) is not None


def _note_gone(scan: Scan, roots: Sequence[Root], before: Sequence[object]) -> None:
    for (folder, root), was in zip(roots, before, strict=True):
        if was is None or identity(root) != was:
            scan.unreachable.setdefault(folder.id, "it is gone")
            scan.unlisted.append((folder.volume_id, folder.path))
