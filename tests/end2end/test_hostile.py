"""A folder of hostile files: the program ends well, accounts for each file, and embeds all that is a picture."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from . import hostile_files
from .hostile_files import HostileFolder, drawn_samples, real_samples
from .library_contents import rows, unsound
from .watching import tell

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="names, things and permissions of Linux")
FEWEST = 500
# The program with an encoder of its own and thousands of frames and directories before it; a bomb would take gigabytes.
MEMORY_BYTES = 1_500_000_000
# The command line, which at its end says how much memory its main process took at most.
PROGRAM = """
import re
import sys
from pathlib import Path
from photoorg.cli.main import main
try:
    main()
finally:
    most = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
    print("most memory", int(most[1]) * 1024, file=sys.stderr)
"""
CAPABILITIES = "-dac_override,-dac_read_search"
WITHOUT_RIGHTS = ("setpriv", f"--bounding-set={CAPABILITIES}", f"--inh-caps={CAPABILITIES}")


def _heeds_permissions() -> tuple[str, ...] | None:
    """What to put before a command, so that files without permission cannot be read; None if there is no way."""
    if os.geteuid() != 0:
        return ()
    try:
        done = subprocess.run([*WITHOUT_RIGHTS, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return WITHOUT_RIGHTS if done.returncode == 0 else None


def _index(data_dir: Path, *arguments: Path | str) -> tuple[dict[str, Any], int]:
    """The report and the main process's most memory in bytes."""
    command = [*(_heeds_permissions() or ()), sys.executable, "-c", PROGRAM, "index", *arguments, "--json"]
    environment = os.environ | {"PHOTOORG_DATA_DIR": str(data_dir), "PYTHONWARNINGS": "error"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout), int(done.stderr.rsplit("most memory ", 1)[1])


@pytest.fixture
def hostile(tmp_path: Path):
    """An empty folder to be filled."""
    hostile = HostileFolder(tmp_path.resolve() / "hostile")
    yield hostile
    hostile_files.unlock(hostile)


@pytest.mark.timeout(900)
def test_each_file_of_a_hostile_folder_is_accounted_for(hostile: HostileFolder, tmp_path: Path) -> None:
    hostile.add_damaged("drawn", drawn_samples())
    hostile_files.add_lies(hostile)
    hostile_files.add_bombs(hostile)
    hostile_files.add_names(hostile)
    hostile_files.add_pairs(hostile)
    hostile_files.add_depths(hostile)
    things, data_dir = hostile_files.add_things(hostile), tmp_path / "library"
    if _heeds_permissions() is not None:
        hostile_files.lock(hostile)
    assert len(hostile.pictures) >= FEWEST
    report = _assert_indexed_well(hostile, data_dir)
    assert sum(report["skipped"].get(reason, 0) for reason in ("not a picture", "broken link")) >= things


@pytest.mark.timeout(900)
def test_each_damaged_real_file_is_accounted_for(hostile: HostileFolder, real_files: Path, tmp_path: Path) -> None:
    hostile.add_damaged("real", real_samples(real_files))
    _assert_indexed_well(hostile, tmp_path / "library")


def _assert_indexed_well(hostile: HostileFolder, data_dir: Path) -> dict[str, Any]:
    """Index twice; gives the first report."""
    report, most_memory = _index(data_dir, hostile.folder, "--model", "demo")
    codes = Counter(failure["code"] for failure in report["failed"])
    tell(
        f"{len(hostile.pictures)} files, {report['photos']} photos, failed: {dict(codes)}; skipped: {report['skipped']}"
    )
    tell(f"{report['seconds']:.1f} s; the main process took {most_memory / 1e6:.0f} MB at most")
    _assert_accounted_for(hostile, data_dir, report)
    assert most_memory < MEMORY_BYTES
    again, _ = _index(data_dir)
    assert (again["stages"]["decode"], again["embedded"], again["new"], again["changed"]) == (0, 0, 0, 0)
    assert (again["files"], again["photos"], again["failed"]) == (report["files"], report["photos"], report["failed"])
    return report


def _assert_accounted_for(hostile: HostileFolder, data_dir: Path, report: dict[str, Any]) -> None:
    sql = "SELECT volume.mount, file.path, {} FROM file JOIN volume ON volume.id = file.volume_id WHERE {}"
    files = rows(data_dir, "catalog.sqlite", sql.format("role, failure_code, picture_key", "missing_since_utc IS NULL"))
    known = {Path(os.fsdecode(os.path.join(*row[:2]))): row[2:] for row in files}
    assert len(known) == len(files)
    assert known.keys() - {hostile.folder / "pairs" / "film.mov"} == hostile.pictures
    failed = [Path(failure["path"]) for failure in report["failed"]]
    assert set(failed) == {path for path, (_, failure, _) in known.items() if failure is not None}
    assert report["files"] == len(hostile.pictures)
    beside = {path for path, (role, _, _) in known.items() if role != "main"}
    assert report["photos"] + len(failed) + len(beside) == len(known)
    assert not hostile.good & set(failed)
    embedded = {row[0] for row in rows(data_dir, "derived.sqlite", "SELECT picture_key FROM embedding")}
    shown = {path: key for path, (role, failure, key) in known.items() if role == "main" and failure is None}
    assert hostile.good <= shown.keys()
    assert set(shown.values()) == embedded
    assert unsound(data_dir) == []
