"""What is left alone: hidden names, folders of other programs, the settings' patterns, .photoorgignore and .nomedia."""

import logging
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pathspec import GitIgnoreSpec

from photoorg.indexing.packages import is_package

# Patterns as in a .gitignore, for the folder that it is in and all below.
IGNORE_FILE = b".photoorgignore"
# Android's: the folder that it is in, and all below, is left alone.
NO_MEDIA = b".nomedia"

# Thumbnails and waste bins of storage systems, in small letters: not the user's folders.
_IGNORED_NAMES = frozenset((
    *(b"@eadir", b"#recycle", b"#snapshot", b"@recycle", b"@recently-snapshot", b"@tmp"),
    *(b"$recycle.bin", b"system volume information", b"lost+found"),
))  # fmt: skip
_LARGEST_FILE = 1_000_000

logger = logging.getLogger(__name__)


def is_hidden(name: bytes) -> bool:
    """Whether a file or folder of this name is hidden."""
    return name.startswith(b".")


def is_of_others(name: bytes) -> bool:
    """Whether a file or folder of this name belongs to a storage system or another program."""
    return name.lower() in _IGNORED_NAMES or is_package(name)


def is_followed(name: bytes) -> bool:
    """Whether a file or folder of this name is looked at, unless a rule says otherwise."""
    return not is_hidden(name) and not is_of_others(name)


def makes_rules(path: bytes) -> bool:
    """Whether what this file says, or that it is there, decides what is ignored."""
    return os.path.basename(path) in {IGNORE_FILE, NO_MEDIA}


@dataclass(frozen=True, slots=True)
class _Layer:
    folder: bytes
    spec: GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that hold in one folder, those of outer folders first."""

    layers: tuple[_Layer, ...] = ()

    def ignore(self, path: bytes, *, is_folder: bool) -> bool:
        """Whether a path in this folder is ignored; of several patterns that fit the last one counts, as in git."""
        for layer in reversed(self.layers):
            relative = os.fsdecode(path[len(os.path.join(layer.folder, b"")) :]).replace(os.sep, "/")
            found = layer.spec.check_file(relative + "/" if is_folder else relative).include
            if found is not None:
                return found
        return False

    def within(self, folder: bytes, names: Collection[bytes]) -> "Rules | None":
        """The rules in a folder where these and outer ones hold; None: all in it is ignored. `names` are in the folder."""
        if NO_MEDIA in names:
            return None
        if IGNORE_FILE not in names:
            return self
        layer = _Layer(folder, _spec_of(os.path.join(folder, IGNORE_FILE)))
        return Rules((*self.layers, layer))


class Ignoring:
    """The rules below watch folders. `patterns` are those of the settings, relative to each watch folder."""

    def __init__(self, patterns: Sequence[str] = ()) -> None:
        self._patterns = tuple(patterns)

    def outside(self, root: bytes) -> Rules:
        """What holds in a watch folder before its own files are looked at."""
        return Rules((_Layer(root, _compiled(self._patterns)),)) if self._patterns else Rules()

    def before(self, root: bytes, folder: bytes) -> Rules | None:
        """What holds in `folder`, at or below `root`, before its own files are looked at; None if rules ignore it.

        Looks at every folder on the way.
        """
        rules, way = self.outside(root), root
        for name in _names_between(root, folder):
            within = rules.within(way, _present(way))
            way = os.path.join(way, name)
            if within is None or within.ignore(way, is_folder=True):
                return None
            rules = within
        return rules

    def inside(self, root: bytes, folder: bytes) -> Rules | None:
        """What holds for the names in `folder`; None if all of it is ignored."""
        rules = self.before(root, folder)
        return None if rules is None else rules.within(folder, _present(folder))


def _names_between(root: bytes, folder: bytes) -> list[bytes]:
    relative = folder[len(os.path.join(root, b"")) :]
    return relative.split(os.sep.encode()) if relative else []


def _present(folder: bytes) -> list[bytes]:
    return [name for name in (IGNORE_FILE, NO_MEDIA) if os.path.lexists(os.path.join(folder, name))]


@lru_cache(maxsize=8)
def _compiled(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(patterns)


def _spec_of(path: bytes) -> GitIgnoreSpec:
    """The patterns of an ignore file; what cannot be understood is left out, and the log says so."""
    try:
        with open(path, "rb") as file:
            text = file.read(_LARGEST_FILE)
    except OSError as error:
        logger.info("%s cannot be read, and ignores nothing: %s", os.fsdecode(path), error.strerror)
        return _compiled(())
    lines = os.fsdecode(text.removeprefix(b"\xef\xbb\xbf")).splitlines()  # Windows editors put a mark first
    return GitIgnoreSpec.from_lines([line for line in lines if _is_understood(path, line)])


def _is_understood(path: bytes, line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError as error:
        logger.info("%s: %s", os.fsdecode(path), error)
        return False
    return True
