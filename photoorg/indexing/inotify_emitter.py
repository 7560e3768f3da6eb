"""Linux: what happens below a folder, straight from inotify(7). To be imported on Linux only.

watchdog's own emitter holds all events back for half a second after a file left its folder, hides that the limit of
watches was reached below the folder, and stops in silence when folders move in and out in an order it does not expect.
This one asks less of the kernel's events: no pairing of moves, no guesses; a folder that came or went is one change.
"""

import ctypes
import errno
import logging
import os
import select
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileSystemEvent,
)
from watchdog.observers.api import EventEmitter
from watchdog.observers.inotify_c import inotify_add_watch, inotify_init, inotify_rm_watch

from photoorg.indexing.ignoring import Ignoring, Rules, is_followed, makes_rules
from photoorg.indexing.lost_events import EventsLostEvent
from photoorg.indexing.pairing import is_watched

# From <sys/inotify.h>.
_MODIFY, _ATTRIB, _CLOSE_WRITE = 0x2, 0x4, 0x8
_MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x40, 0x80, 0x100, 0x200
_DELETE_SELF, _MOVE_SELF = 0x400, 0x800
UNMOUNT, OVERFLOW, IGNORED = 0x2000, 0x4000, 0x8000
_ONLY_DIRECTORIES, _WITHOUT_UNLINKED, IS_DIRECTORY = 0x01000000, 0x04000000, 0x40000000
_WANTED = (
    *(_MODIFY, _ATTRIB, _CLOSE_WRITE, _MOVED_FROM, _MOVED_TO, _CREATE, _DELETE, _DELETE_SELF, _MOVE_SELF),
    *(_ONLY_DIRECTORIES, _WITHOUT_UNLINKED),
)
_MASK = sum(_WANTED)
_ROOT_IS_GONE = _DELETE_SELF | _MOVE_SELF | UNMOUNT
_NO_MORE = (errno.ENOSPC, errno.ENOMEM)  # of watches, of the kernel's memory
_remove_watch: Callable[[int, Any], int] = inotify_rm_watch
_HEADER = struct.Struct("iIII")
_BUFFER_BYTES = 256 * 1024


logger = logging.getLogger(__name__)


class _TouchedEvent(FileSystemEvent):
    """The attributes of a file changed."""

    event_type = "attrib"


@dataclass(frozen=True)
class Record:
    """One record of inotify: a watch descriptor, a mask, and a name within the watched folder."""

    wd: int
    mask: int
    name: bytes


def records(data: bytes) -> Iterator[Record]:
    """The records in what was read from inotify."""
    position = 0
    while position + _HEADER.size <= len(data):
        wd, mask, _, length = _HEADER.unpack_from(data, position)
        position += _HEADER.size
        yield Record(wd, mask, data[position : position + length].rstrip(b"\0"))
        position += length


