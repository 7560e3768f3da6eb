"""All that indexing leaves in a data folder, in a form that can be compared with that of another one."""

import sqlite3
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

_FILES = """
    SELECT file.path, watch_folder.path, file.role, file.kind, file.size_bytes, file.mtime_ns, file.ctime_ns, file.inode,
           file.content_hash, file.picture_key, file.failure_code, file.failure_params, file.missing_since_utc,
           (SELECT main.path FROM file AS main WHERE main.photo_id = file.photo_id AND main.role = 'main') AS main_path,
           taken_local, taken_offset_min, taken_source, favourite, rating, title, caption, facts.*
    FROM file JOIN watch_folder ON watch_folder.id = file.watch_folder_id
    LEFT JOIN photo ON photo.id = file.photo_id LEFT JOIN facts ON facts.file_id = file.id
"""
_DATABASES = ("catalog.sqlite", "derived.sqlite", "thumbnails.sqlite")
# float32 sums in another order differ by so much in a vector of unit length.
_SUMS = 1e-6

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Contents:
    """What a library holds, without the ids, which depend on the order in which photos were read."""

    files: "Counter[Row]"
    thumbnails: "Counter[Row]"
    hashes: "Counter[Row]"
    embeddings: dict[bytes, np.ndarray]

    def differences(self, other: "Contents") -> dict[str, Any]:
        """What is not the same in both, by kind; nothing if they are equal, vectors up to their rounding."""
        both = self.embeddings.keys() & other.embeddings.keys()
        found = {
            "files": _unlike(self.files, other.files),
            "thumbnails": [row[:2] for row in _unlike(self.thumbnails, other.thumbnails)],
            "hashes": _unlike(self.hashes, other.hashes),
            "embeddings of one only": self.embeddings.keys() ^ other.embeddings.keys(),
            "vectors": [key for key in both if not is_same_vector(self.embeddings[key], other.embeddings[key])],
        }
        return {kind: values for kind, values in found.items() if values}


def is_same_vector(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two float16 vectors may come of the same picture in different batches.

    A batch of another size sums float32 numbers in another order. What differs thereby is far less than a step from one
    float16 to the next, so that each number is rounded to the same one or, on the verge, to its neighbour.
    """
    largest = np.maximum(np.abs(one), np.abs(other))
    step = np.spacing(largest).astype(np.float32)
    return bool(np.all(np.abs(one.astype(np.float32) - other.astype(np.float32)) <= step + _SUMS))


def contents(data_dir: Path) -> Contents:
    """Read a library that no program has open."""
    files = rows(data_dir, "catalog.sqlite", _FILES, without="file_id")
    thumbnails = rows(data_dir, "thumbnails.sqlite", "SELECT picture_key, long_side, jpeg FROM thumbnail")
    hashes = rows(data_dir, "derived.sqlite", "SELECT picture_key, value, version FROM perceptual_hash")
    vectors = rows(data_dir, "derived.sqlite", "SELECT picture_key, vector FROM embedding")
    assert len({key for key, _ in vectors}) == len(vectors), "a picture is embedded twice"
    embeddings = {key: np.frombuffer(vector, np.float16) for key, vector in vectors}
    return Contents(Counter(files), Counter(thumbnails), Counter(hashes), embeddings)


def wasted_ids(data_dir: Path) -> dict[str, int]:
    """By table, how many ids were given out for rows that are not there (any more): work that was done twice."""
    wasted = {}
    for database, table in (("catalog.sqlite", "photo"), ("catalog.sqlite", "file"), ("derived.sqlite", "embedding")):
        sql = f"SELECT (SELECT seq FROM sqlite_sequence WHERE name = '{table}') - count(DISTINCT id) FROM {table}"
        wasted[table] = rows(data_dir, database, sql)[0][0]
    return {table: count for table, count in wasted.items() if count}


def unsound(data_dir: Path) -> list[str]:
    """The databases in which SQLite finds anything wrong."""
    checks = {name: rows(data_dir, name, "PRAGMA integrity_check") for name in _DATABASES}
    broken = {name: rows(data_dir, name, "PRAGMA foreign_key_check") for name in _DATABASES}
    return [name for name in _DATABASES if checks[name] != [("ok",)] or broken[name]]


def waiting(data_dir: Path) -> list[str]:
    """The files of pictures that still wait to be embedded."""
    return [path.name for path in (data_dir / "shelf").rglob("*") if path.is_file()]


def rows(data_dir: Path, database: str, sql: str, without: str = "") -> list[Row]:
    """The answer to a query, without one of its columns."""
    connection = sqlite3.connect(f"file:{data_dir / database}?mode=ro", uri=True)
    try:
        answer = connection.execute(sql)
        kept = [place for place, column in enumerate(answer.description) if column[0] != without]
        return [tuple(row[place] for place in kept) for row in answer]
    finally:
        connection.close()


def _unlike(one: "Counter[Row]", other: "Counter[Row]") -> list[Row]:
    return [*(one - other), *(other - one)]
