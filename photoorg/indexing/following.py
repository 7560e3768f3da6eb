"""Following a library: what has settled on the disk is taken to the catalog, while photos are read or nothing happens."""

import logging
import os
import time
from collections.abc import Callable, Container, Sequence

from photoorg.catalog.library_settings import ACTIVE_MODEL
from photoorg.catalog.records import WatchFolder
from photoorg.errors import MuchVanished, PhotoorgError, UnreadableImage
from photoorg.indexing.discovery import Discovery
from photoorg.indexing.equipment import Equipment
from photoorg.indexing.index_job import IndexJob
from photoorg.indexing.reading import PhotoReading, count_waiting
from photoorg.indexing.report import IndexReport
from photoorg.indexing.roots import Root, reachable, with_inner
from photoorg.indexing.scan import Part
from photoorg.indexing.settling import Settled, Settling
from photoorg.indexing.spare_time import PAUSED, SpareTime
from photoorg.indexing.surroundings import Unattended
from photoorg.indexing.tools import IndexTools
from photoorg.indexing.vanishing import to_ask
from photoorg.indexing.watcher import Watcher
from photoorg.indexing.work import WorkItem
from photoorg.indexing.work_queue import WorkQueue
from photoorg.jobs.job import JobContext

logger = logging.getLogger(__name__)

_ATTEND_S = 0.2
# An unreadable file that was changed so recently may still be on its way; one that is open is given more time.
FRESH_S = 10.0
_OPEN_S = 600.0
_BROKEN_AGAIN_S = 60.0


