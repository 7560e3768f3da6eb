"""The index job: scan the watch folders, then decode, embed and store what is new."""

import os
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from photoorg.catalog.records import WatchFolder
from photoorg.errors import FolderUnreachable
from photoorg.indexing.discovery import Discovered, Discovery
from photoorg.indexing.equipment import Equipment
from photoorg.indexing.index_child import catch_up_apart
from photoorg.indexing.pairing import is_motion
from photoorg.indexing.reading import Outcome, PhotoReading, count_waiting
from photoorg.indexing.report import Held, IndexReport
from photoorg.indexing.roots import Root, reachable, with_inner
from photoorg.indexing.scan import Scan
from photoorg.indexing.surroundings import Surroundings, Unattended
from photoorg.indexing.tools import IndexTools
from photoorg.indexing.vanishing import to_ask
from photoorg.indexing.work_queue import WorkQueue
from photoorg.jobs.job import JobContext
from photoorg.probes import TIMEOUT_S
from photoorg.search.index_cache import IndexCache

Value = TypeVar("Value")

_LOOK_S = 0.2
# For folders that a person has named: a disk that sleeps, or a slow network, is no folder that is away.
_PATIENCE_S = 60.0

__all__ = ["IndexJob", "IndexTools"]


class IndexJob:
    """Indexes watch folders; `folders` None means all of them. Gives an IndexReport."""

    name = "index"

    def __init__(
        self,
        tools: IndexTools,
        folders: Sequence[WatchFolder] | None = None,
        *,
        equipment: Equipment | None = None,
        surroundings: Surroundings | None = None,
        queue: WorkQueue | None = None,
    ) -> None:
        """Equipment, surroundings and queue are those of a library that is followed; by default the job is alone."""
        self._tools = tools
        self._catalog = tools.catalog
        self._folders = folders
        self._equipment = equipment
        self._surroundings = surroundings or Unattended()
        self._queue = WorkQueue() if queue is None else queue
        self._report = IndexReport(model=tools.model.reference if tools.model else None)

    def run(self, ctx: JobContext) -> IndexReport:
        """Scan and index. Raises Cancelled, FolderUnreachable (only for a single folder), DiskFull, EncoderLost ..."""
        started = time.perf_counter()
        found = self._timed("scan", lambda: self._discover(ctx, self._online()))
        self._queue.drop(found.diff.companions)
        self._queue.add(found.work)
        outcome = self._read(ctx) if len(self._queue) or count_waiting(self._tools) else None
        self._timed("index", lambda: self._update_index(ctx))
        self._count(found, outcome)
        self._report.seconds = time.perf_counter() - started
        busy = self._report.seconds - self._report.startup_seconds
        worked = len(found.work) + (outcome.resumed if outcome else 0)
        self._report.photos_per_second = worked / busy if worked else 0.0
        return self._report

    def _online(self) -> list[Root]:
        watched = self._catalog.folders.all()
        folders = watched if self._folders is None else with_inner(self._folders, watched)
        roots, offline = reachable(folders, timeout_s=TIMEOUT_S if self._folders is None else _PATIENCE_S)
        self._report.offline = [os.fsdecode(path) for path in offline]
        if not roots and len(folders) == 1:
            raise FolderUnreachable(path=self._report.offline[0], detail="not there")
        return roots

    def _discover(self, ctx: JobContext, roots: list[Root]) -> Discovered:
        tools, settling = self._tools, self._surroundings.settling
        discovery = Discovery(self._catalog, tools.model, settling, tools.settings.ignore, tools.shelf)
        found = discovery.look_at_folders(ctx, roots)
        self._note_unreachable(found.scan, roots)
        return found

    def _note_unreachable(self, scan: Scan, roots: list[Root]) -> None:
        paths = [(os.fsdecode(root), scan.unreachable[f.id]) for f, root in roots if f.id in scan.unreachable]
        if paths and len(roots) == 1:
            raise FolderUnreachable(path=paths[0][0], detail=paths[0][1])
        self._report.offline += [path for path, _ in paths]

    def _read(self, ctx: JobContext) -> Outcome:
        if self._equipment is not None:
            return PhotoReading(self._tools, self._equipment, self._queue, self._surroundings).run(ctx)
        with Equipment() as equipment:
            return PhotoReading(self._tools, equipment, self._queue, self._surroundings).run(ctx)

    def _update_index(self, ctx: JobContext) -> None:
        if self._tools.model is None:
            return
        cache = IndexCache(self._catalog, self._tools.index_dir, self._tools.model)
        if not cache.is_large():
            cache.update(self._tools.settings.cores)  # which finds out whether the file is sound, too
        elif cache.is_due():
            for _ in catch_up_apart(self._tools, _LOOK_S):
                ctx.check_cancelled()

    def _timed(self, stage: str, work: Callable[[], Value]) -> Value:
        started = time.perf_counter()
        result = work()
        self._report.stages[stage] = time.perf_counter() - started
        return result

    def _count(self, found: Discovered, outcome: Outcome | None) -> None:
        report, files = self._report, [file for file in found.scan.files.values() if not is_motion(file.path)]
        left = outcome.left if outcome else set()
        counts = outcome.store.counts if outcome else {}
        moved = outcome.store.moved if outcome else set()
        companions = found.diff.companions - (outcome.standing_alone if outcome else set())
        paths = {file.path for file in files} - left
        owners = {file.place.watch_folder_id for file in files}
        report.failed = [f for f in self._catalog.photos.failures(sorted(owners)) if f.path in paths]
        report.files = len(paths)
        report.photos = len(paths - companions) - len(report.failed)
        report.new, report.changed = counts.get("new", 0), counts.get("changed", 0)
        report.moved = found.diff.renamed + len(moved)
        gone = [file for file in found.diff.missing if not found.scan.is_ignored(file.place)]
        report.missing = sum(file.role == "main" and file.photo_id not in moved for file in gone)
        # Of a library that is followed, photos that came meanwhile are counted as new, and are not among the files.
        report.unchanged = max(0, report.photos - report.new - report.changed - report.moved)
        report.embedded = counts.get("embedded", 0)
        report.skipped = dict(found.scan.skipped)
        report.held = [Held(os.fsdecode(path), held.files, held.there) for path, held in to_ask(self._catalog)]
        if outcome:
            self._note_outcome(outcome)

    def _note_outcome(self, outcome: Outcome) -> None:
        report = self._report
        report.device, report.precision = outcome.device, outcome.precision
        report.startup_seconds = outcome.startup_seconds
        report.stages["decode"] = outcome.decode_seconds
        report.stages |= outcome.store.seconds
