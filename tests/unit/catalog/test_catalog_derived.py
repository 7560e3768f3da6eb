"""Embeddings, text encodings, hashes and thumbnails; settings, requests and the lease."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import numpy as np
import pytest
from catalog_samples import child, digest, read, store

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.embeddings import EmbeddingState
from photoorg.catalog.lease import IndexerLease
from photoorg.errors import DataFolderUnusable


@pytest.fixture
def embeddings(catalog):
    return catalog.embeddings


@pytest.fixture
def model(embeddings):
    return embeddings.model_id("fingerprint", "demo", 512)


def unit_vectors(count, dimension=512):
    vectors = np.random.default_rng(5).standard_normal((count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def keyed(vectors):
    return {digest(f"picture {number}"): vector for number, vector in enumerate(vectors)}


def test_an_embedding_comes_back_within_half_precision(embeddings, model):
    vectors = keyed(unit_vectors(20))
    embeddings.add(model, vectors)
    for key, vector in vectors.items():
        stored = embeddings.vector(model, key)
        assert stored.dtype == np.float32
        assert np.abs(stored - vector).max() < 2**-11
        assert float(stored @ vector) > 0.9999
    assert embeddings.vector(model, digest("unknown")) is None


def test_embeddings_are_loaded_in_the_order_they_were_made(embeddings, model):
    vectors = unit_vectors(10)
    embeddings.add(model, keyed(vectors))
    loaded = embeddings.load(model)
    assert loaded.picture_keys == list(keyed(vectors))
    assert (loaded.ids.dtype, loaded.vectors.dtype, loaded.vectors.shape) == (np.int64, np.float16, (10, 512))
    assert np.array_equal(loaded.vectors, vectors.astype(np.float16))
    later = embeddings.load(model, after=int(loaded.ids[6]))
    assert later.picture_keys == loaded.picture_keys[7:]
    assert embeddings.state(model) == EmbeddingState(10, int(loaded.ids[-1]))
    assert embeddings.state(model, up_to=int(loaded.ids[6])) == EmbeddingState(7, int(loaded.ids[6]))


def test_an_embedding_that_is_there_stays(embeddings, model):
    first, second = unit_vectors(2)
    embeddings.add(model, {b"key": first})
    embeddings.add(model, {b"key": second, b"other": second})
    assert np.array_equal(embeddings.vector(model, b"key"), first.astype(np.float16).astype(np.float32))
    assert embeddings.state(model).count == 2


def test_models_never_mix(embeddings, model):
    other = embeddings.model_id("another fingerprint", "demo", 512)
    embeddings.add(model, keyed(unit_vectors(3)))
    assert other != model
    assert embeddings.model_id("fingerprint", "renamed", 512) == model
    assert embeddings.state(other) == EmbeddingState(0, 0)
    assert embeddings.present(other, list(keyed(unit_vectors(3)))) == set()
    assert embeddings.text_vectors(other, ["a"]) == {}


def test_nothing_loaded_is_an_empty_set(embeddings, model):
    for empty in (embeddings.load(model), embeddings.by_ids([1, 2]), embeddings.sample(model, 5)):
        assert (len(empty.ids), empty.picture_keys, len(empty.vectors)) == (0, [], 0)


def test_embeddings_are_found_by_their_ids(embeddings, model):
    embeddings.add(model, keyed(unit_vectors(6)))
    ids = embeddings.load(model).ids
    found = embeddings.by_ids([int(ids[4]), int(ids[1]), 10**6])
    assert found.ids.tolist() == [ids[1], ids[4]]


def test_a_sample_is_spread_over_all_embeddings_of_its_model(embeddings, model):
    other = embeddings.model_id("other", "other", 4)
    for number, vector in enumerate(unit_vectors(100, 4)):
        embeddings.add((model, other)[number % 2], {digest(str(number)): vector})
    ids = embeddings.load(other).ids
    sample = embeddings.sample(other, 10).ids
    assert len(sample) == 10
    assert (sample[0], sample[1] - sample[0]) == (ids[0], 10)
    assert embeddings.sample(other, 1000).ids.tolist() == ids.tolist()


def test_encoded_texts_are_kept_exactly(embeddings, model):
    texts = dict(zip(["a dog", "Ünï\ncode 🐕"], unit_vectors(2), strict=True))
    embeddings.add_text_vectors(model, texts)
    found = embeddings.text_vectors(model, [*texts, "never encoded"])
    assert found.keys() == texts.keys()
    assert all(np.array_equal(found[text], vector) for text, vector in texts.items())


def test_perceptual_hashes_use_all_64_bits_and_are_replaced(embeddings):
    embeddings.add_hashes({b"low": -(2**63), b"high": 2**63 - 1}, 1)
    embeddings.add_hashes({b"low": 5}, 2)
    rows = embeddings._db.all("SELECT picture_key, value, version FROM perceptual_hash ORDER BY value")
    assert [tuple(row) for row in rows] == [(b"low", 5, 2), (b"high", 2**63 - 1, 1)]


def test_thumbnails_are_found_by_picture_and_size(catalog):
    catalog.thumbnails.add({b"sea": {160: b"small", 480: b"large"}, b"hill": {160: b"hill"}})
    catalog.thumbnails.add({b"sea": {160: b"small again"}})
    got = [
        catalog.thumbnails.of([key], side).get(key)
        for key, side in ((b"sea", 160), (b"sea", 480), (b"hill", 480), (b"x", 160))
    ]
    assert got == [b"small again", b"large", None, None]


def test_derived_data_of_copies_are_shared(catalog, folder, embeddings, model):
    store(catalog, read(folder, "1.jpg"), read(folder, "2.jpg"))
    embeddings.add(model, {digest("sea"): unit_vectors(1)[0]})
    assert catalog.photos.embedded_counts() == {"demo": 2}
    assert embeddings.state(model).count == 1


def test_the_revision_grows_with_writes_to_the_catalog_alone(catalog, folder, embeddings, model):
    before = catalog.settings.revision
    embeddings.add(model, keyed(unit_vectors(1)))
    catalog.thumbnails.add({b"key": {160: b"jpeg"}})
    list(catalog.photos.all())
    catalog.files.mark_missing([])
    assert catalog.settings.revision == before
    catalog.settings.put("key", "value")
    store(catalog, read(folder, "sea.jpg"))
    assert catalog.settings.revision == before + 2


def test_a_library_keeps_its_id_and_settings(catalog, data_dir):
    assert catalog.settings.get("key") is None
    catalog.settings.put("key", "1")
    catalog.settings.put("key", "2")
    with closing(Catalog(data_dir)) as again:
        assert (again.settings.get("key"), again.settings.library_id) == ("2", catalog.settings.library_id)
    assert len(catalog.settings.library_id) == 32


def test_a_catalog_can_be_closed_twice_and_leaves_three_files(data_dir):
    catalog = Catalog(data_dir)
    catalog.close()
    catalog.close()
    assert sorted(path.name for path in data_dir.root.iterdir()) == [
        "catalog.sqlite",
        "derived.sqlite",
        "thumbnails.sqlite",
    ]


def test_a_request_travels_to_another_program_and_its_answer_back(catalog, data_dir):
    with closing(Catalog(data_dir)) as holder:
        first = catalog.requests.leave("index", {"folders": [1, 2], "model": None})
        second = catalog.requests.leave("index", {"folders": None})
        assert [(r.id, r.kind, r.params["folders"]) for r in holder.requests.open()] == [
            (first, "index", [1, 2]),
            (second, "index", None),
        ]
        assert catalog.requests.result(first) is None
        holder.requests.finish(first, {"new": 3})
        assert catalog.requests.result(first) == {"new": 3}
        assert [request.id for request in holder.requests.open()] == [second]
        catalog.requests.drop(first)
        holder.requests.finish(first, {"too": "late"})
        assert catalog.requests.result(first) is None


HOLD_LEASE = """
import sys
from pathlib import Path
from photoorg.catalog.lease import IndexerLease
lease = IndexerLease(Path(sys.argv[1]))
print(lease.take(), flush=True)
sys.stdin.readline()
lease.release()
"""


def test_one_of_two_programs_holds_the_lease_until_it_gives_it_back(data_dir):
    lease = IndexerLease(data_dir.lease)
    with child(HOLD_LEASE, data_dir.lease) as other:
        assert other.stdout.readline() == "True\n"
        assert not lease.take()
        other.communicate("done\n", timeout=30)
        assert other.returncode == 0
        assert lease.take()
        with child(HOLD_LEASE, data_dir.lease) as late:
            assert late.stdout.readline() == "False\n"
    lease.release()


def test_the_lease_of_a_killed_program_is_free(data_dir):
    lease = IndexerLease(data_dir.lease)
    with child(HOLD_LEASE, data_dir.lease) as other:
        assert other.stdout.readline() == "True\n"
        other.kill()
        other.wait()
        assert lease.take(timeout_s=10)
    lease.release()
    lease.release()


def test_the_lease_is_taken_once_within_a_program_too(data_dir):
    lease = IndexerLease(data_dir.lease)
    assert lease.take()
    assert not lease.take()
    with ThreadPoolExecutor(1) as pool:
        assert not pool.submit(lease.take).result()
        waiting = pool.submit(lease.take, 30.0)
        lease.release()
        assert waiting.result()
        pool.submit(lease.release).result()
    assert lease.take()
    lease.release()


def test_of_many_threads_one_gets_the_lease(data_dir):
    lease = IndexerLease(data_dir.lease)
    gate = threading.Barrier(8)

    def race(_):
        gate.wait()
        return lease.take()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(race, range(8))) == 1
    lease.release()


def test_a_lease_that_cannot_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "file").touch()
    lease = IndexerLease(tmp_path / "file" / "indexer.lock")
    for _ in range(2):
        with pytest.raises(DataFolderUnusable, match="file"):
            lease.take()
