"""Volumes and watch folders."""

import os
import sqlite3

from photoorg.catalog.clock import utc_now
from photoorg.catalog.database import Database
from photoorg.catalog.path_text import display_text, paths_inside
from photoorg.catalog.records import WatchFolder
from photoorg.volumes import Volume

_FOLDERS = """
    SELECT watch_folder.id, volume_id, volume.key, volume.mount, watch_folder.path
    FROM watch_folder JOIN volume ON volume.id = volume_id
"""


class FolderStore:
    """Which folders are followed, and on which volumes they are."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def volume_id(self, volume: Volume) -> int:
        """The id of a mounted volume; where it is mounted now is remembered."""
        found = self._db.one("SELECT id, mount FROM volume WHERE key = :key", {"key": volume.key})
        if found and found["mount"] == volume.mount:
            return int(found["id"])
        values = {"key": volume.key, "mount": volume.mount, "now": utc_now()}
        with self._db.transaction() as write:
            row = write.execute(
                """INSERT INTO volume (key, mount, seen_utc) VALUES (:key, :mount, :now)
                   ON CONFLICT (key) DO UPDATE SET mount = :mount, seen_utc = :now RETURNING id""",
                values,
            ).fetchone()
            return int(row["id"])

    def volume_keys(self) -> dict[int, str]:
        """Volume id -> key, of all volumes that were ever seen."""
        return {row[0]: row[1] for row in self._db.all("SELECT id, key FROM volume")}

    def add(self, volume: Volume, path: bytes) -> WatchFolder:
        """Follow the folder `path` (relative to the volume); one that was removed comes back with all its photos."""
        values = {
            "volume": self.volume_id(volume),
            "path": path,
            "text": display_text(path),
            "now": utc_now(),
        }
        with self._db.transaction() as write:
            write.execute(
                """INSERT INTO watch_folder (volume_id, path, path_text, added_utc)
                   VALUES (:volume, :path, :text, :now)
                   ON CONFLICT (volume_id, path) DO UPDATE SET removed_utc = NULL WHERE removed_utc IS NOT NULL""",
                values,
            )
        found = self.find(volume, path)
        assert found is not None
        return found

    def find(self, volume: Volume, path: bytes) -> WatchFolder | None:
        """The watch folder at exactly this path, or None."""
        row = self._db.one(
            _FOLDERS + "WHERE volume.key = :key AND path = :path AND removed_utc IS NULL",
            {"key": volume.key, "path": path},
        )
        return WatchFolder(*row) if row else None

    def all(self) -> list[WatchFolder]:
        """All watch folders, in the order they were added."""
        return [WatchFolder(*row) for row in self._db.all(_FOLDERS + "WHERE removed_utc IS NULL ORDER BY 1")]

    def remove(self, folder: WatchFolder) -> None:
        """Hide the folder's photos, unless another watch folder holds them too; what people did is kept."""
        others = [other for other in self.all() if other.id != folder.id]
        with self._db.transaction() as write:
            values = {"id": folder.id, "now": utc_now()}
            write.execute("UPDATE watch_folder SET removed_utc = :now WHERE id = :id", values)
            # Whoever holds its photos from now on looks for itself what vanished.
            write.execute("DELETE FROM vanished_file WHERE watch_folder_id = :id", values)
            for heir in sorted(others, key=lambda other: len(other.path), reverse=True):
                _inherit(write, heir, folder)

    def mark_scanned(self, folder_ids: list[int]) -> None:
        """Note that these folders were scanned now."""
        with self._db.transaction() as write:
            rows = [{"id": folder_id, "now": utc_now()} for folder_id in folder_ids]
            write.executemany("UPDATE watch_folder SET scanned_utc = :now WHERE id = :id", rows)

    def photo_counts(self) -> dict[int, int]:
        """Watch folder id -> photos shown."""
        rows = self._db.all("SELECT watch_folder_id, count(*) FROM shown GROUP BY +watch_folder_id")
        return {row[0]: row[1] for row in rows}


def _inherit(write: sqlite3.Connection, heir: WatchFolder, folder: WatchFolder) -> None:
    """Give the files of a folder to the one around it; or those inside the heir to that one."""
    values = {"id": folder.id, "heir": heir.id}
    if _holds(heir, folder):
        write.execute("UPDATE file SET watch_folder_id = :heir WHERE watch_folder_id = :id", values)
    elif _holds(folder, heir):
        first, after = paths_inside(heir.path)
        write.execute(
            """UPDATE file SET watch_folder_id = :heir
               WHERE watch_folder_id = :id AND volume_id = :volume AND path >= :first AND path < :after""",
            values | {"volume": heir.volume_id, "first": first, "after": after},
        )


def _holds(outer: WatchFolder, inner: WatchFolder) -> bool:
    same_volume = outer.volume_id == inner.volume_id
    return same_volume and (outer.path == b"" or inner.path.startswith(outer.path + os.sep.encode()))
