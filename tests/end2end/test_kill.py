"""SIGKILL in the middle of indexing: the next start goes on, nothing is lost, nothing twice, no process left behind."""

import math
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest

from .conftest import run_program
from .library_contents import contents, unsound, waiting, wasted_ids
from .many_photos import ManyPhotos
from .watching import tell

KILLS = int(os.environ.get("PHOTOORG_KILLS", "20"))
# Enough for each kill to find work to interrupt, in steps of a batch.
PHOTOS = max(1200, 30 * KILLS)
# Where the last kill is made at the latest: then there is still something to be done.
LAST_MOMENT = 0.9
# Indexes until it has come to a step, says so, and stops at some time after that: from outside, it could be told too late.
# Its main process is this script itself, the workers are its children.
INDEX = """
import os, random, signal, sys, threading
from photoorg import Library
data_dir, folder = sys.argv[1:3]
step, files, pictures, starting_s = map(float, sys.argv[3:])
steps = {"Reading photos": files, "Indexing photos": files, "Embedding photos": files + pictures}
said = []

def stop_soon(doing, reached, within_s):
    said.append(doing)
    print(int(reached), doing, flush=True)
    timer = threading.Timer(random.random() * within_s, os.kill, (os.getpid(), signal.SIGSTOP))
    timer.daemon = True
    timer.start()

def on_progress(progress):
    reached = steps.get(progress.text, 0) - (progress.total - progress.done)
    if reached >= step and not said:
        stop_soon(progress.text, reached, 0.04)

if starting_s:
    stop_soon("Starting", 0, starting_s)
with Library(data_dir) as library:
    library.models.use("demo")
    library.index([folder], on_progress=on_progress)
"""
READING, EMBEDDING = "Reading photos", "Embedding photos"


@pytest.fixture
def photos(tmp_path: Path) -> ManyPhotos:
    """Many small photos; a tenth of them is there twice."""
    photos = ManyPhotos(tmp_path / "pictures")
    photos.draw(PHOTOS)
    return photos


class Killer:
    """Starts one indexing run again and again, and kills its main process at moments of the whole.

    A moment is a number of steps: the files that were read, and the pictures that were embedded.
    """

    def __init__(self, data_dir: Path, photos: ManyPhotos) -> None:
        self._data_dir = data_dir
        self._photos = photos
        self._step = 0
        self._starting_s = math.inf
        self.kills: Counter[str] = Counter()  # by what the run was doing

    def kill_at(self, moment: int) -> bool:
        """Let the run come to a moment, and kill it a little later; False if it was over before.

        If the run was there already when it was killed last, it is killed while it starts.
        """
        is_there = moment <= self._step
        numbers = (moment, self._photos.files, self._photos.pictures, self._starting_s if is_there else 0)
        arguments = [sys.executable, "-c", INDEX, self._data_dir, self._photos.folder, *map(str, numbers)]
        started = time.monotonic()
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as program:
            assert program.stdout is not None
            line = program.stdout.readline()
            if not is_there:
                self._starting_s = min(self._starting_s, time.monotonic() - started)
            is_killed = bool(line) and _kill_when_it_stops(program)
        if is_killed:
            step, doing = line.strip().split(" ", 1)
            self._step = max(self._step, int(step))
            self.kills[doing] += 1
        tell(f"{moment}: {line.strip()}, {'killed' if is_killed else 'over'}")
        return is_killed


