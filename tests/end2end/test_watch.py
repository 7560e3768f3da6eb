"""`photoorg watch`: what happens in the watch folders is in the catalog soon after."""

import json
import os
import shutil
import signal
import threading
from pathlib import Path

import pytest
from pictures import jpeg_bytes, write_jpeg

from .conftest import run_program
from .disk_churn import Churn, companions_on_disk, on_disk
from .watching import Watching, seconds_until, tell

STEPS = 1000
PHOTOS = 500
# What the program promises is 2 s; a machine that does other things as well gets more before a test fails.
SOON_S = 10.0
IN_THE_END_S = 100.0


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A watch folder with three photos, of a library with the demo model."""
    folder = tmp_path.resolve() / "photos"
    for name in "abc":
        write_jpeg(folder / f"{name}.jpg", ord(name))
    _library(tmp_path, folder)
    return folder


def _library(tmp_path: Path, *folders: Path) -> None:
    assert run_program(tmp_path / "library", "model", "use", "demo").exit_code == 0
    assert run_program(tmp_path / "library", "add", *folders).exit_code == 0


@pytest.fixture
def watching(tmp_path: Path, photos: Path):
    """The running program, ready."""
    with Watching(tmp_path / "library") as program:
        program.wait_until_ready()
        yield program


def test_a_pause_is_heeded_also_after_a_restart_and_by_index_not(tmp_path: Path, photos: Path) -> None:
    data_dir = tmp_path / "library"
    assert run_program(data_dir, "pause", "--json").json == {"paused": True}
    with Watching(data_dir) as program:
        assert program.program.stderr.readline() == "paused; `photoorg resume` lets it go on\n"
        assert not program.shown()
        report = run_program(data_dir, "index", "--json").json  # somebody asks for it: it is done all the same
        assert (report["new"], report["embedded"]) == (3, 3)
        write_jpeg(photos / "new.jpg", 1)
        assert run_program(data_dir, "resume", "--json").json == {"paused": False}
        program.wait_until_ready()
        wanted = {photos / name for name in ("a.jpg", "b.jpg", "c.jpg", "new.jpg")}
        seconds_until(lambda: program.shown().keys() == wanted)
        run_program(data_dir, "pause")
        assert program.program.stderr.readline().startswith("paused")
        assert program.end()[0] == 130


def test_what_happens_to_photos_is_soon_in_the_catalog(watching: Watching, photos: Path) -> None:
    ids = watching.photo_ids()
    assert ids.keys() == {photos / "a.jpg", photos / "b.jpg", photos / "c.jpg"}
    took = {}

    def soon(what: str, *there: str, gone: str = "") -> None:
        wanted = {photos / name for name in there}

        def happened() -> bool:
            shown = watching.shown()
            return wanted <= shown.keys() and photos / gone not in shown

        took[what] = seconds_until(happened, SOON_S)

    write_jpeg(photos / "new.jpg", 1)
    soon("created", "new.jpg")
    write_jpeg(photos / "deep" / "er" / "new.jpg", 2)
    soon("created in new folders", "deep/er/new.jpg")
    (photos / "a.jpg").rename(photos / "renamed.jpg")
    soon("renamed", "renamed.jpg", gone="a.jpg")
    (photos / "b.jpg").rename(photos / "deep" / "moved.jpg")
    soon("moved", "deep/moved.jpg", gone="b.jpg")
    (photos / "deep").rename(photos / "other")
    soon("folder renamed", "other/er/new.jpg", "other/moved.jpg", gone="deep/moved.jpg")
    (photos / "c.jpg").unlink()
    soon("deleted", gone="c.jpg")
    shutil.rmtree(photos / "other")
    soon("folder deleted", gone="other/er/new.jpg")
    before = watching.shown()[photos / "new.jpg"]
    write_jpeg(photos / ".new.jpg.tmp", 3).replace(photos / "new.jpg")
    took["replaced"] = seconds_until(lambda: watching.shown()[photos / "new.jpg"] != before, SOON_S)
    tell(f"seconds: { {what: round(seconds, 2) for what, seconds in took.items()} }")
    assert watching.photo_ids()[photos / "renamed.jpg"] == ids[photos / "a.jpg"]


def test_a_file_that_is_written_slowly_never_fails(watching: Watching, photos: Path) -> None:
    data, pause = jpeg_bytes(7, (640, 480)), threading.Event()
    with (photos / "slow.jpg").open("wb", buffering=0) as stream:
        stream.write(data[:1000])
        pause.wait(4)  # longer than a silent file is waited for
        assert not watching.failed()
        stream.write(data[1000:])
    took = seconds_until(lambda: photos / "slow.jpg" in watching.shown(), SOON_S)
    tell(f"seconds: {took:.2f}")
    assert not watching.failed()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it(watching: Watching, number: int) -> None:
    exit_code, output, errors = watching.end(number)
    assert (exit_code, output) == (130, "")
    assert "Cancelled" in errors


def _fill(roots: list[Path]) -> None:
    """Photos that keep the program busy for some seconds."""
    pictures = [jpeg_bytes(n, (2400, 1800)) for n in range(10)]
    for n in range(PHOTOS):
        path = roots[n % 2] / f"{n % 7}" / f"{n:03}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pictures[n % 10] + str(n).encode())  # what follows the picture makes another file of it
        for every, ending in ((5, ".cr2"), (7, ".mov")):
            if n % every == 0:
                path.with_suffix(ending).write_bytes(b"belongs to its picture")


def test_a_second_one_waits_for_the_first(watching: Watching, photos: Path, tmp_path: Path) -> None:
    with Watching(tmp_path / "library") as second:
        line = second.program.stderr.readline()
        assert line == "Waiting for another photoorg that indexes this library\n"
        watching.end()
        second.wait_until_ready()
        write_jpeg(photos / "new.jpg", 1)
        seconds_until(lambda: photos / "new.jpg" in second.shown(), SOON_S)


def test_errors_are_json_if_wanted(tmp_path: Path) -> None:
    with Watching(tmp_path / "library", "--json", "--model", "no such model") as program:
        output, _ = program.program.communicate(timeout=60)
    assert program.program.returncode == 1
    assert json.loads(output)["error"]["code"]


def test_other_programs_index_and_add_folders_meanwhile(watching: Watching, photos: Path, tmp_path: Path) -> None:
    other = tmp_path.resolve() / "other"
    write_jpeg(other / "x.jpg", 20)
    (other / "broken.jpg").write_bytes(b"no picture")
    report = run_program(tmp_path / "library", "index", other, "--json").json
    assert (report["files"], report["photos"], len(report["failed"])) == (2, 1, 1)
    write_jpeg(other / "y.jpg", 21)
    seconds_until(lambda: other / "y.jpg" in watching.shown(), SOON_S)
    gone = tmp_path / "gone"
    gone.mkdir()
    assert run_program(tmp_path / "library", "add", gone).exit_code == 0
    gone.rmdir()
    run_program(tmp_path / "library", "remove", other)
    write_jpeg(photos / "z.jpg", 22)
    seconds_until(lambda: photos / "z.jpg" in watching.shown(), SOON_S)
    assert not any(path.is_relative_to(other) for path in watching.shown())


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [int(os.environ.get("PHOTOORG_WATCH_SEED", "1"))])
def test_after_random_changes_the_catalog_is_what_is_on_the_disk(tmp_path: Path, seed: int) -> None:
    tell(f"seed {seed}")
    base = tmp_path.resolve()
    roots = [base / "one", base / "two"]
    (base / "outside").mkdir()
    _fill(roots)
    _library(tmp_path, *roots)
    with Watching(tmp_path / "library") as program:
        seconds_until(lambda: len(program.shown()) > 0)
        churn, pause = Churn(seed, roots, base / "outside"), threading.Event()
        for step in range(STEPS):
            churn.step()
            pause.wait(0.01 if step % 20 else 0.2)
        churn.finish()
        known = len(program.photo_ids()) + program.missing()
        shown, failed = on_disk(roots)
        companions = companions_on_disk(roots)

        def shows_all() -> bool:
            for folder in program.vanished_from():  # most of a folder was taken away: a person says that this is right
                run_program(tmp_path / "library", "folders", "--confirm-gone", folder)
            return program.shown() == shown

        def is_same() -> bool:
            return shows_all() and (program.failed(), program.companions()) == (failed, companions)

        shown_after_s = seconds_until(shows_all, IN_THE_END_S, lambda: _difference(program, shown, failed))
        seconds = shown_after_s + seconds_until(
            is_same,
            limit_s=IN_THE_END_S,
            explain=lambda: (_difference(program, shown, failed), program.companions().items() ^ companions.items()),
        )
        program.photo_ids()
        tell(f"{known} files were known after the last change; {len(shown)} photos in the end, {len(failed)} failed")
        tell(f"{len(companions)} files are beside a photo's main one")
        tell(f"all photos were there after {shown_after_s:.1f} s, all failures after {seconds:.1f} s")
        exit_code, _, errors = program.end()
    assert exit_code == 130, errors
    assert "Traceback" not in errors


def _difference(program: Watching, shown: dict[Path, bytes], failed: set[Path]) -> dict[str, set[Path]]:
    now = program.shown()
    return {
        "too many": now.keys() - shown.keys(),
        "too few": shown.keys() - now.keys(),
        "other content": {path for path in now.keys() & shown.keys() if now[path] != shown[path]},
        "failed": program.failed() ^ failed,
    }
