"""Which version of a model was downloaded first: the same one is asked for from then on, file by file."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from filelock import FileLock

from photoorg.embedding.download import HubFile, find_file
from photoorg.embedding.hashes import checksum_like
from photoorg.embedding.json_file import read_object, write_object
from photoorg.embedding.registry import known_model
from photoorg.model_errors import ModelChanged, ModelFileMissing, ModelsFolderUnusable

log = logging.getLogger(__name__)

PINS_NAME = "pins.json"
_LOCK_NAME = ".pins.lock"
_NEWEST = "main"
_LOCK_TIMEOUT_S = 10


class Pins:
    """A file of pins: reference -> the files of the version that is held."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / PINS_NAME

    def read(self, reference: str) -> tuple[HubFile, ...]:
        """The files that are held for a model; empty if it was never downloaded. Raises ModelsFolderUnusable."""
        if not self._file.is_file():
            return ()
        try:
            with self._lock():
                return self._read().get(reference, ())
        except (OSError, NotImplementedError) as error:  # no right to lock, or a file system without locks
            log.debug("%s is read without a lock: %s", self._file, error)
            return self._read().get(reference, ())

    def write(self, reference: str, files: Sequence[HubFile]) -> None:
        """Hold these files from now on. Raises OSError, ModelsFolderUnusable."""
        with self._lock():
            known = self._read() | {reference: tuple(files)}
            stored = {text: [asdict(file) for file in held] for text, held in sorted(known.items())}
            write_object(self._file, stored)

    def _lock(self) -> FileLock:
        # Readers take it, too: Windows does not replace a file that somebody reads.
        return FileLock(self._file.parent / _LOCK_NAME, timeout=_LOCK_TIMEOUT_S)

    def _read(self) -> dict[str, tuple[HubFile, ...]]:
        try:
            stored = read_object(self._file)
            return {text: tuple(HubFile(**facts) for facts in files) for text, files in stored.items()}
        except (ValueError, TypeError) as error:
            # Going on without it would silently give up what it is there for.
            detail = "it is damaged; without the file, the newest version of each model is downloaded"
            raise ModelsFolderUnusable(path=str(self._file), detail=detail) from error


@dataclass(frozen=True)
class Held:
    """What is held of a model: files as the hub had them, and the registry's commits and SHA-256s by file name."""

    files: tuple[HubFile, ...] = ()
    commits: dict[str, str] = field(default_factory=dict)
    checksums: dict[str, str] = field(default_factory=dict)

    def commit_of(self, repository: str) -> str | None:
        """The commit that is held for a repository."""
        found = {file.repository: file.commit for file in self.files}
        return found.get(repository) or self.commits.get(repository)

    def has_changed(self, file: HubFile) -> bool:
        """Whether the hub has another file now than the one that is held."""
        expected = [old.etag for old in self.files if (old.repository, old.name) == (file.repository, file.name)]
        checksum = self.checksums.get(file.name, "")
        if len(checksum) == len(file.etag):
            expected.append(checksum)
        return any(etag != file.etag for etag in expected)


def held_for(reference: str, *pins: Pins) -> Held:
    """What the registry and the first of `pins` that knows the model hold of it. Raises ModelsFolderUnusable."""
    files = next((found for one in pins if (found := one.read(reference))), ())
    known = known_model(reference)
    if known is None:
        return Held(files)
    return Held(files, {known.repository: known.commit} if known.commit else {}, known.checksums)


class Finder:
    """Finds a model's files on the hub, all of a repository at one commit: the held one, else the newest."""

    def __init__(self, reference: str, held: Held, check_cancelled: Callable[[], None]) -> None:
        self._reference = reference
        self._held = held
        self._check_cancelled = check_cancelled
        self._commits: dict[str, str] = {}

    def find(self, repository: str, *names: str) -> HubFile:
        """The first of these files that the repository has. Raises ModelFileMissing, ModelChanged, ModelDownloadFailed."""
        for name in names:
            if file := self.find_optional(repository, name):
                return file
        raise ModelFileMissing(model=self._reference, repository=repository, files=" or ".join(names))

    def find_optional(self, repository: str, name: str) -> HubFile | None:
        """A file, None if the repository has none of this name. Raises ModelChanged, ModelDownloadFailed."""
        commit = self._commits.get(repository) or self._held.commit_of(repository) or _NEWEST
        file = find_file(self._reference, repository, name, commit, self._check_cancelled)
        if file is None:
            return None
        if self._held.has_changed(file):
            raise ModelChanged(model=self._reference, file=name)
        self._commits[repository] = file.commit
        return file

    def check_content(self, file: HubFile, path: Path) -> None:
        """Compare a file with the registry's SHA-256, where it has one. Raises ModelChanged, OSError."""
        expected = self._held.checksums.get(file.name)
        if expected and expected != file.etag and checksum_like(expected, path, self._check_cancelled) != expected:
            path.unlink()
            raise ModelChanged(model=self._reference, file=file.name)
