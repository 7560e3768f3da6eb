"""The scanner: what picture files are in a folder now, at the cost of one stat per file."""

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import replace

from photoorg.catalog.folders import FolderStore
from photoorg.catalog.records import Place, WatchFolder
from photoorg.indexing.folder_files import FolderEntry, FolderFiles, beside
from photoorg.indexing.folder_rules import FolderRules
from photoorg.indexing.ignoring import Ignoring, Rules, is_hidden, is_of_others
from photoorg.indexing.pairing import is_watched
from photoorg.indexing.placeholders import is_online_only, name_of_stub, stub_at
from photoorg.indexing.scan import (
    BROKEN_LINK,
    HIDDEN,
    IGNORED,
    NOT_A_PICTURE,
    ONLINE_ONLY,
    UNREADABLE_FOLDER,
    FoundFile,
    Part,
    Scan,
    file_stat,
    is_inside,
)
from photoorg.indexing.spelling import spelled
from photoorg.volumes import Volume, volume_of

# Its path, and the rules that hold in it before its own.
_Directory = tuple[bytes, Rules]


class Scanner:
    """Walks watch folders, or parts; each directory once, however many links and folders lead to it."""

    def __init__(self, folders: FolderStore, check: Callable[[int], None], ignoring: Ignoring | None = None) -> None:
        """`check` is called with the number of files found so far, about once per directory; it may raise."""
        self._folders = folders
        self._rules = FolderRules(ignoring or Ignoring())
        self._check = check
        self._watched = folders.all()
        self._visited: set[tuple[int, int]] = set()
        self._volumes: dict[int, tuple[int, Volume]] = {}
        self._scan = Scan(roots=frozenset((folder.volume_id, folder.path) for folder in self._watched))
        self._in_folder = FolderFiles(self._scan, self._note)
        self._linked: dict[bytes, FolderEntry] = {}
        self._alone: list[Part] = []

    def scan(self, folders: Sequence[tuple[WatchFolder, bytes]]) -> Scan:
        """Walk watch folders, each given with its real path."""
        for folder, root in folders:
            self._note_roots(folder, root)
        for folder, root in folders:
            self._volumes.clear()
            self._walk(folder, root, self._rules.of_root(root))
        self._note_linked()
        return self._scan

    def look_at(self, parts: Sequence[Part]) -> Scan:
        """Look at paths below watch folders, and at all below them; what is gone is looked at too.

        With a file those of its name are looked at that may belong to the same photo.
        """
        for part in parts:
            self._note_roots(part.folder, part.root)
        for part in parts:
            if part.is_followed():
                self._look_at_part(part)
        self._look_beside()
        return self._scan

    # --- parts ---

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
        if stat.S_ISREG(status.st_mode):
            self._alone.append(part)
        elif stat.S_ISDIR(status.st_mode):
            rules = self._rules.of_folder(part.path)
            if rules is None:
                self._note_ignored(part.path, status.st_dev)
            else:
                self._walk(part.folder, part.path, rules)

    def _look_beside(self) -> None:
        """Note the files among the parts, with those of the same name."""
        parts: dict[bytes, dict[bytes, Part]] = {}
        for part in self._alone:
            if is_watched(os.path.basename(part.path)):
                parts.setdefault(os.path.dirname(part.path), {})[part.path] = part
        for directory, changed in parts.items():
            rules = self._rules.inside(directory)
            self._in_folder = FolderFiles(self._scan, self._note)
            others = beside(directory, changed)
            self._scan.looked_at += [self._place(part.path) for part in others]
            for part in (*changed.values(), *others):
                self._look_at_alone(part, rules)
            self._in_folder.finish()

    def _look_at_alone(self, part: Part, rules: Rules | None) -> None:
        try:
            status, is_away = os.lstat(part.path), False
        except OSError:
            stub = stub_at(part.path)
            if stub is None:
                return
            status, is_away = stub, True
        if rules is None or rules.ignore(part.path, is_folder=False):
            self._note_ignored(part.path, status.st_dev)
        elif stat.S_ISREG(status.st_mode):
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

    # --- folders ---

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
        self._in_folder = FolderFiles(self._scan, self._note)
        with os.scandir(directory) as listing:
            self._visited.add((status.st_dev, status.st_ino))
            entries = list(listing)
        rules = around.within(directory, {entry.name for entry in entries})
        if rules is None:
            self._note_ignored(directory, status.st_dev)
            return []
        inner = [found for entry in entries if (found := self._look_at(folder, entry, status.st_dev, rules))]
        self._in_folder.finish()
        return inner

    def _look_at(self, folder: WatchFolder, entry: os.DirEntry[bytes], device: int, rules: Rules) -> _Directory | None:
        """Note a file; or give a directory that is to be walked."""
        if (name := name_of_stub(entry.name)) is not None:
            path = os.path.join(os.path.dirname(entry.path), name)
            if rules.ignore(path, is_folder=False):
                self._note_ignored(path, device)
            else:
                self._in_folder.add(FolderEntry(folder, path, name, device, lambda: os.lstat(entry.path), is_away=True))
        elif is_hidden(entry.name):
            self._scan.skipped[HIDDEN] += 1
        elif is_of_others(entry.name):
            self._scan.skipped[IGNORED] += 1
        elif entry.is_symlink():
            return self._follow(folder, entry, rules)
        elif (is_folder := entry.is_dir(follow_symlinks=False)) and self._rules.is_root(entry.path):
            return entry.path, self._rules.of_root(entry.path)  # a watch folder has rules of its own
        elif rules.ignore(entry.path, is_folder=is_folder):
            self._note_ignored(entry.path, device)
        elif is_folder:
            return entry.path, rules
        elif entry.is_file(follow_symlinks=False):
            # Not the entry's own stat: on Windows that knows no file id.
            self._in_folder.add(FolderEntry(folder, entry.path, entry.name, device, lambda: os.lstat(entry.path)))
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
        there = None if rules.ignore(entry.path, is_folder=is_folder) else self._rules.at(path, is_folder=is_folder)
        if there is None and self._rules.has_root_around(path):  # that is looked at itself
            self._scan.skipped[IGNORED] += 1
        elif there is None:
            self._note_ignored(path, status.st_dev)
        elif is_folder:
            return path, there
        elif entry.is_file():
            self._linked[path] = FolderEntry(folder, path, os.path.basename(path), status.st_dev, lambda: status)
        else:
            self._scan.skipped[NOT_A_PICTURE] += 1
        return None

    # --- rules ---

    def _note_roots(self, folder: WatchFolder, root: bytes) -> None:
        """Where the watch folders on a folder's volume are: the rules of each begin there."""
        mount = root.removesuffix(folder.path)
        inner = (other.path for other in self._watched if other.volume_id == folder.volume_id)
        self._rules.note_roots([root, *(os.path.join(mount, path) for path in inner)])

    def _note_ignored(self, path: bytes, device: int) -> None:
        self._scan.skipped[IGNORED] += 1
        volume_id, volume = self._volume(device, path)
        self._scan.ignored.add((volume_id, volume.relative(path)))

    # --- files ---

    def _note(self, entry: FolderEntry) -> tuple[int, bytes] | None:
        try:
            status = entry.look()
        except FileNotFoundError:  # gone since the directory was listed
            return None
        except PermissionError:  # the folder may not be entered
            raise
        except OSError:  # its path is too long, or the disk damaged here: that says nothing of the others
            self._note_unlisted(os.path.dirname(entry.path))
            return None
        volume_id, volume = self._volume(entry.device, entry.path)
        relative = volume.relative(entry.path)
        owner = self._owner(volume_id, relative) or entry.folder
        found = FoundFile(entry.path, Place(volume_id, owner.id, relative), file_stat(status))
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
        if known is None or not path.startswith(os.path.join(known[1].mount, b"")):  # parts of a device may be mounted
            volume = volume_of(path)
            known = self._volumes[device] = (self._folders.volume_id(volume), volume)
        return known

    def _note_unlisted(self, directory: bytes) -> None:
        volume = volume_of(directory)
        place = self._folders.volume_id(volume), volume.relative(directory)
        if place not in self._scan.unlisted:
            self._scan.skipped[UNREADABLE_FOLDER] += 1
            self._scan.unlisted.append(place)
