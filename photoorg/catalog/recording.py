"""What becomes of the rows when a file was read, or could not be: new photos, changed ones, and ones found again."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from photoorg.catalog.clock import utc_now
from photoorg.catalog.companions import attach, detach_videos, has_other_main, photo_of, take_over
from photoorg.catalog.path_text import place_values
from photoorg.catalog.records import FailedFile, Place, ReadFile

_FACT_COLUMNS = (
    "format", "width", "height", "orientation", "camera_make", "camera_model", "lens", "exposure_s", "f_number",
    "focal_length_mm", "iso", "latitude", "longitude", "altitude_m", "animated",
)  # fmt: skip


@dataclass
class Recorded:
    """What a batch of read files turned out to be: photo ids by kind of change."""

    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)


def record_read(write: sqlite3.Connection, files: Sequence[ReadFile]) -> Recorded:
    """Store files that were read, as the main files of their photos."""
    recorded = Recorded()
    for file in files:
        photo_id = _record(write, file, recorded)
        attach(write, photo_id, file.companions)
    return recorded


def record_failure(write: sqlite3.Connection, file: FailedFile) -> None:
    """Store why a file cannot be read. Its photo keeps what people did; it is shown again when the file can be read."""
    detach_videos(write, [companion.file_id for companion in file.companions])
    old = _row_at(write, file.file_id, file.place)
    values = {
        **place_values(file.place),
        **file.stat.columns(),
        "code": file.code,
        "params": json.dumps(file.params, default=str),
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
    # A companion that was to be a photo of its own takes none away from the file that it was beside.
    stays_behind = old["role"] != "main" and has_other_main(write, old["photo_id"], old["id"])
    photo_id = None if stays_behind else old["photo_id"]
    write.execute(
        """UPDATE file SET photo_id = :photo_id, role = 'main', kind = 'picture', size_bytes = :size_bytes,
               mtime_ns = :mtime_ns, ctime_ns = :ctime_ns, inode = :inode,
               failure_code = :code, failure_params = :params, missing_since_utc = NULL WHERE id = :id""",
        values | {"id": old["id"], "photo_id": photo_id},
    )


def _record(write: sqlite3.Connection, file: ReadFile, recorded: Recorded) -> int:
    """The photo that the file is the main file of now."""
    old = _row_at(write, file.file_id, file.place)
    if (photo_id := _own_photo(write, old)) is not None:
        assert old is not None
        _write_main(write, photo_id, old["id"], file)
        same = (old["role"], old["content_hash"], old["failure_code"]) == ("main", file.content_hash, None)
        (recorded.unchanged if same else recorded.changed).append(photo_id)
        if old["role"] != "main" or old["failure_code"] is not None:
            take_over(write, photo_id, old["id"])
        return photo_id
    if (lost := _missing_twin(write, file)) is not None:
        if old is not None:
            write.execute("DELETE FROM file WHERE id = :id", {"id": old["id"]})
        recorded.moved.append(lost["photo_id"])
        return _become_main(write, lost["photo_id"], lost["id"], file)
    file_id = old["id"] if old is not None else None
    if (photo_id := photo_of(write, file.companions)) is not None:
        recorded.changed.append(photo_id)
        return _become_main(write, photo_id, file_id, file)
    photo_id = write.execute("INSERT INTO photo (added_utc) VALUES (:now)", {"now": utc_now()}).lastrowid
    assert photo_id is not None
    recorded.new.append(photo_id)
    _write_main(write, photo_id, file_id, file)
    return photo_id


def _own_photo(write: sqlite3.Connection, old: sqlite3.Row | None) -> int | None:
    """The photo of a known file, unless it was beside the main file of that photo, which goes on without it."""
    if old is None or old["photo_id"] is None:
        return None
    if old["role"] != "main" and has_other_main(write, old["photo_id"], old["id"]):
        return None
    return int(old["photo_id"])


def _row_at(write: sqlite3.Connection, file_id: int | None, place: Place) -> sqlite3.Row | None:
    # Not by id alone: another program may have stored the place between our scan and now.
    row: sqlite3.Row | None = write.execute(
        """SELECT id, photo_id, role, content_hash, failure_code FROM file
           WHERE id = :id OR (volume_id = :volume AND path = :path AND missing_since_utc IS NULL)
           ORDER BY id = :id DESC""",
        {"id": file_id, "volume": place.volume_id, "path": place.path},
    ).fetchone()
    return row


def _missing_twin(write: sqlite3.Connection, file: ReadFile) -> sqlite3.Row | None:
    """A missing main file with the same bytes, else with the same picture: it was moved, not deleted.

    One that is held as vanished counts as missing.
    """
    row: sqlite3.Row | None = write.execute(
        # Written so that the small indexes of missing files serve; the + keeps SQLite off the one of all photos.
        """SELECT id, photo_id FROM file
           WHERE ((content_hash = :content AND missing_since_utc IS NOT NULL)
                  OR (picture_key = :picture AND missing_since_utc IS NOT NULL)
                  OR (picture_key = :picture AND id IN (SELECT file_id FROM vanished_file)))
             AND +photo_id IS NOT NULL AND +role = 'main'
           ORDER BY content_hash = :content DESC, missing_since_utc DESC, id""",
        {"content": file.content_hash, "picture": file.picture_key},
    ).fetchone()
    return row


def _become_main(write: sqlite3.Connection, photo_id: int, file_id: int | None, file: ReadFile) -> int:
    take_over(write, photo_id, _write_main(write, photo_id, file_id, file))
    return photo_id


def _write_main(write: sqlite3.Connection, photo_id: int, file_id: int | None, file: ReadFile) -> int:
    hashes = {"content_hash": file.content_hash, "picture_key": file.picture_key}
    values = {**place_values(file.place), **file.stat.columns(), **hashes, "photo_id": photo_id, "file_id": file_id}
    file_id = _insert(write, values) if file_id is None else _update(write, values)
    _write_facts(write, photo_id, file_id, file)
    return file_id


def _insert(write: sqlite3.Connection, values: dict[str, Any]) -> int:
    file_id = write.execute(
        """INSERT INTO file (photo_id, volume_id, watch_folder_id, path, path_text, path_key,
                             size_bytes, mtime_ns, ctime_ns, inode, content_hash, picture_key)
           VALUES (:photo_id, :volume_id, :watch_folder_id, :path, :path_text, :path_key,
                   :size_bytes, :mtime_ns, :ctime_ns, :inode, :content_hash, :picture_key)""",
        values,
    ).lastrowid
    assert file_id is not None
    return file_id


def _update(write: sqlite3.Connection, values: dict[str, Any]) -> int:
    write.execute(
        """UPDATE file SET photo_id = :photo_id, role = 'main', kind = 'picture',
               volume_id = :volume_id, watch_folder_id = :watch_folder_id, path = :path,
               path_text = :path_text, path_key = :path_key, size_bytes = :size_bytes, mtime_ns = :mtime_ns,
               ctime_ns = :ctime_ns, inode = :inode, content_hash = :content_hash, picture_key = :picture_key,
               failure_code = NULL, failure_params = NULL, missing_since_utc = NULL
           WHERE id = :file_id""",
        values,
    )
    return int(values["file_id"])


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
