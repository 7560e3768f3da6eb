"""What a look at the disk gives: the files that were found, and what was left alone."""

import os
from collections import Counter
from dataclasses import dataclass, field

from photoorg.catalog.records import FileStat, Place, WatchFolder
from photoorg.indexing.ignoring import is_followed
from photoorg.indexing.pairing import Group

NOT_A_PICTURE = "not a picture"
VIDEO = "video (not supported yet)"
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
    `ignored` are the places that a rule of the user leaves alone, with all below them: what is there is not gone.
    But the rules around one of the watch folders, at the places `roots`, do not hold in it.
    """

    files: dict[tuple[int, bytes], FoundFile] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=lambda: Counter({NOT_A_PICTURE: 0, HIDDEN: 0, IGNORED: 0}))
    unlisted: list[tuple[int, bytes]] = field(default_factory=list)
    unreachable: dict[int, str] = field(default_factory=dict)
    looked_at: list[tuple[int, bytes]] = field(default_factory=list)
    links: set[int] = field(default_factory=set)
    online_only: dict[tuple[int, bytes], FoundFile] = field(default_factory=dict)
    ignored: set[tuple[int, bytes]] = field(default_factory=set)
    roots: frozenset[tuple[int, bytes]] = frozenset()

    def is_ignored(self, place: Place) -> bool:
        """Whether a rule of the user leaves a place alone."""
        path = place.path if self.ignored else b""
        while path and (place.volume_id, path) not in self.ignored and (place.volume_id, path) not in self.roots:
            path = os.path.dirname(path)
        return (place.volume_id, path) in self.ignored


def file_stat(status: os.stat_result) -> FileStat:
    """The part of a stat that tells whether a file changed."""
    return FileStat.of(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_inside(path: bytes, folder: bytes) -> bool:
    """Whether the relative `path` lies below `folder`, both on one volume; b"" is the whole volume."""
    return folder == b"" or path.startswith(folder + os.sep.encode())
