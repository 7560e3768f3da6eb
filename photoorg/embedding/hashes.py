"""SHA-256 of big files, remembered by path, size and time of change."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from photoorg.embedding.json_file import read_object, write_object

log = logging.getLogger(__name__)

CACHE_NAME = "hashes.json"

_SHA256_DIGITS = 64
_BLOCK_BYTES = 1024 * 1024

_Known = dict[str, tuple[int, int, str]]


def file_sha256(path: Path, models_dir: Path) -> str:
    """The hex SHA-256 of a file; from the cache in `models_dir` when size and time are as they were. Raises OSError."""
    cache = models_dir / CACHE_NAME
    known = _read(cache)
    facts = path.stat()
    remembered = known.get(str(path))
    if remembered and remembered[:2] == (facts.st_size, facts.st_mtime_ns):
        return remembered[2]
    digest = hash_file(path)
    _write(cache, known | {str(path): (facts.st_size, facts.st_mtime_ns, digest)})
    return digest


def remember_sha256(path: Path, models_dir: Path, digest: str) -> None:
    """Note the hash of a file that was just written, so that it need not be read again. Raises OSError."""
    cache, facts = models_dir / CACHE_NAME, path.stat()
    _write(cache, _read(cache) | {str(path): (facts.st_size, facts.st_mtime_ns, digest)})


def hash_file(path: Path) -> str:
    """The hex SHA-256 of a file's bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksum_like(known: str, path: Path, check_cancelled: Callable[[], None]) -> str:
    """A file's checksum of the kind of `known`: SHA-256 (64 hex digits), or git's SHA-1 (40). Raises OSError."""
    if len(known) == _SHA256_DIGITS:
        digest = hashlib.sha256()
    else:
        digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    for block in blocks_of(path):
        check_cancelled()
        digest.update(block)
    return digest.hexdigest()


def blocks_of(path: Path) -> Iterator[bytes]:
    """The content of a file, block by block. Raises OSError."""
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block


def _read(cache: Path) -> _Known:
    try:
        stored = read_object(cache)
        return {path: (int(size), int(mtime_ns), str(sha)) for path, (size, mtime_ns, sha) in stored.items()}
    except (OSError, ValueError, TypeError) as error:
        log.debug("The hash cache %s is ignored: %s", cache, error)
        return {}


def _write(cache: Path, known: _Known) -> None:
    """Replace the cache in one step; it is only a cache, so a folder that cannot be written is no error."""
    try:
        write_object(cache, known)
    except OSError as error:
        log.debug("The hash cache %s cannot be written: %s", cache, error)
