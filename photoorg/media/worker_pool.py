"""Decode worker processes: a file that hangs, crashes or bloats its decoder costs that one file."""

import queue
import signal
import sys
import threading
import time
from collections import deque
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Self

from pebble import ProcessExpired, ProcessPool

from photoorg.errors import DecoderCrashed, DecoderOutOfMemory, DecoderTimeout
from photoorg.media import worker
from photoorg.media.decode import DecodedPhoto, decode_photo
from photoorg.media.reading import MEGABYTE, DecodeLimits
from photoorg.media.worker import Decode, Result, Wanted
from photoorg.model_input import ModelInput
from photoorg.spawning import spawn_context

_AHEAD: Final = 3  # files handed to pebble per worker: enough that none waits, few enough to be taken back
_START_TIMEOUT_S: Final = 120
_CHECK_S: Final = 1
_STALL_S: Final = 30  # beyond the time-out: then pebble has lost track of a worker
_ATTEMPTS: Final = 2
_MEMORY_LIMIT_BYTES: Final = 3 * 2**30
_DEFAULT_LIMITS: Final = DecodeLimits()
_WATCHES_MEMORY: Final = sys.platform != "linux"
# Not the decoder's own doing: the system's out-of-memory killer, or a person.
_KILLED_FROM_OUTSIDE: Final = frozenset(
    -number for name in ("SIGKILL", "SIGTERM") if (number := getattr(signal, name, None))
)


@dataclass(eq=False)
class _Request(Generic[Wanted, Result]):
    path: bytes
    wanted: Wanted
    future: "Future[Result]" = field(default_factory=Future)
    running: "Future[Result] | None" = None  # pebble's
    attempts: int = 0


_WORK: Final = True  # a message to the supervisor: there is something to do


