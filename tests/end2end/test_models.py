"""Getting, trying out and removing models with the program, from a hub on the loopback and from folders."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import PROGRAM, DemoLibrary, Photoorg
from .model_samples import CONFIG, DEMO, WEIGHTS, write_shuffled, write_twin
from .terminal import run_on_terminal
from .watching import seconds_until

sys.path.append(str(Path(__file__).parents[1] / "unit" / "embedding"))

from hub import Hub

REPOSITORY = "test/twin"
REFERENCE = f"hf-hub:{REPOSITORY}"
FOLDER = "hf-hub--test--twin"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A hub that has one model, which knows the demo's pictures."""
    twin = write_twin(tmp_path / "twin")
    hub = Hub({(REPOSITORY, name): (twin / name).read_bytes() for name in (CONFIG, WEIGHTS)})
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("HF_HUB_DOWNLOAD_TIMEOUT", "1")
    yield hub
    hub.close()


def _listed(photoorg: Photoorg) -> dict[str, dict]:
    value = photoorg("model", "list", "--json").json
    return {model["model"]: model for model in [*value["models"], *value["offered"]]}


def _install_twin(data_dir: Path) -> Path:
    """As an installation leaves it."""
    return write_twin(data_dir / "models" / FOLDER)


def test_the_list_names_what_is_here_and_what_can_be_got(photoorg: Photoorg, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    value = photoorg("model", "list", "--json").json
    assert [model["model"] for model in value["models"]] == ["demo"]
    assert value["models"][0] | {"active": False, "dimension": 96, "pixels": 64, "pictures": 0} == value["models"][0]
    proposed = [model for model in value["offered"] if model["proposed"]]
    assert [model["model"] for model in proposed] == [value["proposed_model"]]
    assert "more languages" in proposed[0]["languages"]
    assert all(model["licence"] and model["download_bytes"] > 10**8 for model in value["offered"])
    shown = photoorg("model", "list").stdout
    assert all(model["model"] in shown and model["licence"] in shown for model in value["offered"])
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert photoorg("model", "list", "--json").json["proposed_model"] != value["proposed_model"]


def test_ctrl_c_in_a_download_and_the_next_run_goes_on(hub: Hub, photoorg: Photoorg, tmp_path: Path) -> None:
    half = len(hub.files[REPOSITORY, WEIGHTS]) // 2
    hub.fail("stall", on="/cdn/", after=half)
    command = [*PROGRAM, "model", "download", REFERENCE, "--json", "--data-dir", str(tmp_path / "library")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        seconds_until(lambda: hub.sent_bytes >= half)
        program.send_signal(signal.SIGINT)
        output, errors = program.communicate(timeout=30)
    assert (program.returncode, json.loads(output)["error"]["code"]) == (130, "cancelled"), errors
    assert "Traceback" not in errors
    before = photoorg("model", "list", "--json").json
    assert REFERENCE not in [model["model"] for model in before["models"]]
    hub.mend()
    hub.requests.clear()
    hub.fail("throttle")
    result = run_on_terminal(tmp_path / "library", "model", "download", REFERENCE, "--json")
    assert result.exit_code == 0, result.stderr
    assert [asked.startswith("bytes=") for asked in hub.ranges()] == [True]
    assert " of 7.6 MB" in result.stderr
    assert "MB/s" in result.stderr
    assert "licence" in result.stderr
    assert result.json["model"] == REFERENCE
    assert result.json["trust"] is not None
    assert _listed(photoorg)[REFERENCE]["trust"] == result.json["trust"]
    stored = tmp_path / "library" / "models" / FOLDER / WEIGHTS
    assert stored.read_bytes() == hub.files[REPOSITORY, WEIGHTS]


@pytest.mark.parametrize(
    ("fault", "code"),
    [("portal", "not-a-hub"), ("gated", "model-gated"), ("missing-repository", "model-absent"), ("503", "hub-failing")],
)
def test_a_fault_is_one_line_and_a_hint(hub: Hub, photoorg: Photoorg, fault: str, code: str) -> None:
    hub.fail(fault)
    result = photoorg("model", "download", REFERENCE, "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, code)
    assert result.json["error"]["hint"]
    lines = result.stderr.splitlines()
    assert len(lines) == 3, result.stderr
    assert "licence" in lines[0]
    assert lines[1:] == [f"photoorg: {result.json['error']['message']}", result.json["error"]["hint"]]


def test_without_a_name_the_proposed_model_is_downloaded(
    hub: Hub, photoorg: Photoorg, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    result = photoorg("model", "download", "--json")
    proposed = photoorg("model", "list", "--json").json["proposed_model"]
    assert (result.exit_code, result.json["error"]["code"]) == (1, "model-absent")  # this hub has another one only
    assert proposed in result.stderr.splitlines()[0]
    assert "Apache-2.0" in result.stderr.splitlines()[1]


def test_a_model_that_knows_nothing_is_kept_but_not_trusted(photoorg: Photoorg, tmp_path: Path) -> None:
    folder = write_shuffled(tmp_path / "shuffled")
    added = photoorg("model", "add", folder, "--json")
    assert (added.exit_code, added.json["active_model"], added.json["trust"]["passed"]) == (0, None, False)
    assert "cannot be trusted" in added.stderr
    reference = added.json["model"]
    shown = photoorg("model", "add", folder)
    assert f"`photoorg model use {reference}`" in shown.stdout
    assert _listed(photoorg)[reference]["trust"] == added.json["trust"]
    used = photoorg("model", "use", reference, "--json")
    assert (used.exit_code, used.json["active_model"]) == (0, reference)
    assert "cannot be trusted" in used.stderr
    verified = photoorg("model", "verify", "--json")
    assert (verified.exit_code, verified.json["error"]["code"]) == (1, "model-not-trustworthy")
    assert {name: verified.json[name] for name in added.json["trust"]} == added.json["trust"]


def test_a_model_is_verified_and_the_first_good_one_becomes_the_active_one(photoorg: Photoorg) -> None:
    result = photoorg("model", "verify", "demo", "--json")
    assert (result.exit_code, result.json["passed"], result.json["model"]) == (0, True, "demo")
    assert result.json["right"] >= 20
    assert _listed(photoorg)["demo"]["trust"]["passed"] is True
    added = photoorg("model", "add", DEMO, "--json")
    assert (added.exit_code, added.json["model"], added.json["active_model"]) == (0, "demo", "demo")


def test_removing_says_what_goes_and_asks_first(photoorg: Photoorg, tmp_path: Path) -> None:
    data_dir = tmp_path / "library"
    folder = _install_twin(data_dir)
    unasked = photoorg("model", "remove", REFERENCE, "--json")
    assert (unasked.exit_code, unasked.json["error"]["code"]) == (2, "usage")
    for answer in ("n\n", "\x04"):
        refused = run_on_terminal(data_dir, "model", "remove", REFERENCE, answer=answer)
        assert (refused.exit_code, "Cancelled" in refused.stderr) == (130, True)
        assert f"{folder}, and what it says of 0 pictures" in refused.stderr
        assert folder.is_dir()
    assert run_on_terminal(data_dir, "model", "remove", REFERENCE, answer="y\n").exit_code == 0
    assert not folder.exists()
    again = photoorg("model", "remove", REFERENCE, "--yes", "--json")
    assert (again.exit_code, again.json["error"]["code"]) == (1, "model-not-installed")


def test_the_doctor_finds_the_demo_library_well(demo: DemoLibrary) -> None:
    result = demo.run("doctor", "--json")
    checks = {check["name"]: check["detail"] for check in result.json["checks"]}
    names = {"data folder", "catalog.sqlite", "derived.sqlite", "thumbnails.sqlite", "model", "self-test"}
    inside = {
        "backups",
        "left-over files",
        "references",
        "photos",
        "orphans",
        "embeddings",
        "thumbnails",
        "hashes",
        "facts",
    }
    assert checks.keys() == names | inside | {"coverage", "vector index", "graphics card", "watching"}
    assert (result.exit_code, result.json["ok"]) == (0, True), checks


def test_the_doctor_names_a_file_that_is_damaged(photoorg: Photoorg, tmp_path: Path) -> None:
    assert photoorg("stats").exit_code == 0
    damaged = tmp_path / "library" / "thumbnails.sqlite"
    content = damaged.read_bytes()
    damaged.write_bytes(content[:4096] + os.urandom(len(content) - 4096))
    result = photoorg("doctor", "--json")
    assert (result.exit_code, result.json["error"]["code"]) == (1, "library-unwell")
    assert [check["name"] for check in result.json["checks"] if not check["ok"]] == ["thumbnails.sqlite"]
