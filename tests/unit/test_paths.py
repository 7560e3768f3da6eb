"""The data folder and the resources."""

import os
import sys
from pathlib import Path

import pytest

from photoorg.errors import DataFolderUnusable
from photoorg.paths import ENVIRONMENT_VARIABLE, DataDir, default_data_dir, resources


def test_everything_of_a_library_lies_in_its_folder(tmp_path):
    data = DataDir(tmp_path)
    names = ("catalog", "derived", "thumbnails", "index", "models", "backups", "lease", "settings", "log")
    paths = [getattr(data, name) for name in names]
    assert {path.parent for path in paths} == {tmp_path}
    assert len(set(paths)) == len(names)


def test_the_folder_is_made_with_its_parents_for_its_owner_alone(tmp_path):
    data = DataDir(tmp_path / "a" / "b")
    data.create()
    data.create()
    assert data.root.is_dir()
    if sys.platform != "win32":
        assert data.root.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_file_in_the_way_is_a_clear_error(tmp_path, name):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataFolderUnusable, match="file"):
        DataDir(tmp_path / name).create()


def test_a_folder_without_permission_is_a_clear_error(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # tests may run as root, who may do anything
    with pytest.raises(DataFolderUnusable, match="not writable"):
        DataDir(tmp_path).create()


def test_sizes_count_databases_with_their_logs_and_folders_with_all_below(tmp_path):
    data = DataDir(tmp_path)
    data.catalog.write_bytes(b"1" * 10)
    (tmp_path / "catalog.sqlite-wal").write_bytes(b"1" * 5)
    (data.models / "demo").mkdir(parents=True)
    (data.models / "demo" / "weights").write_bytes(b"1" * 7)
    assert data.sizes() == {"catalog": 15, "derived": 0, "thumbnails": 0, "index": 0, "models": 7}


def test_sizes_do_not_stumble_over_a_file_that_another_program_removes(tmp_path, monkeypatch):
    data = DataDir(tmp_path)
    data.catalog.write_bytes(b"1" * 10)
    monkeypatch.setattr(
        Path, "glob", lambda folder, _pattern: [folder / "catalog.sqlite", folder / "catalog.sqlite-wal"]
    )
    assert data.sizes()["catalog"] == 10


def test_the_environment_names_the_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "relative")
    assert default_data_dir() == tmp_path / "relative"
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "~/photos")
    assert default_data_dir() == Path("~/photos").expanduser()


@pytest.mark.parametrize("value", [None, ""])
def test_without_it_the_platform_s_own_place_is_used(monkeypatch, value):
    if value is None:
        monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    else:
        monkeypatch.setenv(ENVIRONMENT_VARIABLE, value)
    assert default_data_dir().is_absolute()
    assert "photoorg" in default_data_dir().parts


def test_resources_are_there():
    assert resources().is_dir()
