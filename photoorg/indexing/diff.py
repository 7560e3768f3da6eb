"""The difference between the disk and the catalog: new, changed, moved and missing files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from photoorg.catalog.records import FileStat, KnownFile, Place
from photoorg.indexing.scanner import FoundFile, Scan, is_inside

_Identity = tuple[int, int, int, int]
_Pending = tuple[FoundFile, KnownFile | None]


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A file to read: `file_id` is None for one the catalog does not know yet."""

    file_id: int | None
    path: bytes
    place: Place
    stat: FileStat


@dataclass
class Diff:
    """What a scan means for the catalog.

    `moves` (file id, place, stat) are recognised without reading. `renamed` counts the photos whose path changed.
    """

    work: list[WorkItem] = field(default_factory=list)
    moves: list[tuple[int, Place, FileStat]] = field(default_factory=list)
    missing: list[KnownFile] = field(default_factory=list)
    renamed: int = 0


def _nothing_settles(_place: Place) -> bool:
    return False


def compare(scan: Scan, known: Iterable[KnownFile], settles: Callable[[Place], bool] = _nothing_settles) -> Diff:
    """Compare what was found with what is known of the same folders. Newest files come first in `work`.

    A place that `settles` still changes: it is left alone, except that the file which was there may have moved away.
    """
    left = dict(scan.files)
    others: list[KnownFile] = []
    diff = Diff()
    for file in known:  # one by one, and nothing is kept of the many that are as they were
        found = None if file.missing else left.get((file.place.volume_id, file.place.path))
        if found is None or found.stat != file.stat or settles(found.place):
            others.append(file)
            continue
        del left[file.place.volume_id, file.place.path]
        if file.place != found.place:  # another watch folder owns it now
            diff.moves.append((file.id, found.place, found.stat))
    at_place = {(k.place.volume_id, k.place.path): k for k in others if not k.missing}
    _settle(diff, [(f, at_place.get(where)) for where, f in left.items() if not settles(f.place)], others)
    placed = {file_id for file_id, _, _ in diff.moves} | {item.file_id for item in diff.work if item.file_id}
    diff.missing = [k for k in others if not (k.missing or k.id in placed or _is_hidden(k, scan) or settles(k.place))]
    diff.work.sort(key=lambda item: -item.stat.mtime_ns)
    return diff


def _settle(diff: Diff, pending: list[_Pending], unplaced: list[KnownFile]) -> None:
    """Each pending file is the one that was here and was touched, one that moved here, a new version, or new."""
    touched = [(f, old) for f, old in pending if old is not None and _same_file(f, old)]
    staying = {old.id for _, old in touched}
    rest = [(f, old) for f, old in pending if old is None or old.id not in staying]
    # Of several candidates one that was not missing yet: it is the one that was renamed just now.
    candidates = sorted((k for k in unplaced if k.id not in staying and k.stat.inode), key=lambda k: not k.missing)
    lost = {_identity(k.place, k.stat): k for k in candidates}
    arrived = [(f, old, lost.pop(_identity(f.place, f.stat), None)) for f, old in rest]
    diff.moves += [(twin.id, f.place, f.stat) for f, _, twin in arrived if twin]
    diff.renamed = sum(twin is not None and twin.failure_code is None for *_, twin in arrived)
    gone = {twin.id for *_, twin in arrived if twin}
    # Touched files are read again: a program may have rewritten them and put back the old time.
    replaced = [(f, old if old and old.id not in gone else None) for f, old, twin in arrived if twin is None]
    diff.work = [WorkItem(old.id if old else None, f.path, f.place, f.stat) for f, old in [*touched, *replaced]]


def _same_file(found: FoundFile, old: KnownFile) -> bool:
    return _identity(found.place, found.stat) == _identity(old.place, old.stat)


def _identity(place: Place, stat: FileStat) -> _Identity:
    """What a rename leaves alone (the ctime is not among it)."""
    return place.volume_id, stat.inode, stat.size_bytes, stat.mtime_ns


def _is_hidden(known: KnownFile, scan: Scan) -> bool:
    """Whether the file lies in a folder that could not be listed: then nothing is known about it."""
    return any(volume == known.place.volume_id and is_inside(known.place.path, f) for volume, f in scan.unlisted)
