"""Picture files: what the scanner knows of them, and what the indexer writes."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from photoorg.catalog.clock import utc_now
from photoorg.catalog.companions import attach, detach_videos, drop_companions
from photoorg.catalog.database import Database, batches
from photoorg.catalog.path_text import paths_inside, place_values
from photoorg.catalog.recording import Recorded, record_failure, record_read
from photoorg.catalog.records import Companion, FailedFile, FileStat, KnownFile, Place, ReadFile, WatchFolder

_KNOWN = """
    SELECT id, photo_id, volume_id, watch_folder_id, path, size_bytes, mtime_ns, ctime_ns, inode,
           missing_since_utc IS NOT NULL, failure_code, picture_key, role
    FROM file
"""
# Present and missing files have an index of places each.
_AT_PLACE = " UNION ALL ".join(
    f"{_KNOWN} WHERE missing_since_utc {state} AND volume_id = :volume AND {place}"
    for state in ("IS NULL", "IS NOT NULL")
    for place in ("path = :path", "path >= :first AND path < :after")
)

# Scanning a moved folder gives any number of rows: each write stays short, so that nobody waits for it.
_ROWS_PER_WRITE = 1000


class FileStore:
    """Writes come in batches, each one short transaction."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def known_in(self, folder: WatchFolder) -> list[KnownFile]:
        """All files below a watch folder, or found through it by a symbolic link; missing ones too."""
        return list(self.each_known_in(folder))

    def each_known_in(self, folder: WatchFolder) -> Iterator[KnownFile]:
        """The same one by one, for folders of any size."""
        first, after = paths_inside(folder.path)
        rows = self._db.each(
            # Present and missing files have an index of places each.
            _KNOWN
            + """WHERE watch_folder_id = :id
                 OR (missing_since_utc IS NULL AND volume_id = :volume AND path >= :first AND path < :after)
                 OR (missing_since_utc IS NOT NULL AND volume_id = :volume AND path >= :first AND path < :after)""",
            {"id": folder.id, "volume": folder.volume_id, "first": first, "after": after},
        )
        return map(_known, rows)

    def known_at(self, places: Iterable[tuple[int, bytes]]) -> list[KnownFile]:
        """All files at or below these places (volume id, path); missing ones too."""
        found: dict[int, KnownFile] = {}
        for volume_id, path in places:
            first, after = paths_inside(path)
            rows = self._db.all(_AT_PLACE, {"volume": volume_id, "path": path, "first": first, "after": after})
            found.update((row[0], _known(row)) for row in rows)
        return list(found.values())

    def without_embedding(self, fingerprint: str, folders: Sequence[WatchFolder]) -> list[KnownFile]:
        """The readable files of shown pictures that the model has not embedded, newest first; copies have one picture."""
        rows = self._db.all(
            _KNOWN
            + """
            WHERE id IN (
                SELECT file_id FROM shown
                WHERE +watch_folder_id IN (SELECT value FROM json_each(:folders)) AND NOT EXISTS (
                    SELECT 1 FROM derived.embedding
                    WHERE model_id = (SELECT id FROM derived.model WHERE fingerprint = :fingerprint)
                      AND embedding.picture_key = shown.picture_key))
            ORDER BY mtime_ns DESC""",
            {"fingerprint": fingerprint, "folders": json.dumps([folder.id for folder in folders])},
        )
        return [_known(row) for row in rows]

    def one_for_each_picture(self, folders: Sequence[WatchFolder]) -> list[KnownFile]:
        """One readable file for each shown picture, newest first."""
        rows = self._db.all(
            _KNOWN
            + """
            WHERE id IN (
                SELECT min(file_id) FROM shown WHERE +watch_folder_id IN (SELECT value FROM json_each(:folders))
                GROUP BY picture_key)
            ORDER BY mtime_ns DESC""",
            {"folders": json.dumps([folder.id for folder in folders])},
        )
        return [_known(row) for row in rows]

    def stored_mtime_ns(self, photo_id: int) -> int | None:
        """The modification time of a photo's main file when it was read, or None."""
        found: int | None = self._db.value(
            "SELECT mtime_ns FROM file WHERE photo_id = :id AND role = 'main'", {"id": photo_id}
        )
        return found

    def move(self, moves: Sequence[tuple[int, Place, FileStat]]) -> None:
        """Give files new places: (file id, place, stat). Swapped names are fine; missing ones are there again.

        A file that lay at a new place and is not moved itself is missing from then on.
        """
        for batch in batches(moves, _ROWS_PER_WRITE):
            with self._db.transaction() as write:
                _move(write, batch)

    def mark_missing(self, file_ids: Iterable[int]) -> None:
        """These files are gone; what people did with their photos stays.

        A companion of a photo that is still there is forgotten; give main files first.
        """
        rows = [{"id": file_id, "now": utc_now()} for file_id in file_ids]
        for batch in batches(rows, _ROWS_PER_WRITE):
            with self._db.transaction() as write:
                write.executemany(
                    "UPDATE file SET missing_since_utc = :now WHERE id = :id AND missing_since_utc IS NULL", batch
                )
                drop_companions(write, batch)

    def attach(self, companions: Sequence[tuple[int, Companion]]) -> None:
        """Files that belong to photos (id) from now on, and are not their main files."""
        for batch in batches(companions, _ROWS_PER_WRITE):
            with self._db.transaction() as write:
                for photo_id, companion in batch:
                    attach(write, photo_id, [companion])

    def detach_videos(self, file_ids: Sequence[int]) -> None:
        """These videos have no picture any more that can be read: alone they are no photos."""
        for batch in batches(file_ids, _ROWS_PER_WRITE):
            with self._db.transaction() as write:
                detach_videos(write, batch)

    def record_read(self, files: Sequence[ReadFile]) -> Recorded:
        """Store files that were read: new photos, changed ones, and moves that only the content gives away."""
        with self._db.transaction() as write:
            return record_read(write, files)

    def record_failed(self, files: Sequence[FailedFile]) -> None:
        """Remember why files cannot be read; they are not tried again until they change."""
        with self._db.transaction() as write:
            for file in files:
                record_failure(write, file)


def _move(write: sqlite3.Connection, moves: Sequence[tuple[int, Place, FileStat]]) -> None:
    now = utc_now()
    rows = [{"id": file_id, "now": now, **place_values(place), **stat.columns()} for file_id, place, stat in moves]
    # All out of the way first: files may have changed places with each other.
    write.executemany(
        """UPDATE file SET missing_since_utc = :now
           WHERE volume_id = :volume_id AND path = :path AND missing_since_utc IS NULL AND id != :id""",
        rows,
    )
    write.executemany(
        """UPDATE file SET volume_id = :volume_id, watch_folder_id = :watch_folder_id, path = :path,
               path_text = :path_text, path_key = :path_key, size_bytes = :size_bytes, mtime_ns = :mtime_ns,
               ctime_ns = :ctime_ns, inode = :inode, missing_since_utc = NULL
           WHERE id = :id""",
        rows,
    )


def _known(row: Sequence[Any]) -> KnownFile:
    place, stat = Place(*row[2:5]), FileStat(*row[5:9])
    return KnownFile(row[0], row[1], place, stat, bool(row[9]), *row[10:13])
