"""What the tests of searching share."""

import os

import pytest
from filled_catalog import FilledCatalog

from photoorg.catalog.catalog import Catalog
from photoorg.paths import DataDir
from photoorg.volumes import volume_of


@pytest.fixture
def filled(tmp_path):
    """A FilledCatalog in a data folder of its own."""
    data_dir = DataDir(tmp_path / "data")
    data_dir.create()
    catalog = Catalog(data_dir)
    for store in (catalog.files, catalog.embeddings):
        store._db._writer.execute("PRAGMA synchronous = OFF")
    yield FilledCatalog(catalog, volume_of(os.fsencode(tmp_path)))
    catalog.close()
