"""Bad input: each bad file costs one line in the failures, and nothing is lost."""

import json
import os
import shutil
import socket
import sqlite3
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from .conftest import PROGRAM, Photoorg


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good photo."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.effect_noise((640, 480), 60).convert("RGB").save(folder / "good.jpg")
    return folder


def _huge_png(path: Path, side: int) -> None:
    """A PNG that says it has side x side pixels, in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(100_000))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


def test_each_bad_file_costs_one_line(photoorg: Photoorg, folder: Path) -> None:
    (folder / "text.jpg").write_text("this is no picture\n" * 100)
    (folder / "empty.jpg").write_bytes(b"")
    good = (folder / "good.jpg").read_bytes()
    (folder / "truncated.jpg").write_bytes(good[: len(good) // 2])
    _huge_png(folder / "huge.png", 60_000)
    result = photoorg("index", folder, "--model", "demo", "--json")
    failed = {Path(f["path"]).name: f["code"] for f in result.json["failed"]}
    assert result.exit_code == 0
    assert failed == {
        "text.jpg": "not-a-picture",
        "empty.jpg": "empty",
        "truncated.jpg": "truncated",
        "huge.png": "too-many-pixels",
    }
    assert (result.json["files"], result.json["photos"], result.json["embedded"]) == (5, 1, 1)
    assert all(len(f["reason"]) > 10 for f in result.json["failed"])


def test_a_failed_file_is_not_tried_again_until_it_changes(photoorg: Photoorg, folder: Path) -> None:
    good = (folder / "good.jpg").read_bytes()
    (folder / "late.jpg").write_bytes(good[: len(good) // 2])
    photoorg("index", folder)
    again = photoorg("index", "--json").json
    assert (len(again["failed"]), again["stages"]["decode"]) == (1, 0)
    (folder / "late.jpg").write_bytes(good)
    mended = photoorg("index", "--json").json
    assert (mended["failed"], mended["new"], mended["photos"]) == ([], 1, 2)


def test_things_that_are_no_files_are_passed_over(photoorg: Photoorg, folder: Path) -> None:
    os.mkfifo(folder / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(folder / "socket.jpg"))
        (folder / "loop").symlink_to(folder, target_is_directory=True)
        (folder / "round.jpg").symlink_to(folder / "round.jpg")
        (folder / "nowhere.jpg").symlink_to(folder / "nothing.jpg")
        (folder / "folder.jpg").mkdir()
        report = photoorg("index", folder, "--json").json
    assert (report["files"], report["photos"], report["failed"]) == (1, 1, [])


def test_any_name_will_do(photoorg: Photoorg, folder: Path) -> None:
    names = ["ñandú 🦤.jpg", "鳥鳥.JPG", "a\nnew line.jpg", "Zu\u0308rich.jpg", "-k.jpg", "%s {} ' \".jpg"]
    raw = os.fsencode(folder) + b"/not \xff utf-8 \xc3.jpg"
    for name in [*names, os.fsdecode(os.path.basename(raw))]:
        shutil.copy(folder / "good.jpg", folder / name)
    report = photoorg("index", folder, "--model", "demo", "--json").json
    assert (report["photos"], report["embedded"], report["failed"]) == (8, 8, [])
    found = photoorg("similar", os.fsdecode(raw), "--json")
    assert found.exit_code == 0
    elsewhere = photoorg("search", "a house", "--all", "--copies", "--json").json["results"]
    assert os.fsdecode(raw) in {r["path"] for r in elsewhere}
    assert photoorg("search", "a house", "--all").exit_code == 0


def test_a_missing_folder_is_an_error(photoorg: Photoorg, tmp_path: Path) -> None:
    result = photoorg("index", tmp_path / "nothing", "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, "folder-unreachable")


def test_a_folder_that_goes_away_takes_no_photo_with_it(photoorg: Photoorg, folder: Path) -> None:
    photoorg("index", folder)
    folder.rename(folder.with_name("elsewhere"))
    result = photoorg("index", "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, "folder-unreachable")
    assert photoorg("stats", "--json").json["photos"] == 1


def test_a_library_of_a_newer_version_is_refused_and_left_alone(
    photoorg: Photoorg, folder: Path, tmp_path: Path
) -> None:
    photoorg("index", folder)
    with sqlite3.connect(tmp_path / "library" / "catalog.sqlite") as catalog:
        catalog.execute("PRAGMA user_version = 99")
    catalog.close()
    result = photoorg("stats", "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, "catalog-too-new")


def test_a_torn_index_file_is_made_again(photoorg: Photoorg, folder: Path, tmp_path: Path) -> None:
    photoorg("index", folder, "--model", "demo")
    stored = next((tmp_path / "library" / "index").rglob("*.hnsw"))
    stored.write_bytes(stored.read_bytes()[:100])
    assert photoorg("search", "a house", "--all", "--json").exit_code == 0
    assert photoorg("index", "--json").exit_code == 0
    mended = next((tmp_path / "library" / "index").rglob("*.hnsw"))
    assert mended.stat().st_size > 100


def test_an_index_ahead_of_its_catalog_is_made_again(photoorg: Photoorg, folder: Path, tmp_path: Path) -> None:
    photoorg("index", folder, "--model", "demo")
    with sqlite3.connect(tmp_path / "library" / "derived.sqlite") as derived:
        derived.execute("DELETE FROM embedding")
    derived.close()
    report = photoorg("index", "--json").json
    assert report["embedded"] == 1
    assert len(photoorg("search", "a house", "--all", "--json").json["results"]) == 1


def test_a_full_disk_is_an_error_and_the_next_run_goes_on(folder: Path, tmp_path: Path) -> None:
    """On a small file system of its own."""
    script = """
        set -e
        mount -t tmpfs -o size=6m small "$1"
        set +e
        "$3" -m photoorg index "$2" --model demo --json --data-dir "$1/library" >"$4"
        echo "exit code $?"
        mount -o remount,size=200m "$1"
        "$3" -m photoorg index "$2" --model demo --json --data-dir "$1/library"
    """
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("a file system of its own needs root")
    for number in range(60):
        Image.effect_noise((640, 480), 60 + number).convert("RGB").save(folder / f"{number}.jpg", quality=95)
    small, first = tmp_path / "small", tmp_path / "first.json"
    small.mkdir()
    command = ["unshare", "-m", "sh", "-c", script, "sh", small, folder, sys.executable, first]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert '"disk-full"' in first.read_text(), done.stderr
    assert "exit code 1" in done.stdout
    assert '"embedded": 61' in done.stdout or '"photos": 61' in done.stdout, done.stderr


def test_a_file_without_permission_costs_one_line(folder: Path, tmp_path: Path) -> None:
    """As root the right to read everything is given up first."""
    give_up = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []
    if give_up and shutil.which("setpriv") is None:
        pytest.skip("root can read every file, and setpriv is not installed")
    shutil.copy(folder / "good.jpg", folder / "secret.jpg")
    (folder / "secret.jpg").chmod(0)
    command = [*give_up, *PROGRAM, "index", folder, "--json", "--data-dir", tmp_path / "library"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert [(Path(f["path"]).name, f["code"]) for f in report["failed"]] == [("secret.jpg", "no-permission")]
    assert report["photos"] == 1


def test_settings_that_make_no_sense_are_an_error(photoorg: Photoorg, tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "settings.toml").write_text("decode_workers = 'many'")
    result = photoorg("stats", "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, "settings-invalid")


@pytest.mark.parametrize(
    "reference", ["", "x" * 300, "x" * 300 + "/y", "hf-hub:" + "x" * 300 + "/y", "~nouser/x", "a/b/c"]
)
def test_a_model_that_cannot_be_is_an_error(photoorg: Photoorg, folder: Path, reference: str) -> None:
    result = photoorg("index", folder, "--model", reference, "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, "model-unknown")


def test_the_home_of_an_unknown_user_is_a_folder_that_is_not_there(photoorg: Photoorg) -> None:
    result = photoorg("add", "~nouser", "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, "folder-unreachable")


def test_a_query_that_is_no_text_finds_something_or_nothing(photoorg: Photoorg, folder: Path) -> None:
    photoorg("index", folder, "--model", "demo")
    assert photoorg("search", os.fsdecode(b"caf\xe9 {}"), "--json").exit_code == 0
