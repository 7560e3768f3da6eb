"""How a path is spelled on a file system that finds files by names in any case, or composed in another way."""

import os
import unicodedata


def spelled(root: bytes, path: bytes) -> bytes:
    """The existing `path` below `root` as its folders list it: after a change of case alone the old name finds the file."""
    if not _finds_any_case(root, path):
        return path
    place = root
    for name in os.path.relpath(path, root).split(os.sep.encode()):
        place = os.path.join(place, _listed(place, name))
    return place


def _finds_any_case(root: bytes, path: bytes) -> bool:
    """Whether the innermost name that has a case is found in the other one, too."""
    while path != root:
        folder, name = os.path.split(path)
        swapped = os.fsencode(os.fsdecode(name).swapcase())
        if swapped != name:
            try:
                return os.path.samestat(os.lstat(path), os.lstat(os.path.join(folder, swapped)))
            except OSError:
                return False
        path = folder
    return False


def _listed(folder: bytes, name: bytes) -> bytes:
    try:
        names = os.listdir(folder)
    except OSError:
        return name
    return name if name in names else next((other for other in names if _folded(other) == _folded(name)), name)


def _folded(name: bytes) -> str:
    return unicodedata.normalize("NFC", os.fsdecode(name)).casefold()
