"""The vector index: HNSW on disk with hnswlib, a cache of the embeddings of one model.

Each generation has a file name of its own; `current.json` is both the pointer to it and its header. All of the header is
checked before hnswlib sees the file, because hnswlib can crash the process on a torn one: the checksum covers the header
and the file.
"""

import errno
import hashlib
import json
import logging
import os
import secrets
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoorg.errors import DiskFull

Float32 = NDArray[np.float32]
Ids = NDArray[np.int64]

# M and ef_construction: hnswlib's ALGO_PARAMS.md calls these good for dimensions of several hundred.
M = 16
EF_CONSTRUCTION = 200
EF_SEARCH_MIN = 400
ALL_CORES = -1  # hnswlib's number for it
GROWTH = 1.25
FORMAT = 1

_POINTER = "current.json"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# How far float32 copies of float16 embeddings may be apart.
_TOLERANCE = 1e-3

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class IndexHeader:
    """What a stored index is about. `sequence` is the highest embedding id in it."""

    format: int
    library: str
    fingerprint: str
    dimension: int
    count: int
    sequence: int
    file: str
    size_bytes: int
    sha256: str


class VectorIndex:
    """An approximate nearest-neighbour graph over unit vectors; labels are embedding ids. Not thread-safe."""

    def __init__(self, folder: Path, library: str, fingerprint: str, dimension: int) -> None:
        """An empty index; `load` gives a stored one."""
        self._folder = folder
        self._identity: dict[str, Any] = {"library": library, "fingerprint": fingerprint, "dimension": dimension}
        self._graph = _new_graph(dimension)
        self._graph.init_index(max_elements=1024, ef_construction=EF_CONSTRUCTION, M=M)
        self.sequence = 0

    @classmethod
    def load(cls, folder: Path, library: str, fingerprint: str, dimension: int) -> "VectorIndex | None":
        """The stored index, or None where there is none or it is torn, foreign or of another format."""
        index = cls(folder, library, fingerprint, dimension)
        header = read_header(folder)
        if header is None or not index._is_sound(header):
            return None
        graph = _new_graph(dimension)
        try:
            graph.load_index(_native(folder / header.file), max_elements=max(1024, int(header.count * GROWTH)))
        except RuntimeError as error:  # another program has removed this generation meanwhile, or memory is short
            logger.info("the vector index in %s cannot be loaded: %s", folder, error)
            return None
        index._graph, index.sequence = graph, header.sequence
        return index if index.count == header.count else None

    @property
    def count(self) -> int:
        """How many embeddings are in the index."""
        return int(self._graph.get_current_count())

    def add(self, ids: Ids, vectors: Float32, threads: int = ALL_CORES) -> None:
        """Insert unit vectors (n, dimension) under their embedding ids (n,)."""
        if not len(ids):
            return
        needed = self.count + len(ids)
        if needed > self._graph.get_max_elements():
            self._graph.resize_index(int(needed * GROWTH))
        self._graph.add_items(vectors, ids, num_threads=threads)
        self.sequence = max(self.sequence, int(ids.max()))

    def nearest(self, query: Float32, k: int, ef: int = EF_SEARCH_MIN) -> tuple[Ids, Float32]:
        """The ids and cosines of about the k nearest embeddings of the unit vector `query` (dimension,), best first.

        `ef`: how many it keeps in sight, at least. None where the graph does not reach so many.
        """
        k = min(k, self.count)
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        self._graph.set_ef(max(2 * k, ef))
        try:
            labels, distances = self._graph.knn_query(query[None, :], k=k)
        except RuntimeError as error:  # near-equal vectors can cut a graph into parts with fewer than k each
            logger.debug("the graph does not reach %d embeddings: %s", k, error)
            return np.empty(0, np.int64), np.empty(0, np.float32)
        return labels[0].astype(np.int64), 1.0 - distances[0]

    def holds(self, ids: Ids, vectors: Float32) -> bool:
        """Whether these unit vectors (n, dimension) are in the index under these ids (n,)."""
        try:
            held = np.asarray(self._graph.get_items(ids), np.float32).reshape(vectors.shape)
        except RuntimeError:  # hnswlib's word for an id that is not there
            return False
        return bool(np.allclose(held, vectors, atol=_TOLERANCE))

    def save(self) -> None:
        """Write a new generation, then swap the pointer. Raises DiskFull, OSError; the old generation stays then."""
        # A name of its own: an index that was built anew can have the sequence of the one that it replaces.
        file = self._folder / f"{self.sequence:012d}-{secrets.token_hex(4)}.hnsw"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write_graph(file)
            _write_header(self._folder, self._header(file))
        except BaseException as error:
            file.unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno in _FULL:
                raise DiskFull(path=str(self._folder)) from error
            raise
        _remove_generations(self._folder, but=file.name)

    def _write_graph(self, file: Path) -> None:
        self._graph.save_index(_native(file))
        # hnswlib does not look whether its writes succeeded.
        if file.stat().st_size != self._graph.index_file_size():
            raise DiskFull(path=str(self._folder))
        with file.open("rb+") as stream:
            os.fsync(stream.fileno())

    def _header(self, file: Path) -> IndexHeader:
        header = IndexHeader(
            FORMAT, **self._identity, count=self.count, sequence=self.sequence,
            file=file.name, size_bytes=file.stat().st_size, sha256="",
        )  # fmt: skip
        return replace(header, sha256=_checksum(header, file))

    def _is_sound(self, header: IndexHeader) -> bool:
        expected = self._identity | {"format": FORMAT}
        if any(getattr(header, key) != value for key, value in expected.items()):
            logger.info("the vector index in %s belongs to something else", self._folder)
            return False
        file = self._folder / header.file
        try:
            sound = file.stat().st_size == header.size_bytes and _checksum(header, file) == header.sha256
        except (OSError, ValueError) as error:  # ValueError: a name with a null byte
            logger.info("the vector index in %s cannot be read: %s", self._folder, error)
            return False
        if not sound:
            logger.info("the vector index in %s is torn", self._folder)
        return sound


