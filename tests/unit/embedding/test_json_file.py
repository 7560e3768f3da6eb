"""JSON files that are shared: read or nothing, replaced in one step or not at all."""

import errno
import json
import logging
import os
from pathlib import Path

import pytest

from photoorg.embedding.hashes import CACHE_NAME, hash_file, remember_sha256
from photoorg.embedding.json_file import read_object, read_or_nothing, write_object
from photoorg.embedding.pins import Pins
from photoorg.embedding.trust import Trust, write_trust
from photoorg.embedding.tuning import Tuning, remember
from photoorg.model_errors import ModelsFolderUnusable


@pytest.fixture
def file(tmp_path):
    return tmp_path / "folder" / "file.json"


@pytest.fixture
def no_replacing(monkeypatch):
    """As on Windows while another program reads the file."""

    def in_use(path, _target):
        raise PermissionError(errno.EACCES, "Access is denied", str(path))

    monkeypatch.setattr(Path, "replace", in_use)
    monkeypatch.setattr(os, "replace", in_use)


def test_what_was_written_is_read(file):
    assert read_object(file) == {}
    write_object(file, {"a": [1, "\u00e9"]})
    write_object(file, {"b": None})
    assert read_object(file) == {"b": None}
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"null", b"[" * 100_000])
def test_what_is_damaged(file, content, caplog):
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"."):
        read_object(file)
    with caplog.at_level(logging.INFO, "photoorg"):
        assert read_or_nothing(file, "it is made anew") == {}
    assert "it is made anew" in caplog.text
    write_object(file, {"a": 1})
    assert read_object(file) == {"a": 1}


def test_what_cannot_be_written_leaves_the_old_content(file):
    write_object(file, {"a": 1})
    with pytest.raises(TypeError):
        write_object(file, {"a": object()})
    assert read_object(file) == {"a": 1}
    assert list(file.parent.iterdir()) == [file]


def test_a_file_in_use_leaves_nothing_beside_it(tmp_path, no_replacing):
    """By none of those who write such files."""
    weights = tmp_path / "weights"
    weights.write_bytes(b"1")
    remember_sha256(weights, tmp_path, hash_file(weights))
    remember(tmp_path / "tuning.json", "a machine", "f1", Tuning("float32", 8, 1))
    with pytest.raises(OSError, match="denied"):
        Pins(tmp_path).write("a model", [])
    with pytest.raises(ModelsFolderUnusable):
        write_trust("f1", Trust(True, 1, 1, ()), tmp_path)
    assert [path.name for path in tmp_path.iterdir() if not path.name.endswith(".lock")] == ["weights"]


def test_the_hashes_are_such_a_file(tmp_path):
    weights = tmp_path / "weights"
    weights.write_bytes(b"1")
    remember_sha256(weights, tmp_path, hash_file(weights))
    assert json.loads((tmp_path / CACHE_NAME).read_text())[str(weights)][2] == hash_file(weights)
