"""What was derived from pictures that no file has any more: embeddings, hashes, thumbnails.

They are written before the catalog's rows, so a crash may leave some; a photo that was edited leaves those of its old
picture. Whoever removes all of them holds the indexer's lease: nobody else writes new ones then.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from photoorg.catalog.database import IN_LIST_MAX, Database, batches, in_list
from photoorg.catalog.sqlite_errors import read_only, translated

# Thumbnails are large, and what is deleted is overwritten: keeps a write under 50 ms.
_AT_ONCE = 100
_TABLES = ("embedding", "perceptual_hash", "thumbnail")
_WORTH_A_NEW_INDEX = 0.02


@dataclass(frozen=True)
class OrphanCounts:
    """How many pictures that no file has left something behind."""

    embeddings: int
    hashes: int
    thumbnails: int

    @property
    def any(self) -> bool:
        """Whether there is something to remove."""
        return bool(self.embeddings or self.hashes or self.thumbnails)


class PictureRemains:
    """Removes what was derived from pictures that no file has."""

    def __init__(self, main: Database, derived: Database, thumbnails: Database) -> None:
        self._main = main
        self._derived = derived
        self._thumbnails = thumbnails

    def remove(self, picture_keys: Sequence[bytes], check: Callable[[], None] = lambda: None) -> None:
        """Remove what belongs to these pictures, but for those that a file still has. In short writes."""
        for batch in batches(picture_keys, _AT_ONCE):
            check()
            if unused := self.unused(batch):
                self._remove(unused, _TABLES)

    def orphans(self) -> OrphanCounts:
        """How many there are."""
        embeddings, hashes, thumbnails = (self._orphans_in(table) for table in _TABLES)
        return OrphanCounts(len(embeddings), len(hashes), len(thumbnails))

    def remove_orphans(self, check: Callable[[], None] = lambda: None, *, but_few_embeddings: bool = False) -> int:
        """Remove all of them, and tell of how many pictures. For the lease's holder.

        `but_few_embeddings`: few embeddings are left, as the vector index has to be made anew without them.
        """
        found = {table: self._orphans_in(table) for table in _TABLES}
        if but_few_embeddings and len(found["embedding"]) < _WORTH_A_NEW_INDEX * self._embeddings():
            found.pop("embedding")
        keys = sorted(set().union(*found.values()))
        for batch in batches(keys, _AT_ONCE):
            check()
            self._remove(batch, tuple(found))
        return len(keys)

    def cut_logs(self) -> None:
        """See `Database.cut_log`."""
        self._derived.cut_log()
        self._thumbnails.cut_log()

    def unused(self, picture_keys: Sequence[bytes]) -> list[bytes]:
        """Those of the pictures that no file has."""
        used: set[bytes] = set()
        for batch in batches(picture_keys, IN_LIST_MAX):
            keys, params = in_list(batch)
            rows = self._main.all(f"SELECT DISTINCT picture_key FROM file WHERE picture_key IN {keys}", params)
            used.update(row[0] for row in rows)
        return [key for key in picture_keys if key not in used]

    def _embeddings(self) -> int:
        return int(self._derived.value("SELECT count(*) FROM embedding"))

    def _remove(self, picture_keys: Sequence[bytes], tables: Sequence[str]) -> None:
        keys, params = in_list(picture_keys)
        models = [row[0] for row in self._derived.all("SELECT id FROM model")] if "embedding" in tables else []
        with self._derived.transaction() as write:
            for model in models:  # the index of embeddings begins with the model
                write.execute(
                    f"DELETE FROM embedding WHERE model_id = :model AND picture_key IN {keys}",
                    params | {"model": model},
                )
            write.execute(f"DELETE FROM perceptual_hash WHERE picture_key IN {keys}", params)
        with self._thumbnails.transaction() as write:
            write.execute(f"DELETE FROM thumbnail WHERE picture_key IN {keys}", params)

    def _orphans_in(self, table: str) -> set[bytes]:
        path = self._thumbnails.path if table == "thumbnail" else self._derived.path
        with closing(beside(self._main.path, path)) as connection, translated(path):
            rows = connection.execute(
                f"""SELECT DISTINCT picture_key FROM other.{table} AS made
                    WHERE NOT EXISTS (SELECT 1 FROM file WHERE file.picture_key = made.picture_key)"""
            )
            return {row[0] for row in rows}


def beside(main: Path, other: Path) -> sqlite3.Connection:
    """A connection that reads the catalog and one other file, as `other`."""
    with translated(other):
        connection = sqlite3.connect(read_only(main), uri=True)
        try:
            connection.execute("PRAGMA busy_timeout = 10000")
            connection.execute("ATTACH DATABASE :uri AS other", {"uri": read_only(other)})
        except BaseException:
            connection.close()
            raise
    return connection
