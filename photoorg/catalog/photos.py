"""Reading photos: what search, lists and statistics show."""

import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from photoorg.catalog.database import IN_LIST_MAX, Database, batches, in_list
from photoorg.catalog.records import Failure, Photo, PhotoFacts
from photoorg.volumes import Mounted, Volume

_PHOTOS = """
    SELECT photo.id AS id, volume.key AS volume_key, volume.mount AS mount, shown.path AS path, shown.picture_key,
           shown.watch_folder_id, favourite, rating, title, caption, taken_local, taken_offset_min, taken_source,
           EXISTS (SELECT 1 FROM vanished_file WHERE vanished_file.file_id = shown.file_id) AS vanished, facts.*
    FROM shown
    JOIN photo ON photo.id = shown.photo_id
    JOIN volume ON volume.id = shown.volume_id
    JOIN facts ON facts.file_id = shown.file_id
"""
_COMPANIONS = """
    SELECT file.photo_id, volume.key, volume.mount, file.path FROM {ids}file JOIN volume ON volume.id = file.volume_id
    WHERE file.role != 'main' AND file.missing_since_utc IS NULL ORDER BY file.role DESC, file.path
"""
_FACTS = tuple(PhotoFacts.__dataclass_fields__)


@dataclass(frozen=True)
class Counts:
    """How much is in the library; `files` are its pictures and those that cannot be read, without videos."""

    photos: int
    files: int
    pictures: int
    failed: int
    missing: int


