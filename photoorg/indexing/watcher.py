"""The watcher: follows watch folders through the system's events, and by looking where there are none."""

import errno
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Self

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from photoorg.catalog.records import WatchFolder
from photoorg.errors import PhotoorgError
from photoorg.indexing.ignoring import Ignoring, makes_rules
from photoorg.indexing.pairing import is_watched
from photoorg.indexing.roots import Root, reachable
from photoorg.indexing.settling import QUIET_S, Settling
from photoorg.indexing.watch_limits import LIMIT_ERRORS, limit_notice
from photoorg.network_drives import is_silent
from photoorg.probes import Identity, Probes

logger = logging.getLogger(__name__)

CHECK_S = 2.0
OFFLINE_CHECK_S = 10.0
# Where events do not come, or not all.
POLL_S = 60.0
# Everywhere else: systems drop events without a word.
RESCAN_S = 15 * 60.0
# Looking takes a twentieth of the time at most, however slow a network is.
_REST_PER_LOOK = 19.0
_TELLS_OF_CLOSING = sys.platform == "linux"
_OF_CONTENT = ("modified", "attrib", "closed")
_OF_NAMES = ("created", "deleted", "moved")


@dataclass
class _Watch:
    """A watch folder; `root` is where it is, None while it cannot be reached."""

    folder: WatchFolder
    root: bytes | None = None
    identity: Identity | None = None
    observer: BaseObserver | None = None
    is_polled: bool = False
    limit: int = 0  # the number of the system's error, where it does not let us follow the folder
    last_look: float = 0.0
    not_before: float = 0.0


class Watcher:
    """Notes what happens in watch folders in a Settling. A context manager; not thread-safe itself.

    A folder that is followed from now on, comes back or was replaced, and one whose events were lost, is noted as a whole.
    """

    def __init__(
        self, settling: Settling, clock: Callable[[], float] = time.monotonic, probes: Probes | None = None
    ) -> None:
        self.probes = probes or Probes()
        self._settling = settling
        self._clock = clock
        self._uneasy: frozenset[int] = frozenset()
        self._patterns: tuple[str, ...] = ()
        self._ignoring = Ignoring()
        self._watches: dict[int, _Watch] = {}
        self._next_check = 0.0
        self._next_offline_check = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for watch in self._watches.values():
            self._end(watch)
        self._watches.clear()

    def follow(self, folders: Sequence[WatchFolder]) -> None:
        """Follow these folders, and no others."""
        wanted = {folder.id: folder for folder in folders}
        for folder_id in self._watches.keys() - wanted.keys():
            self._end(self._watches.pop(folder_id))
        new = [_Watch(folder) for folder in folders if folder.id not in self._watches]
        self._watches |= {watch.folder.id: watch for watch in new}
        self._begin(new)

    def look_at(self, folder_ids: Iterable[int]) -> None:
        """Note these folders as a whole."""
        for folder_id in folder_ids:
            if (watch := self._watches.get(folder_id)) is not None and watch.root is not None:
                self._settling.lose(watch.root)

    def look_often(self, folder_ids: Iterable[int]) -> None:
        """Of these folders something is wrong that may pass without an event, like a disk that is not mounted."""
        self._uneasy = frozenset(folder_ids)

    def note_look(self, folder_ids: Iterable[int], took_s: float) -> None:
        """These folders were looked at as a whole: the longer it took, the later they are looked at again."""
        for folder_id in folder_ids:
            if (watch := self._watches.get(folder_id)) is not None:
                watch.not_before = self._clock() + _REST_PER_LOOK * took_s

    def ignore(self, patterns: Sequence[str]) -> None:
        """Leave alone what these patterns of the settings name, from now on."""
        if tuple(patterns) == self._patterns:
            return
        self._patterns, self._ignoring = tuple(patterns), Ignoring(patterns)
        for watch in self._watches.values():
            self._end(watch)
        self._begin(list(self._watches.values()))

    def check_soon(self) -> None:
        """Something seems to be wrong: the next check is not put off."""
        self._next_check = self._next_offline_check = 0.0

    def check(self) -> None:
        """See whether all is well with the watches; to be called often, does something every few seconds."""
        now = self._clock()
        if now < self._next_check:
            return
        self._next_check = now + CHECK_S
        lost = [watch for watch in self._watches.values() if watch.root is not None and not self._is_well(watch)]
        for watch in lost:
            self._end(watch)
        if now >= self._next_offline_check:
            self._next_offline_check = now + OFFLINE_CHECK_S
            lost = [watch for watch in self._watches.values() if watch.root is None]
        self._begin(lost)
        for watch in self._watches.values():
            self._look(watch, now)

    @property
    def roots(self) -> list[bytes]:
        """Where the folders are that can be reached."""
        return [watch.root for watch in self._watches.values() if watch.root is not None]

    def notices(self) -> list[PhotoorgError]:
        """What the system does not let us follow."""
        return [limit_notice(watch.limit, watch.root) for watch in self._watches.values() if watch.limit and watch.root]

    def folder_at(self, root: bytes) -> WatchFolder | None:
        """The watch folder with this root, if that is still the folder that is watched."""
        for watch in self._watches.values():
            if watch.root == root and self.probes.identity(root) == watch.identity:
                return watch.folder
        return None

    def root_of(self, path: bytes) -> bytes | None:
        """The innermost root around an absolute path."""
        return max((r for r in self.roots if path.startswith(os.path.join(r, b""))), key=len, default=None)

    def _is_well(self, watch: _Watch) -> bool:
        assert watch.root is not None
        if self.probes.identity(watch.root) != watch.identity:
            return False
        observer = watch.observer
        return observer is None or (observer.is_alive() and all(emitter.is_alive() for emitter in observer.emitters))

    def _look(self, watch: _Watch, now: float) -> None:
        if watch.root is None:
            return
        emitters = watch.observer.emitters if watch.observer else ()
        if not watch.is_polled and any(getattr(emitter, "is_limited", False) for emitter in emitters):
            watch.limit = errno.ENOSPC
            self._poll(watch, "the system allows no more watches (on Linux: fs.inotify.max_user_watches)")
            watch.last_look = watch.not_before = -POLL_S
        often = watch.is_polled or watch.folder.id in self._uneasy
        if now >= max(watch.last_look + (POLL_S if often else RESCAN_S), watch.not_before):
            watch.last_look = now
            self._settling.lose(watch.root)

    def _begin(self, watches: Sequence[_Watch]) -> None:
        """Watch what can be reached; the rest is offline."""
        roots, _ = reachable([watch.folder for watch in watches], self.probes)
        at = {folder.id: root for folder, root in roots}
        for watch in watches:
            if watch.folder.id in at:
                self._watch(watch, (watch.folder, at[watch.folder.id]))

    def _watch(self, watch: _Watch, root: Root) -> None:
        watch.folder, watch.root = root
        watch.identity = self.probes.identity(watch.root)
        watch.is_polled, watch.limit = False, 0
        try:
            watch.observer = _observe(watch.root, _Notes(self._settling, watch.root), self._ignoring)
        except OSError as error:
            watch.limit = error.errno if error.errno in LIMIT_ERRORS else 0
            self._poll(watch, error.strerror or str(error))
        if is_silent(watch.folder.volume_key) and not watch.is_polled:
            self._poll(watch, "other computers change it without a word")
        watch.last_look = self._clock()
        self._settling.lose(watch.root)

    def _poll(self, watch: _Watch, reason: str) -> None:
        watch.is_polled = True
        logger.info("%s is looked at every %.0f s: %s", os.fsdecode(watch.root or b""), POLL_S, reason)

    def _end(self, watch: _Watch) -> None:
        if watch.root is not None:
            self._settling.forget(watch.root)
        observer, watch.observer, watch.root = watch.observer, None, None
        if observer is not None:
            observer.stop()
            observer.join()


