"""The scanner: what picture files are in a folder now, at the cost of one stat per file."""

import os
import stat
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from photoorg.catalog.folders import FolderStore
from photoorg.catalog.records import FileStat, Place, WatchFolder
from photoorg.indexing.ignoring import Ignoring, Rules, is_followed, is_hidden, is_of_others
from photoorg.media.formats import kind_of
from photoorg.volumes import Volume, volume_of

NOT_A_PICTURE = "not a picture"
VIDEO = "video (not supported yet)"
HIDDEN = "hidden"
IGNORED = "ignored"
BROKEN_LINK = "broken link"
UNREADABLE_FOLDER = "unreadable folder"

# Its path, and the rules that hold in it before its own.
_Directory = tuple[bytes, Rules]


@dataclass(frozen=True, slots=True)
class Part:
    """A path at or below the real path `root` of a watch folder."""

    folder: WatchFolder
    root: bytes
    path: bytes

    def is_followed(self) -> bool:
        """Whether a walk from the root would come here, but for the rules of ignore files and settings."""
        below = os.path.join(self.root, b"")
        if not self.path.startswith(below):
            return False
        return all(is_followed(name) for name in self.path[len(below) :].split(os.sep.encode()))


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A picture file on the disk; `path` is absolute and real (without symbolic links)."""

    path: bytes
    place: Place
    stat: FileStat


@dataclass
class Scan:
    """What a walk found: picture files by (volume id, path), what was skipped, folders that could not be listed.

    `unreachable`: watch folder id -> why not even that could be listed. Of a look at parts of folders only: `looked_at`
    are the places (volume id, path) that were looked at, with all below them; `links` are the ids
    of watch folders in which symbolic links were met: these lead anywhere, and need a look at the whole folder.
    `ignored` are the places that a rule of the user leaves alone, with all below them: what is there is not gone.
    """

    files: dict[tuple[int, bytes], FoundFile] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=lambda: Counter({NOT_A_PICTURE: 0, HIDDEN: 0, IGNORED: 0}))
    unlisted: list[tuple[int, bytes]] = field(default_factory=list)
    unreachable: dict[int, str] = field(default_factory=dict)
    looked_at: list[tuple[int, bytes]] = field(default_factory=list)
    links: set[int] = field(default_factory=set)
    ignored: set[tuple[int, bytes]] = field(default_factory=set)

    def is_ignored(self, place: Place) -> bool:
        """Whether a rule of the user leaves a place alone."""
        path = place.path if self.ignored else b""
        while path and (place.volume_id, path) not in self.ignored:
            path = os.path.dirname(path)
        return (place.volume_id, path) in self.ignored


class Scanner:
    """Walks watch folders, or parts; each directory once, however many links and folders lead to it."""

    def __init__(self, folders: FolderStore, check: Callable[[int], None], ignoring: Ignoring | None = None) -> None:
        """`check` is called with the number of files found so far, about once per directory; it may raise."""
        self._folders = folders
        self._ignoring = ignoring or Ignoring()
        self._roots: set[bytes] = set()
        self._check = check
        self._watched = folders.all()
        self._visited: set[tuple[int, int]] = set()
        self._volumes: dict[int, tuple[int, Volume]] = {}
        self._scan = Scan()

    def scan(self, folders: Sequence[tuple[WatchFolder, bytes]]) -> Scan:
        """Walk watch folders, each given with its real path."""
        for folder, root in folders:
            self._note_roots(folder, root)
        for folder, root in folders:
            self._volumes.clear()
            self._walk(folder, root, self._ignoring.outside(root))
        return self._scan

    def look_at(self, parts: Sequence[Part]) -> Scan:
        """Look at paths below watch folders, and at all below them; what is gone is looked at too."""
        for part in parts:
            self._note_roots(part.folder, part.root)
        for part in parts:
            if part.is_followed():
                self._look_at_part(part)
        return self._scan

    def _look_at_part(self, part: Part) -> None:
        try:
            status = os.lstat(part.path)
        except (FileNotFoundError, NotADirectoryError):
            self._scan.looked_at.append(self._place(part.path))
            return
        except OSError:  # a folder on the way may not be entered: nothing is known
            return
        if stat.S_ISLNK(status.st_mode):
            self._scan.links.add(part.folder.id)
            return
        self._scan.looked_at.append(self._place(part.path))
        is_folder = stat.S_ISDIR(status.st_mode)
        rules = self._rules_at(part.path, is_folder=is_folder)
        if rules is None:
            self._note_ignored(part.path, status.st_dev)
        elif is_folder:
            self._walk(part.folder, part.path, rules)
        elif stat.S_ISREG(status.st_mode):
            name = os.path.basename(part.path)
            self._note_file(part.folder, part.path, name, status.st_dev, lambda: status)

    def _place(self, path: bytes) -> tuple[int, bytes]:
        """The volume id and the path there, also of what is gone."""
        existing = path
        while True:
            try:
                device = os.stat(existing).st_dev
                break
            except OSError:
                existing = os.path.dirname(existing)
        volume_id, volume = self._volume(device, path)
        return volume_id, volume.relative(path)

    def _walk(self, folder: WatchFolder, start: bytes, rules: Rules) -> None:
        open_directories = [(start, rules)]
        while open_directories:
            directory, around = open_directories.pop()
            self._check(len(self._scan.files))
            try:
                open_directories += self._list(folder, directory, around)
            except OSError as error:
                if directory == start and not self._scan.looked_at:
                    self._scan.unreachable[folder.id] = error.strerror or str(error)
                elif isinstance(error, FileNotFoundError):  # gone since its parent was listed
                    continue
                self._note_unlisted(directory)

    def _list(self, folder: WatchFolder, directory: bytes, around: Rules) -> list[_Directory]:
        """Note the files of one directory and give its subdirectories; nothing if it was visited before."""
        status = os.stat(directory)
        if (status.st_dev, status.st_ino) in self._visited:
            return []
        with os.scandir(directory) as listing:
            self._visited.add((status.st_dev, status.st_ino))
            entries = list(listing)
        rules = around.within(directory, {entry.name for entry in entries})
        if rules is None:
            self._note_ignored(directory, status.st_dev)
            return []
        return [found for entry in entries if (found := self._look_at(folder, entry, status.st_dev, rules))]

    def _look_at(self, folder: WatchFolder, entry: os.DirEntry[bytes], device: int, rules: Rules) -> _Directory | None:
        """Note a file; or give a directory that is to be walked."""
        if is_hidden(entry.name):
            self._scan.skipped[HIDDEN] += 1
        elif is_of_others(entry.name):
            self._scan.skipped[IGNORED] += 1
        elif entry.is_symlink():
            return self._follow(folder, entry, rules)
        elif rules.ignore(entry.path, is_folder=(is_folder := entry.is_dir(follow_symlinks=False))):
            self._note_ignored(entry.path, device)
        elif is_folder:
            inner = entry.path in self._roots  # a watch folder of its own, with rules of its own
            return entry.path, self._ignoring.outside(entry.path) if inner else rules
        elif entry.is_file(follow_symlinks=False):
            # Not the entry's own stat: on Windows that knows no file id.
            self._note_file(folder, entry.path, entry.name, device, lambda: os.lstat(entry.path))
        else:  # FIFOs, sockets, devices
            self._scan.skipped[NOT_A_PICTURE] += 1
        return None

    def _follow(self, folder: WatchFolder, entry: os.DirEntry[bytes], rules: Rules) -> _Directory | None:
        """A link counts as what it leads to, under that one's real path: so each photo is found once."""
        self._scan.links.add(folder.id)
        try:
            status = entry.stat()
            path = os.path.realpath(entry.path, strict=True)
        except OSError:  # leads nowhere, or round in circles
            self._scan.skipped[BROKEN_LINK] += 1
            return None
        is_folder = entry.is_dir()
        there = None if rules.ignore(entry.path, is_folder=is_folder) else self._rules_at(path, is_folder=is_folder)
        if there is None:
            self._scan.skipped[IGNORED] += 1
        elif is_folder:
            return path, there
        elif entry.is_file():
            self._note_file(folder, path, os.path.basename(path), status.st_dev, lambda: status)
        else:
            self._scan.skipped[NOT_A_PICTURE] += 1
        return None

    # --- rules ---

    def _note_roots(self, folder: WatchFolder, root: bytes) -> None:
        """Where the watch folders on a folder's volume are: the rules of each begin there."""
        mount = root.removesuffix(folder.path)
        inner = (other.path for other in self._watched if other.volume_id == folder.volume_id)
        self._roots |= {root, *(os.path.join(mount, path) for path in inner)}

    def _rules_at(self, path: bytes, *, is_folder: bool) -> Rules | None:
        """The rules around a path that was not met on a walk; None if they ignore it. Outside of all folders: the settings'."""
        around = (root for root in self._roots if path == root or path.startswith(os.path.join(root, b"")))
        root = max(around, key=len, default=path if is_folder else os.path.dirname(path))
        if is_folder:
            return self._ignoring.before(root, path)
        rules = self._ignoring.inside(root, os.path.dirname(path))
        return None if rules is None or rules.ignore(path, is_folder=False) else rules

    def _note_ignored(self, path: bytes, device: int) -> None:
        self._scan.skipped[IGNORED] += 1
        volume_id, volume = self._volume(device, path)
        self._scan.ignored.add((volume_id, volume.relative(path)))

    def _note_file(
        self, folder: WatchFolder, path: bytes, name: bytes, device: int, look: Callable[[], os.stat_result]
    ) -> None:
        kind = kind_of(name)
        if kind != "picture":
            self._scan.skipped[VIDEO if kind == "video" else NOT_A_PICTURE] += 1
            return
        try:
            status = look()
        except FileNotFoundError:  # gone since the directory was listed
            return
        volume_id, volume = self._volume(device, path)
        relative = volume.relative(path)
        owner = self._owner(volume_id, relative) or folder
        place = Place(volume_id, owner.id, relative)
        self._scan.files[volume_id, relative] = FoundFile(path, place, file_stat(status))

    def _owner(self, volume_id: int, path: bytes) -> WatchFolder | None:
        """The innermost watch folder that holds `path`; None if it was reached through a link from elsewhere."""
        holders = [f for f in self._watched if f.volume_id == volume_id and is_inside(path, f.path)]
        return max(holders, key=lambda holder: len(holder.path), default=None)

    def _volume(self, device: int, path: bytes) -> tuple[int, Volume]:
        known = self._volumes.get(device)
        # Of one device several parts may be mounted.
        if known is None or not path.startswith(os.path.join(known[1].mount, b"")):
            volume = volume_of(path)
            known = self._volumes[device] = (self._folders.volume_id(volume), volume)
        return known

    def _note_unlisted(self, directory: bytes) -> None:
        self._scan.skipped[UNREADABLE_FOLDER] += 1
        volume = volume_of(directory)
        self._scan.unlisted.append((self._folders.volume_id(volume), volume.relative(directory)))


def file_stat(status: os.stat_result) -> FileStat:
    """The part of a stat that tells whether a file changed."""
    return FileStat.of(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_inside(path: bytes, folder: bytes) -> bool:
    """Whether the relative `path` lies below `folder`, both on one volume; b"" is the whole volume."""
    return folder == b"" or path.startswith(folder + os.sep.encode())
