"""A library in a folder of its own, and what goes into it."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from catalog_samples import answer_of

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


@pytest.fixture
def own_mounts():
    """The words that start a program which may mount file systems without anybody else seeing them."""
    prefix = ["unshare", "-m"]
    try:
        answer_of(
            "import subprocess; subprocess.run(['mount','-t','tmpfs','tmpfs','/mnt'], check=True); print(0)",
            prefix=prefix,
        )
    except (AssertionError, OSError):
        pytest.skip("needs root on Linux, to mount a small disk")
    return prefix