class Following:
    """The surroundings of all indexing in a library that is followed."""

    def __init__(
        self,
        ctx: JobContext,
        tools: Callable[[], IndexTools],
        watcher: Watcher,
        settling: Settling,
        queue: WorkQueue,
        *,
        spare_time: SpareTime,
    ) -> None:
        """Raises what making the tools raises."""
        self._ctx = ctx
        self._make_tools = tools
        self._watcher = watcher
        self._settling = settling
        self._spare_time = spare_time
        self.queue = queue
        self._next = 0.0
        self._revision = -1
        self._told: frozenset[tuple[str, str]] = frozenset()
        self._folders: list[WatchFolder] = []
        self.tools = tools()
        self._reference = self.tools.catalog.settings.get(ACTIVE_MODEL)
        self._asked = self.tools.catalog.rereading.last_asked
        self._watcher.ignore(self.tools.settings.ignore)
        self._next_question = 0.0
        self._waits_for: str | None = None
        self._is_interrupted = False

    # --- Surroundings ---

    def attend(self) -> None:
        """Take up what changed, a few times a second. With another model or settings what is being read ends first."""
        if time.monotonic() < self._next or self._is_interrupted:
            return
        if self._are_outdated():
            self.queue.clear()
        else:
            self._take_up_all()
        self._next = time.monotonic() + _ATTEND_S

    def wants_an_end(self) -> bool:
        """Whether another model is in use by now, or other settings; or another program has asked for something."""
        return self._is_interrupted or self._are_outdated()

    def waits_for(self) -> str | None:
        """Why nothing is to be read now. When another program asks for something meanwhile, what is under way ends first."""
        if self._is_interrupted:
            return None
        if time.monotonic() >= self._next_question:
            self._next_question = time.monotonic() + _ATTEND_S
            self._waits_for = self.reason_to_wait()
            if self._waits_for and self.tools.catalog.requests.open():
                self._is_interrupted = True
                self.queue.clear()
                return None
        return self._waits_for

    def settling(self) -> Container[bytes]:
        """The paths to which something is happening just now."""
        return self._settling.pending()

    def puts_off(self, item: WorkItem, error: UnreadableImage | None) -> bool:
        """Whether an unreadable file may not be complete: then it is looked at again."""
        root = self._watcher.root_of(item.path)
        if root is None:
            return False
        if error is None:
            self._settling.look_again(root, item.path, _BROKEN_AGAIN_S)
            return True
        age_s = abs(time.time() - item.stat.mtime_ns / 1e9)
        if age_s > (_OPEN_S if self._settling.is_being_written(item.path) else FRESH_S):
            return False
        self._settling.look_again(root, item.path, FRESH_S)
        return True

    # --- changes ---

    def reason_to_wait(self) -> str | None:
        """Why nothing is to be read now, in words for people; None if it may."""
        if self.tools.catalog.settings.is_paused:
            return PAUSED
        return self._spare_time.waits_for(self.tools.current_settings)

    def take_up(self) -> bool:
        """Take up what changed in the catalog and on the disk; tells whether anything did on the disk."""
        self._ctx.check_cancelled()
        if self._are_outdated():
            self._use_new_tools()
            self.begin_again()
        elif self._is_interrupted:
            self.begin_again()
        self._is_interrupted = False
        return self._take_up_all()

    @property
    def left(self) -> int:
        """How many photos are to be read or embedded."""
        return len(self.queue) + count_waiting(self.tools)

    def read(self, equipment: Equipment) -> None:
        """Read what is in the queue, and embed what waits for it."""
        PhotoReading(self.tools, equipment, self.queue, self).run(self._ctx)

    def index(self, folders: Sequence[WatchFolder] | None, equipment: Equipment) -> IndexReport:
        """What another program asked for: here and now, and what cannot be read has failed."""
        at_once = _AtOnce(self)
        job = IndexJob(self.tools, folders, equipment=equipment, surroundings=at_once, queue=self.queue)
        try:
            return job.run(self._ctx)
        except PhotoorgError:  # what was under way is planned anew; the other program is told
            self.begin_again()
            raise

    def index_alone(self, folders: Sequence[WatchFolder] | None, equipment: Equipment) -> IndexReport:
        """The same while nothing else is to be read."""
        job = IndexJob(self.tools, folders, equipment=equipment, surroundings=_AtOnce(self))
        try:
            return job.run(self._ctx)
        finally:
            self.begin_again()  # some of what was planned is done

    def tell(self) -> None:
        """Tell what a person should know, each thing once while it lasts."""
        notices: list[PhotoorgError] = [
            MuchVanished(path=os.fsdecode(path), gone=held.files, there=held.there)
            for path, held in to_ask(self.tools.catalog)
        ]
        notices += self._watcher.notices()
        new = {(notice.code, notice.params["path"]): notice for notice in notices}
        for key in new.keys() - self._told:
            self._ctx.notice(new[key])
        self._told = frozenset(new)

    def look_again(self) -> None:
        """Look at everything, also for folders that were not there."""
        self._watcher.check_soon()
        for root in self._watcher.roots:
            self._settling.lose(root)

    def begin_again(self, in_s: float = 0.0) -> None:
        """Forget what was planned; look at everything."""
        self.queue.clear()
        for root in self._watcher.roots:
            self._settling.lose(root, in_s)

    def _are_outdated(self) -> bool:
        tools = self.tools
        is_other_model = tools.catalog.settings.get(ACTIVE_MODEL) != self._reference
        return is_other_model or tools.current_settings != tools.settings

    def _take_up_all(self) -> bool:
        self._heed_folders()
        self._watcher.check()
        settled = self._settling.take()
        if settled:
            self._take_up(settled)
        return bool(settled)

    def _heed_folders(self) -> None:
        """Other programs, and other threads of this one, add and remove watch folders."""
        revision = self.tools.catalog.settings.revision
        if revision == self._revision:
            return
        self._revision = revision
        if self._asked != (asked := self.tools.catalog.rereading.last_asked):
            self._asked = asked
            self.begin_again()
        vanished = self.tools.catalog.vanished.all()
        self._watcher.look_often(vanished.keys())
        self._watcher.look_at(folder_id for folder_id, held in vanished.items() if held.is_confirmed)
        folders = self.tools.catalog.folders.all()
        if folders != self._folders:
            gone = {folder.id for folder in self._folders} - {folder.id for folder in folders}
            self._folders = folders
            self._watcher.follow(folders)
            if gone:
                self.begin_again()

    def _use_new_tools(self) -> None:
        reference = self.tools.catalog.settings.get(ACTIVE_MODEL)  # asked first: it may change meanwhile
        self.tools = self._make_tools()
        self._reference = reference
        self._watcher.ignore(self.tools.settings.ignore)

    def _take_up(self, settled: Settled) -> None:
        roots = {*settled.roots, *settled.paths.values()}
        at = {root: folder for root in roots if (folder := self._watcher.folder_at(root)) is not None}
        if len(at) < len(roots):
            self._watcher.check_soon()
        folders = [at[root] for root in settled.roots if root in at]
        parts = []
        for path, root in settled.paths.items():
            if (folder := at.get(root)) is None:
                continue
            if path.startswith(os.path.join(root, b"")):
                parts.append(Part(folder, root, path))
            else:  # through a link
                folders.append(folder)
        tools = self.tools
        discovery = Discovery(tools.catalog, tools.model, self.settling, tools.settings.ignore, tools.shelf)
        if parts:
            found = discovery.look_at_parts(self._ctx, parts)
            self.queue.drop(found.diff.companions)
            self.queue.add_first(found.work)
            if found.scan.links:
                folders += [part.folder for part in parts]
        if folders:
            started = time.monotonic()
            looked_at = self._roots(folders)
            found = discovery.look_at_folders(self._ctx, looked_at)
            self.queue.drop(found.diff.companions)
            self.queue.add(found.work)
            self._watcher.note_look([folder.id for folder, _ in looked_at], time.monotonic() - started)

    def _roots(self, folders: list[WatchFolder]) -> list[Root]:
        return reachable(with_inner(folders, self._folders), self._watcher.probes)[0]


class _AtOnce(Unattended):
    """A run that waits for nothing, in a library that is followed."""

    def __init__(self, following: Following) -> None:
        self._following = following

    def attend(self) -> None:
        """Changes are taken up all the same."""
        self._following.attend()

    def wants_an_end(self) -> bool:
        """As with the library that is followed."""
        return self._following.wants_an_end()
