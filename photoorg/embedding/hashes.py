"""SHA-256 of big files, remembered by path, size and time of change."""

import hashlib
import json
import logging
import os
import tempfile
from pathlib import Path

log = logging.getLogger(__name__)

CACHE_NAME = "hashes.json"

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


def hash_file(path: Path) -> str:
    """The hex SHA-256 of a file's bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(cache: Path) -> _Known:
    try:
        stored = json.loads(cache.read_text(encoding="utf-8"))
        return {str(path): (int(size), int(mtime_ns), str(sha)) for path, (size, mtime_ns, sha) in stored.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        log.debug("The hash cache %s is ignored: %s", cache, error)
        return {}


def _write(cache: Path, known: _Known) -> None:
    """Replace the cache in one step; it is only a cache, so a folder that cannot be written is no error."""
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=cache.parent, prefix=CACHE_NAME)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(known, file)
        Path(temporary).replace(cache)
    except OSError as error:
        log.debug("The hash cache %s cannot be written: %s", cache, error)