class PhotoStore:
    """Read-only."""

    def __init__(self, database: Database, mounted: Mounted) -> None:
        self._db = database
        self._mounted = mounted
        self._folders: dict[int, tuple[str, bytes]] = {}

    def by_picture(self, picture_keys: Sequence[bytes]) -> dict[bytes, list[Photo]]:
        """The shown photos of each picture, by picture key; copies have the same key."""
        found: dict[bytes, list[Photo]] = {}
        for batch in batches(list(dict.fromkeys(picture_keys)), IN_LIST_MAX):
            keys, params = in_list(batch)
            rows = self._db.all(_PHOTOS + f"WHERE shown.picture_key IN {keys} ORDER BY photo.id", params)
            for photo in self._photos(rows):
                found.setdefault(photo.picture_key, []).append(photo)
        return found

    def by_ids(self, photo_ids: Sequence[int]) -> dict[int, Photo]:
        """Photo id -> photo, for those that are shown."""
        rows = self._db.all(
            # CROSS: from the few ids to their files, not from all files to the ids.
            _PHOTOS.replace(
                "FROM shown", "FROM json_each(:ids) wanted CROSS JOIN shown ON shown.photo_id = wanted.value"
            ),
            {"ids": json.dumps([int(number) for number in photo_ids])},
        )
        return {photo.id: photo for photo in self._photos(rows)}

    def at(self, volume: Volume, path: bytes) -> Photo | None:
        """The shown photo one of whose files is at `path` (relative to the volume), or None."""
        photo_id = self._db.value(
            """SELECT photo_id FROM file JOIN volume ON volume.id = volume_id
               WHERE key = :key AND path = :path AND failure_code IS NULL AND missing_since_utc IS NULL""",
            {"key": volume.key, "path": path},
        )
        return None if photo_id is None else self.by_ids([photo_id]).get(photo_id)

    def all(self) -> Iterable[Photo]:
        """All shown photos, newest first."""
        rows = self._db.all(_PHOTOS + "ORDER BY taken_local DESC, photo.id DESC")
        return _with_companions(map(self._photo, rows), self._companions(self._db.all(_COMPANIONS.format(ids=""))))

    def coverage(self, fingerprint: str) -> float:
        """The share of shown photos that the model has embedded, 0..1; 1 for an empty library."""
        row = self._db.one(
            """SELECT count(*), count(e.id) FROM shown LEFT JOIN derived.embedding e
               ON e.picture_key = shown.picture_key
               AND e.model_id = (SELECT id FROM derived.model WHERE fingerprint = :fingerprint)""",
            {"fingerprint": fingerprint},
        )
        assert row is not None
        return row[1] / row[0] if row[0] else 1.0

    def embedded_counts(self) -> dict[str, int]:
        """Model reference -> shown photos it has embedded."""
        rows = self._db.all(
            """SELECT reference, (SELECT count(*) FROM shown CROSS JOIN derived.embedding e
                                  WHERE e.model_id = model.id AND e.picture_key = shown.picture_key)
               FROM derived.model ORDER BY model.id"""
        )
        return {row[0]: row[1] for row in rows}

    def counts(self) -> Counts:
        """The figures of the whole library, photos of removed folders left out."""
        row = self._db.one(
            """WITH followed AS (SELECT id FROM watch_folder WHERE removed_utc IS NULL)
               SELECT count(DISTINCT photo_id), count(*), count(DISTINCT picture_key),
                      -- A + keeps SQLite off the index of all files of a folder.
                      (SELECT count(*) FROM file WHERE failure_code IS NOT NULL AND missing_since_utc IS NULL
                       AND watch_folder_id IN followed),
                      (SELECT count(DISTINCT photo_id) FROM file WHERE missing_since_utc IS NOT NULL
                       AND +role = 'main' AND +watch_folder_id IN followed),
                      (SELECT count(*) FROM file WHERE role != 'main' AND role = 'raw' AND missing_since_utc IS NULL
                       AND +watch_folder_id IN followed)
               FROM shown"""
        )
        assert row is not None
        photos, readable, pictures, failed, missing, raw = row
        return Counts(photos, readable + raw + failed, pictures, failed, missing)

    def overview(self) -> tuple[int, int, int]:
        """How many photos, favourites and unreadable files are shown."""
        row = self._db.one(
            """SELECT (SELECT count(*) FROM shown),
                      (SELECT count(*) FROM photo CROSS JOIN shown ON shown.photo_id = photo.id WHERE favourite = 1),
                      (SELECT count(*) FROM file JOIN watch_folder ON watch_folder.id = watch_folder_id
                       WHERE failure_code IS NOT NULL AND missing_since_utc IS NULL AND removed_utc IS NULL)"""
        )
        assert row is not None
        return row[0], row[1], row[2]

    def failures(self, folder_ids: Sequence[int]) -> list[Failure]:
        """The files of these watch folders that cannot be read."""
        rows = self._db.all(
            """SELECT volume.key, volume.mount, path, failure_code, failure_params
               FROM file JOIN volume ON volume.id = volume_id
               WHERE failure_code IS NOT NULL AND missing_since_utc IS NULL
                 AND watch_folder_id IN (SELECT value FROM json_each(:folders)) ORDER BY path""",
            {"folders": json.dumps(list(folder_ids))},
        )
        return [Failure(self._absolute(row[0], row[1], row[2]), row[3], json.loads(row[4])) for row in rows]

    def _photos(self, rows: Sequence[sqlite3.Row]) -> Iterator[Photo]:
        photos = [self._photo(row) for row in rows]
        companions = self._db.all(
            _COMPANIONS.format(ids="json_each(:ids) wanted CROSS JOIN ").replace(
                "WHERE", "WHERE file.photo_id = wanted.value AND"
            ),
            {"ids": json.dumps([photo.id for photo in photos])},
        )
        return _with_companions(photos, self._companions(companions))

    def _companions(self, rows: Sequence[sqlite3.Row]) -> dict[int, list[bytes]]:
        """Photo id -> absolute paths."""
        found: defaultdict[int, list[bytes]] = defaultdict(list)
        for row in rows:
            found[row["photo_id"]].append(self._absolute(row["key"], row["mount"], row["path"]))
        return found

    def _photo(self, row: sqlite3.Row) -> Photo:
        path = self._absolute(row["volume_key"], row["mount"], row["path"])
        facts = PhotoFacts(**{name: row[name] for name in _FACTS} | {"animated": bool(row["animated"])})
        texts = row["title"], row["caption"]
        online = not row["vanished"] and self._is_online(row["volume_key"], row["watch_folder_id"])
        return Photo(row["id"], path, online, row["picture_key"], bool(row["favourite"]), row["rating"], *texts, facts)

    def _is_online(self, volume_key: str, folder_id: int) -> bool:
        if folder_id not in self._folders:
            rows = self._db.all(
                "SELECT watch_folder.id, key, path FROM watch_folder JOIN volume ON volume.id = volume_id"
            )
            self._folders = {row[0]: (row[1], row[2]) for row in rows}
        return self._mounted.volume(volume_key) is not None and self._mounted.has_folder(*self._folders[folder_id])

    def _absolute(self, volume_key: str, last_mount: bytes, path: bytes) -> bytes:
        volume = self._mounted.volume(volume_key)
        return os.path.join(volume.mount if volume else last_mount, path)


def _with_companions(photos: Iterable[Photo], companions: dict[int, list[bytes]]) -> Iterator[Photo]:
    return (replace(p, companions=tuple(companions[p.id])) if p.id in companions else p for p in photos)
