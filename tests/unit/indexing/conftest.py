"""What the tests of indexing share."""

import pytest
from following_steps import by_parts, by_run
from indexed_library import IndexedLibrary
from pictures import jpeg_bytes
from running_job import Running

from photoorg.catalog.library_settings import ACTIVE_MODEL
from photoorg.indexing import equipment
from photoorg.media.worker_pool import DecodePool


@pytest.fixture
def library(tmp_path):
    """An IndexedLibrary: a data folder, a folder for photos, a stub encoder."""
    with IndexedLibrary(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def warm_pool():
    """A decode pool that the tests of a module share: starting one takes longer than most of them."""
    with DecodePool(1, timeout_s=60) as pool:
        pool.warm_up()
        yield pool


@pytest.fixture
def _shared_decoder(warm_pool, monkeypatch):
    monkeypatch.setattr(equipment, "decode_pool", lambda _: warm_pool)
    monkeypatch.setattr(warm_pool, "close", lambda: None)


@pytest.fixture
def decoder(warm_pool, monkeypatch, _shared_decoder):
    """All jobs of a test decode in the shared pool; gives the paths that were decoded."""
    decoded = []
    submit = warm_pool.submit
    monkeypatch.setattr(warm_pool, "submit", lambda path, wanted: (decoded.append(path), submit(path, wanted))[1])
    return decoded


@pytest.fixture
def two(library):
    """A watched folder with two photos, and an active model."""
    library.catalog.settings.put(ACTIVE_MODEL, "stub")
    library.watch()
    library.picture("a.jpg")
    library.picture("b.jpg")
    return library


@pytest.fixture
def running(two):
    with Running(two) as job:
        job.until_ready()
        yield job


@pytest.fixture(params=[by_run, by_parts])
def update(request, library):
    """Takes the changes to these names up."""
    return lambda *names: request.param(library, *names)


@pytest.fixture
def put(library):
    """Write files; each name and seed is a picture of its own. A RAW is one that the decoders can read here."""
    library.watch()

    def write(*names, seed=1, content=None):
        for name in names:
            path = library.photos / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content or jpeg_bytes(1000 * seed + sum(name.encode())))

    return write
