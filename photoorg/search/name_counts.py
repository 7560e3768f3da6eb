"""Which names filters can ask for, and how many photos have each: for completion."""

import os
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np

from photoorg.catalog.columns import LabelKind
from photoorg.search.label_pairs import among
from photoorg.search.named_places import camera_name, folder_name
from photoorg.search.photo_part import Codes, PhotoPart
from photoorg.search.photo_table import PhotoTable

NameCounts = list[tuple[str, int]]


def folder_counts(table: PhotoTable) -> NameCounts:
    """Folders by their path from a watch folder on ("Pictures/Trips"), with the photos in them and below, most first."""
    counts: Counter[str] = Counter()
    names = (folder_name(folder, table.followed) for folder in table.names.folders.known())
    for name, count in _counted(table, names, lambda part: part.folders):
        steps = name.split(os.sep)
        for depth in range(1, len(steps) + 1):
            counts[os.sep.join(steps[:depth])] += count
    return _most_first(counts)


def camera_counts(table: PhotoTable) -> NameCounts:
    """Cameras, most photos first."""
    names = map(camera_name, table.names.cameras.known())
    return _summed(_counted(table, names, lambda part: part.cameras))


def lens_counts(table: PhotoTable) -> NameCounts:
    """Lenses, most photos first."""
    names = (lens or "" for lens in table.names.lenses.known())
    return _summed(_counted(table, names, lambda part: part.lenses))


def type_counts(table: PhotoTable) -> NameCounts:
    """Formats in lower case, most photos first."""
    names = map(str.lower, table.names.formats.known())
    return _summed(_counted(table, names, lambda part: part.formats))


def label_counts(table: PhotoTable, kind: LabelKind) -> NameCounts:
    """Tags, or albums filled by hand, most shown photos first; those without any are among them."""
    pairs = table.labels[kind]
    shown = pairs.label_ids[among(table.photo_ids[table.there], pairs.photo_ids)]
    counted = np.bincount(shown, minlength=max((label.id for label in pairs.labels), default=0) + 1)
    return _most_first(Counter({label.name: int(counted[label.id]) for label in pairs.labels}))


def _counted(table: PhotoTable, names: Iterable[str], codes: Callable[[PhotoPart], Codes]) -> Iterable[tuple[str, int]]:
    """Each name that is not empty, with the shown photos that have it; names may come several times."""
    known = list(names)
    counts = np.zeros(len(known), np.int64)
    for part, there in zip(table.parts, table.there_of, strict=True):
        counts += np.bincount(codes(part)[there], minlength=len(known))[: len(known)]
    return ((name, count) for name, count in zip(known, counts.tolist(), strict=True) if name and count)


def _summed(counted: Iterable[tuple[str, int]]) -> NameCounts:
    counts: Counter[str] = Counter()
    for name, count in counted:
        counts[name] += count
    return _most_first(counts)


def _most_first(counts: Counter[str]) -> NameCounts:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0].casefold()))