class InotifyEmitter(EventEmitter):
    """Follows a folder with all folders below it that the scanner would look into, links among them.

    `is_limited` tells that some could not be watched.
    """

    def __init__(self, event_queue: Any, watch: Any, *, ignoring: Ignoring | None = None, **options: Any) -> None:
        super().__init__(event_queue, watch, **options)
        self._root = os.fsencode(watch.path)
        self._ignoring = ignoring or Ignoring()
        self._folders: dict[int, bytes] = {}
        self._links: set[bytes] = set()
        self._descriptor = -1
        self._wake_read, self._wake_write = -1, -1
        self._closing = threading.Lock()
        self.is_limited = False

    def on_thread_start(self) -> None:
        """Watch. Raises OSError when the root cannot be watched."""
        self._wake_read, self._wake_write = os.pipe()
        try:
            self._open()
        except BaseException:
            self._close()
            raise

    def on_thread_stop(self) -> None:
        """Wake the thread."""
        with self._closing:
            if self._wake_write >= 0:
                os.write(self._wake_write, b"!")

    def run(self) -> None:
        """Hand events on until stopped."""
        try:
            super().run()
        finally:
            self._close()

    def queue_events(self, timeout: float) -> None:
        """Wait for records and hand on what they say."""
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        poll.register(self._wake_read, select.POLLIN)
        if self._descriptor in dict(poll.poll(timeout * 1000)):
            self.handle(os.read(self._descriptor, _BUFFER_BYTES))

    def handle(self, data: bytes) -> None:
        """Hand on what some bytes of inotify say."""
        for record in records(data):
            if record.mask & OVERFLOW:
                self._begin_again()
                return  # the other records are of watches that are gone
            self._handle(record)

    def _handle(self, record: Record) -> None:
        folder = self._folders.get(record.wd)
        if folder is None:
            return
        if record.mask & _ROOT_IS_GONE and folder == self._root:
            self.queue_event(EventsLostEvent(self.watch.path))
        if record.mask & IGNORED:
            del self._folders[record.wd]
        elif record.name:
            path = os.path.join(folder, record.name)
            (self._folder_changed if record.mask & IS_DIRECTORY else self._file_changed)(path, record.mask)

    def _folder_changed(self, path: bytes, mask: int) -> None:
        if mask & _DELETE:  # the kernel ends its watch by itself
            self._queue(DirDeletedEvent, path)
        elif mask & _MOVED_FROM:
            self._drop_tree(path)
            self._queue(DirDeletedEvent, path)
        elif is_followed(os.path.basename(path)) and self._rules_before(path) is not None:
            self._add_tree(path)
            self._queue(DirCreatedEvent, path)

    def _file_changed(self, path: bytes, mask: int) -> None:
        is_gone = bool(mask & (_DELETE | _MOVED_FROM))
        if path in self._links or (mask & (_CREATE | _MOVED_TO) and os.path.islink(path)):
            self._link_changed(path, is_gone)
        elif makes_rules(path):
            self._rules_changed(path, mask)
        elif not is_watched(os.path.basename(path)):
            return
        elif is_gone:
            self._queue(FileDeletedEvent, path)
        elif mask & _MODIFY:
            self._queue(FileModifiedEvent, path)
        elif mask & _CLOSE_WRITE:
            self._queue(FileClosedEvent, path)
        elif mask & (_CREATE | _MOVED_TO):
            self._queue(FileCreatedEvent, path)
        else:
            self._queue(_TouchedEvent, path)

    def _link_changed(self, path: bytes, is_gone: bool) -> None:
        """A link may lead anywhere, and what it leads to is known under its own path: all is looked at."""
        self._links.discard(path)
        if not is_gone:
            self._follow(path)
        self.queue_event(EventsLostEvent(self.watch.path))

    def _rules_changed(self, path: bytes, mask: int) -> None:
        """Other folders are to be watched; and who gets the event looks at the folder as a whole."""
        if mask & (_MODIFY | _ATTRIB):
            return
        folder = os.path.dirname(path)
        self._drop_tree(folder)
        self._add_tree(folder)
        self._queue(FileClosedEvent, path)

    def _queue(self, kind: type[FileSystemEvent], path: bytes) -> None:
        self.queue_event(kind(os.fsdecode(path)))

    # --- watches ---

    def _open(self) -> None:
        self._descriptor = inotify_init()
        if self._descriptor < 0:
            raise _error(self._root)
        os.set_inheritable(self._descriptor, False)
        self._add_watch(self._root)
        self._add_tree(self._root)

    def _begin_again(self) -> None:
        """New watches: folders may have come, gone and moved without a word."""
        os.close(self._descriptor)
        self._descriptor = -1
        self._folders.clear()
        self._links.clear()
        try:
            self._open()
        except OSError as error:
            logger.info("%s cannot be watched any more: %s", self.watch.path, error)
            self.stop()  # whoever started this notices
        self.queue_event(EventsLostEvent(self.watch.path))

    def _close(self) -> None:
        with self._closing:
            for descriptor in (self._descriptor, self._wake_read, self._wake_write):
                if descriptor >= 0:
                    os.close(descriptor)
            self._descriptor = self._wake_read = self._wake_write = -1

    def _add_tree(self, folder: bytes) -> None:
        """Watch a folder and all below it, but for what is ignored."""
        seen: set[int] = set()
        rules = self._rules_before(folder)
        open_folders = [] if rules is None else [(folder, rules)]
        while open_folders:
            current, around = open_folders.pop()
            try:
                wd = self._add_watch(current)
            except OSError as error:  # gone again; or it may not be read, and the scanner cannot look into it either
                self.is_limited |= error.errno in _NO_MORE
                continue
            if wd not in seen:
                seen.add(wd)
                open_folders += self._inner_folders(current, around)

    def _rules_before(self, folder: bytes) -> Rules | None:
        is_inside = folder == self._root or folder.startswith(os.path.join(self._root, b""))
        return self._ignoring.before(self._root if is_inside else folder, folder)

    def _inner_folders(self, folder: bytes, around: Rules) -> list[tuple[bytes, Rules]]:
        """The folders in one, with the rules that hold there; links are followed."""
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
            rules = around.within(folder, {entry.name for entry in entries})
            if rules is None:  # it is watched itself, for this may change
                return []
            followed = [entry for entry in entries if is_followed(entry.name)]
            links = [entry.path for entry in followed if entry.is_symlink()]
            folders = [entry.path for entry in followed if entry.is_dir(follow_symlinks=False)]
        except OSError:
            return []
        for link in links:
            self._follow(link)
        return [(inner, rules) for inner in folders if not rules.ignore(inner, is_folder=True)]

    def _follow(self, link: bytes) -> None:
        self._links.add(link)
        target = os.path.realpath(link)
        if os.path.isdir(target) and target not in self._folders.values():
            self._add_tree(target)

    def _add_watch(self, folder: bytes) -> int:
        wd = inotify_add_watch(self._descriptor, folder, _MASK)
        if wd < 0:
            raise _error(folder)
        self._folders[wd] = folder
        return wd

    def _drop_tree(self, folder: bytes) -> None:
        """A folder that moves away takes its watches along: it may be watched again under its new name."""
        below = os.path.join(folder, b"")
        for wd in [wd for wd, path in self._folders.items() if path == folder or path.startswith(below)]:
            del self._folders[wd]
            _remove_watch(self._descriptor, wd)
        self._links = {link for link in self._links if not link.startswith(below)}


def _error(path: bytes) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number), os.fsdecode(path))
