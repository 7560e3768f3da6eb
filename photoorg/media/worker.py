"""The inside of a decode worker process. Imports nothing heavy itself: the environment has to be set before numpy."""

import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.synchronize import Semaphore
from typing import Any, TypeVar

from photoorg.errors import DecoderOutOfMemory
from photoorg.media.reading import MEGABYTE, DecodeLimits
from photoorg.spawning import end_with_parent, lower_priority

Wanted = TypeVar("Wanted")
Result = TypeVar("Result")
Decode = Callable[[bytes, Wanted, DecodeLimits], Result]
"""From a path, what is wanted of it, and limits to a result. Of a module that workers can import; it is pickled."""

OUT_OF_MEMORY = 77  # exit code of a worker that outgrew its limit
_NICENESS = 10
_WATCH_INTERVAL_S = 0.1
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_decoding = threading.Lock()


def start(ready: Semaphore, memory_limit_bytes: int, watch_memory: bool, in_background: bool) -> None:
    """Make this process a worker: bounded memory, low priority if wanted, gone with its parent; count up `ready`."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # pebble's handler would wait for a hanging decoder to return
    faulthandler.disable()
    end_with_parent()
    os.environ.update(dict.fromkeys(_THREAD_VARIABLES, "1"))
    if in_background:
        lower_priority(_NICENESS)
    import photoorg.media.decode  # noqa: F401  now, not when the first file waits

    if watch_memory:
        threading.Thread(target=_watch, args=(memory_limit_bytes,), name="watch-memory", daemon=True).start()
    _limit_resources(None if watch_memory else memory_limit_bytes)
    _silence_decoders()
    ready.release()


def run(
    decode: Decode[Wanted, Result], path: bytes, wanted: Wanted, limits: DecodeLimits, memory_limit_bytes: int
) -> Result:
    """Decode one file. Raises what `decode` raises, and DecoderOutOfMemory."""
    with _decoding:
        try:
            return decode(path, wanted, limits)
        except (MemoryError, DecoderOutOfMemory):
            raise DecoderOutOfMemory(limit_megabytes=round(memory_limit_bytes / MEGABYTE)) from None


def _silence_decoders() -> None:
    """Some decoders' C code talks to stderr; what matters comes back as an error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _limit_resources(address_space_bytes: int | None) -> None:
    """No core dumps; where the system keeps to it (Linux), a bound on memory that makes allocations fail."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if address_space_bytes is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        soft = address_space_bytes if hard == resource.RLIM_INFINITY else min(address_space_bytes, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _watch(limit_bytes: int) -> None:
    """End this process when its resident memory outgrows the limit; never while it holds pebble's channel."""
    import psutil

    process: Any = psutil.Process()
    pause = threading.Event()
    while not pause.wait(_WATCH_INTERVAL_S):
        if _decoding.locked() and process.memory_info().rss > limit_bytes:
            os._exit(OUT_OF_MEMORY)
