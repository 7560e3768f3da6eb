"""Read photos: decode, embed and store what is in a queue, which may grow meanwhile."""

import logging
import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace

from photoorg.catalog.records import Companion, FileStat
from photoorg.embedding.encoder import Encoder
from photoorg.errors import FileVanished, UnreadableImage
from photoorg.indexing.batch_store import BatchStore, Decoded, Unread
from photoorg.indexing.equipment import Equipment
from photoorg.indexing.look_ahead import run_ahead
from photoorg.indexing.pixel_shelf import PixelShelf
from photoorg.indexing.scan import file_stat
from photoorg.indexing.surroundings import Surroundings
from photoorg.indexing.tools import IndexTools
from photoorg.indexing.work import WorkItem
from photoorg.indexing.work_queue import WorkQueue
from photoorg.jobs.job import JobContext
from photoorg.media.decode import DecodedPhoto
from photoorg.media.worker_pool import DecodePool

logger = logging.getLogger(__name__)

# Without an encoder a batch only bounds what a crash costs.
_BATCH_WITHOUT_ENCODER = 32
_BATCHES_AHEAD = 3
# Where processor cores encode, too, so many photos are all decoded first, and seen, and then embedded. A few are embedded
# at once; on a graphics card all are, which keeps up with the decoding.
SHOWN_FIRST_FROM = 200
# Slow decoding must not put off storing: a photo that was dropped in is wanted at once.
_STORE_AFTER_S = 1.0
_WAIT_S = 0.25


@dataclass
class Outcome:
    """What a run read; times in seconds.

    `left` are the paths of files that were neither read nor failed, and of companions of such; `standing_alone` those of
    companions that were read after all, because the picture that they are beside cannot be. `resumed` counts pictures
    that an earlier run had decoded.
    """

    store: BatchStore
    device: str | None
    precision: str | None
    startup_seconds: float
    decode_seconds: float = 0.0
    done: int = 0
    resumed: int = 0
    left: set[bytes] = field(default_factory=set)
    standing_alone: set[bytes] = field(default_factory=set)


