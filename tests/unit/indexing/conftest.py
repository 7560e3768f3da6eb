"""What the tests of indexing share."""

import pytest
from indexed_library import IndexedLibrary

from photoorg.indexing import equipment
from photoorg.media.worker_pool import DecodePool


@pytest.fixture
def library(tmp_path):
    """An IndexedLibrary: a data folder, a folder for photos, a stub encoder."""
    with IndexedLibrary(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def one_worker():
    """A decode pool that the tests of a module share: starting one takes longer than most of them."""
    with DecodePool(1, timeout_s=60) as pool:
        pool.warm_up()
        yield pool


@pytest.fixture
def decoder(one_worker, monkeypatch):
    """All jobs of a test decode in the shared pool; gives the paths that were decoded."""
    decoded = []
    submit = one_worker.submit
    monkeypatch.setattr(one_worker, "submit", lambda path, wanted: (decoded.append(path), submit(path, wanted))[1])
    monkeypatch.setattr(one_worker, "close", lambda: None)
    monkeypatch.setattr(equipment, "decode_pool", lambda _: one_worker)
    return decoded
