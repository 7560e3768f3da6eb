"""Outcomes of self-tests: kept by fingerprint, whatever happens to their file."""

import json
import subprocess
import sys

import pytest

from photoorg.embedding import trust as trust_module
from photoorg.embedding.trust import FILE_NAME, Trust, read_trust, write_trust
from photoorg.model_errors import ModelsFolderUnusable

GOOD = Trust(passed=True, right=18, total=18, failed=())
BAD = Trust(passed=False, right=1, total=18, failed=("only 1 of 18", "“a cat” found “a дом” first"))

WRITER = """
import sys
from pathlib import Path
from photoorg.embedding.trust import Trust, write_trust
for number in range(20):
    write_trust(f"{sys.argv[2]}-{number}", Trust(True, number, 20, ()), Path(sys.argv[1]))
"""


def test_what_was_written_is_read(tmp_path):
    write_trust("a", GOOD, tmp_path / "models")
    write_trust("b", BAD, tmp_path / "models")
    assert read_trust("a", tmp_path / "models") == GOOD
    assert read_trust("b", tmp_path / "models") == BAD


def test_a_model_that_was_not_tested_has_no_outcome(tmp_path):
    assert read_trust("a", tmp_path / "models") is None
    assert not (tmp_path / "models").exists()
    write_trust("a", GOOD, tmp_path / "models")
    assert read_trust("b", tmp_path / "models") is None


def test_a_new_outcome_replaces_the_old_one(tmp_path):
    write_trust("a", BAD, tmp_path)
    write_trust("a", GOOD, tmp_path)
    assert read_trust("a", tmp_path) == GOOD


def test_the_outcome_of_another_version_counts_as_not_tested(tmp_path, monkeypatch):
    write_trust("a", GOOD, tmp_path)
    monkeypatch.setattr(trust_module, "SELF_TEST_VERSION", trust_module.SELF_TEST_VERSION + 1)
    assert read_trust("a", tmp_path) is None
    write_trust("a", BAD, tmp_path)
    assert read_trust("a", tmp_path) == BAD


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[]", b"3", b"null", b"[" * 100_000])
def test_a_damaged_file_means_not_tested_and_is_replaced(tmp_path, content):
    (tmp_path / FILE_NAME).write_bytes(content)
    assert read_trust("a", tmp_path) is None
    write_trust("a", GOOD, tmp_path)
    assert read_trust("a", tmp_path) == GOOD


@pytest.mark.parametrize(
    "change",
    [{"passed": "yes"}, {"right": None}, {"total": "18"}, {"failed": "all"}, {"failed": [1]}, {"failed": None}],
)
def test_a_damaged_outcome_means_not_tested_and_spares_the_others(tmp_path, change):
    write_trust("a", GOOD, tmp_path)
    write_trust("b", BAD, tmp_path)
    stored = json.loads((tmp_path / FILE_NAME).read_text(encoding="utf-8"))
    stored["a"] |= change
    (tmp_path / FILE_NAME).write_text(json.dumps(stored), encoding="utf-8")
    assert read_trust("a", tmp_path) is None
    assert read_trust("b", tmp_path) == BAD


def test_programs_that_write_at_once_lose_nothing(tmp_path):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name]) for name in "abc"]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    outcomes = [read_trust(f"{name}-{number}", tmp_path) for name in "abc" for number in range(20)]
    assert outcomes == [Trust(True, number, 20, ()) for _ in "abc" for number in range(20)]
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.endswith(".lock")) == [FILE_NAME]


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path):
    (tmp_path / "models").write_bytes(b"a file")
    with pytest.raises(ModelsFolderUnusable):
        write_trust("a", GOOD, tmp_path / "models")


def test_a_folder_without_the_right_to_lock_can_be_read(tmp_path, monkeypatch):
    write_trust("a", GOOD, tmp_path)

    def refused(_):
        raise PermissionError("read-only")

    monkeypatch.setattr(trust_module, "_lock", refused)
    assert read_trust("a", tmp_path) == GOOD


@pytest.mark.parametrize(
    ("trust", "summary"),
    [
        (GOOD, "The self-test passed: 18 of 18 descriptions found their picture."),
        (
            Trust(True, 17, 18, ("“a cat” found “a dog” first",)),
            "The self-test passed: 17 of 18 descriptions found their picture. Not right: “a cat” found “a dog” first.",
        ),
        (
            Trust(False, 1, 18, ("a", "b", "c", "d", "e")),
            "This model cannot be trusted: 1 of 18 descriptions found their picture. What failed: a; b; c; and 2 more.",
        ),
    ],
)
def test_the_summary_is_for_people(trust, summary):
    assert trust.summary == summary
