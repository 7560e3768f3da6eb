"""The rules of what is left alone, at any path: they begin anew in each watch folder."""

import os
from collections.abc import Iterable

from photoorg.indexing.ignoring import Ignoring, Rules


class FolderRules:
    """Knows the roots of watch folders. Outside of all of them the patterns of the settings hold."""

    def __init__(self, ignoring: Ignoring) -> None:
        self._ignoring = ignoring
        self._roots: set[bytes] = set()

    def note_roots(self, roots: Iterable[bytes]) -> None:
        """Watch folders are at these paths."""
        self._roots.update(roots)

    def is_root(self, path: bytes) -> bool:
        """Whether a watch folder is at this path."""
        return path in self._roots

    def has_root_around(self, path: bytes) -> bool:
        """Whether a path is that of a watch folder, or below one."""
        return bool(self._root_around(path, b""))

    def of_root(self, root: bytes) -> Rules:
        """What holds in a watch folder before its own files are looked at."""
        return self._ignoring.outside(root)

    def of_folder(self, folder: bytes) -> Rules | None:
        """What holds in a folder before its own files are looked at; None if it is ignored."""
        return self._ignoring.before(self._root_around(folder, folder), folder)

    def inside(self, folder: bytes) -> Rules | None:
        """What holds for the names in a folder; None if all of it is ignored."""
        return self._ignoring.inside(self._root_around(folder, folder), folder)

    def at(self, path: bytes, *, is_folder: bool) -> Rules | None:
        """The rules around a path; None if they ignore it."""
        if is_folder:
            return self.of_folder(path)
        directory = os.path.dirname(path)
        rules = self._ignoring.inside(self._root_around(path, directory), directory)
        return None if rules is None or rules.ignore(path, is_folder=False) else rules

    def _root_around(self, path: bytes, otherwise: bytes) -> bytes:
        around = (root for root in self._roots if path == root or path.startswith(os.path.join(root, b"")))
        return max(around, key=len, default=otherwise)
