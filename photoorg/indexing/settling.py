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
    waits_for_closing: bool = False


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
        self._again: dict[bytes, _Change] = {}
        self._roots: dict[bytes, float] = {}
        self._written: set[bytes] = set()

    def note(self, root: bytes, path: bytes) -> None:
        """Something happened to a path: it was made, closed, renamed, removed."""
        with self._changed:
            if self._written:
                self._written = {known for known in self._written if not _covers(path, known)}
            self._set(root, path)

    def note_writing(self, root: bytes, path: bytes) -> None:
        """A file was written to; it will be closed."""
        with self._changed:
            self._written.add(path)
            self._set(root, path)

    def note_touched(self, root: bytes, path: bytes) -> None:
        """The attributes of a file changed; whether it is being written to did not."""
        with self._changed:
            self._set(root, path)

    def look_again(self, root: bytes, path: bytes, in_s: float) -> None:
        """Look at a path again after some time, or when something happens to it."""
        with self._changed:
            if path not in self._paths:
                self._again[path] = _Change(root, self._clock() + in_s)

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
            self._again = {path: change for path, change in self._again.items() if change.root != root}

    def is_being_written(self, path: bytes) -> bool:
        """Whether a file was written to, and not closed since."""
        return path in self._written

    def take(self) -> Settled:
        """What has settled; nothing of it is settling any more."""
        with self._changed:
            now = self._clock()
            roots = {root for root, due in self._roots.items() if due <= now}
            changes = {path: change for path, change in self._again.items() if change.due <= now}
            if any(change.due <= now for change in self._paths.values()):
                changes |= self._quiet(now)
            for root in roots:
                del self._roots[root]
            for path in changes:
                self._paths.pop(path, None)
                self._again.pop(path, None)
            return Settled({path: change.root for path, change in changes.items()}, roots)

    def _quiet(self, now: float) -> dict[bytes, _Change]:
        # Both ends of a move come at about the same time: what is nearly quiet goes along.
        nearly = now + QUIET_S / 2
        return {
            path: change
            for path, change in self._paths.items()
            if change.due <= (now if change.waits_for_closing else nearly)
        }

    def wait(self, timeout_s: float) -> None:
        """Return when something may have settled, or is new where nothing was; after `timeout_s` at most."""
        with self._changed:
            now = self._clock()
            changes = (*self._paths.values(), *self._again.values())
            first = min([now + timeout_s, *self._roots.values(), *(change.due for change in changes)])
            if first > now:
                self._changed.wait(first - now)

    def pending(self) -> "Pending":
        """What is settling now; what is to be looked at again is not among it."""
        with self._changed:
            return Pending(frozenset(self._paths))

    def _set(self, root: bytes, path: bytes) -> None:
        if not self._paths:
            self._changed.notify_all()
        is_open = path in self._written
        self._paths[path] = _Change(root, self._clock() + (SILENT_S if is_open else QUIET_S), is_open)
        self._again.pop(path, None)


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
