"""What the machine can do to `photoorg watch`: each time it says so once, and goes on by itself when it can."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from pictures import write_jpeg

from .watching import Watching, seconds_until

SCENARIO = Path(__file__).with_name("small_disk.py")


@pytest.fixture
def own_mounts() -> None:
    try:
        subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs root on Linux, to mount a small disk")


def test_a_full_disk_is_said_and_gone_on_from(own_mounts: None, tmp_path: Path) -> None:
    for name in ("disk", "photos"):
        (tmp_path / name).mkdir()
    command = ["unshare", "-m", sys.executable, SCENARIO, tmp_path / "disk", tmp_path / "photos"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    line, shown, code = json.loads(done.stdout)
    assert "is full" in line
    assert (shown, code) == (13, 130)


def test_a_catalog_that_another_program_locks_is_said_and_gone_on_from(tmp_path: Path) -> None:
    data_dir, photos = tmp_path / "library", tmp_path / "photos"
    write_jpeg(photos / "first.jpg", seed=1)
    done = [sys.executable, "-m", "photoorg", "add", str(photos), "--data-dir", str(data_dir)]
    subprocess.run(done, check=True, capture_output=True)
    with Watching(data_dir) as program:
        program.wait_until_ready()
        with closing(sqlite3.connect(data_dir / "catalog.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            write_jpeg(photos / "second.jpg", seed=2)
            assert "locked by another program" in program.program.stderr.readline()
            other.execute("ROLLBACK")
        seconds_until(lambda: len(program.shown()) == 2)
        assert program.end()[0] == 130
