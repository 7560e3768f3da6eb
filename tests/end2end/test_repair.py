"""`photoorg doctor --repair`, `forget` and `index --retry` as people use them."""

import os
import shutil
from pathlib import Path

import pytest
from pictures import write_jpeg

from .conftest import Photoorg

SECRET = "hidden_treasure"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for number in range(3):
        write_jpeg(folder / f"{number}.jpg", seed=number)
    write_jpeg(folder / f"{SECRET}.jpg", seed=77)
    (folder / "bad.jpg").write_bytes(b"no picture")
    return folder


@pytest.fixture
def data_dir(photoorg: Photoorg, folder: Path, tmp_path: Path) -> Path:
    assert photoorg("index", folder, "--model", "demo").exit_code == 0
    return tmp_path / "library"


def repaired(result: object) -> dict[str, str]:
    return {check["name"]: check["repaired"] for check in result.json["checks"] if check["repaired"]}


def test_a_catalog_that_cannot_be_opened_is_restored(photoorg: Photoorg, data_dir: Path) -> None:
    garbage = b"no database" * 5000
    (data_dir / "catalog.sqlite").write_bytes(garbage)
    for command in (("stats",), ("doctor",), ("index",)):
        failed = photoorg(*command, "--json")
        assert (failed.exit_code, failed.json["error"]["code"]) == (1, "catalog-corrupt")
        assert "photoorg doctor --repair" in failed.json["error"]["hint"]
    result = photoorg("doctor", "--repair", "--json")
    assert (result.exit_code, result.json["ok"]) == (0, True), result.json
    assert "backup of" in repaired(result)["catalog.sqlite"]
    [kept] = data_dir.glob("catalog.damaged-*.sqlite")
    assert kept.read_bytes() == garbage
    assert str(kept) in repaired(result)["catalog.sqlite"]
    assert photoorg("stats", "--json").json["photos"] == 4
    again = photoorg("index", "--json").json
    assert (again["photos"], again["new"], again["embedded"]) == (4, 0, 0)


def test_lost_stores_are_made_again(photoorg: Photoorg, data_dir: Path) -> None:
    (data_dir / "derived.sqlite").write_bytes(b"garbage" * 1000)
    content = bytearray((data_dir / "thumbnails.sqlite").read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    (data_dir / "thumbnails.sqlite").write_bytes(content)
    shutil.rmtree(data_dir / "index")
    result = photoorg("doctor", "--repair", "--json")
    assert (result.exit_code, result.json["ok"]) == (0, True), result.json
    assert {"derived.sqlite", "thumbnails.sqlite", "coverage"} <= repaired(result).keys()
    assert photoorg("stats", "--json").json["embedded"] == {"demo": 4}
    assert photoorg("doctor", "--json").exit_code == 0


def test_the_doctor_says_what_it_repaired(photoorg: Photoorg, data_dir: Path) -> None:
    (data_dir / "derived.sqlite").unlink()
    assert photoorg("doctor").exit_code == 1
    lines = photoorg("doctor", "--repair").stdout.splitlines()
    assert any(line.split()[:1] == ["repaired"] for line in lines), lines


def files_with(data_dir: Path, needle: bytes) -> list[str]:
    found = [path for path in data_dir.rglob("*") if path.is_file() and needle in path.read_bytes()]
    return [path.name for path in found if path.name != "photoorg.log"]


def test_a_photo_is_forgotten_without_a_trace(photoorg: Photoorg, data_dir: Path, folder: Path) -> None:
    photo = folder / f"{SECRET}.jpg"
    assert files_with(data_dir, SECRET.encode())
    result = photoorg("forget", photo, "--json")
    assert (result.exit_code, result.json["forgotten"], result.json["still_there"]) == (0, 1, [str(photo)])
    assert files_with(data_dir, SECRET.encode()) == []
    assert photo.exists()
    told = photoorg("forget", folder / "0.jpg")
    assert ".photoorgignore" in told.stderr
    unknown = photoorg("forget", photo, "--json")
    assert (unknown.exit_code, unknown.json["error"]["code"]) == (1, "photo-unknown")
    assert photoorg("index", "--json").json["new"] == 2


def test_missing_photos_are_forgotten(photoorg: Photoorg, data_dir: Path, folder: Path) -> None:
    assert photoorg("forget", "--missing", "--json").json["forgotten"] == 0
    (folder / f"{SECRET}.jpg").unlink()
    assert photoorg("index", "--json").json["missing"] == 1
    result = photoorg("forget", "--missing", "--yes", "--json")
    assert (result.json["forgotten"], result.json["still_there"]) == (1, [])
    assert photoorg("stats", "--json").json["missing"] == 0
    assert files_with(data_dir, SECRET.encode()) == []


@pytest.mark.parametrize("arguments", [(), ("--missing", "a.jpg")])
def test_what_to_forget_has_to_be_clear(photoorg: Photoorg, arguments: tuple[str, ...]) -> None:
    assert photoorg("forget", *arguments).exit_code == 2


def test_unreadable_files_are_tried_again(photoorg: Photoorg, data_dir: Path, folder: Path) -> None:
    log = data_dir / "photoorg.log"
    before = log.read_text().count("bad.jpg cannot be read")
    assert photoorg("index").exit_code == 0
    assert log.read_text().count("bad.jpg cannot be read") == before
    result = photoorg("index", "--retry", "--json")
    assert [failure["code"] for failure in result.json["failed"]] == ["not-a-picture"]
    assert log.read_text().count("bad.jpg cannot be read") == before + 1
