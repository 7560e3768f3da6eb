"""Picture files: what the scanner knows of them, and what the indexer writes."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from photoorg.catalog.clock import utc_now
from photoorg.catalog.database import Database, batches
from photoorg.catalog.path_text import display_text, paths_inside, search_key
from photoorg.catalog.records import FailedFile, FileStat, KnownFile, Place, ReadFile, WatchFolder

_KNOWN = """
    SELECT id, photo_id, volume_id, watch_folder_id, path, size_bytes, mtime_ns, ctime_ns, inode,
           missing_since_utc IS NOT NULL, failure_code, picture_key
    FROM file
"""
# Present and missing files have an index of places each.
_AT_PLACE = " UNION ALL ".join(
    f"{_KNOWN} WHERE missing_since_utc {state} AND volume_id = :volume AND {place}"
    for state in ("IS NULL", "IS NOT NULL")
    for place in ("path = :path", "path >= :first AND path < :after")
)
_FACT_COLUMNS = (
    "format", "width", "height", "orientation", "camera_make", "camera_model", "lens", "exposure_s", "f_number",
    "focal_length_mm", "iso", "latitude", "longitude", "altitude_m", "animated",
)  # fmt: skip

# Scanning a moved folder gives any number of rows: each write stays short, so that nobody waits for it.
_ROWS_PER_WRITE = 1000


@dataclass
class Recorded:
    """What a batch of read files turned out to be: photo ids by kind of change."""

    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)


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
        """One readable file for each shown picture that the model has not embedded, newest first."""
        rows = self._db.all(
            _KNOWN
            + """
            WHERE id IN (
                SELECT min(file_id) FROM shown
                WHERE +watch_folder_id IN (SELECT value FROM json_each(:folders)) AND NOT EXISTS (
                    SELECT 1 FROM derived.embedding
                    WHERE model_id = (SELECT id FROM derived.model WHERE fingerprint = :fingerprint)
                      AND embedding.picture_key = shown.picture_key)
                GROUP BY picture_key)
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
        """These files are gone; what people did with their photos stays."""
        rows = [{"id": file_id, "now": utc_now()} for file_id in file_ids]
        for batch in batches(rows, _ROWS_PER_WRITE):
            with self._db.transaction() as write:
                write.executemany(
                    "UPDATE file SET missing_since_utc = :now WHERE id = :id AND missing_since_utc IS NULL", batch
                )

    def record_read(self, files: Sequence[ReadFile]) -> Recorded:
        """Store files that were read: new photos, changed ones, and moves that only the content gives away."""
        recorded = Recorded()
        with self._db.transaction() as write:
            for file in files:
                _record_one(write, file, recorded)
        return recorded

    def record_failed(self, files: Sequence[FailedFile]) -> None:
        """Remember why files cannot be read; they are not tried again until they change."""
        with self._db.transaction() as write:
            for file in files:
                _record_failure(write, file)


def _move(write: sqlite3.Connection, moves: Sequence[tuple[int, Place, FileStat]]) -> None:
    rows = [{"id": file_id, "now": utc_now(), **_place_values(place), **asdict(stat)} for file_id, place, stat in moves]
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
    return KnownFile(row[0], row[1], place, stat, bool(row[9]), row[10], row[11])


def _place_values(place: Place) -> dict[str, Any]:
    return {
        "volume_id": place.volume_id,
        "watch_folder_id": place.watch_folder_id,
        "path": place.path,
        "path_text": display_text(place.path),
        "path_key": search_key(place.path),
    }


def _record_one(write: sqlite3.Connection, file: ReadFile, recorded: Recorded) -> None:
    old = _row_at(write, file.file_id, file.place)
    if old is not None and old["photo_id"] is not None:
        _update_photo(write, old["photo_id"], old["id"], file)
        same = old["content_hash"] == file.content_hash and old["failure_code"] is None
        (recorded.unchanged if same else recorded.changed).append(old["photo_id"])
        return
    lost = _missing_twin(write, file)
    if lost is not None:
        if old is not None:
            write.execute("DELETE FROM file WHERE id = :id", {"id": old["id"]})
        _update_photo(write, lost["photo_id"], lost["id"], file)
        recorded.moved.append(lost["photo_id"])
        return
    recorded.new.append(_create_photo(write, old["id"] if old is not None else None, file))


def _row_at(write: sqlite3.Connection, file_id: int | None, place: Place) -> sqlite3.Row | None:
    # Not by id alone: another program may have stored the place between our scan and now.
    row: sqlite3.Row | None = write.execute(
        """SELECT id, photo_id, content_hash, failure_code FROM file
           WHERE id = :id OR (volume_id = :volume AND path = :path AND missing_since_utc IS NULL)
           ORDER BY id = :id DESC""",
        {"id": file_id, "volume": place.volume_id, "path": place.path},
    ).fetchone()
    return row


