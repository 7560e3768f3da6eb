"""Files that are read again though they did not change: on request, or because what was made of them is lost."""

import json
from collections.abc import Sequence

from photoorg.catalog.clock import utc_now
from photoorg.catalog.database import Database, batches
from photoorg.catalog.library_settings import LibrarySettings

LOOK_AGAIN = "look_again"
_READ_AGAIN = -1  # a time of change that no file has
_ROWS_AT_ONCE = 500
_FAILED = """
    SELECT file.id FROM file JOIN watch_folder ON watch_folder.id = watch_folder_id
    WHERE failure_code IS NOT NULL AND missing_since_utc IS NULL AND removed_utc IS NULL
"""


class Rereading:
    """Marks files; the next scan takes them for changed. Nothing that people did is lost."""

    def __init__(self, database: Database, settings: LibrarySettings) -> None:
        self._db = database
        self._settings = settings

    def failed(self) -> list[int]:
        """The ids of all files that cannot be read, in the watch folders."""
        return [row[0] for row in self._db.all(_FAILED)]

    def failed_at(self, places: Sequence[tuple[str, bytes]]) -> list[int]:
        """The ids of such files at these places (volume key, path)."""
        where = " AND file.volume_id = (SELECT id FROM volume WHERE key = :key) AND file.path = :path"
        rows = (self._db.one(_FAILED + where, {"key": key, "path": path}) for key, path in places)
        return [row[0] for row in rows if row is not None]

    def read_again(self, file_ids: Sequence[int]) -> None:
        """Mark files."""
        for batch in batches(file_ids, _ROWS_AT_ONCE):
            with self._db.transaction() as write:
                write.execute(
                    "UPDATE file SET ctime_ns = :again WHERE id IN (SELECT value FROM json_each(:ids))",
                    {"again": _READ_AGAIN, "ids": json.dumps(list(batch))},
                )

    def look_again(self) -> None:
        """Let the program that follows the watch folders look at all of them now."""
        self._settings.put(LOOK_AGAIN, utc_now())

    @property
    def last_asked(self) -> str | None:
        """When that was asked last."""
        return self._settings.get(LOOK_AGAIN)
