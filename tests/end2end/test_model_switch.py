"""Changing the model of an indexed library, with programs killed on the way: nothing is lost and nothing repeated."""

import random
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from .conftest import PROGRAM, DemoLibrary, Result, run_program
from .model_samples import write_twin
from .watching import tell

KILLS = 2
ORPHANS = 20_000  # embeddings of pictures that are not there: so that removing a model takes a while
LIMIT_S = 60.0
TWIN = "local/twin"


class Switching:
    """A copy of the demo library: its photos lie where they were."""

    def __init__(self, demo: DemoLibrary, data_dir: Path) -> None:
        self.photos = demo.report["photos"]
        self.query = demo.report["searches"][0]["query"]
        self.photo = demo.report["searches"][1]["results"][0]["path"]
        self.data_dir = data_dir
        data_dir.mkdir()
        for name in ("catalog.sqlite", "derived.sqlite", "thumbnails.sqlite"):
            shutil.copy(demo.data_dir / name, data_dir)
        shutil.copytree(demo.data_dir / "index", data_dir / "index")
        write_twin(data_dir / "models" / "local--twin")

    def run(self, *arguments: str) -> Result:
        result = run_program(self.data_dir, *arguments, "--json")
        assert result.exit_code == 0, result.stderr
        return result

    def answer(self) -> tuple[str, list[dict]]:
        """Which model answers, and what it says to a photo."""
        found = self.run("similar", self.photo).json
        return found["model"], found["results"]

    def embedded(self, model: str) -> int:
        """The model's embeddings, one for each picture key; counted without the program."""
        rows = self._rows(
            """SELECT count(*), count(DISTINCT picture_key) FROM embedding JOIN model ON model.id = model_id
               WHERE reference = ?""",
            model,
        )
        assert rows[0][0] == rows[0][1]
        return int(rows[0][0])

    def newest(self) -> int:
        """The last id that an embedding got: offering one that is there already would use up another."""
        return int(self._rows("SELECT seq FROM sqlite_sequence WHERE name = 'embedding'")[0][0])

    def kill(self, when: Callable[[], bool], later_s: float, *arguments: str) -> None:
        """Run the program and kill it a moment after something is so, unless it ends before."""
        command = [*PROGRAM, *arguments, "--json", "--data-dir", str(self.data_dir)]
        pause, until = threading.Event(), time.monotonic() + LIMIT_S
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
            while not when() and program.poll() is None:
                assert time.monotonic() < until, "it did not happen"
                pause.wait(0.002)
            pause.wait(later_s)
            children = psutil.Process(program.pid).children(recursive=True) if program.poll() is None else []
            program.send_signal(signal.SIGKILL)
            program.communicate()
        _, alive = psutil.wait_procs(children, timeout=20)
        assert not alive, "worker processes were left behind"
        for name in ("catalog.sqlite", "derived.sqlite", "thumbnails.sqlite"):
            assert self._rows("PRAGMA quick_check", database=name) == [("ok",)]

    def add_orphans(self, model: str) -> None:
        connection = sqlite3.connect(self.data_dir / "derived.sqlite")
        with connection:
            connection.execute(
                """WITH RECURSIVE number (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number WHERE value < :count)
                   INSERT INTO embedding (model_id, picture_key, vector)
                   SELECT model.id, randomblob(20), zeroblob(2 * dimension) FROM number, model WHERE reference = :model""",
                {"count": ORPHANS, "model": model},
            )
        connection.close()

    def _rows(self, sql: str, *values: object, database: str = "derived.sqlite") -> list[tuple]:
        connection = sqlite3.connect(f"file:{self.data_dir / database}?mode=ro", uri=True, timeout=30)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def library(demo: DemoLibrary, tmp_path_factory: pytest.TempPathFactory) -> Switching:
    """The tests of this file change it, one after the other."""
    return Switching(demo, tmp_path_factory.mktemp("switching") / "library")


def test_switching_with_kills_and_back(library: Switching) -> None:
    rng, photos, stored = random.Random(4), library.photos, 0
    before, found = library.answer(), library.run("search", library.query).json["results"]
    assert before[0] == "demo"
    for _ in range(KILLS):
        library.kill(
            lambda stored=stored: library.embedded(TWIN) > stored, rng.random() * 0.1, "index", "--model", TWIN
        )
        now = library.embedded(TWIN)
        tell(f"killed with {now} of {photos} embeddings")
        assert stored < now < photos
        stored = now
        assert library.embedded("demo") == photos
        assert library.answer() == before, "the model before answers as it did"
    report = library.run("index", "--model", TWIN).json
    assert (report["embedded"], report["new"]) == (photos - stored, 0)
    after = library.answer()
    assert after[0] == TWIN
    assert [hit["path"] for hit in after[1]] == [hit["path"] for hit in before[1]]
    _check_going_to_and_fro(library, {TWIN: after, "demo": before})
    assert library.run("search", library.query).json["results"] == found


def _check_going_to_and_fro(library: Switching, answers: dict[str, tuple]) -> None:
    """Between models that have seen all photos nothing is computed."""
    for model in ("demo", TWIN, "demo"):
        assert library.run("model", "use", model).json["answering_model"] == model
        assert library.answer() == answers[model]
        report = library.run("index").json
        assert (report["embedded"], report["unchanged"], report["stages"]["encode"]) == (0, library.photos, 0)
    assert library.embedded("demo") == library.embedded(TWIN) == library.photos
    assert library.newest() == 2 * library.photos


def test_a_removal_that_was_killed_is_finished_by_the_next_one(library: Switching) -> None:
    rng = random.Random(5)
    library.run("model", "use", TWIN)
    library.add_orphans(TWIN)
    stored = library.embedded(TWIN)
    while stored:
        wanted = stored - rng.randrange(1, ORPHANS // 2)
        library.kill(lambda wanted=wanted: library.embedded(TWIN) <= wanted, 0, "model", "remove", TWIN, "--yes")
        now = library.embedded(TWIN)
        tell(f"killed with {now} of {stored} embeddings left")
        assert now <= stored
        assert library.embedded("demo") == library.photos
        stored = now
    if TWIN in [model["model"] for model in library.run("model", "list").json["models"]]:
        library.run("model", "remove", TWIN, "--yes")
    listed = library.run("model", "list").json
    assert [model["model"] for model in listed["models"]] == ["demo"]
    assert not (library.data_dir / "models" / "local--twin").exists()
    library.run("model", "use", "demo")
    assert library.answer()[0] == "demo"
    report = library.run("index").json
    assert (report["embedded"], report["unchanged"]) == (0, library.photos)
