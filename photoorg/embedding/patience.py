"""Waiting for a hub in such a way that whoever cancels does not wait for the hub as well."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Self

from photoorg.errors import PhotoorgError

_POLL_S = 0.2


def pause(seconds: float, check_cancelled: Callable[[], None]) -> None:
    """Wait; what `check_cancelled` raises ends it."""
    end = time.monotonic() + seconds
    while (left_s := end - time.monotonic()) > 0:
        check_cancelled()
        threading.Event().wait(min(left_s, _POLL_S))


class WatchedBody:
    """The body of an answer. While it waits for data, a thread asks whether to go on, and else hangs up.

    The thread and the one that reads take turns: `check_cancelled` is never called while the reader does anything else.
    """

    def __init__(self, response: Any, check_cancelled: Callable[[], None]) -> None:
        # As it arrives: whatever waits to become a whole block is lost when the connection breaks.
        self._blocks: Iterator[bytes] = response.iter_bytes()
        self._socket = response.extensions["network_stream"].get_extra_info("socket")
        self._check_cancelled = check_cancelled
        self._turn = threading.Lock()
        self._ended = threading.Event()
        self._cancelled: PhotoorgError | None = None
        self._thread = threading.Thread(target=self._watch, name="photoorg-download-watch", daemon=True)

    def __enter__(self) -> Self:
        self._turn.acquire()
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        self._turn.release()
        self._thread.join()

    def next_block(self) -> bytes:
        """The next bytes; none at the end. Raises what `check_cancelled` raises, and any error of the connection."""
        self._turn.release()
        try:
            block = next(self._blocks, b"")
        except Exception as error:
            if self._cancelled:
                raise self._cancelled from error
            raise
        finally:
            self._turn.acquire()
        if self._cancelled:
            raise self._cancelled
        return block

    def _watch(self) -> None:
        while not self._ended.wait(_POLL_S):
            with self._turn:
                if not self._ended.is_set() and not self._may_go_on():
                    return

    def _may_go_on(self) -> bool:
        try:
            self._check_cancelled()
        except PhotoorgError as error:
            self._cancelled = error
            with contextlib.suppress(OSError):  # it has just been closed
                # Not through the class for secure connections, which the reader is inside of.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            return False
        return True
