"""The scanner: what picture files are in a folder now, at the cost of one stat per file."""

import os
import stat
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from photoorg.catalog.folders import FolderStore
from photoorg.catalog.records import FileStat, Place, WatchFolder
from photoorg.indexing.folder_files import NOT_A_PICTURE, FolderEntry, FolderFiles, beside
from photoorg.indexing.packages import is_package
from photoorg.indexing.pairing import Group, is_watched
from photoorg.indexing.placeholders import is_online_only, name_of_stub, stub_at
from photoorg.indexing.spelling import spelled
from photoorg.volumes import Volume, volume_of

# Thumbnails and waste bins of storage systems: not the user's folders.
_IGNORED_NAMES = frozenset((b"@eaDir", b"#recycle", b"#snapshot", b"$RECYCLE.BIN", b"System Volume Information"))

HIDDEN = "hidden"
IGNORED = "ignored"
BROKEN_LINK = "broken link"
UNREADABLE_FOLDER = "unreadable folder"
ONLINE_ONLY = "online only"


@dataclass(frozen=True, slots=True)
class Part:
    """A path at or below the real path `root` of a watch folder."""

    folder: WatchFolder
    root: bytes
    path: bytes

    def is_followed(self) -> bool:
        """Whether a walk from the root would come here."""
        below = os.path.join(self.root, b"")
        if not self.path.startswith(below):
            return False
        return all(is_followed(name) for name in self.path[len(below) :].split(os.sep.encode()))


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file on the disk; `path` is absolute and real (without symbolic links).

    A picture, or the video of one. `group` are the files that it may belong to one photo with, by their relative paths.
    """

    path: bytes
    place: Place
    stat: FileStat
    group: Group | None = None


@dataclass
class Scan:
    """What a walk found: files by (volume id, path), what was skipped, folders that could not be listed.

    `unreachable`: watch folder id -> why not even that could be listed. Of a look at parts of folders only: `looked_at`
    are the places (volume id, path) that were looked at, with all below them; `links` are the ids
    of watch folders in which symbolic links were met: these lead anywhere, and need a look at the whole folder.
    `online_only` are picture files whose content is not on the disk.
    """

    files: dict[tuple[int, bytes], FoundFile] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=lambda: Counter({NOT_A_PICTURE: 0, HIDDEN: 0, IGNORED: 0}))
    unlisted: list[tuple[int, bytes]] = field(default_factory=list)
    unreachable: dict[int, str] = field(default_factory=dict)
    looked_at: list[tuple[int, bytes]] = field(default_factory=list)
    links: set[int] = field(default_factory=set)
    online_only: dict[tuple[int, bytes], FoundFile] = field(default_factory=dict)


class Scanner:
    """Walks watch folders, or parts; each directory once, however many links and folders lead to it."""

    def __init__(self, folders: FolderStore, check: Callable[[int], None]) -> None:
        """`check` is called with the number of files found so far, about once per directory; it may raise."""
        self._folders = folders
        self._check = check
        self._watched = folders.all()
        self._visited: set[tuple[int, int]] = set()
        self._volumes: dict[int, tuple[int, Volume]] = {}
        self._scan = Scan()
        self._in_folder = FolderFiles(self._scan, self._note)
        self._linked: dict[bytes, FolderEntry] = {}
        self._alone: list[Part] = []

    def scan(self, folders: Sequence[tuple[WatchFolder, bytes]]) -> Scan:
        """Walk watch folders, each given with its real path."""
        for folder, root in folders:
            self._volumes.clear()
            self._walk(folder, root)
        self._note_linked()
        return self._scan

    def look_at(self, parts: Sequence[Part]) -> Scan:
        """Look at paths below watch folders, and at all below them; what is gone is looked at too.

        With a file those of its name are looked at that may belong to the same photo.
        """
        for part in parts:
            if part.is_followed():
                self._look_at_part(part)
        self._look_beside()
        return self._scan

    def _look_at_part(self, part: Part) -> None:
        try:
            status = os.lstat(part.path)
        except (FileNotFoundError, NotADirectoryError):
            self._scan.looked_at.append(self._place(part.path))
            self._alone.append(part)
            return
        except OSError:  # a folder on the way may not be entered: nothing is known
            return
        if (path := spelled(part.root, part.path)) != part.path:  # that name is gone, though it finds something
            self._scan.looked_at.append(self._place(part.path))
            self._look_at_part(replace(part, path=path))
            return
        if stat.S_ISLNK(status.st_mode):
            self._scan.links.add(part.folder.id)
            return
        self._scan.looked_at.append(self._place(part.path))
        if stat.S_ISDIR(status.st_mode):
            self._walk(part.folder, part.path)
        elif stat.S_ISREG(status.st_mode):
            self._alone.append(part)

    def _look_beside(self) -> None:
        """Note the files among the parts, with those of the same name."""
        parts: dict[bytes, dict[bytes, Part]] = {}
        for part in self._alone:
            if is_watched(os.path.basename(part.path)):
                parts.setdefault(os.path.dirname(part.path), {})[part.path] = part
        for directory, changed in parts.items():
            self._in_folder = FolderFiles(self._scan, self._note)
            others = beside(directory, changed)
            self._scan.looked_at += [self._place(part.path) for part in others]
            for part in (*changed.values(), *others):
                self._look_at_alone(part)
            self._in_folder.finish()

    def _look_at_alone(self, part: Part) -> None:
        try:
            status, is_away = os.lstat(part.path), False
        except OSError:
            stub = stub_at(part.path)
            if stub is None:
                return
            status, is_away = stub, True
        if stat.S_ISREG(status.st_mode):
            name = os.path.basename(part.path)
            self._in_folder.add(FolderEntry(part.folder, part.path, name, status.st_dev, lambda: status, is_away))

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

    def _walk(self, folder: WatchFolder, root: bytes) -> None:
        open_directories = [root]
        while open_directories:
            directory = open_directories.pop()
            self._check(len(self._scan.files))
            try:
                open_directories += self._list(folder, directory)
            except OSError as error:
                if directory == root and not self._scan.looked_at:
                    self._scan.unreachable[folder.id] = error.strerror or str(error)
                elif isinstance(error, FileNotFoundError):  # gone since its parent was listed
                    continue
                self._note_unlisted(directory)

    def _list(self, folder: WatchFolder, directory: bytes) -> list[bytes]:
        """Note the files of one directory and give its subdirectories; nothing if it was visited before."""
        status = os.stat(directory)
        if (status.st_dev, status.st_ino) in self._visited:
            return []
        self._in_folder = FolderFiles(self._scan, self._note)
        with os.scandir(directory) as entries:
            self._visited.add((status.st_dev, status.st_ino))
            inner = [path for entry in entries if (path := self._look_at(folder, entry, status.st_dev))]
        self._in_folder.finish()
        return inner

    def _look_at(self, folder: WatchFolder, entry: os.DirEntry[bytes], device: int) -> bytes | None:
        """Note a file; or give the path of a directory that is to be walked."""
        if (name := name_of_stub(entry.name)) is not None:
            path = os.path.join(os.path.dirname(entry.path), name)
            self._in_folder.add(FolderEntry(folder, path, name, device, lambda: os.lstat(entry.path), is_away=True))
        elif entry.name.startswith(b"."):
            self._scan.skipped[HIDDEN] += 1
        elif entry.name in _IGNORED_NAMES or is_package(entry.name):
            self._scan.skipped[IGNORED] += 1
        elif entry.is_symlink():
            return self._follow(folder, entry)
        elif entry.is_dir(follow_symlinks=False):
            return entry.path
        elif entry.is_file(follow_symlinks=False):
            # Not the entry's own stat: on Windows that knows no file id.
            self._in_folder.add(FolderEntry(folder, entry.path, entry.name, device, lambda: os.lstat(entry.path)))
        else:  # FIFOs, sockets, devices
            self._scan.skipped[NOT_A_PICTURE] += 1
        return None

    def _follow(self, folder: WatchFolder, entry: os.DirEntry[bytes]) -> bytes | None:
        """A link counts as what it leads to, under that one's real path: so each photo is found once."""
        self._scan.links.add(folder.id)
        try:
            status = entry.stat()
            path = os.path.realpath(entry.path, strict=True)
        except OSError:  # leads nowhere, or round in circles
            self._scan.skipped[BROKEN_LINK] += 1
            return None
        if entry.is_dir():
            return path
        if entry.is_file():
            self._linked[path] = FolderEntry(folder, path, os.path.basename(path), status.st_dev, lambda: status)
        else:
            self._scan.skipped[NOT_A_PICTURE] += 1
        return None

    def _note(self, entry: FolderEntry) -> tuple[int, bytes] | None:
        try:
            status = entry.look()
        except FileNotFoundError:  # gone since the directory was listed
            return None
        volume_id, volume = self._volume(entry.device, entry.path)
        relative = volume.relative(entry.path)
        owner = self._owner(volume_id, relative) or entry.folder
        place = Place(volume_id, owner.id, relative)
        found = FoundFile(entry.path, place, file_stat(status))
        if entry.is_away or is_online_only(status):
            self._scan.skipped[ONLINE_ONLY] += 1
            self._scan.online_only[volume_id, relative] = found
        else:
            self._scan.files[volume_id, relative] = found
        return volume_id, relative

    def _note_linked(self) -> None:
        """Files that links led to: what lies in a folder that was walked is known from there."""
        folders: dict[bytes, list[FolderEntry]] = {}
        for path, entry in self._linked.items():
            volume_id, volume = self._volume(entry.device, path)
            if (volume_id, volume.relative(path)) not in self._scan.files:
                folders.setdefault(os.path.dirname(path), []).append(entry)
        for entries in folders.values():
            self._in_folder = FolderFiles(self._scan, self._note)
            for entry in entries:
                self._in_folder.add(entry)
            self._in_folder.finish()

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


def is_followed(name: bytes) -> bool:
    """Whether a file or folder of this name is looked at."""
    return not name.startswith(b".") and name not in _IGNORED_NAMES and not is_package(name)


def is_inside(path: bytes, folder: bytes) -> bool:
    """Whether the relative `path` lies below `folder`, both on one volume; b"" is the whole volume."""
    return folder == b"" or path.startswith(folder + os.sep.encode())
