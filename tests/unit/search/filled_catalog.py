"""A catalog with photos that exist on no disk: the search looks at none."""

import os
from dataclasses import dataclass, field, replace

import numpy as np
from stub_encoder import DIMENSION, stub_model, unit

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import FileStat, PhotoFacts, Place, ReadFile
from photoorg.volumes import Volume

FACTS = PhotoFacts("JPEG", 4, 3, 1, "2020-01-01T00:00:00", None, "file")


def random_units(count: int, dimension: int = DIMENSION, seed: int = 0) -> np.ndarray:
    """Unit vectors (count, dimension) float32."""
    vectors = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@dataclass
class FilledCatalog:
    """Puts photos and embeddings into a catalog."""

    catalog: Catalog
    volume: Volume
    model: object = field(default_factory=stub_model)
    stored: int = 0

    @property
    def model_id(self) -> int:
        return self.catalog.embeddings.model_id(self.model.fingerprint, self.model.reference, self.model.dimension)

    def folder(self, name: str = "photos", volume: Volume | None = None):
        return self.catalog.folders.add(volume or self.volume, os.fsencode(name))

    def photo(self, name: str, vector=None, key: bytes | None = None, folder=None) -> bytes:
        """Store one photo, embedded where a vector is given; gives its picture key."""
        key = key or _key(name)
        if vector is not None:
            self.catalog.embeddings.add(self.model_id, {key: unit(vector)})
        self._record({name: key}, folder or self.folder())
        return key

    def photos(self, vectors: dict) -> None:
        """Store photos, name -> vector, in one go."""
        self.catalog.embeddings.add(self.model_id, {_key(name): unit(vector) for name, vector in vectors.items()})
        self._record({name: _key(name) for name in vectors}, self.folder())

    def dated(self, name: str, facts: PhotoFacts) -> None:
        """Store one photo with facts of its own, not embedded."""
        file = replace(self._read_file(name, _key(name), self.folder()), facts=facts)
        self.catalog.files.record_read([file])

    def _record(self, keys: dict[str, bytes], folder) -> None:
        self.catalog.files.record_read([self._read_file(name, key, folder) for name, key in keys.items()])

    def _read_file(self, name: str, key: bytes, folder) -> ReadFile:
        self.stored += 1
        place = Place(folder.volume_id, folder.id, os.path.join(folder.path, name.encode()))
        return ReadFile(None, place, FileStat(1, 1, 1, self.stored), name.encode(), key, FACTS)

    def embeddings(self, vectors, prefix: str = "e") -> None:
        """Embeddings without photos."""
        self.catalog.embeddings.add(self.model_id, {f"{prefix}{n:015d}".encode(): v for n, v in enumerate(vectors)})

    def known(self):
        return self.catalog.files.known_in(self.folder())

    def purge(self, ids) -> None:
        """What a later command does: remove embeddings for good."""
        with self.catalog.embeddings._db.transaction() as write:
            write.executemany("DELETE FROM embedding WHERE id = :id", [{"id": int(n)} for n in ids])


def _key(name: str) -> bytes:
    return name.encode().ljust(16, b"_")
