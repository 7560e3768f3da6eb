"""A library in a folder of its own, and what goes into it."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from photoorg.catalog.catalog import Catalog
from photoorg.paths import DataDir
from photoorg.volumes import Volume

# In memory where the system has such a place: hundreds of libraries are made here, and each write waits for its disk.
MEMORY = Path("/dev/shm")


@pytest.fixture
def data_dir():
    """An empty data folder."""
    with tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        yield DataDir(Path(folder))


@pytest.fixture
def catalog(data_dir):
    """An open library without contents."""
    opened = Catalog(data_dir)
    yield opened
    opened.close()


@pytest.fixture
def volume():
    """A disk that is not mounted here."""
    return Volume("uuid:1234", os.fsencode("/media/disk"))


@pytest.fixture
def folder(catalog, volume):
    """A watch folder on that disk."""
    return catalog.folders.add(volume, b"pictures")
