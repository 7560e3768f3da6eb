"""Read photos: decode, embed and store what is in a queue, which may grow meanwhile."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from photoorg.embedding.encoder import Encoder
from photoorg.errors import FileVanished, UnreadableImage
from photoorg.indexing.batch_store import BatchStore, Decoded, Unread
from photoorg.indexing.diff import WorkItem
from photoorg.indexing.equipment import Equipment
from photoorg.indexing.look_ahead import run_ahead
from photoorg.indexing.scanner import file_stat
from photoorg.indexing.surroundings import Surroundings
from photoorg.indexing.tools import IndexTools
from photoorg.indexing.work_queue import WorkQueue
from photoorg.jobs.job import JobContext
from photoorg.media.decode import DecodedPhoto
from photoorg.media.worker_pool import DecodePool

logger = logging.getLogger(__name__)

# Without an encoder a batch only bounds what a crash costs.
_BATCH_WITHOUT_ENCODER = 32
_BATCHES_AHEAD = 3
# Slow decoding must not put off storing: a photo that was dropped in is wanted at once.
_STORE_AFTER_S = 1.0
_WAIT_S = 0.25


@dataclass
class Outcome:
    """What a run read. `left` are the paths of files that were neither read nor failed; times in seconds."""

    store: BatchStore
    device: str | None
    precision: str | None
    startup_seconds: float
    decode_seconds: float = 0.0
    done: int = 0
    left: set[bytes] = field(default_factory=set)


class PhotoReading:
    """Empties a queue. Everything happens in the caller's thread, but decoding."""

    def __init__(self, tools: IndexTools, equipment: Equipment, queue: WorkQueue, surroundings: Surroundings) -> None:
        self._tools = tools
        self._equipment = equipment
        self._queue = queue
        self._surroundings = surroundings
        self._wait = threading.Event()  # never set

    def run(self, ctx: JobContext) -> Outcome:
        """Read all that is in the queue. Raises Cancelled, DiskFull, EncoderLost and what opening a model raises."""
        if (missing := self._equipment.missing(self._tools)) is not None:
            ctx.progress(0, len(self._queue), missing)
        pool, encoder, startup_s = self._equipment.start(self._tools)
        self._outcome = Outcome(
            BatchStore(self._tools.catalog, encoder),
            encoder.device if encoder else None,
            encoder.precision if encoder else None,
            startup_s,
        )
        for decoded, unread in self._batches(ctx, pool, encoder):
            self._store(ctx, decoded, unread)
        if encoder:  # the first batch may have shown that another one is faster
            self._outcome.precision = encoder.precision
        return self._outcome

    def _store(self, ctx: JobContext, decoded: list[Decoded], unread: list[Unread]) -> None:
        # What was moved, removed or replaced since it was read is not stored: it would come back as a photo that is not
        # there. What happens from here on is noticed after it was stored.
        outcome = self._outcome
        current = [d for d in decoded if _is_still(d.item.path, d.photo.inode, d.photo.size_bytes, d.photo.mtime_ns)]
        failed = [u for u in unread if _has_failed(u.item) and not self._surroundings.puts_off(u.item, u.error)]
        items = [d.item for d in decoded] + [u.item for u in unread]
        for item in items:
            self._queue.finish(item)
        outcome.left |= {item.path for item in items}
        outcome.left -= {d.item.path for d in current} | {u.item.path for u in failed}
        outcome.store.store(current, failed)
        outcome.done += len(items)
        ctx.progress(outcome.done, outcome.done + len(self._queue), "Indexing photos")

    def _batches(
        self, ctx: JobContext, pool: DecodePool, encoder: Encoder | None
    ) -> Iterator[tuple[list[Decoded], list[Unread]]]:
        size = encoder.batch_size if encoder else _BATCH_WITHOUT_ENCODER
        model_input = self._tools.model.model_input if self._tools.model else None

        def submit(item: WorkItem) -> "Future[DecodedPhoto]":
            return pool.submit(item.path, model_input)

        def check() -> None:
            ctx.check_cancelled()
            self._surroundings.attend()
            self._wait_while_nothing_may_be_read(ctx)

        decoded: list[Decoded] = []
        unread: list[Unread] = []
        deadline = time.monotonic() + _STORE_AFTER_S
        for item, future in run_ahead(self._queue, submit, _BATCHES_AHEAD * size, check):
            self._sort_in(item, future, decoded, unread)
            if len(decoded) + len(unread) >= size or time.monotonic() > deadline:
                yield decoded, unread
                decoded, unread = [], []
                deadline = time.monotonic() + _STORE_AFTER_S
        if decoded or unread:
            yield decoded, unread

    def _wait_while_nothing_may_be_read(self, ctx: JobContext) -> None:
        while (reason := self._surroundings.waits_for()) is not None:
            ctx.waits(self._outcome.done, self._outcome.done + len(self._queue), reason)
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
        self._outcome.left.add(item.path)
        self._queue.finish(item)


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