def _missing_twin(write: sqlite3.Connection, file: ReadFile) -> sqlite3.Row | None:
    """A missing file with the same bytes, else with the same picture: it was moved, not deleted.

    One that is held as vanished counts as missing.
    """
    row: sqlite3.Row | None = write.execute(
        # Written so that the small indexes of missing files serve; the + keeps SQLite off the one of all photos.
        """SELECT id, photo_id FROM file
           WHERE ((content_hash = :content AND missing_since_utc IS NOT NULL)
                  OR (picture_key = :picture AND missing_since_utc IS NOT NULL)
                  OR (picture_key = :picture AND id IN (SELECT file_id FROM vanished_file)))
             AND +photo_id IS NOT NULL
           ORDER BY content_hash = :content DESC, missing_since_utc DESC, id""",
        {"content": file.content_hash, "picture": file.picture_key},
    ).fetchone()
    return row


def _create_photo(write: sqlite3.Connection, failed_id: int | None, file: ReadFile) -> int:
    if failed_id is not None:
        write.execute("DELETE FROM file WHERE id = :id", {"id": failed_id})
    photo_id = write.execute("INSERT INTO photo (added_utc) VALUES (:now)", {"now": utc_now()}).lastrowid
    file_id = write.execute(
        """INSERT INTO file (photo_id, volume_id, watch_folder_id, path, path_text, path_key,
                             size_bytes, mtime_ns, ctime_ns, inode, content_hash, picture_key)
           VALUES (:photo_id, :volume_id, :watch_folder_id, :path, :path_text, :path_key,
                   :size_bytes, :mtime_ns, :ctime_ns, :inode, :content_hash, :picture_key)""",
        _file_values(file) | {"photo_id": photo_id},
    ).lastrowid
    assert photo_id is not None
    assert file_id is not None
    _write_facts(write, photo_id, file_id, file)
    return photo_id


def _update_photo(write: sqlite3.Connection, photo_id: int, file_id: int, file: ReadFile) -> None:
    write.execute(
        """UPDATE file SET volume_id = :volume_id, watch_folder_id = :watch_folder_id, path = :path,
               path_text = :path_text, path_key = :path_key, size_bytes = :size_bytes, mtime_ns = :mtime_ns,
               ctime_ns = :ctime_ns, inode = :inode, content_hash = :content_hash, picture_key = :picture_key,
               failure_code = NULL, failure_params = NULL, missing_since_utc = NULL
           WHERE id = :file_id""",
        _file_values(file) | {"file_id": file_id},
    )
    _write_facts(write, photo_id, file_id, file)


def _file_values(file: ReadFile) -> dict[str, Any]:
    hashes = {"content_hash": file.content_hash, "picture_key": file.picture_key}
    return {**_place_values(file.place), **asdict(file.stat), **hashes}


def _write_facts(write: sqlite3.Connection, photo_id: int, file_id: int, file: ReadFile) -> None:
    values = asdict(file.facts) | {"photo_id": photo_id, "file_id": file_id}
    write.execute(
        """UPDATE photo SET taken_local = :taken_local, taken_offset_min = :taken_offset_min,
               taken_source = :taken_source WHERE id = :photo_id""",
        values,
    )
    names = ", ".join(_FACT_COLUMNS)
    placeholders = ", ".join(f":{name}" for name in _FACT_COLUMNS)
    write.execute(f"INSERT OR REPLACE INTO facts (file_id, {names}) VALUES (:file_id, {placeholders})", values)


def _record_failure(write: sqlite3.Connection, file: FailedFile) -> None:
    old = _row_at(write, file.file_id, file.place)
    values = {
        **_place_values(file.place),
        **asdict(file.stat),
        "code": file.code,
        "params": json.dumps(file.params, default=str),
        "id": old["id"] if old is not None else None,
    }
    if old is None:
        write.execute(
            """INSERT INTO file (volume_id, watch_folder_id, path, path_text, path_key,
                                 size_bytes, mtime_ns, ctime_ns, inode, failure_code, failure_params)
               VALUES (:volume_id, :watch_folder_id, :path, :path_text, :path_key,
                       :size_bytes, :mtime_ns, :ctime_ns, :inode, :code, :params)""",
            values,
        )
        return
    # The photo keeps its row and what people did; it is shown again when its file can be read again.
    write.execute(
        """UPDATE file SET size_bytes = :size_bytes, mtime_ns = :mtime_ns, ctime_ns = :ctime_ns, inode = :inode,
               failure_code = :code, failure_params = :params, missing_since_utc = NULL WHERE id = :id""",
        values,
    )
