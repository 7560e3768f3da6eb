"""Embeddings by the million: counted, sampled and read without holding all of them."""

import numpy as np
import pytest
from catalog_samples import digest

from photoorg.catalog import embeddings as embeddings_module
from photoorg.catalog.database import Database
from photoorg.catalog.embeddings import EmbeddingState, EmbeddingStore
from photoorg.catalog.migrations import steps_of


@pytest.fixture
def embeddings(catalog):
    return catalog.embeddings


@pytest.fixture
def model(embeddings):
    return embeddings.model_id("fingerprint", "demo", 4)


def unit_vectors(count):
    vectors = np.random.default_rng(5).standard_normal((count, 4)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def keyed(vectors):
    return {digest(f"picture {number}"): vector for number, vector in enumerate(vectors)}


def test_a_sample_of_very_many_is_spread_too(embeddings, model, monkeypatch):
    monkeypatch.setattr(embeddings_module, "_WALKED", 50)
    other = embeddings.model_id("other", "other", 4)
    embeddings.add(model, keyed(unit_vectors(30)))
    for number, vector in enumerate(unit_vectors(200)):
        embeddings.add((model, other)[number % 2], {digest(str(number)): vector})
    ids = embeddings.load(other).ids.tolist()
    sample = embeddings.sample(other, 10).ids.tolist()
    assert set(sample) <= set(ids)
    assert (sample[0], sample[-1], len(sample)) == (ids[0], ids[-1], 10)
    steps = np.diff([ids.index(number) for number in sample])
    assert steps.min() >= 10
    assert steps.max() <= 12
    with embeddings._db.transaction() as write:
        write.execute("DELETE FROM embedding WHERE id BETWEEN 60 AND 200")
    assert len(set(embeddings.sample(other, 10).ids.tolist())) >= 4


def test_pages_give_everything_in_order(embeddings, model):
    assert list(embeddings.pages(model, 4)) == []
    embeddings.add(model, keyed(unit_vectors(8)))
    ids = embeddings.load(model).ids.tolist()
    for size, pages in ((3, [3, 3, 2]), (4, [4, 4]), (8, [8]), (9, [8])):
        found = list(embeddings.pages(model, size))
        assert [len(page.ids) for page in found] == pages
        assert np.concatenate([page.ids for page in found]).tolist() == ids
    assert [page.ids.tolist() for page in embeddings.pages(model, 3, after=ids[5])] == [ids[6:]]


def test_the_count_follows_what_is_added_and_removed(embeddings, model):
    other = embeddings.model_id("other", "other", 4)
    embeddings.add(other, keyed(unit_vectors(2)))
    embeddings.add(model, keyed(unit_vectors(6)))
    embeddings.add(model, keyed(unit_vectors(6)))
    assert embeddings.picture_counts() == {"fingerprint": 6, "other": 2}
    ids = embeddings.load(model).ids.tolist()
    with embeddings._db.transaction() as write:
        write.execute("DELETE FROM embedding WHERE id IN (:first, :last)", {"first": ids[0], "last": ids[-1]})
    assert embeddings.state(model) == EmbeddingState(4, ids[-2])
    assert embeddings.state(model, up_to=ids[2]) == EmbeddingState(2, ids[2])
    assert embeddings.state(model, up_to=ids[0]) == EmbeddingState(0, 0)
    embeddings.remove_model("fingerprint")
    assert (embeddings.state(model), embeddings.state(other).count) == (EmbeddingState(0, 0), 2)
    assert embeddings.state(99) == EmbeddingState(0, 0)


def test_embeddings_of_an_older_library_are_counted(tmp_path):
    before = Database(tmp_path / "derived.sqlite", steps_of("derived")[:2])
    with before.transaction() as write:
        write.execute("INSERT INTO model (fingerprint, reference, dimension) VALUES ('a', 'a', 1), ('b', 'b', 1)")
        write.execute(
            "INSERT INTO embedding (model_id, picture_key, vector) VALUES (1, x'01', x'00'), (1, x'02', x'00')"
        )
    before.close()
    after = Database(tmp_path / "derived.sqlite", steps_of("derived"))
    assert EmbeddingStore(after).picture_counts() == {"a": 2, "b": 0}
    after.close()
