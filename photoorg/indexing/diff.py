"""The difference between the disk and the catalog: new, changed, moved and missing files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from photoorg.catalog.records import Companion, FileStat, KnownFile, Place
from photoorg.indexing.families import Families, Match
from photoorg.indexing.scan import FoundFile, Scan, is_inside
from photoorg.indexing.work import WorkItem

__all__ = ["Diff", "WorkItem", "compare"]

_Identity = tuple[int, int, int, int]
_Pending = tuple[FoundFile, KnownFile | None]


@dataclass
class Diff:
    """What a scan means for the catalog.

    `moves` (file id, place, stat) are recognised without reading. `renamed` counts the photos whose path changed.
    `attachments` (photo id, companion) are files that belong to photos from now on; those of a photo that is to be read
    stand in its work item. `replaced` are gone like those that are `missing`, but their photos go on with a camera RAW.
    `companions` are all that were found, by path. `strays` are the ids of videos without picture.
    """

    work: list[WorkItem] = field(default_factory=list)
    moves: list[tuple[int, Place, FileStat]] = field(default_factory=list)
    missing: list[KnownFile] = field(default_factory=list)
    replaced: list[KnownFile] = field(default_factory=list)
    renamed: int = 0
    attachments: list[tuple[int, Companion]] = field(default_factory=list)
    companions: set[bytes] = field(default_factory=set)
    strays: list[int] = field(default_factory=list)


def _nothing_settles(_place: Place) -> bool:
    return False


def compare(scan: Scan, known: Iterable[KnownFile], settles: Callable[[Place], bool] = _nothing_settles) -> Diff:
    """Compare what was found with what is known of the same folders. Newest files come first in `work`.

    A place that `settles` still changes: it is left alone, except that the file which was there may have moved away.
    """
    left = dict(scan.files)
    others: list[KnownFile] = []
    diff = Diff()
    families = Families()
    for file in known:  # one by one, and nothing is kept of the many that are as they were
        found = None if file.missing else left.get((file.place.volume_id, file.place.path))
        if found is None or found.stat != file.stat or settles(found.place):
            others.append(file)
            continue
        del left[file.place.volume_id, file.place.path]
        if file.place != found.place:  # another watch folder owns it now
            diff.moves.append((file.id, found.place, found.stat))
        if found.group is not None or file.role != "main":
            families.add(Match(found, file))
    at_place = {(k.place.volume_id, k.place.path): k for k in others if not k.missing}
    matches = _matches([(f, at_place.get(where)) for where, f in left.items() if not settles(f.place)], others)
    for match in matches:
        if match.known is not None and not match.is_to_be_read:
            diff.moves.append((match.known.id, match.found.place, match.found.stat))
            diff.renamed += match.is_photo_that_moved
        families.add(match)
    families.finish()
    diff.work = sorted(families.work, key=lambda item: -item.stat.mtime_ns)
    diff.attachments, diff.companions, diff.strays = families.attachments, families.companions, families.strays
    placed = {match.known.id for match in matches if match.known}
    gone = [k for k in others if not (k.missing or k.id in placed or _is_hidden(k, scan) or settles(k.place))]
    diff.replaced = [k for k in gone if k.role == "main" and k.photo_id in families.going_on]
    kept = {k.id for k in diff.replaced}
    diff.missing = sorted((k for k in gone if k.id not in kept), key=lambda k: k.role != "main")
    return diff


def _matches(pending: list[_Pending], unplaced: list[KnownFile]) -> list[Match]:
    """Each pending file is the one that was here and was touched, one that moved here, a new version, or new."""
    touched = [(f, old) for f, old in pending if old is not None and _same_file(f, old)]
    staying = {old.id for _, old in touched}
    rest = [(f, old) for f, old in pending if old is None or old.id not in staying]
    # Of several candidates one that was not missing yet: it is the one that was renamed just now.
    candidates = sorted((k for k in unplaced if k.id not in staying and k.stat.inode), key=lambda k: not k.missing)
    lost = {_identity(k.place, k.stat): k for k in candidates}
    arrived = [(f, old, lost.pop(_identity(f.place, f.stat), None)) for f, old in rest]
    gone = {twin.id for *_, twin in arrived if twin}
    # Touched files are read again: a program may have rewritten them and put back the old time.
    replaced = [(f, old if old and old.id not in gone else None) for f, old, twin in arrived if twin is None]
    moved = [Match(f, twin) for f, _, twin in arrived if twin]
    return [*moved, *(Match(f, old, is_to_be_read=True) for f, old in [*touched, *replaced])]


def _same_file(found: FoundFile, old: KnownFile) -> bool:
    return _identity(found.place, found.stat) == _identity(old.place, old.stat)


def _identity(place: Place, stat: FileStat) -> _Identity:
    """What a rename leaves alone (the ctime is not among it)."""
    return place.volume_id, stat.inode, stat.size_bytes, stat.mtime_ns


def _is_hidden(known: KnownFile, scan: Scan) -> bool:
    """Whether the file lies in a folder that could not be listed: then nothing is known about it."""
    return any(volume == known.place.volume_id and is_inside(known.place.path, f) for volume, f in scan.unlisted)
