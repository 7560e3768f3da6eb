"""The index job: scan the watch folders, then decode, embed and store what is new."""

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import KnownFile, WatchFolder
from photoorg.embedding.encoder import Encoder
from photoorg.embedding.models import InstalledModel
from photoorg.errors import FileVanished, FolderUnreachable, UnreadableImage
from photoorg.indexing.batch_store import BatchStore, Decoded, Unread
from photoorg.indexing.diff import Diff, WorkItem, compare
from photoorg.indexing.look_ahead import run_ahead
from photoorg.indexing.report import IndexReport
from photoorg.indexing.scanner import Scan, Scanner, is_inside
from photoorg.jobs.job import JobContext
from photoorg.media.decode import DecodedPhoto
from photoorg.media.settled_pool import decode_pool
from photoorg.media.worker_pool import DecodePool
from photoorg.search.index_cache import IndexCache
from photoorg.settings import Settings
from photoorg.volumes import mounted_volumes

logger = logging.getLogger(__name__)

# Without an encoder a batch only bounds what a crash costs.
_BATCH_WITHOUT_ENCODER = 32
_BATCHES_AHEAD = 3
# Slow decoding must not put off storing: a crash costs the last seconds at most.
_STORE_AFTER_S = 3.0


@dataclass(frozen=True)
class IndexTools:
    """What an index job works with. `encoder` opens the encoder of `model`, or gives the one that is open."""

    catalog: Catalog
    index_dir: Path
    settings: Settings
    model: InstalledModel | None
    encoder: Callable[[], Encoder]


