"""Which files of one folder belong to one photo: a camera RAW beside its picture, and the video of a live photo."""

import os
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from photoorg.catalog.records import CompanionRole
from photoorg.media.formats import is_raw, kind_of

_MOTION_ENDINGS = (b".mov", b".mp4")
_HEIF = (b"heic", b"heif", b"hif")
_JPEG = (b"jpg", b"jpeg", b"jpe", b"jfif")
# Of several pictures of one name the RAW belongs to the first of these: what a camera writes comes first.
_PREFERENCE = (*_HEIF, *_JPEG, b"jxl", b"avif", b"tif", b"tiff", b"png", b"webp")


@dataclass(frozen=True, slots=True)
class Group:
    """Files of one name in one folder, by their paths: pictures, the preferred one first, and what is beside them."""

    mains: tuple[bytes, ...]
    companions: tuple[bytes, ...]


def is_motion(name: bytes) -> bool:
    """Whether a file's name promises a video that may belong to a live photo."""
    return name.lower().endswith(_MOTION_ENDINGS)


def is_watched(name: bytes) -> bool:
    """Whether a file of this name may be one of a photo's files."""
    return kind_of(name) == "picture" or is_motion(name)


def role_of(path: bytes) -> CompanionRole | None:
    """What a file can be for a picture of the same name; None for a picture, which stands for itself."""
    if is_raw(path):
        return "raw"
    return "motion" if is_motion(path) else None


def stem_key(name: bytes) -> str:
    """What the files of one photo have in common: their name without extension, case and composition."""
    stem = name.rpartition(b".")[0]
    if stem.isascii():
        return stem.lower().decode()
    return unicodedata.normalize("NFC", os.fsdecode(stem)).casefold()


def groups_of(paths: Sequence[bytes]) -> list[Group]:
    """The groups among the files of one folder; what stands alone is in none."""
    if not any(role_of(path) for path in paths):
        return []
    same: defaultdict[str, list[bytes]] = defaultdict(list)
    for path in paths:
        same[stem_key(os.path.basename(path))].append(path)
    return [group for paths in same.values() if len(paths) > 1 for group in _split(paths)]


def _split(paths: list[bytes]) -> list[Group]:
    """Where capital and small letters make two names, those that are spelled alike belong together first."""
    spelled: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for path in paths:
        spelled[path.rpartition(b".")[0]].append(path)
    groups = [group for alike in spelled.values() if (group := _group(alike))]
    grouped = {path for group in groups for path in (*group.mains, *group.companions)}
    rest = _group([path for path in paths if path not in grouped])
    return [*groups, rest] if rest else groups


def _group(paths: list[bytes]) -> Group | None:
    mains = sorted((path for path in paths if role_of(path) is None), key=_preference)
    is_live = any(_extension(path) in (*_HEIF, *_JPEG) for path in mains)
    companions = [path for path in paths if (role := role_of(path)) == "raw" or (role == "motion" and is_live)]
    return Group(tuple(mains), tuple(sorted(companions))) if mains and companions else None


def _preference(path: bytes) -> tuple[int, bytes]:
    extension = _extension(path)
    return _PREFERENCE.index(extension) if extension in _PREFERENCE else len(_PREFERENCE), path


def _extension(name: bytes) -> bytes:
    return name.rpartition(b".")[2].lower()
