"""Where the embedding of each photo stands."""

import random

import numpy as np
import pytest
from changing_photos import ChangingPhotos

from photoorg.catalog.columns import key_array
from photoorg.search.embedding_rows import EmbeddingRows


@pytest.fixture
def photos(filled):
    return ChangingPhotos(filled)


def test_rows_of_embeddings(photos):
    keys = [f"{number:016d}".encode() for number in range(30)]
    rows = EmbeddingRows()
    made = [photos.store(f"{place}.jpg", key=keys[number]) for place, number in enumerate((5, 3, 9, 3))]
    table = photos.tables.current()
    first = key_array(keys[:6])
    assert rows.of(table, first).tolist() == [5, 3, -1, 3]
    assert rows.of(table, key_array(keys[:10])).tolist() == [5, 3, 9, 3]
    made.append(photos.store("x.jpg", key=keys[25]))
    table = photos.tables.current()
    for known in (keys[:10], keys[:20], keys, keys[2:], keys[::-1], [], keys[:3]):
        expected = [known.index(key) if key in known else -1 for key in (keys[n] for n in (5, 3, 9, 3, 25))]
        found = rows.of(table, key_array(known))
        assert found[table.rows_of(made)].tolist() == expected
        assert found.dtype == np.int32


def test_rows_of_embeddings_that_come_little_by_little(photos):
    chance = random.Random(1)
    keys = [random_key(chance) for _ in range(400)]
    order = chance.sample(keys, 400)
    rows = EmbeddingRows()
    for count in range(0, 400, 7):
        for key in keys[count : count + 7]:
            photos.store(f"{photos.stored}.jpg", key=key)
        table = photos.tables.current()
        there = order[: count + chance.randrange(10)]
        place = {key: number for number, key in enumerate(there)}
        found = rows.of(table, key_array(there))
        assert found.tolist() == [place.get(key, -1) for key in keys_of(table)]


def test_keys_with_the_same_hash_are_told_apart(photos, monkeypatch):
    monkeypatch.setattr("photoorg.search.embedding_rows.key_hashes", lambda keys: np.zeros(len(keys), np.uint64))
    keys = [f"{number:016d}".encode() for number in range(9)]
    for key in keys:
        photos.store(f"{photos.stored}.jpg", key=key)
    found = EmbeddingRows().of(photos.tables.current(), key_array(keys[::-1][:7]))
    assert found.tolist() == [-1, -1, 6, 5, 4, 3, 2, 1, 0]


def random_key(chance):
    return chance.randbytes(15) + b"\x01"


def keys_of(table):
    return table.picture_keys.tolist()
