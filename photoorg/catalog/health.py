"""What may be wrong with a library whose files SQLite finds sound: rows that lack what belongs to them. Questions for the doctor.

Each is one look through whole tables: seconds for a million photos, a fraction of one for 100,000.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import numpy as np

from photoorg.catalog.database import Database, batches
from photoorg.catalog.orphans import beside

_ROWS_AT_ONCE = 500
_VECTORS_AT_ONCE = 5000
# float16 keeps unit length to some 1e-3.
_LENGTH_TOLERANCE = 0.01

_ONE_FILE_EACH = "SELECT min(file_id) FROM shown WHERE {lacks} GROUP BY picture_key"
_NO_THUMBNAIL = "NOT EXISTS (SELECT 1 FROM other.thumbnail AS made WHERE made.picture_key = shown.picture_key)"
_NO_HASH = "NOT EXISTS (SELECT 1 FROM other.perceptual_hash AS made WHERE made.picture_key = shown.picture_key)"
_NO_FACTS = "SELECT file_id FROM shown WHERE NOT EXISTS (SELECT 1 FROM facts WHERE facts.file_id = shown.file_id)"
_NO_EMBEDDING = """
    SELECT DISTINCT picture_key FROM shown WHERE NOT EXISTS (
        SELECT 1 FROM derived.embedding
        WHERE model_id = (SELECT id FROM derived.model WHERE fingerprint = :fingerprint)
          AND embedding.picture_key = shown.picture_key)
"""


class Health:
    """Questions, and the writes that mend what they find. For the lease's holder."""

    def __init__(self, main: Database, derived: Database, thumbnails: Database) -> None:
        self._db = main
        self._derived = derived
        self._thumbnails = thumbnails

    def without_thumbnails(self) -> list[int]:
        """One file id for each shown picture that has no thumbnails."""
        return self._lacking(self._thumbnails, _ONE_FILE_EACH.format(lacks=_NO_THUMBNAIL))

    def without_hash(self) -> list[int]:
        """One file id for each shown picture that has no perceptual hash."""
        return self._lacking(self._derived, _ONE_FILE_EACH.format(lacks=_NO_HASH))

    def without_facts(self) -> list[int]:
        """The ids of shown files of which nothing is known; lists leave their photos out."""
        return [row[0] for row in self._db.all(_NO_FACTS)]

    def without_embedding(self, fingerprint: str) -> list[bytes]:
        """The keys of shown pictures that a model has not embedded."""
        return [row[0] for row in self._db.all(_NO_EMBEDDING, {"fingerprint": fingerprint})]

    def photos_without_files(self) -> list[int]:
        """Ids of photos that nothing leads to any more."""
        rows = self._db.all("SELECT id FROM photo WHERE NOT EXISTS (SELECT 1 FROM file WHERE file.photo_id = photo.id)")
        return [row[0] for row in rows]

    def remove_photos(self, photo_ids: Sequence[int]) -> None:
        """Delete photos that have no file."""
        for batch in batches(photo_ids, _ROWS_AT_ONCE):
            with self._db.transaction() as write:
                write.execute(
                    """DELETE FROM photo WHERE id IN (SELECT value FROM json_each(:ids))
                       AND NOT EXISTS (SELECT 1 FROM file WHERE file.photo_id = photo.id)""",
                    {"ids": json.dumps(list(batch))},
                )

    def dangling(self) -> list[tuple[str, int]]:
        """Rows that refer to what is not there: table and row id."""
        return [(row[0], row[1]) for row in self._db.all("PRAGMA main.foreign_key_check")]

    def remove_rows(self, rows: Sequence[tuple[str, int]]) -> None:
        """Delete such rows."""
        for table in dict.fromkeys(name for name, _ in rows):
            ids = [row_id for name, row_id in rows if name == table]
            for batch in batches(ids, _ROWS_AT_ONCE):
                with self._db.transaction() as write:
                    write.execute(
                        f'DELETE FROM "{table}" WHERE rowid IN (SELECT value FROM json_each(:ids))',
                        {"ids": json.dumps(list(batch))},
                    )

    def invalid_embeddings(self, check: Callable[[], None] = lambda: None) -> list[int]:
        """Ids of embeddings of another size than their model's, not of unit length, or with what is no number."""
        models = self._derived.all("SELECT id, dimension FROM model")
        return [bad for model, dimension in models for bad in self._invalid(model, dimension, check)]

    def remove_embeddings(self, ids: Sequence[int]) -> None:
        """Delete embeddings; the next indexing makes them again."""
        for batch in batches(ids, _ROWS_AT_ONCE):
            with self._derived.transaction() as write:
                write.execute(
                    "DELETE FROM embedding WHERE id IN (SELECT value FROM json_each(:ids))",
                    {"ids": json.dumps(list(batch))},
                )

    def _lacking(self, other: Database, sql: str) -> list[int]:
        with closing(beside(self._db.path, other.path)) as connection:
            return [row[0] for row in connection.execute(sql)]

    def _invalid(self, model: int, dimension: int, check: Callable[[], None]) -> Iterator[int]:
        last = 0
        while True:
            check()
            rows = self._derived.all(
                """SELECT id, vector FROM embedding INDEXED BY embedding_order
                   WHERE model_id = :model AND id > :last ORDER BY id LIMIT :count""",
                {"model": model, "last": last, "count": _VECTORS_AT_ONCE},
            )
            if not rows:
                return
            last = rows[-1][0]
            fitting = [row for row in rows if len(row[1]) == 2 * dimension]
            yield from {row[0] for row in rows} - {row[0] for row in fitting}
            vectors = np.frombuffer(b"".join(row[1] for row in fitting), np.float16).reshape(len(fitting), dimension)
            lengths = np.linalg.norm(vectors.astype(np.float32), axis=1)
            wrong = ~(np.abs(lengths - 1) < _LENGTH_TOLERANCE)  # also of what is no number
            yield from (fitting[number][0] for number in np.flatnonzero(wrong))