class WorkerPool(Generic[Wanted, Result]):
    """Calls `decode` for files in `workers` processes, each with a time-out and a bound on its memory.

    `watch_memory`: by watching the resident size rather than by a limit of the system; the default fits the platform.
    `in_background`: with low priority.
    """

    def __init__(
        self,
        decode: Decode[Wanted, Result],
        workers: int,
        timeout_s: float = 60,
        memory_limit_bytes: int = _MEMORY_LIMIT_BYTES,
        limits: DecodeLimits = _DEFAULT_LIMITS,
        *,
        watch_memory: bool = _WATCHES_MEMORY,
        in_background: bool = True,
    ) -> None:
        self._workers = workers
        self._timeout_s = timeout_s
        self._memory_limit_bytes = memory_limit_bytes
        self._limits = limits
        self._decode = decode
        self._context = spawn_context()
        self._ready = self._context.Semaphore(0)
        self._initargs = (self._ready, memory_limit_bytes, watch_memory, in_background)
        self._lock = threading.RLock()
        self._waiting: deque[_Request[Wanted, Result]] = deque()
        self._handed_out: set[_Request[Wanted, Result]] = set()
        # Only the supervisor talks to pebble. A KeyboardInterrupt in the midst of queue.Queue.put, which pebble uses,
        # can lose a wake-up for good; SimpleQueue is proof against that.
        self._inbox: queue.SimpleQueue[tuple[_Request[Wanted, Result], Future[Result]] | bool | None] = (
            queue.SimpleQueue()
        )
        self._pool = self._new_pool()
        self._supervisor: threading.Thread | None = None
        self._does_not_start = threading.Event()
        self._is_warm = False
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, path: bytes, wanted: Wanted) -> "Future[Result]":
        """Decode `path` in a worker. The future raises FileVanished or an UnreadableImage; `close` cancels it."""
        request: _Request[Wanted, Result] = _Request(path, wanted)
        with self._lock:
            self._start()
            self._waiting.append(request)
        self._inbox.put(_WORK)
        return request.future

    def warm_up(self) -> None:
        """Start the workers and return when all are ready to decode. Raises RuntimeError if they do not start."""
        with self._lock:
            self._start()
            was_warm, self._is_warm = self._is_warm, True
        self._inbox.put(_WORK)
        deadline = time.monotonic() + _START_TIMEOUT_S
        missing = 0 if was_warm else self._workers
        while missing:
            if self._does_not_start.is_set() or time.monotonic() > deadline:
                raise RuntimeError("the decode workers do not start")
            missing -= self._ready.acquire(timeout=_CHECK_S)

    def close(self) -> None:
        """End the workers now; files that are not done are cancelled. May be called twice."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            open_requests = [*self._handed_out, *self._waiting]
            self._handed_out.clear()
            self._waiting.clear()
        self._inbox.put(None)
        if self._supervisor and self._supervisor is not threading.current_thread():
            self._supervisor.join()
        for request in open_requests:
            if request.future.cancel():
                request.future.set_running_or_notify_cancel()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(self._workers, initializer=worker.start, initargs=self._initargs, context=self._context)

    def _start(self) -> None:
        if self._is_closed:
            raise RuntimeError("the decode pool is closed")
        if self._supervisor is None:
            self._supervisor = threading.Thread(target=self._supervise, name="decode-pool", daemon=True)
            self._supervisor.start()

    def _hand_out(self) -> None:
        """Give pebble what its workers can soon do; the rest can still be cancelled at no cost."""
        with self._lock:
            while self._waiting and len(self._handed_out) < self._workers * _AHEAD:
                request = self._waiting.popleft()
                if not request.future.cancelled():
                    self._handed_out.add(request)
                    self._schedule(request)

    def _schedule(self, request: _Request[Wanted, Result]) -> None:
        arguments = (self._decode, request.path, request.wanted, self._limits, self._memory_limit_bytes)
        request.attempts += 1
        running: Future[Result]
        try:
            running = self._pool.schedule(worker.run, args=arguments, timeout=self._timeout_s)
        except RuntimeError as error:  # pebble says so of a broken pool
            running = Future()
            running.set_exception(BrokenProcessPool(str(error)))
        request.running = running
        running.add_done_callback(lambda done: self._inbox.put((request, done)))

    def _supervise(self) -> None:
        """The supervisor thread: files to pebble, its answers to ours; it gets over a pool that broke or stalls."""
        last_message = time.monotonic()
        while True:
            try:
                message = self._inbox.get(timeout=_CHECK_S)
            except queue.Empty:
                if self._look_after(time.monotonic() - last_message):
                    last_message = time.monotonic()
                continue
            last_message = time.monotonic()
            if message is None:
                break
            if isinstance(message, tuple):
                self._finish(*message)
            else:
                if not self._pool.active:  # asking starts a new one
                    self._restart("the decode workers ended")
                self._hand_out()
        _end(self._pool)

    def _look_after(self, silent_s: float) -> bool:
        """Whether a pool was restarted since no answer would come: pebble forgets files while it is breaking."""
        is_broken = not self._pool.active
        if is_broken:
            self._does_not_start.set()
        is_lost = bool(self._handed_out) and (is_broken or silent_s > self._timeout_s + _STALL_S)
        if is_lost:
            self._restart("the decode workers do not answer")
        return is_lost

    def _finish(self, request: _Request[Wanted, Result], done: "Future[Result]") -> None:
        with self._lock:
            if request not in self._handed_out or request.running is not done:
                return  # closed, or handed out again
        error = _error_of(done)
        if isinstance(error, BrokenProcessPool):
            self._restart(str(error))
        elif self._is_worth_another_try(request, error):
            with self._lock:
                self._schedule(request)
        else:
            self._answer(request, None if error else done.result(), self._readable(error))

    def _is_worth_another_try(self, request: _Request[Wanted, Result], error: BaseException | None) -> bool:
        killed = isinstance(error, ProcessExpired) and error.exitcode in _KILLED_FROM_OUTSIDE
        return killed and request.attempts < _ATTEMPTS

    def _answer(self, request: _Request[Wanted, Result], result: Result | None, error: BaseException | None) -> None:
        with self._lock:
            self._handed_out.discard(request)
        self._hand_out()
        if not request.future.set_running_or_notify_cancel():
            return
        if error is not None:
            request.future.set_exception(error)
        elif result is not None:
            request.future.set_result(result)

    def _restart(self, reason: str) -> None:
        """A new pool for the files that the old one has not done; for each file once."""
        with self._lock:
            if self._is_closed:
                return
            affected = list(self._handed_out)
            broken, self._pool = self._pool, self._new_pool()
        _end(broken)
        for request in affected:
            if request.attempts < _ATTEMPTS:
                with self._lock:
                    self._schedule(request)
            else:
                self._answer(request, None, BrokenProcessPool(reason))

    def _readable(self, error: BaseException | None) -> BaseException | None:
        """Our error for pebble's."""
        if isinstance(error, TimeoutError):
            return DecoderTimeout(timeout_s=round(self._timeout_s))
        if isinstance(error, ProcessExpired):
            if error.exitcode == worker.OUT_OF_MEMORY:
                return DecoderOutOfMemory(limit_megabytes=round(self._memory_limit_bytes / MEGABYTE))
            return DecoderCrashed()
        return error


class DecodePool(WorkerPool[ModelInput | None, DecodedPhoto]):
    """Decodes photos into what is stored about them; see `decode_photo`."""

    def __init__(
        self,
        workers: int,
        timeout_s: float = 60,
        memory_limit_bytes: int = _MEMORY_LIMIT_BYTES,
        limits: DecodeLimits = _DEFAULT_LIMITS,
        *,
        decode: Decode[ModelInput | None, DecodedPhoto] = decode_photo,
        watch_memory: bool = _WATCHES_MEMORY,
    ) -> None:
        super().__init__(decode, workers, timeout_s, memory_limit_bytes, limits, watch_memory=watch_memory)


def _error_of(done: "Future[Any]") -> BaseException | None:
    try:
        return done.exception()
    except CancelledError as error:
        return error


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble types most of itself, not this
    pool.join()