class _Notes(FileSystemEventHandler):
    """Notes watchdog's events, from its threads."""

    def __init__(self, settling: Settling, root: bytes) -> None:
        self._settling = settling
        self._root = root

    def dispatch(self, event: FileSystemEvent) -> None:
        """Note one event."""
        path = os.fsencode(event.src_path)
        for changed in (path, os.fsencode(event.dest_path)):
            if makes_rules(changed) and event.event_type in {*_OF_NAMES, "modified", "closed"}:
                self._note_rules(os.path.dirname(changed))
        if event.event_type == "lost":
            self._settling.lose(self._root)
        elif event.event_type in _OF_NAMES:
            self._settling.note(self._root, path)
            if event.dest_path:
                self._settling.note(self._root, os.fsencode(event.dest_path))
        elif event.event_type in _OF_CONTENT and not event.is_directory and is_watched(path):
            self._note_content(path, event.event_type)

    def _note_rules(self, folder: bytes) -> None:
        """What is ignored in a folder may be other files now."""
        if folder == self._root:
            self._settling.lose(self._root, QUIET_S)
        else:
            self._settling.note(self._root, folder)

    def _note_content(self, path: bytes, event_type: str) -> None:
        if event_type == "attrib":
            self._settling.note_touched(self._root, path)
        elif event_type == "modified" and _TELLS_OF_CLOSING:
            self._settling.note_writing(self._root, path)
        else:
            self._settling.note(self._root, path)


def _observe(root: bytes, notes: _Notes, ignoring: Ignoring) -> BaseObserver:
    """A running observer. Raises OSError."""
    observer = _observer(ignoring)
    observer.name = "photoorg-watcher"
    observer.schedule(notes, os.fsdecode(root), recursive=True)
    observer.start()
    return observer


def _observer(ignoring: Ignoring) -> BaseObserver:
    """One that tells of lost events."""
    observer: BaseObserver
    if sys.platform == "linux":
        from photoorg.indexing.inotify_emitter import InotifyEmitter

        observer = BaseObserver(partial(InotifyEmitter, ignoring=ignoring))  # type: ignore[arg-type]
    elif sys.platform == "darwin":
        from photoorg.indexing.fsevents_emitter import LossTellingFSEventsObserver

        observer = LossTellingFSEventsObserver()
    elif sys.platform == "win32":
        from photoorg.indexing.windows_emitter import LossTellingWindowsEmitter

        observer = BaseObserver(LossTellingWindowsEmitter)
    else:
        observer = Observer()
    return observer
