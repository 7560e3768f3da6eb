"""The files of one folder while it is listed: those of one name are put together when all are known."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from photoorg.catalog.records import WatchFolder
from photoorg.indexing.pairing import groups_of, is_motion, is_watched, stem_key
from photoorg.indexing.placeholders import name_of_stub
from photoorg.indexing.scan import NOT_A_PICTURE, VIDEO, Part, Scan
from photoorg.media.formats import is_raw, kind_of


@dataclass(slots=True)  # frozen ones take long to make, for each file of a library
class FolderEntry:
    """A file that may be worth its stat, which `look` gives; `folder` is the watch folder it was met in.

    One that `is_away` has only a stub here, its content is in a cloud.
    """

    folder: WatchFolder
    path: bytes
    name: bytes
    device: int
    look: Callable[[], os.stat_result]
    is_away: bool = False


class FolderFiles:
    """Takes the files of one folder to a scan. `note` takes one there, and gives its key, None if it is gone."""

    def __init__(self, scan: Scan, note: Callable[[FolderEntry], tuple[int, bytes] | None]) -> None:
        self._scan = scan
        self._note = note
        self._keys: dict[bytes, tuple[int, bytes]] = {}
        self._videos: list[FolderEntry] = []
        self._has_raw = False

    def add(self, entry: FolderEntry) -> None:
        """One more file."""
        kind = kind_of(entry.name)
        if kind == "picture":
            self._take(entry)
            self._has_raw |= is_raw(entry.name)
        elif is_motion(entry.name):  # it is one of a photo's files if a picture of its name is there
            self._videos.append(entry)
        else:
            self._scan.skipped[VIDEO if kind == "video" else NOT_A_PICTURE] += 1

    def finish(self) -> None:
        """No more files: put together what belongs together."""
        if not self._has_raw and not self._videos:
            return
        self._take_live_videos()
        # By their paths on the volume.
        at = {path: (volume_id, path) for volume_id, path in self._keys.values()}
        for group in groups_of(list(at)):
            for path in (*group.mains, *group.companions):
                files = self._scan.files if at[path] in self._scan.files else self._scan.online_only
                files[at[path]] = replace(files[at[path]], group=group)

    def _take(self, entry: FolderEntry) -> None:
        if (key := self._note(entry)) is not None:
            self._keys[entry.path] = key

    def _take_live_videos(self) -> None:
        paths = [*self._keys, *(entry.path for entry in self._videos)] if self._videos else []
        companions = {path for group in groups_of(paths) for path in group.companions}
        for entry in self._videos:
            if entry.path in companions:
                self._take(entry)
            else:
                self._scan.skipped[VIDEO] += 1


def beside(directory: bytes, changed: Mapping[bytes, Part]) -> list[Part]:
    """Files of the same names as those that changed, by their paths, which did not change themselves."""
    stems = {stem_key(os.path.basename(path)): part for path, part in changed.items()}
    try:
        names = os.listdir(directory)
    except OSError:
        return []
    names = list(dict.fromkeys(name_of_stub(name) or name for name in names))
    same = [(name, stems[key]) for name in names if is_watched(name) and (key := stem_key(name)) in stems]
    parts = [replace(part, path=os.path.join(directory, name)) for name, part in same]
    return [part for part in parts if part.path not in changed and part.is_followed()]