class IndexJob:
    """Indexes watch folders; `folders` None means all of them. Gives an IndexReport."""

    name = "index"

    def __init__(self, tools: IndexTools, folders: Sequence[WatchFolder] | None = None) -> None:
        self._tools = tools
        self._catalog = tools.catalog
        self._folders = folders
        self._report = IndexReport(model=tools.model.reference if tools.model else None)
        self._left: set[bytes] = set()  # paths of files that were neither read nor failed

    def run(self, ctx: JobContext) -> IndexReport:
        """Scan and index. Raises Cancelled, FolderUnreachable (only for a single folder), DiskFull, EncoderLost ..."""
        started = time.perf_counter()
        roots = self._online(self._chosen())
        scan, diff = self._scan(ctx, roots)
        work = diff.work + self._to_embed([folder for folder, _ in roots], scan, diff)
        batches = self._process(ctx, work) if work else None
        self._update_index()
        self._count(scan, diff, batches)
        self._report.seconds = time.perf_counter() - started
        busy = self._report.seconds - self._report.startup_seconds
        self._report.photos_per_second = len(work) / busy if work else 0.0
        return self._report

    def _chosen(self) -> list[WatchFolder]:
        """The folders asked for, and the watch folders inside them: a hidden one is not met on the way."""
        watched = self._catalog.folders.all()
        if self._folders is None:
            return watched
        inner = [
            w for w in watched if any(w.volume_id == f.volume_id and is_inside(w.path, f.path) for f in self._folders)
        ]
        return list({folder.id: folder for folder in [*self._folders, *inner]}.values())

    def _online(self, folders: Sequence[WatchFolder]) -> list[tuple[WatchFolder, bytes]]:
        """The folders that can be reached, with their paths; of the others nothing is missing."""
        volumes = mounted_volumes()
        roots = []
        for folder in folders:
            volume = volumes.get(folder.volume_key)
            root = os.path.join(volume.mount if volume else folder.mount, folder.path).rstrip(os.sep.encode())
            root = root or os.sep.encode()
            if volume is not None and os.path.isdir(root):
                roots.append((folder, root))
            else:
                self._report.offline.append(os.fsdecode(root))
        if not roots and len(folders) == 1:
            raise FolderUnreachable(path=self._report.offline[0], detail="not there")
        return roots

    def _note_unreachable(self, scan: Scan, roots: list[tuple[WatchFolder, bytes]]) -> None:
        paths = [(os.fsdecode(root), scan.unreachable[f.id]) for f, root in roots if f.id in scan.unreachable]
        if paths and len(roots) == 1:
            raise FolderUnreachable(path=paths[0][0], detail=paths[0][1])
        self._report.offline += [path for path, _ in paths]

    def _scan(self, ctx: JobContext, roots: list[tuple[WatchFolder, bytes]]) -> tuple[Scan, Diff]:
        started = time.perf_counter()

        def check(found: int) -> None:
            ctx.check_cancelled()
            ctx.progress(found, 0, "Scanning folders")

        scan = Scanner(self._catalog.folders, check).scan(roots)
        self._note_unreachable(scan, roots)
        diff = compare(scan, self._known([folder for folder, _ in roots], scan))
        # Missing ones first: their places may have been taken by files that moved.
        self._catalog.files.mark_missing([file.id for file in diff.missing])
        self._catalog.files.move(diff.moves)
        self._catalog.folders.mark_scanned([folder.id for folder, _ in roots])
        self._report.stages["scan"] = time.perf_counter() - started
        return scan, diff

    def _known(self, folders: list[WatchFolder], scan: Scan) -> list[KnownFile]:
        """What the catalog knows of the folders, and of files of other watch folders that links in them led to."""
        known = {file.id: file for folder in folders for file in self._catalog.files.known_in(folder)}
        scanned = {folder.id for folder in folders}
        owners = {found.place.watch_folder_id for found in scan.files.values()} - scanned
        for folder in self._catalog.folders.all():
            if folder.id in owners:
                files = self._catalog.files.known_in(folder)
                known |= {f.id: f for f in files if not f.missing and (f.place.volume_id, f.place.path) in scan.files}
        return list(known.values())

    def _to_embed(self, folders: list[WatchFolder], scan: Scan, diff: Diff) -> list[WorkItem]:
        """Files read in earlier runs whose pictures this model has not embedded."""
        if self._tools.model is None:
            return []
        planned = {item.file_id for item in diff.work}
        return [
            WorkItem(file.id, found.path, found.place, found.stat)
            for file in self._catalog.files.without_embedding(self._tools.model.fingerprint, folders)
            if file.id not in planned and (found := scan.files.get((file.place.volume_id, file.place.path)))
        ]

    def _process(self, ctx: JobContext, work: list[WorkItem]) -> BatchStore:
        with ExitStack() as stack:
            ctx.progress(0, len(work), "Loading the model" if self._tools.model else "Starting")
            started = time.perf_counter()
            pool = stack.enter_context(decode_pool(self._tools.settings))
            encoder = self._start_up(pool)
            self._report.startup_seconds = time.perf_counter() - started
            store = BatchStore(self._catalog, encoder)
            done = 0
            for decoded, unread in self._batches(ctx, pool, work, encoder):
                store.store(decoded, unread)
                done += len(decoded) + len(unread)
                ctx.progress(done, len(work), "Indexing photos")
        return store

    def _start_up(self, pool: DecodePool) -> Encoder | None:
        """Start the workers while the model loads."""
        with ThreadPoolExecutor(1, "photoorg-warm-up") as side:
            workers = side.submit(pool.warm_up)
            encoder = self._load_encoder()
            workers.result()
        return encoder

    def _load_encoder(self) -> Encoder | None:
        if self._tools.model is None:
            return None
        encoder = self._tools.encoder()
        encoder.warm_up("image")
        self._report.device, self._report.precision = encoder.device, encoder.precision
        return encoder

    def _batches(
        self, ctx: JobContext, pool: DecodePool, work: list[WorkItem], encoder: Encoder | None
    ) -> Iterator[tuple[list[Decoded], list[Unread]]]:
        size = encoder.batch_size if encoder else _BATCH_WITHOUT_ENCODER
        model_input = self._tools.model.model_input if self._tools.model else None

        def submit(item: WorkItem) -> "Future[DecodedPhoto]":
            return pool.submit(item.path, model_input)

        decoded: list[Decoded] = []
        unread: list[Unread] = []
        deadline = time.monotonic() + _STORE_AFTER_S
        for item, future in run_ahead(work, submit, _BATCHES_AHEAD * size, ctx.check_cancelled):
            self._sort_in(item, future, decoded, unread)
            if len(decoded) + len(unread) >= size or time.monotonic() > deadline:
                yield decoded, unread
                decoded, unread = [], []
                deadline = time.monotonic() + _STORE_AFTER_S
        if decoded or unread:
            yield decoded, unread

    def _sort_in(
        self, item: WorkItem, future: "Future[DecodedPhoto]", decoded: list[Decoded], unread: list[Unread]
    ) -> None:
        try:
            photo = future.result()
        except UnreadableImage as error:
            logger.info("%s cannot be read: %s", os.fsdecode(item.path), error)
            unread.append(Unread(item, error))
        except FileVanished:  # the next scan finds where it went
            self._left.add(item.path)
        except BrokenProcessPool as error:  # twice, and perhaps not this file's fault: the next run tries it again
            logger.warning("%s was left for the next run: %s", os.fsdecode(item.path), error)
            self._left.add(item.path)
        else:
            self._report.stages["decode"] += photo.seconds
            decoded.append(Decoded(item, photo))

    def _update_index(self) -> None:
        if self._tools.model is None:
            return
        started = time.perf_counter()
        IndexCache(self._catalog, self._tools.index_dir, self._tools.model).update()
        self._report.stages["index"] = time.perf_counter() - started

    def _count(self, scan: Scan, diff: Diff, store: BatchStore | None) -> None:
        report, counts = self._report, store.counts if store else {}
        owners = {found.place.watch_folder_id for found in scan.files.values()}
        found_paths = {found.path for found in scan.files.values()} - self._left
        report.failed = [f for f in self._catalog.photos.failures(sorted(owners)) if f.path in found_paths]
        report.files = len(scan.files) - len(self._left)
        report.photos = report.files - len(report.failed)
        report.new, report.changed = counts.get("new", 0), counts.get("changed", 0)
        moved = store.moved if store else set()
        report.moved = diff.renamed + len(moved)
        report.missing = sum(file.photo_id not in moved for file in diff.missing)
        report.unchanged = report.photos - report.new - report.changed - report.moved
        report.embedded = counts.get("embedded", 0)
        report.skipped = dict(scan.skipped)
        for stage, seconds in (store.seconds if store else {}).items():
            report.stages[stage] = seconds
