"""`photoorg why`: its JSON, its words, and the picture it writes."""

from pathlib import Path

import pytest
from PIL import Image

from .conftest import DemoLibrary, Photoorg

WHY_KEYS = {"query", "photo", "is_local", "peak", "box", "strength", "out", "seconds"}


@pytest.fixture
def snowman(demo: DemoLibrary) -> str:
    searches = {search["query"]: search for search in demo.report["searches"]}
    path: str = searches["a snowman under the stars"]["results"][0]["path"]
    return path


def test_why_answers_as_the_contract_says(demo: DemoLibrary, snowman: str, tmp_path: Path) -> None:
    out = tmp_path / "why.PNG"
    result = demo.run("why", "a snowman", snowman, "--out", out, "--json")
    answer = result.json
    assert (result.exit_code, answer.keys()) == (0, WHY_KEYS)
    assert (answer["query"], answer["photo"], answer["out"]) == ("a snowman", snowman, str(out))
    left, top, right, bottom = answer["box"]
    assert 0 <= left <= answer["peak"][0] <= right <= 1
    assert 0 <= top <= answer["peak"][1] <= bottom <= 1
    assert answer["strength"] > 0
    with Image.open(out) as written, Image.open(snowman) as photo:
        assert (written.format, written.size) == ("PNG", photo.size)


def test_why_in_words(demo: DemoLibrary, snowman: str) -> None:
    result = demo.run("why", "a snowman", snowman)
    assert result.exit_code == 0
    assert result.stdout.rstrip().endswith(("of the picture", "or nothing in it"))


def test_why_never_writes_over_a_file_by_itself_nor_over_a_photo_at_all(
    demo: DemoLibrary, snowman: str, tmp_path: Path
) -> None:
    out, copy = tmp_path / "out.png", tmp_path / "photo.png"
    out.write_bytes(b"mine")
    with Image.open(snowman) as photo:
        photo.save(copy)
    before = copy.read_bytes()
    kept = demo.run("why", "a snowman", snowman, "--out", out, "--json")
    assert (kept.exit_code, kept.json["error"]["code"], out.read_bytes()) == (1, "file-exists", b"mine")
    refused = demo.run("why", "a snowman", copy, "--out", copy, "--force", "--json")
    assert (refused.exit_code, refused.json["error"]["code"]) == (1, "would-replace-photo")
    assert copy.read_bytes() == before
    assert demo.run("why", "a snowman", snowman, "--out", out, "--force").exit_code == 0
    assert out.read_bytes().startswith(b"\x89PNG")


def test_why_refuses_a_file_before_it_looks_at_the_photo(demo: DemoLibrary, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    out.write_bytes(b"mine")
    refused = demo.run("why", "a cat", "/no/such.jpg", "--out", out, "--json")
    assert (refused.exit_code, refused.json["error"]["code"]) == (1, "file-exists")
    assert demo.run("why", "a cat", "/no/such.jpg", "--json").json["error"]["code"] == "no-such-photo"


def test_why_says_what_is_wrong(demo: DemoLibrary, photoorg: Photoorg, snowman: str) -> None:
    codes = [demo.run("why", *arguments, "--json") for arguments in ((" ", snowman), ("a cat", "/no/such.jpg"))]
    assert [result.json["error"]["code"] for result in codes] == ["query-empty", "no-such-photo"]
    assert photoorg("why", "a cat", snowman, "--json").json["error"]["code"] == "model-missing"
    assert demo.run("why", "a cat").exit_code == 2
    assert demo.run("why", "a cat", snowman, "--out", "x.jpg").exit_code == 2
