"""Mass vanishing: where most of a watch folder is gone at once, nothing is marked missing before a person has decided."""

import logging
import os
from collections import defaultdict
from collections.abc import Collection, Sequence

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import KnownFile, Vanished
from photoorg.indexing.diff import Diff
from photoorg.indexing.roots import Root
from photoorg.indexing.scan import Scan
from photoorg.volumes import find_volume, mounted_volumes

logger = logging.getLogger(__name__)

# People who tidy delete fewer files, or a part of their photos; an empty mount point, a disk that was taken out and a
# program gone wild take (nearly) all. Fewer files than this are no catastrophe either: being missing loses nothing.
LEAST_FILES = 50
LEAST_SHARE = 0.5


def is_alarming(vanished: Vanished) -> bool:
    """Whether so much is gone that a person is asked."""
    return vanished.files >= LEAST_FILES and vanished.files >= LEAST_SHARE * vanished.there


def to_ask(catalog: Catalog) -> list[tuple[bytes, Vanished]]:
    """What a person is asked about: the path of each watch folder from which most is gone, and how much."""
    held = {folder_id: held for folder_id, held in catalog.vanished.all().items() if is_alarming(held)}
    folders = catalog.folders.all() if held else []
    return [
        (os.path.join(f.mount, f.path), held[f.id]) for f in folders if f.id in held and not held[f.id].is_confirmed
    ]


def hold_back(catalog: Catalog, roots: Sequence[Root], scan: Scan, diff: Diff, whole: Collection[int] = ()) -> None:
    """Leave in `diff.missing` what is to be marked missing now; `whole` are the watch folders that were looked at as such.

    Files on volumes that are not mounted are offline. What vanished with most of its watch folder is held, until it is
    there again, turns up elsewhere, or a person has confirmed that it is gone.
    """
    diff.missing = _without_offline(catalog, roots, diff.missing)
    ignored = [file for file in diff.missing if scan.is_ignored(file.place)]  # by a person's own rules
    missing = defaultdict[int, list[KnownFile]](list)
    for file in diff.missing:
        if not scan.is_ignored(file.place):
            missing[file.place.watch_folder_id].append(file)
    states = catalog.vanished.all()
    held = _let_go(catalog, scan, states.keys())
    for folder_id, files in missing.items():
        together = held[folder_id] | {file.id for file in files}
        if not _may_go(catalog, folder_id, len(together), states.get(folder_id)):
            catalog.vanished.hold(folder_id, [file.id for file in files])
            logger.info("%d files of watch folder %d vanished at once: a person is asked", len(together), folder_id)
            files.clear()
    diff.missing = ignored + [file for files in missing.values() for file in files]
    for folder_id in states.keys() & set(whole):
        if states[folder_id].is_confirmed:  # a confirmation that came meanwhile is for the next look
            catalog.vanished.ask_again(folder_id)


def _without_offline(catalog: Catalog, roots: Sequence[Root], missing: list[KnownFile]) -> list[KnownFile]:
    """A disk may be mounted inside a watch folder, or links may lead to it."""
    there = {folder.volume_id for folder, _ in roots}
    others = {file.place.volume_id for file in missing} - there
    if not others:
        return missing
    mounted = mounted_volumes()
    there |= {number for number, key in catalog.folders.volume_keys().items() if find_volume(mounted, key)}
    return [file for file in missing if file.place.volume_id in there]


def _let_go(catalog: Catalog, scan: Scan, folder_ids: Collection[int]) -> dict[int, set[int]]:
    """Watch folder id -> files that stay held, after letting go of those that were found again."""
    held = defaultdict[int, set[int]](set)
    if not folder_ids:
        return held
    back = []
    for file_id, (folder_id, *place) in catalog.vanished.places(folder_ids).items():
        if tuple(place) in scan.files:
            back.append(file_id)
        else:
            held[folder_id].add(file_id)
    catalog.vanished.let_go(back)
    return held


def _may_go(catalog: Catalog, folder_id: int, count: int, state: Vanished | None) -> bool:
    if count < LEAST_FILES:
        return True
    if state is not None and state.is_confirmed:
        return count < state.files + LEAST_FILES  # about so many that person was asked
    return not is_alarming(Vanished(count, catalog.vanished.count_there(folder_id)))
