"""The command line's contract: JSON documents, exit codes, what is on which stream."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pictures import write_jpeg
from PIL import Image

from .conftest import DemoLibrary, Photoorg

INDEX_KEYS = {
    "files", "photos", "new", "changed", "moved", "missing", "unchanged", "embedded", "failed", "skipped", "model",
    "device", "precision", "seconds", "startup_seconds", "photos_per_second", "stages",
}  # fmt: skip
SEARCH_KEYS = {"query", "results", "relevant", "nothing_matches", "coverage", "seconds", "model", "notices"}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(3):
        Image.new("RGB", (64, 48), (80 * number, 90, 200)).save(folder / f"{number}.jpg")
    return folder


def test_index_says_all_that_the_contract_names(photoorg: Photoorg, pictures: Path) -> None:
    result = photoorg("index", pictures, "--model", "demo", "--json")
    report = result.json
    assert result.exit_code == 0
    assert report.keys() >= INDEX_KEYS
    assert (report["files"], report["photos"], report["new"], report["embedded"]) == (3, 3, 3, 3)
    assert report["stages"].keys() >= {"scan", "decode", "encode", "store"}
    assert report["skipped"].keys() >= {"not a picture", "hidden", "ignored"}
    assert (report["model"], report["device"]) == ("demo", "cpu")
    assert 0 < report["startup_seconds"] < report["seconds"]


def test_a_limit_of_cores(photoorg: Photoorg, pictures: Path) -> None:
    report = photoorg("index", pictures, "--model", "demo", "--cores", "1", "--json").json
    assert (report["new"], report["embedded"]) == (3, 3)
    assert photoorg("index", "--cores", "0").exit_code == 2


def test_ignored_files_are_counted(photoorg: Photoorg, pictures: Path, tmp_path: Path) -> None:
    (pictures / ".photoorgignore").write_text("0.jpg\n", encoding="utf-8")
    report = photoorg("index", pictures, "--json").json
    assert (report["files"], report["skipped"]["ignored"]) == (2, 1)
    (tmp_path / "library" / "settings.toml").write_text('ignore = ["!"]', encoding="utf-8")
    result = photoorg("index", "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, "settings-invalid")


def test_second_run_does_nothing(photoorg: Photoorg, pictures: Path) -> None:
    photoorg("index", pictures, "--model", "demo")
    report = photoorg("index", "--json").json
    assert (report["unchanged"], report["new"], report["embedded"]) == (3, 0, 0)
    assert report["seconds"] - report["startup_seconds"] < 1


def test_index_without_a_model_scans_and_says_how_to_get_one(photoorg: Photoorg, pictures: Path) -> None:
    result = photoorg("index", pictures, "--json")
    assert result.exit_code == 0
    assert result.json["model"] is None
    assert result.json["new"] == 3
    assert "photoorg model download" in result.stderr
    follows = photoorg("index", "--model", "demo", "--json").json
    assert (follows["new"], follows["unchanged"], follows["embedded"]) == (0, 3, 3)


def test_search_without_a_model_is_an_error_with_a_hint(photoorg: Photoorg) -> None:
    result = photoorg("search", "a dog", "--json")
    assert result.exit_code == 1
    assert result.json["error"]["code"] == "model-missing"
    assert "photoorg model download" in result.json["error"]["hint"]


def test_search_answers_as_the_contract_says(demo: DemoLibrary) -> None:
    query = demo.report["searches"][0]["query"]
    answer = demo.run("search", query, "-k", "7", "--json").json
    assert answer.keys() == SEARCH_KEYS | {"exact_words"}
    assert (answer["query"], answer["model"], answer["notices"]) == (query, "demo", [])
    assert 1 <= len(answer["results"]) <= 7
    assert all(Path(r["path"]).is_file() and r["relevance"] >= 0.5 for r in answer["results"])
    scores = [r["score"] for r in answer["results"]]
    assert scores == sorted(scores, reverse=True)
    assert answer["coverage"] == 1.0
    assert answer["seconds"].keys() == {"encode", "search", "total"}


def test_all_keeps_what_lies_below_the_cut_off(demo: DemoLibrary) -> None:
    query = demo.report["searches"][0]["query"]
    everything = demo.run("search", query, "-k", "500", "--all", "--json").json
    relevant = demo.run("search", query, "-k", "500", "--json").json
    assert len(everything["results"]) == demo.report["photos"] > len(relevant["results"])


def test_similar_finds_photos_like_one_in_the_library(demo: DemoLibrary) -> None:
    photo = demo.report["searches"][0]["results"][0]["path"]
    answer = demo.run("similar", photo, "-k", "5", "--json").json
    assert answer.keys() == SEARCH_KEYS
    assert len(answer["results"]) == 5
    assert photo not in [r["path"] for r in answer["results"]]


def test_similar_takes_a_photo_from_outside(demo: DemoLibrary, tmp_path: Path) -> None:
    photo = demo.report["searches"][0]["results"][0]["path"]
    with Image.open(photo) as image:
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(tmp_path / "mirrored.png")
    answer = demo.run("similar", tmp_path / "mirrored.png", "-k", "5", "--json").json
    assert len(answer["results"]) == 5
    assert answer["results"][0]["score"] > 0.8


def test_like_adds_a_photo_to_the_query(demo: DemoLibrary) -> None:
    first, second = demo.report["searches"][:2]
    photo = first["results"][0]["path"]
    answer = demo.run("search", second["query"], "--like", photo, "--all", "--json").json
    assert answer["results"]
    assert answer["results"] != demo.run("search", second["query"], "--all", "--json").json["results"]


def test_similar_to_nothing_is_an_error(demo: DemoLibrary) -> None:
    result = demo.run("similar", "/no/such/photo.jpg", "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, "no-such-photo")


def test_an_empty_query_is_refused(demo: DemoLibrary) -> None:
    result = demo.run("search", "  ", "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, "query-empty")
    photo = demo.report["searches"][0]["results"][0]["path"]
    assert demo.run("search", "", "--like", photo, "--json").json["results"]


def test_notices_are_in_the_document_and_on_stderr(demo: DemoLibrary) -> None:
    result = demo.run("search", "дом на снегу", "--all", "--json")
    assert result.exit_code == 0
    assert [notice["code"] for notice in result.json["notices"]] == ["perhaps-foreign-script"]
    assert result.json["notices"][0]["message"] in demo.run("search", "дом на снегу").stderr


@pytest.mark.parametrize(
    "arguments", [["search"], ["nonsense"], ["index", "--device", "abacus"], ["similar", "a", "-k", "0"]]
)
def test_wrong_usage_exits_with_2(photoorg: Photoorg, arguments: list[str]) -> None:
    result = photoorg(*arguments, "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (2, "usage")


def test_folders_are_added_listed_and_removed(photoorg: Photoorg, pictures: Path) -> None:
    assert photoorg("add", pictures, "--json").json["folders"] == [
        {"path": str(pictures), "online": True, "photos": 0, "vanished": 0}
    ]
    photoorg("index")
    assert photoorg("folders", "--json").json["folders"][0]["photos"] == 3
    assert photoorg("remove", pictures, "--json").json["folders"] == []
    assert photoorg("stats", "--json").json["photos"] == 0
    photoorg("add", pictures)
    assert photoorg("stats", "--json").json["photos"] == 3


def test_what_vanished_at_once_is_asked_for_and_what_is_offline_is_marked(photoorg: Photoorg, tmp_path: Path) -> None:
    folder = tmp_path.resolve() / "many"
    for n in range(60):
        write_jpeg(folder / f"{n}.jpg", n)
    photoorg("index", folder, "--model", "demo")
    folder.rename(folder.with_name("unplugged"))
    assert f"60 photos  {folder}  (offline)" in photoorg("folders").stdout
    assert not any(hit["online"] for hit in photoorg("search", "a house", "--all", "--json").json["results"])
    assert "(offline)" in photoorg("search", "a house", "--all").stdout
    folder.mkdir()
    held = photoorg("index", "--json")
    assert (held.json["missing"], held.json["held"]) == (0, [{"path": str(folder), "gone": 60, "there": 60}])
    assert f"60 of 60 photos are gone from {folder}" in held.stderr
    assert "60 files are gone" in photoorg("folders").stdout
    assert photoorg("stats", "--json").json["folders"][0]["vanished"] == 60
    assert photoorg("folders", "--confirm-gone", folder).exit_code == 0
    confirmed = photoorg("index", "--json").json
    assert (confirmed["missing"], confirmed["held"]) == (60, [])
    again = photoorg("folders", "--confirm-gone", folder, "--json")
    assert (again.exit_code, again.json["error"]["code"]) == (1, "nothing-vanished")


def test_stats_say_all_that_the_contract_names(photoorg: Photoorg, pictures: Path) -> None:
    photoorg("index", pictures, "--model", "demo")
    stats = photoorg("stats", "--json").json
    assert stats.keys() >= {"photos", "files", "pictures", "embedded", "failed", "missing", "folders", "active_model"}
    assert stats["embedded"] == {"demo": 3}
    assert stats["active_model"] == "demo"
    assert stats["sizes"].keys() == {"catalog", "derived", "thumbnails", "index", "models"}
    assert stats["sizes"]["index"] > 0


def test_data_dir_is_taken_before_and_after_the_command(photoorg: Photoorg, pictures: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    photoorg("index", pictures, "--data-dir", other)
    assert photoorg("--data-dir", other, "stats", "--json").json["photos"] == 3
    assert photoorg("stats", "--json").json["photos"] == 0


def test_messages_go_to_stderr_and_json_alone_to_stdout(photoorg: Photoorg, pictures: Path) -> None:
    result = photoorg("index", pictures, "/no/such/folder", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "folder-unreachable"
    assert "/no/such/folder" in result.stderr


def test_no_command_loads_qt_and_help_loads_next_to_nothing() -> None:
    probe = (
        "import sys, photoorg.cli.main; "
        "heavy = {'torch', 'open_clip', 'PySide6', 'numpy', 'PIL', 'hnswlib', 'rich.console'} & set(sys.modules); "
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_model_is_part_of_the_library_not_of_the_command(
    photoorg: Photoorg, pictures: Path, tmp_path: Path
) -> None:
    photoorg("index", pictures, "--model", "demo")
    listed = photoorg("model", "list", "--json").json
    assert listed["active_model"] == "demo"
    copy = tmp_path / "my model"
    shutil.copytree(listed["models"][0]["folder"], copy)
    assert photoorg("model", "use", copy, "--json").json["active_model"] == str(copy)
    assert photoorg("index", "--json").json["model"] == str(copy)


def test_a_model_folder_without_weights_is_an_error(photoorg: Photoorg, pictures: Path, tmp_path: Path) -> None:
    listed = photoorg("model", "list", "--json").json
    copy = tmp_path / "broken"
    copy.mkdir()
    shutil.copy(Path(listed["models"][0]["folder"]) / "open_clip_config.json", copy)
    result = photoorg("index", pictures, "--model", copy, "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, "model-corrupt")


def test_a_model_folder_with_half_its_weights_is_refused_at_once(photoorg: Photoorg, tmp_path: Path) -> None:
    copy = tmp_path / "torn"
    shutil.copytree(photoorg("model", "list", "--json").json["models"][0]["folder"], copy)
    weights = copy / "open_clip_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100_000])
    result = photoorg("model", "use", copy, "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, "model-corrupt")
    assert photoorg("stats", "--json").json["active_model"] is None


def test_a_model_that_went_away_is_named_and_another_can_be_chosen(photoorg: Photoorg, tmp_path: Path) -> None:
    copy = tmp_path / "mine"
    shutil.copytree(photoorg("model", "list", "--json").json["models"][0]["folder"], copy)
    photoorg("model", "use", copy)
    shutil.rmtree(copy)
    result = photoorg("search", "a house", "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, "active-model-gone")
    listed = photoorg("model", "list", "--json")
    assert (listed.exit_code, listed.json["active_model"]) == (0, str(copy))
    assert [model["active"] for model in photoorg("model", "use", "demo", "--json").json["models"]] == [True]


def test_a_file_that_is_no_photo_cannot_be_searched_with(demo: DemoLibrary, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("no picture")
    result = demo.run("similar", tmp_path / "notes.md", "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, "example-unreadable")
    assert "notes.md" in result.json["error"]["message"]


def test_help_lists_the_commands(photoorg: Photoorg) -> None:
    result = photoorg("--help")
    assert result.exit_code == 0
    for command in ("gui", "demo", "index", "watch", "search", "similar", "model", "forget", "stats", "doctor"):
        assert f" {command} " in result.stdout