def read_header(folder: Path) -> IndexHeader | None:
    """The header of the current generation, or None where there is none that can be understood."""
    try:
        values: dict[str, Any] = json.loads((folder / _POINTER).read_text(encoding="utf-8"))
        header = IndexHeader(**values)
        # A pointer may only point beside itself.
        return header if header.file == os.path.basename(header.file) else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, RecursionError) as error:
        logger.info("the header in %s cannot be read: %s", folder, error)
        return None


def index_folder(index_dir: Path, fingerprint: str) -> Path:
    """Where the index of a model lies."""
    return index_dir / fingerprint[:32]


def remove_stored(folder: Path) -> None:
    """Remove what is stored: the pointer and all generations."""
    (folder / _POINTER).unlink(missing_ok=True)
    _remove_generations(folder)


def _new_graph(dimension: int) -> Any:
    import hnswlib

    # For unit vectors the inner product is the cosine.
    return hnswlib.Index(space="ip", dim=dimension)


def _native(path: Path) -> bytes:
    """The path as C++ streams take it; on Windows that is the code page of the system."""
    return str(path).encode("mbcs", errors="replace") if sys.platform == "win32" else os.fsencode(path)


def _write_header(folder: Path, header: IndexHeader) -> None:
    new = folder / f"{_POINTER}.new"
    try:
        with new.open("w", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(header), indent=1))
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(folder / _POINTER)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _remove_generations(folder: Path, but: str = "") -> None:
    for file in folder.glob("*.hnsw"):
        if file.name != but:
            try:
                file.unlink()
            except OSError as error:  # another program reads it (Windows); the next save tries again
                logger.debug("%s stays: %s", file, error)


def _checksum(header: IndexHeader, file: Path) -> str:
    """SHA-256 (hex) over the header without its checksum, and the file."""
    facts = json.dumps(asdict(replace(header, sha256="")), sort_keys=True)
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.sha256(facts.encode())).hexdigest()
