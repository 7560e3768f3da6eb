"""Changes on the disk that settle: a path is looked at when nothing has happened to it for a moment."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

QUIET_S = 0.35
# A file that was written to and not closed: its program may be slow, or its closing went unnoticed.
SILENT_S = 3.0


@dataclass
class _Change:
    root: bytes
    due: float
    quiet_s: float


@dataclass
class Settled:
    """Changes to look at now: paths, each with the watched root that it was seen through; whole roots."""

    paths: dict[bytes, bytes] = field(default_factory=dict)
    roots: set[bytes] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.paths or self.roots)


class Settling:
    """Collects changes from any thread. A path stands for itself and for all that lies below it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._paths: dict[bytes, _Change] = {}
        self._roots: dict[bytes, float] = {}
        self._written: set[bytes] = set()

    def note(self, root: bytes, path: bytes) -> None:
        """Something happened to a path: it was made, closed, renamed, removed."""
        with self._changed:
            if self._written:
                self._written = {known for known in self._written if not _covers(path, known)}
            self._set(root, path, QUIET_S)

    def note_writing(self, root: bytes, path: bytes) -> None:
        """A file was written to; it will be closed."""
        with self._changed:
            self._written.add(path)
            self._set(root, path, SILENT_S)

    def note_touched(self, root: bytes, path: bytes) -> None:
        """The attributes of a file changed; whether it is being written to did not."""
        with self._changed:
            self._set(root, path, SILENT_S if path in self._written else QUIET_S)

    def look_again(self, root: bytes, path: bytes, in_s: float) -> None:
        """Look at a path again after some time, or when something happens to it."""
        with self._changed:
            if path not in self._paths:
                self._set(root, path, in_s)

    def lose(self, root: bytes, in_s: float = 0.0) -> None:
        """Anything may have happened below a root: look at all of it."""
        with self._changed:
            due = self._clock() + in_s
            self._roots[root] = min(due, self._roots.get(root, due))
            self._changed.notify_all()

    def forget(self, root: bytes) -> None:
        """A root is not followed any more."""
        with self._changed:
            self._roots.pop(root, None)
            self._paths = {path: change for path, change in self._paths.items() if change.root != root}

    def is_being_written(self, path: bytes) -> bool:
        """Whether a file was written to, and not closed since."""
        return path in self._written

    def take(self) -> Settled:
        """What has settled; nothing of it is settling any more."""
        with self._changed:
            now = self._clock()
            settled = Settled()
            settled.roots = {root for root, due in self._roots.items() if due <= now}
            if any(change.due <= now for change in self._paths.values()):
                # Both ends of a move come at about the same time: what is nearly quiet goes along.
                nearly = now + QUIET_S / 2
                settled.paths = {
                    path: change.root
                    for path, change in self._paths.items()
                    if change.due <= (nearly if change.quiet_s == QUIET_S else now)
                }
            for root in settled.roots:
                del self._roots[root]
            for path in settled.paths:
                del self._paths[path]
            return settled

    def wait(self, timeout_s: float) -> None:
        """Return when something may have settled, or is new where nothing was; after `timeout_s` at most."""
        with self._changed:
            now = self._clock()
            first = min([now + timeout_s, *self._roots.values(), *(change.due for change in self._paths.values())])
            if first > now:
                self._changed.wait(first - now)

    def pending(self) -> "Pending":
        """What is settling now."""
        with self._changed:
            return Pending(frozenset(self._paths))

    def _set(self, root: bytes, path: bytes, quiet_s: float) -> None:
        if not self._paths:
            self._changed.notify_all()
        self._paths[path] = _Change(root, self._clock() + quiet_s, quiet_s)


class Pending:
    """Paths whose changes have not settled at some moment."""

    def __init__(self, paths: frozenset[bytes]) -> None:
        self._paths = paths

    def __contains__(self, path: object) -> bool:
        """Whether the path, or a folder around it, is about to be looked at."""
        if not self._paths or not isinstance(path, bytes):
            return False
        while path not in self._paths:
            outer = os.path.dirname(path)
            if outer == path:
                return False
            path = outer
        return True


def _covers(outer: bytes, path: bytes) -> bool:
    return path == outer or path.startswith(outer + os.sep.encode())
