"""The vector index on disk: what it finds, and what it refuses to hand to hnswlib."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from filled_catalog import random_units
from stub_encoder import DIMENSION, unit

from photoorg.search import vector_index
from photoorg.search.vector_index import VectorIndex, read_header, remove_stored

IDENTITY = ("library", "fingerprint", DIMENSION)


def saved_index(folder, count=300) -> VectorIndex:
    index = VectorIndex(folder, *IDENTITY)
    index.add(np.arange(1, count + 1), random_units(count))
    index.save()
    return index


def load(folder):
    return VectorIndex.load(folder, *IDENTITY)


def pointer(folder):
    return folder / "current.json"


def change_header(folder, **values):
    header = json.loads(pointer(folder).read_text(encoding="utf-8"))
    pointer(folder).write_text(json.dumps(header | values), encoding="utf-8")


def graph_file(folder):
    (file,) = folder.glob("*.hnsw")
    return file


@pytest.fixture
def hnswlib_must_not_read(monkeypatch):
    """Handing a file to hnswlib fails the test: on a torn one it can end the process."""

    class Refusing:
        def init_index(self, **_):
            pass

        def load_index(self, *_, **__):
            pytest.fail("hnswlib was given a file that is not sound")

    monkeypatch.setattr(vector_index, "_new_graph", lambda _: Refusing())


def test_a_saved_index_finds_the_same_after_loading(tmp_path):
    before = saved_index(tmp_path)
    after = load(tmp_path)
    assert (after.count, after.sequence) == (300, 300)
    query = random_units(1, seed=9)[0]
    assert after.nearest(query, 10)[0].tolist() == before.nearest(query, 10)[0].tolist()


def test_a_loaded_index_grows(tmp_path):
    saved_index(tmp_path, 1500)
    index = load(tmp_path)
    index.add(np.arange(1501, 4001), random_units(2500, seed=3))
    index.save()
    again = load(tmp_path)
    assert (again.count, again.sequence) == (4000, 4000)
    assert again.nearest(random_units(2500, seed=3)[7], 1)[0].tolist() == [1508]


def test_photo_like_queries_are_answered_nearly_as_by_exact_search(tmp_path):
    rng = np.random.default_rng(0)
    scenes = random_units(60, seed=1)
    photos = scenes[rng.integers(0, 60, 3000)] + 0.8 * random_units(3000, seed=2)
    photos /= np.linalg.norm(photos, axis=1, keepdims=True)
    index = VectorIndex(tmp_path, *IDENTITY)
    index.add(np.arange(3000), photos)
    queries = photos[::100]
    exact = np.argsort(-queries @ photos.T, axis=1)[:, :20]
    found = [set(index.nearest(query, 20)[0].tolist()) for query in queries]
    recall = np.mean([len(found[n] & set(exact[n].tolist())) / 20 for n in range(len(queries))])
    assert recall > 0.98


def test_scores_are_cosines_best_first(tmp_path):
    index, vectors = saved_index(tmp_path), random_units(300)
    query = unit(np.ones(DIMENSION))
    ids, scores = index.nearest(query, 15)
    assert np.allclose(scores, vectors[ids - 1] @ query, atol=1e-5)
    assert (np.diff(scores) <= 0).all()


def test_an_empty_index_finds_nothing(tmp_path):
    assert len(VectorIndex(tmp_path, *IDENTITY).nearest(unit(np.ones(DIMENSION)), 5)[0]) == 0


def test_more_is_asked_for_than_there_is(tmp_path):
    assert len(saved_index(tmp_path, 3).nearest(unit(np.ones(DIMENSION)), 50)[0]) == 3


def test_a_graph_that_does_not_reach_enough_finds_nothing_instead_of_raising(tmp_path, monkeypatch):
    class Unreached:
        def get_current_count(self):
            return 9

        def set_ef(self, ef):
            pass

        def knn_query(self, *_, **__):
            raise RuntimeError("Cannot return the results in a contiguous 2D array. Probably ef or M is too small")

    index = saved_index(tmp_path)
    monkeypatch.setattr(index, "_graph", Unreached())
    assert len(index.nearest(unit(np.ones(DIMENSION)), 5)[0]) == 0


def test_nothing_stored_loads_as_nothing(tmp_path):
    assert load(tmp_path / "nowhere") is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("format", 2), ("library", "another"), ("fingerprint", "another"), ("dimension", DIMENSION + 1)],
        *[
            ("count", 299),
            ("count", 10**12),
            ("count", "300"),
            ("sequence", 301),
            ("size_bytes", 5),
            ("sha256", "0" * 64),
        ],
        *[("file", ""), ("file", ".."), ("file", "gone.hnsw"), ("file", 7), ("file", None), ("file", "a\0b")],
        ("surprise", 1),
    ],
)
def test_a_wrong_header_is_refused_before_hnswlib_sees_the_file(tmp_path, field, value, request):
    saved_index(tmp_path)
    change_header(tmp_path, **{field: value})
    request.getfixturevalue("hnswlib_must_not_read")
    assert load(tmp_path) is None


def test_a_pointer_to_elsewhere_is_refused(tmp_path, request):
    saved_index(tmp_path / "here")
    outside = tmp_path / "outside.hnsw"
    outside.write_bytes(graph_file(tmp_path / "here").read_bytes())
    request.getfixturevalue("hnswlib_must_not_read")
    for path in ("../outside.hnsw", str(outside)):
        change_header(tmp_path / "here", file=path)
        assert load(tmp_path / "here") is None


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"7", b'"x"', b"{}", b"\xff\xfe", b"[" * 100_000])
def test_a_garbage_pointer_is_refused(tmp_path, text, request):
    saved_index(tmp_path)
    pointer(tmp_path).write_bytes(text)
    request.getfixturevalue("hnswlib_must_not_read")
    assert load(tmp_path) is None
    assert read_header(tmp_path) is None


def flip_a_bit(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [lambda d: d[:-1], lambda d: d[:100], lambda _: b"", flip_a_bit, lambda d: b"\0" * len(d), lambda d: d + b"x"],
    ids=["one byte short", "cut", "empty", "one bit", "zeros", "one byte more"],
)
def test_a_torn_file_is_refused(tmp_path, damage, request):
    saved_index(tmp_path)
    file = graph_file(tmp_path)
    file.write_bytes(damage(file.read_bytes()))
    request.getfixturevalue("hnswlib_must_not_read")
    assert load(tmp_path) is None


def test_a_missing_file_is_refused(tmp_path):
    saved_index(tmp_path)
    graph_file(tmp_path).unlink()
    assert load(tmp_path) is None


def test_a_file_removed_after_it_was_checked_is_refused(tmp_path, monkeypatch):
    saved_index(tmp_path)
    checksum = vector_index._checksum

    def check_and_remove(header, file):
        result = checksum(header, file)
        file.unlink()
        return result

    monkeypatch.setattr(vector_index, "_checksum", check_and_remove)
    assert load(tmp_path) is None


def test_a_new_generation_replaces_the_old_one(tmp_path):
    index = saved_index(tmp_path)
    first = graph_file(tmp_path)
    index.add(np.array([400]), random_units(1, seed=5))
    index.save()
    assert graph_file(tmp_path) != first
    assert load(tmp_path).count == 301
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".hnsw", ".json"]


def test_a_generation_never_takes_the_name_of_the_one_it_replaces(tmp_path):
    index = saved_index(tmp_path)
    first = graph_file(tmp_path)
    index.save()
    assert graph_file(tmp_path) != first


def test_a_folder_whose_name_is_not_utf8_is_fine(tmp_path):
    folder = tmp_path / os.fsdecode(b"caf\xe9") / "märz"
    try:
        saved_index(folder)
    except (UnicodeEncodeError, OSError):
        pytest.skip("this file system takes only Unicode names")
    assert load(folder).count == 300


SAVE_ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
import numpy as np
from photoorg.errors import DiskFull
from photoorg.search.vector_index import VectorIndex

index = VectorIndex(Path(sys.argv[1]), "library", "fingerprint", int(sys.argv[2]))
vectors = np.random.default_rng(1).standard_normal((2000, int(sys.argv[2]))).astype(np.float32)
index.add(np.arange(2000), vectors)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    index.save()
except DiskFull:
    print("disk full")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("limit_bytes", [0, 100_000])
def test_a_full_disk_leaves_the_old_generation(tmp_path, limit_bytes):
    saved_index(tmp_path)
    command = [sys.executable, "-c", SAVE_ON_A_FULL_DISK, str(tmp_path), str(DIMENSION), str(limit_bytes)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.stdout.strip() == "disk full", result.stderr
    assert load(tmp_path).count == 300
    assert len(list(tmp_path.glob("*.hnsw"))) == 1


def test_a_pointer_that_cannot_be_written_leaves_the_old_generation(tmp_path, monkeypatch):
    index = saved_index(tmp_path)

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(vector_index, "_write_header", refuse)
    with pytest.raises(PermissionError):
        index.save()
    assert load(tmp_path).count == 300
    assert len(list(tmp_path.glob("*.hnsw"))) == 1


def test_an_index_knows_which_vectors_it_holds(tmp_path):
    index, vectors = saved_index(tmp_path), random_units(300)
    assert index.holds(np.array([1, 300]), vectors[[0, 299]].astype(np.float16).astype(np.float32))
    assert not index.holds(np.array([1, 300]), vectors[[0, 298]])
    assert not index.holds(np.array([301]), vectors[:1])


def test_removing_what_is_stored_leaves_nothing(tmp_path):
    saved_index(tmp_path)
    remove_stored(tmp_path)
    assert not list(tmp_path.iterdir())