def _kill_when_it_stops(program: "subprocess.Popen[str]") -> bool:
    """False if it came to its end instead."""
    state = os.waitid(os.P_PID, program.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    assert state is not None
    children = psutil.Process(program.pid).children(recursive=True)
    program.kill()
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive, "worker processes were left behind"
    assert program.wait() in (0, -signal.SIGKILL)
    return state.si_code == os.CLD_STOPPED


def _count(data_dir: Path, database: str, sql: str) -> int:
    connection = sqlite3.connect(f"file:{data_dir / database}?mode=ro", uri=True)
    try:
        return int(connection.execute(sql).fetchone()[0])
    finally:
        connection.close()


@pytest.mark.timeout(600 + 30 * KILLS)
def test_kill_at_random_moments_of_one_run_leaves_the_library_of_an_undisturbed_one(
    photos: ManyPhotos, tmp_path: Path
) -> None:
    rng, data_dir, started = random.Random(11), tmp_path / "library", time.monotonic()
    killer, stored = Killer(data_dir, photos), 0
    last = int(LAST_MOMENT * (photos.files + photos.pictures))
    for moment in sorted(rng.randrange(1, last) for _ in range(KILLS)):
        while not killer.kill_at(moment):
            photos.draw(PHOTOS // 3)  # it was too fast: there has to be more to do
        before, stored = stored, _count(data_dir, "catalog.sqlite", "SELECT count(*) FROM photo")
        assert stored >= before
    tell(
        f"{killer.kills.total()} kills in {time.monotonic() - started:.0f} s, {dict(killer.kills)}; {photos.photos} photos"
    )
    assert killer.kills.total() == KILLS
    assert killer.kills[READING]
    assert killer.kills[EMBEDDING]
    undisturbed = tmp_path / "undisturbed"
    assert run_program(data_dir, "index", timeout_s=1000).exit_code == 0
    assert run_program(undisturbed, "index", photos.folder, "--model", "demo", timeout_s=1000).exit_code == 0
    assert contents(data_dir).differences(contents(undisturbed)) == {}
    for library in (data_dir, undisturbed):
        _assert_complete(library, photos)


def _assert_complete(data_dir: Path, photos: ManyPhotos) -> None:
    assert len(contents(data_dir).embeddings) == photos.pictures
    assert (unsound(data_dir), waiting(data_dir), wasted_ids(data_dir)) == ([], [], {})
    checks = {check["name"]: check for check in run_program(data_dir, "doctor", "--json").json["checks"]}
    assert all(check["ok"] for check in checks.values()), checks
    assert checks["vector index"]["detail"] == "It holds all embeddings of the model."
    again = run_program(data_dir, "index", "--json").json
    assert len(again["failed"]) == photos.unreadable
    assert (again["unchanged"], again["embedded"], again["stages"]["decode"]) == (
        photos.files - photos.unreadable,
        0,
        0,
    )


def test_two_programs_at_once_embed_each_photo_once(photos: ManyPhotos, tmp_path: Path) -> None:
    data_dir = tmp_path / "library"
    run_program(data_dir, "model", "use", "demo")
    arguments = [sys.executable, "-m", "photoorg", "index", str(photos.folder), "--json", "--data-dir", str(data_dir)]
    both = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [program.communicate(timeout=200)[0] for program in both]
    assert [program.returncode for program in both] == [0, 0], outputs
    assert _count(data_dir, "catalog.sqlite", "SELECT count(*) FROM photo") == photos.files - photos.unreadable
    assert _count(data_dir, "derived.sqlite", "SELECT count(*) FROM embedding") == photos.pictures
    # Nobody embedded a picture that the other had embedded already.
    assert wasted_ids(data_dir) == {}


def test_ctrl_c_keeps_what_was_done(photos: ManyPhotos, tmp_path: Path) -> None:
    data_dir = tmp_path / "library"
    arguments = [sys.executable, "-m", "photoorg", "index", str(photos.folder), "--json", "--data-dir", str(data_dir)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        while not (data_dir / "catalog.sqlite").exists() or not _stored_any(data_dir):
            with pytest.raises(subprocess.TimeoutExpired):
                program.wait(timeout=0.02)
        program.send_signal(signal.SIGINT)
        output, errors = program.communicate(timeout=60)
    assert program.returncode == 130, errors
    assert '"cancelled"' in output
    rest = run_program(data_dir, "index", "--json").json
    assert 0 < rest["unchanged"] < rest["photos"] == photos.files - photos.unreadable


def _stored_any(data_dir: Path) -> bool:
    try:
        return _count(data_dir, "catalog.sqlite", "SELECT count(*) FROM photo") > 0
    except sqlite3.OperationalError:  # not made yet
        return False
