"""Embeddings and hashes in derived.sqlite; everything hangs on the picture key."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.database import IN_LIST_MAX, Database, batches, in_list

Float32 = NDArray[np.float32]

_REMOVED_AT_ONCE = 1000  # rows; keeps a write under 50 ms
_LARGEST_ID = 2**63 - 1
# With more embeddings than this a sample is found by looking up some ids rather than by walking all of them.
_WALKED = 20_000
_HASHES = """
    WITH RECURSIVE wanted (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM wanted WHERE number + 1 < :count)
    SELECT picture_key, value FROM wanted
    CROSS JOIN perceptual_hash ON picture_key = substr(:keys, :length * number + 1, :length)
"""


@dataclass(frozen=True)
class EmbeddingSet:
    """Embeddings of one model in the order of their ids.

    ids (n,) int64, picture_keys n, vectors (n, dimension) float16 of unit length.
    """

    ids: NDArray[np.int64]
    picture_keys: list[bytes]
    vectors: NDArray[np.float16]


@dataclass(frozen=True)
class EmbeddingState:
    """How many embeddings a model has, and the id of the newest (0: none)."""

    count: int
    sequence: int


class EmbeddingStore:
    """What the models said about the pictures."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def model_id(self, fingerprint: str, reference: str, dimension: int) -> int:
        """The id of a model; it is added at its first use."""
        known = self._db.value("SELECT id FROM model WHERE fingerprint = :fingerprint", {"fingerprint": fingerprint})
        if known is not None:
            return int(known)
        with self._db.transaction() as write:
            row = write.execute(
                """INSERT INTO model (fingerprint, reference, dimension) VALUES (:fingerprint, :reference, :dimension)
                   ON CONFLICT (fingerprint) DO UPDATE SET reference = :reference RETURNING id""",
                {"fingerprint": fingerprint, "reference": reference, "dimension": dimension},
            ).fetchone()
            return int(row["id"])

    def knows_model(self, fingerprint: str) -> bool:
        """Whether the model has embedded anything."""
        found = self._db.value(
            """SELECT 1 FROM model WHERE fingerprint = :fingerprint
               AND EXISTS (SELECT 1 FROM embedding WHERE model_id = model.id)""",
            {"fingerprint": fingerprint},
        )
        return found is not None

    def fingerprints(self, reference: str) -> set[str]:
        """The fingerprints of models of this name that have said anything."""
        return {fingerprint for fingerprint, name in self.models().items() if name == reference}

    def models(self) -> dict[str, str]:
        """Fingerprint -> name of the models that have said anything."""
        rows = self._db.all(
            """SELECT fingerprint, reference FROM model
               WHERE EXISTS (SELECT 1 FROM embedding WHERE model_id = model.id)
                  OR EXISTS (SELECT 1 FROM text_embedding WHERE model_id = model.id)"""
        )
        return {row[0]: row[1] for row in rows}

    def picture_counts(self) -> dict[str, int]:
        """Model fingerprint -> pictures it has embedded, also those that the library does not show."""
        return {row[0]: row[1] for row in self._db.all("SELECT fingerprint, embeddings FROM model")}

    def remove_model(self, fingerprint: str) -> None:
        """Forget all that a model said, in short writes. Its row stays: a program may be embedding with it just now."""
        model_id = self._db.value("SELECT id FROM model WHERE fingerprint = :fingerprint", {"fingerprint": fingerprint})
        for table, key in (("embedding", "id"), ("text_embedding", "text")):
            gone = f"SELECT {key} FROM {table} WHERE model_id = :model LIMIT {_REMOVED_AT_ONCE}"
            removed = 1
            while removed:
                with self._db.transaction() as write:
                    removed = write.execute(
                        f"DELETE FROM {table} WHERE model_id = :model AND {key} IN ({gone})", {"model": model_id}
                    ).rowcount

    def add(self, model_id: int, vectors: Mapping[bytes, Float32]) -> None:
        """Store unit vectors (dimension,) by picture key; one that is there already stays."""
        rows = [
            {"model": model_id, "key": key, "vector": vector.astype(np.float16).tobytes()}
            for key, vector in vectors.items()
        ]
        with self._db.transaction() as write:
            write.executemany(
                """INSERT INTO embedding (model_id, picture_key, vector) VALUES (:model, :key, :vector)
                   ON CONFLICT (model_id, picture_key) DO NOTHING""",
                rows,
            )

    def present(self, model_id: int, picture_keys: Sequence[bytes]) -> set[bytes]:
        """Which of the pictures the model has embedded."""
        present: set[bytes] = set()
        for batch in batches(picture_keys, IN_LIST_MAX):
            keys, params = in_list(batch)
            sql = f"SELECT picture_key FROM embedding WHERE model_id = :model AND picture_key IN {keys}"
            present |= {row[0] for row in self._db.all(sql, params | {"model": model_id})}
        return present

    def vector(self, model_id: int, picture_key: bytes) -> Float32 | None:
        """The embedding (dimension,) of one picture, or None."""
        blob = self._db.value(
            "SELECT vector FROM embedding WHERE model_id = :model AND picture_key = :key",
            {"model": model_id, "key": picture_key},
        )
        return np.frombuffer(blob, np.float16).astype(np.float32) if blob is not None else None

    def state(self, model_id: int, up_to: int | None = None) -> EmbeddingState:
        """Count and newest id of a model's embeddings, of those with an id of at most `up_to` if given."""
        row = self._db.one(
            """SELECT embeddings - (SELECT count(*) FROM embedding INDEXED BY embedding_order
                                    WHERE model_id = :model AND id > :up_to),
                      (SELECT id FROM embedding INDEXED BY embedding_order
                       WHERE model_id = :model AND id <= :up_to ORDER BY id DESC LIMIT 1)
               FROM model WHERE id = :model""",
            {"model": model_id, "up_to": _LARGEST_ID if up_to is None else up_to},
        )
        return EmbeddingState(row[0], row[1] or 0) if row is not None else EmbeddingState(0, 0)

    def pages(self, model_id: int, size: int, after: int = 0) -> Iterator[EmbeddingSet]:
        """All embeddings of a model with an id above `after`, `size` at a time: a million need not be in memory at once."""
        page = self.load(model_id, after, size)
        while len(page.ids):
            yield page
            page = self.load(model_id, int(page.ids[-1]), size) if len(page.ids) == size else _embedding_set([])

    def load(self, model_id: int, after: int = 0, most: int | None = None) -> EmbeddingSet:
        """The embeddings of a model with an id above `after`, the `most` first ones or all."""
        rows = self._db.all(
            """SELECT id, picture_key, vector FROM embedding INDEXED BY embedding_order
               WHERE model_id = :model AND id > :after ORDER BY id LIMIT :most""",
            {"model": model_id, "after": after, "most": -1 if most is None else most},
        )
        return _embedding_set(rows)

    def by_ids(self, ids: Sequence[int]) -> EmbeddingSet:
        """The embeddings with these ids, as far as they exist, in the order of their ids."""
        rows = self._db.all(
            """SELECT id, picture_key, vector FROM embedding
               WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY id""",
            {"ids": json.dumps([int(number) for number in ids])},
        )
        return _embedding_set(rows)

    def sample(self, model_id: int, size: int) -> EmbeddingSet:
        """About `size` embeddings of a model, evenly spread over the order in which they were made."""
        state = self.state(model_id)
        if state.count > max(_WALKED, size):
            return self.by_ids(self._spread_ids(model_id, state.sequence, size))
        rows = self._db.all(
            "SELECT id FROM embedding INDEXED BY embedding_order WHERE model_id = :model ORDER BY id",
            {"model": model_id},
        )
        return self.by_ids([row[0] for row in rows[:: max(1, len(rows) // size)]])

    def _spread_ids(self, model_id: int, newest: int, size: int) -> list[int]:
        """Up to `size` ids of the model's embeddings: those at or next above evenly spread numbers."""
        oldest = self._db.value(
            "SELECT id FROM embedding INDEXED BY embedding_order WHERE model_id = :model ORDER BY id LIMIT 1",
            {"model": model_id},
        )
        numbers = np.linspace(oldest or 0, newest, size, dtype=np.int64)
        rows = self._db.all(
            """SELECT DISTINCT (SELECT id FROM embedding INDEXED BY embedding_order
                                WHERE model_id = :model AND id >= wanted.value ORDER BY id LIMIT 1) AS id
               FROM json_each(:numbers) wanted""",
            {"model": model_id, "numbers": json.dumps(numbers.tolist())},
        )
        return [row[0] for row in rows if row[0] is not None]

    def text_vectors(self, model_id: int, texts: Sequence[str]) -> dict[str, Float32]:
        """The cached encodings (dimension,) of those texts that were encoded before."""
        rows = self._db.all(
            """SELECT text, vector FROM text_embedding WHERE model_id = :model
               AND text IN (SELECT value FROM json_each(:texts))""",
            {"model": model_id, "texts": json.dumps(list(texts))},
        )
        return {row[0]: np.frombuffer(row[1], np.float32) for row in rows}

    def add_text_vectors(
        self, model_id: int, vectors: Mapping[str, Float32], left_out: Mapping[str, str] | None = None
    ) -> None:
        """Keep encodings (dimension,) of texts; `left_out`: the ends that the model did not read of some."""
        ends = left_out or {}
        rows = [
            {"model": model_id, "text": text, "vector": vector.tobytes(), "left_out": ends.get(text, "")}
            for text, vector in vectors.items()
        ]
        with self._db.transaction() as write:
            write.executemany(
                """INSERT OR REPLACE INTO text_embedding (model_id, text, vector, left_out)
                   VALUES (:model, :text, :vector, :left_out)""",
                rows,
            )

    def left_out(self, model_id: int, texts: Sequence[str]) -> dict[str, str]:
        """Of encoded texts the ends that the model did not read; those that it read whole are not among them."""
        rows = self._db.all(
            """SELECT text, left_out FROM text_embedding WHERE model_id = :model AND left_out != ''
               AND text IN (SELECT value FROM json_each(:texts))""",
            {"model": model_id, "texts": json.dumps(list(texts))},
        )
        return {row[0]: row[1] for row in rows}

    def add_hashes(self, hashes: Mapping[bytes, int], version: int) -> None:
        """Store perceptual hashes (signed 64 bits) by picture key, with the version of the code that made them."""
        with self._db.transaction() as write:
            write.executemany(
                "INSERT OR REPLACE INTO perceptual_hash (picture_key, value, version) VALUES (:key, :value, :version)",
                [{"key": key, "value": value, "version": version} for key, value in hashes.items()],
            )

    def hashes(self, picture_keys: Sequence[bytes]) -> dict[bytes, int]:
        """The perceptual hashes of pictures, as far as they were made."""
        found: dict[bytes, int] = {}
        of_length: defaultdict[int, list[bytes]] = defaultdict(list)
        for key in picture_keys:
            of_length[len(key)].append(key)
        for length, keys in of_length.items():
            # One long value instead of thousands: those take SQLite ten times as long.
            rows = self._db.each(_HASHES, {"keys": b"".join(keys), "length": length, "count": len(keys)})
            found.update(rows)
        return found


def _embedding_set(rows: Sequence[Sequence[Any]]) -> EmbeddingSet:
    """Of rows of one model; a vector of another size (from a damage) is left out, until the doctor has it made again."""
    sizes = Counter(size for row in rows if (size := len(row[2])) % 2 == 0)
    size = max(sizes, key=sizes.__getitem__, default=0)
    if sizes[size] < len(rows):
        rows = [row for row in rows if len(row[2]) == size]
    dimension = size // 2
    vectors = np.frombuffer(b"".join(row[2] for row in rows), np.float16).reshape(len(rows), dimension)
    return EmbeddingSet(np.array([row[0] for row in rows], np.int64), [row[1] for row in rows], vectors)
