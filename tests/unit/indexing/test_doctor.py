"""What the doctor finds in a library, with every single thing that may be wrong."""

import os
import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from photoorg.catalog.catalog import Catalog
from photoorg.embedding import gpu
from photoorg.embedding.trust import Trust, write_trust
from photoorg.errors import ModelCorrupt
from photoorg.indexing import doctor
from photoorg.paths import DataDir
from photoorg.search.index_cache import IndexCache
from photoorg.search.model_choice import ModelChoice

FILES = ["catalog.sqlite", "derived.sqlite", "thumbnails.sqlite"]
INSIDE = [
    "backups",
    "left-over files",
    "references",
    "photos",
    "orphans",
    "embeddings",
    "thumbnails",
    "hashes",
    "facts",
]
_PAGE_BYTES = 4096


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    """An empty library on a machine without a graphics card."""
    monkeypatch.setattr(gpu, "gpu_check", lambda: (True, "There is none."))
    return DataDir(tmp_path)


@pytest.fixture
def check(data_dir):
    """The checks by name; those that are not well first in a list of names."""

    def run(model=None):
        catalog = Catalog(data_dir)
        try:
            choice = ModelChoice(catalog, data_dir.models)
            if model is not None:
                choice.use(str(model))
            found = {check.name: check for check in doctor.check_library(data_dir, catalog, choice)}
        finally:
            catalog.close()
        return found, [name for name, check in found.items() if not check.ok]

    return run


def test_an_empty_library_is_well(check):
    found, bad = check()
    assert bad == []
    assert sorted(found) == sorted(["data folder", *FILES, *INSIDE, "model", "graphics card", "watching"])
    assert "photoorg model download" in found["model"].detail


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file(check, data_dir, name):
    check()
    damaged = data_dir.root / name
    with closing(sqlite3.connect(damaged)) as connection:
        # The last page may hold the schema's text: without that the file does not open.
        last_root = connection.execute("SELECT max(rootpage) FROM sqlite_schema").fetchone()[0]
    with damaged.open("rb+") as stream:
        stream.seek((last_root - 1) * _PAGE_BYTES)
        stream.write(os.urandom(_PAGE_BYTES))
    assert check()[1] == [name]


def test_a_full_disk(check, data_dir, monkeypatch):
    full = shutil.disk_usage(data_dir.root)._replace(free=5 * 10**6)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: full)
    found, bad = check()
    assert bad == ["data folder"]
    assert "5 MB are free" in found["data folder"].detail


def test_a_model_that_was_not_tried_out(check):
    found, bad = check("demo")
    assert bad == []
    assert "photoorg model verify" in found["self-test"].detail
    assert "not seen any photo" in found["vector index"].detail


def test_a_vector_index_that_is_behind_is_no_fault(check, data_dir):
    check("demo")
    catalog = Catalog(data_dir)
    model = ModelChoice(catalog, data_dir.models).required()
    model_id = catalog.embeddings.model_id(model.fingerprint, model.reference, model.dimension)
    catalog.embeddings.add(model_id, {b"key": np.eye(model.dimension, dtype=np.float32)[0]})
    IndexCache(catalog, data_dir.index, model).update()
    assert "holds all" in check()[0]["vector index"].detail
    catalog.embeddings.add(model_id, {b"other": np.eye(model.dimension, dtype=np.float32)[1]})
    found, bad = check()
    catalog.close()
    assert bad == []
    assert "exact meanwhile" in found["vector index"].detail


def test_a_model_that_cannot_be_trusted(check, data_dir):
    check("demo")
    catalog = Catalog(data_dir)
    fingerprint = ModelChoice(catalog, data_dir.models).required().fingerprint
    catalog.close()
    write_trust(fingerprint, Trust(False, 2, 18, ("a cat is a dog",)), data_dir.models)
    found, bad = check()
    assert bad == ["self-test"]
    assert "a cat is a dog" in found["self-test"].detail


def test_a_model_that_does_not_load(check, monkeypatch):
    check("demo")

    def fails(model):
        raise ModelCorrupt(folder=str(model.folder), detail="it is torn.")

    monkeypatch.setattr(doctor, "check_loads", fails)
    found, bad = check()
    assert bad == ["model"]
    assert "it is torn" in found["model"].detail


def test_a_model_that_went_away(check, tmp_path, model_copy):
    check(model_copy)
    shutil.rmtree(model_copy)
    found, bad = check()
    assert bad == ["model"]
    assert str(model_copy) in found["model"].detail


@pytest.fixture
def model_copy(tmp_path_factory):
    """The demo model, in a folder of the user's."""
    from photoorg.embedding.models import demo_folder

    return shutil.copytree(demo_folder(), tmp_path_factory.mktemp("models") / "mine")


def test_a_graphics_card_that_cannot_be_used(check, monkeypatch):
    monkeypatch.setattr(gpu, "gpu_check", lambda: (False, "It needs another torch."))
    found, bad = check()
    assert bad == ["graphics card"]
    assert found["graphics card"].detail == "It needs another torch."
