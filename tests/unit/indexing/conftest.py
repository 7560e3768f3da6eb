"""What the tests of indexing share."""

import pytest
from indexed_library import IndexedLibrary


@pytest.fixture
def library(tmp_path):
    """An IndexedLibrary: a data folder, a folder for photos, a stub encoder."""
    with IndexedLibrary(tmp_path) as opened:
        yield opened
