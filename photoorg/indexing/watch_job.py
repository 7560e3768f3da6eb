"""The watch job: indexes all watch folders, then stays and indexes what changes."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from photoorg.catalog.records import WatchFolder
from photoorg.errors import Cancelled, CatalogCorrupt, PhotoorgError
from photoorg.indexing.daily_upkeep import DailyUpkeep
from photoorg.indexing.equipment import Equipment
from photoorg.indexing.following import Following
from photoorg.indexing.index_upkeep import IndexUpkeep
from photoorg.indexing.indexer import WAITING, serve
from photoorg.indexing.report import IndexReport
from photoorg.indexing.settling import Settling
from photoorg.indexing.spare_time import PAUSED, SpareTime
from photoorg.indexing.tools import IndexTools
from photoorg.indexing.watcher import Watcher
from photoorg.indexing.work_queue import WorkQueue
from photoorg.jobs.job import JobContext
from photoorg.search.index_cache import IndexCache

logger = logging.getLogger(__name__)

WATCHING = "Watching"
_LEASE_S = 0.5
_TICK_S = 0.5
REST_AFTER_S = 60.0
INDEX_AFTER_S = 600.0
KEEP_UP_S = 3600.0
TRY_AGAIN_S = 5.0
_TRY_AGAIN_WITHIN_S = 600.0

IndexWith = Callable[[Sequence[WatchFolder] | None, Equipment], IndexReport]


def log_trouble(error: PhotoorgError) -> None:
    """Leave an error that watching gets over to the log."""
    logger.info("watching goes on after: %s", error)


class WatchJob:
    """Indexes and follows the watch folders until it is cancelled. `tools` makes the tools for the model active now."""

    name = "watch"

    def __init__(
        self,
        tools: Callable[[], IndexTools],
        on_ready: Callable[[], None] = lambda: None,
        on_trouble: Callable[[PhotoorgError], None] = log_trouble,
        spare_time: SpareTime | None = None,
    ) -> None:
        """Both are called from the job's thread: `on_ready` once, when what was there is indexed; `on_trouble` with each
        new error that watching gets over (it tries again later), and may raise it instead.
        """
        self._spare_time = spare_time or SpareTime()
        self._make_tools = tools
        self._on_ready = on_ready
        self._on_trouble = on_trouble
        self._wants_look = threading.Event()

    def look_again(self) -> None:
        """A person says that a drive is there now; safe from any thread."""
        self._wants_look.set()

    def run(self, ctx: JobContext) -> None:
        """Follow the library. Raises Cancelled, CatalogCorrupt, and at the start ActiveModelGone and ModelCorrupt."""
        lease = self._make_tools().catalog.lease
        while not lease.take(_LEASE_S):
            ctx.check_cancelled()
            ctx.progress(0, 0, WAITING)
        settling = Settling()
        try:
            with Watcher(settling) as watcher, Equipment() as equipment:
                queue, spare_time = WorkQueue(), self._spare_time
                following = Following(ctx, self._make_tools, watcher, settling, queue, spare_time=spare_time)
                rounds = _Rounds(
                    ctx,
                    following,
                    equipment,
                    on_ready=self._on_ready,
                    on_trouble=self._on_trouble,
                    wants_look=self._wants_look,
                )
                rounds.go(settling.wait)
        finally:
            lease.release()


class _Rounds:
    """The loop of the watch job: each round takes up what changed, reads what is to be read, answers requests."""

    def __init__(
        self,
        ctx: JobContext,
        following: Following,
        equipment: Equipment,
        *,
        on_ready: Callable[[], None],
        on_trouble: Callable[[PhotoorgError], None],
        wants_look: threading.Event,
    ) -> None:
        self._ctx = ctx
        self._following = following
        self._equipment = equipment
        self._on_ready = on_ready
        self._is_ready = False
        self._on_trouble = on_trouble
        self._wants_look = wants_look
        self._trouble: str | None = None
        self._in_trouble = threading.Event()  # never set: changes that come meanwhile must not end the wait
        self._waits_s = 0.0
        self._not_before = 0.0
        self._worked = time.monotonic()
        self._says: tuple[str, int] | None = None
        self._opened: IndexTools | None = None
        self._index = IndexUpkeep()
        self._kept_up: float | None = None

    def go(self, wait: Callable[[float], None]) -> None:
        """Until the job is cancelled."""
        try:
            self._round()
            while True:
                self._ctx.check_cancelled()
                if time.monotonic() < self._not_before:
                    self._in_trouble.wait(_TICK_S)
                else:
                    wait(_TICK_S)
                    self._round()
        finally:
            self._leave_index()

    def _round(self) -> None:
        try:
            self._keep_up()
            waits_for = self._following.reason_to_wait()
            if self._work(waits_for):
                self._worked = time.monotonic()
                self._says = None
            else:
                self._following.tell()
                self._idle(may_work=waits_for is None)
        except CatalogCorrupt:
            raise
        except Cancelled:
            self._ctx.check_cancelled()
            # Not this job was cancelled: its model was removed, or another one chosen, and its encoder let go.
            self._following.begin_again()
            self._opened = None
        except PhotoorgError as error:
            self._get_over(error)
        else:
            self._trouble, self._waits_s = None, 0.0
            self._end_round(waits_for)

    def _end_round(self, waits_for: str | None) -> None:
        left = self._following.left
        if waits_for is not None and (left or waits_for == PAUSED):
            self._say(waits_for, left)
            return
        if not self._is_ready:
            self._is_ready = True
            self._on_ready()
        self._say(WATCHING)

    def _work(self, waits_for: str | None) -> bool:
        """Tells whether there was anything to do. What changed is taken up also while nothing may be read."""
        following = self._following
        if self._wants_look.is_set():
            self._wants_look.clear()
            following.look_again()
        is_busy = following.take_up()
        tools = following.tools
        if waits_for is not None:
            return self._serve(following.index_alone) or is_busy
        if following.left:
            following.read(self._equipment)
            is_busy = True
        elif self._opened is not tools:  # the first photo should not wait for the model
            if tools.model:
                self._say("Loading the model")
            self._equipment.open_encoder(tools)
            is_busy = True
        self._opened = tools
        if is_busy:
            self._index.begin(tools, lambda cache: cache.is_far_behind())
        self._serve(following.index_alone if following.is_interrupted else following.index)
        return is_busy

    def _serve(self, index: IndexWith) -> bool:
        """Answer what other programs asked for; tells whether there was anything."""
        tools = self._following.tools
        if not tools.catalog.requests.open():
            return False
        self._index.stop()  # a request catches the index up, too
        serve(tools, lambda folders: index(folders, self._equipment), of_any_model=True)
        return True

    def _keep_up(self) -> None:
        """At the start, and later when nothing is to be read; what is due is seen within the hour."""
        now = time.monotonic()
        if self._kept_up is None or now - self._kept_up > KEEP_UP_S:
            self._kept_up = now
            tools = self._following.tools
            upkeep = DailyUpkeep(tools.catalog, tools.shelf, stop=self._ctx.check_cancelled)
            upkeep.tidy()
            upkeep.back_up()

    def _idle(self, *, may_work: bool) -> None:
        if may_work:
            self._index.go_on()
        idle_s = time.monotonic() - self._worked
        if idle_s > REST_AFTER_S:
            self._equipment.rest()
        if may_work and idle_s > INDEX_AFTER_S:
            self._index.begin(self._following.tools, lambda cache: cache.is_due())
            self._worked = time.monotonic()

    def _get_over(self, error: PhotoorgError) -> None:
        self._waits_s = min(2 * self._waits_s or TRY_AGAIN_S, _TRY_AGAIN_WITHIN_S)
        self._not_before = time.monotonic() + self._waits_s
        self._following.begin_again()
        self._says = None
        self._say(str(error))
        if self._trouble != error.code:
            self._trouble = error.code
            self._on_trouble(error)

    def _say(self, text: str, total: int = 0) -> None:
        if self._says != (text, total):
            self._says = (text, total)
            self._ctx.progress(0, total, text)

    def _leave_index(self) -> None:
        """At the end: what takes no time."""
        tools = self._following.tools
        try:
            self._index.stop()
            if tools.model is not None:
                cache = IndexCache(tools.catalog, tools.index_dir, tools.model)
                if cache.is_little_behind():
                    cache.update(tools.settings.cores)
        except PhotoorgError as error:  # exact search serves until the next time
            logger.info("the vector index stays behind: %s", error)