class PhotoReading:
    """Empties a queue, and the shelf. Everything happens in the caller's thread, but decoding."""

    def __init__(self, tools: IndexTools, equipment: Equipment, queue: WorkQueue, surroundings: Surroundings) -> None:
        self._tools = tools
        self._equipment = equipment
        self._queue = queue
        self._surroundings = surroundings
        self._wait = threading.Event()  # never set

    def run(self, ctx: JobContext) -> Outcome:
        """Read all that is in the queue, embed all that waits. Raises Cancelled, DiskFull, EncoderLost and what opening a model raises."""
        if (missing := self._equipment.missing(self._tools)) is not None:
            ctx.progress(0, len(self._queue), missing)
        pool, encoder, startup_s = self._equipment.start(self._tools)
        self._outcome = Outcome(
            BatchStore(self._tools.catalog, encoder),
            encoder.device if encoder else None,
            encoder.precision if encoder else None,
            startup_s,
            resumed=count_waiting(self._tools),
        )
        if encoder and self._tools.shelf is not None:
            self._tools.shelf.drop_others()
        self._read(ctx, pool, encoder)
        while encoder and self._embed_waiting(ctx, encoder):
            self._read(ctx, pool, encoder)
        if encoder:  # the first batch may have shown that another one is faster
            self._outcome.precision = encoder.precision
        return self._outcome

    def _read(self, ctx: JobContext, pool: DecodePool, encoder: Encoder | None) -> None:
        is_shown_first = encoder is not None and encoder.device == "cpu" and len(self._queue) >= SHOWN_FIRST_FROM
        shelf = self._tools.shelf if is_shown_first else None
        while len(self._queue):  # the last batch may bring more to read
            for decoded, unread in self._batches(ctx, pool, encoder):
                self._store(ctx, decoded, unread, shelf)

    def _embed_waiting(self, ctx: JobContext, encoder: Encoder) -> bool:
        """Embed what lies on the shelf; True if there is something to read now, which goes first."""
        shelf = self._tools.shelf
        all_there_were = len(shelf or ())
        while shelf and not self._surroundings.wants_an_end():
            self._outcome.store.embed(shelf, encoder.batch_size)
            ctx.progress(all_there_were - len(shelf), all_there_were, "Embedding photos")
            self._check(ctx)
            if len(self._queue):
                return True
        return False

    def _check(self, ctx: JobContext) -> None:
        ctx.check_cancelled()
        self._surroundings.attend()
        self._wait_while_nothing_may_be_read(ctx)

    def _store(self, ctx: JobContext, decoded: list[Decoded], unread: list[Unread], shelf: PixelShelf | None) -> None:
        # What was moved, removed or replaced since it was read is not stored: it would come back as a photo that is not
        # there. What happens from here on is noticed after it was stored.
        outcome = self._outcome
        wanted = [d for d in decoded if not self._queue.is_dropped(d.item)]
        current = [d for d in wanted if _is_still(d.item.path, d.photo.inode, d.photo.size_bytes, d.photo.mtime_ns)]
        failed = [
            u
            for u in unread
            if not self._queue.is_dropped(u.item)
            and _has_failed(u.item)
            and not self._surroundings.puts_off(u.item, u.error)
        ]
        items = [d.item for d in decoded] + [u.item for u in unread]
        for item in items:
            self._queue.finish(item)
        outcome.left |= {path for item in items for path in _paths(item)}
        outcome.left -= {path for item in [d.item for d in current] + [u.item for u in failed] for path in _paths(item)}
        outcome.store.store([Decoded(_with_what_is_there(d.item), d.photo) for d in current], failed, shelf)
        self._let_stand_alone(failed)
        outcome.done += len(items)
        text = "Indexing photos" if shelf is None else "Reading photos"
        ctx.progress(outcome.done, outcome.done + len(self._queue), text)

    def _let_stand_alone(self, failed: Sequence[Unread]) -> None:
        """A camera RAW whose picture cannot be read is read itself, or is another picture's from the next look on."""
        for item in (u.item for u in failed):
            raws = _raw_files(item)
            if item.has_rivals:
                self._outcome.left |= {raw.path for raw in raws if not self._surroundings.puts_off(raw, None)}
            else:
                self._outcome.standing_alone |= {raw.path for raw in raws}
                self._queue.add_first(raws)

    def _batches(
        self, ctx: JobContext, pool: DecodePool, encoder: Encoder | None
    ) -> Iterator[tuple[list[Decoded], list[Unread]]]:
        size = encoder.batch_size if encoder else _BATCH_WITHOUT_ENCODER
        model_input = self._tools.model.model_input if self._tools.model else None

        def submit(item: WorkItem) -> "Future[DecodedPhoto]":
            return pool.submit(item.path, model_input)

        decoded: list[Decoded] = []
        unread: list[Unread] = []
        deadline = time.monotonic() + _STORE_AFTER_S
        for item, future in run_ahead(self._queue, submit, _BATCHES_AHEAD * size, lambda: self._check(ctx)):
            self._sort_in(item, future, decoded, unread)
            if len(decoded) + len(unread) >= size or time.monotonic() > deadline:
                yield decoded, unread
                decoded, unread = [], []
                deadline = time.monotonic() + _STORE_AFTER_S
        if decoded or unread:
            yield decoded, unread

    def _wait_while_nothing_may_be_read(self, ctx: JobContext) -> None:
        while (reason := self._surroundings.waits_for()) is not None:
            left = len(self._queue) + count_waiting(self._tools)
            ctx.waits(self._outcome.done, self._outcome.done + left, reason)
            self._wait.wait(_WAIT_S)
            ctx.check_cancelled()
            self._surroundings.attend()

    def _sort_in(
        self, item: WorkItem, future: "Future[DecodedPhoto]", decoded: list[Decoded], unread: list[Unread]
    ) -> None:
        try:
            photo = future.result()
        except UnreadableImage as error:
            logger.info("%s cannot be read: %s", os.fsdecode(item.path), error)
            unread.append(Unread(item, error))
        except FileVanished:  # the next scan finds where it went
            self._leave(item)
        except BrokenProcessPool as error:  # twice, and perhaps not this file's fault: the next run tries it again
            logger.warning("%s was left for the next run: %s", os.fsdecode(item.path), error)
            self._surroundings.puts_off(item, None)
            self._leave(item)
        else:
            self._outcome.decode_seconds += photo.seconds
            decoded.append(Decoded(item, photo))

    def _leave(self, item: WorkItem) -> None:
        self._outcome.left.update(_paths(item))
        self._queue.finish(item)


def count_waiting(tools: IndexTools) -> int:
    """How many pictures that were decoded wait to be embedded."""
    return len(tools.shelf) if tools.model is not None and tools.shelf is not None else 0


def _paths(item: WorkItem) -> list[bytes]:
    """Of all files that are found with an item, itself first."""
    return [item.path, *(_beside(item, companion) for companion in item.companions)]


def _beside(item: WorkItem, companion: Companion) -> bytes:
    return os.path.join(os.path.dirname(item.path), os.path.basename(companion.place.path))


def _raw_files(item: WorkItem) -> list[WorkItem]:
    raws = [companion for companion in item.companions if companion.role == "raw"]
    return [WorkItem(raw.file_id, _beside(item, raw), raw.place, raw.stat) for raw in raws]


def _with_what_is_there(item: WorkItem) -> WorkItem:
    """Without companions that were moved, removed or replaced meanwhile."""
    if not item.companions:
        return item
    present = [companion for companion in item.companions if _is_as_found(_beside(item, companion), companion.stat)]
    return replace(item, companions=tuple(present))


def _is_as_found(path: bytes, stat: FileStat) -> bool:
    return _is_still(path, stat.inode % 2**64, stat.size_bytes, stat.mtime_ns)


def _is_still(path: bytes, inode: int, size_bytes: int, mtime_ns: int) -> bool:
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return (status.st_ino, status.st_size, status.st_mtime_ns) == (inode, size_bytes, mtime_ns)


def _has_failed(item: WorkItem) -> bool:
    """Whether it is the file that was found which cannot be read; another one may have taken its place."""
    try:
        now = file_stat(os.lstat(item.path))
    except OSError as error:
        return not isinstance(error, FileNotFoundError)
    return (now.inode, now.size_bytes, now.mtime_ns) == (item.stat.inode, item.stat.size_bytes, item.stat.mtime_ns)
