"""SIGKILL in the middle of indexing: the next start goes on, nothing is lost, nothing twice, no process left behind."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from PIL import Image

from .conftest import run_program

PHOTOS = 900
KILLS = 20
# Prints a line for each progress report; the main process is this script itself, the workers are its children.
INDEX = """
import sys
from photoorg import Library
with Library(sys.argv[1]) as library:
    library.models.use("demo")
    library.index([sys.argv[2]], on_progress=lambda p: print(p.done, p.total, flush=True))
"""


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Many small photos, all different, each tenth of them there twice."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    rng = random.Random(5)
    for number in range(PHOTOS):
        colours = [tuple(rng.randrange(256) for _ in range(3)) for _ in range(2)]
        image = Image.new("RGB", (200, 150), colours[0])
        image.paste(colours[1], (20, 20, 20 + rng.randrange(10, 150), 20 + rng.randrange(10, 110)))
        image.save(folder / f"{number:04}.jpg")
        if number % 10 == 0:
            (folder / f"{number:04} copy.jpg").write_bytes((folder / f"{number:04}.jpg").read_bytes())
    return folder


def _index_and_kill(data_dir: Path, pictures: Path, rng: random.Random) -> int:
    """Start indexing, wait for a random progress, kill the main process alone; gives the progress seen."""
    arguments = [sys.executable, "-c", INDEX, str(data_dir), str(pictures)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        wanted, seen = rng.randrange(120), 0
        for line in program.stdout:
            seen = int(line.split()[0])
            if seen >= wanted:
                break
        children = psutil.Process(program.pid).children(recursive=True) if program.poll() is None else []
        try:
            program.wait(timeout=rng.random() * 0.3)  # not only right after a batch was stored
        except subprocess.TimeoutExpired:
            os.kill(program.pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive, "worker processes were left behind"
    return seen


def _count(data_dir: Path, database: str, sql: str) -> int:
    connection = sqlite3.connect(f"file:{data_dir / database}?mode=ro", uri=True)
    try:
        return int(connection.execute(sql).fetchone()[0])
    finally:
        connection.close()


def test_kill_at_random_points_loses_nothing_and_doubles_nothing(pictures: Path, tmp_path: Path) -> None:
    rng, data_dir = random.Random(11), tmp_path / "library"
    stored = 0
    for _ in range(KILLS):
        _index_and_kill(data_dir, pictures, rng)
        before, stored = stored, _count(data_dir, "catalog.sqlite", "SELECT count(*) FROM photo")
        assert stored >= before
    files = PHOTOS + PHOTOS // 10
    last = run_program(data_dir, "index", "--json")
    assert last.exit_code == 0, last.stderr
    assert (last.json["files"], last.json["photos"], last.json["failed"]) == (files, files, [])
    assert _count(data_dir, "catalog.sqlite", "SELECT count(*) FROM photo") == files
    assert _count(data_dir, "catalog.sqlite", "SELECT count(DISTINCT path) FROM file") == files
    pictures_known = _count(data_dir, "catalog.sqlite", "SELECT count(DISTINCT picture_key) FROM file")
    assert _count(data_dir, "derived.sqlite", "SELECT count(*) FROM embedding") == pictures_known == PHOTOS
    assert _count(data_dir, "thumbnails.sqlite", "SELECT count(*) FROM thumbnail") == 2 * PHOTOS
    for database in ("catalog.sqlite", "derived.sqlite", "thumbnails.sqlite"):
        check = sqlite3.connect(data_dir / database)
        assert check.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        check.close()
    again = run_program(data_dir, "index", "--json").json
    assert (again["unchanged"], again["embedded"]) == (files, 0)


def test_two_programs_at_once_embed_each_photo_once(pictures: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "library"
    run_program(data_dir, "model", "use", "demo")
    arguments = [sys.executable, "-m", "photoorg", "index", str(pictures), "--json", "--data-dir", str(data_dir)]
    both = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [program.communicate(timeout=200)[0] for program in both]
    assert [program.returncode for program in both] == [0, 0], outputs
    files = PHOTOS + PHOTOS // 10
    assert _count(data_dir, "catalog.sqlite", "SELECT count(*) FROM photo") == files
    assert _count(data_dir, "derived.sqlite", "SELECT count(*) FROM embedding") == PHOTOS
    # No id was used up twice: nobody embedded a picture that the other had embedded already.
    assert _count(data_dir, "derived.sqlite", "SELECT max(id) FROM embedding") == PHOTOS


def test_ctrl_c_keeps_what_was_done(pictures: Path, tmp_path: Path) -> None:
    data_dir = tmp_path / "library"
    arguments = [sys.executable, "-m", "photoorg", "index", str(pictures), "--json", "--data-dir", str(data_dir)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        while not (data_dir / "catalog.sqlite").exists() or not _stored_any(data_dir):
            with pytest.raises(subprocess.TimeoutExpired):
                program.wait(timeout=0.02)
        program.send_signal(signal.SIGINT)
        output, errors = program.communicate(timeout=60)
    assert program.returncode == 130, errors
    assert '"cancelled"' in output
    rest = run_program(data_dir, "index", "--json").json
    assert 0 < rest["unchanged"] < rest["photos"] == PHOTOS + PHOTOS // 10


def _stored_any(data_dir: Path) -> bool:
    try:
        return _count(data_dir, "catalog.sqlite", "SELECT count(*) FROM photo") > 0
    except sqlite3.OperationalError:  # not made yet
        return False
