"""Downloads that end in the middle, by a kill or a cancel, and go on where they stopped; and two at a time."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch
from huggingface_hub import constants
from random_model import write_random_model
from safetensors.torch import load_file
from tiny_configs import CONFIGS

from photoorg.embedding.install import install
from photoorg.embedding.removal import partial_bytes
from photoorg.errors import Cancelled
from photoorg.jobs.job import RateMeter
from photoorg.model_errors import ModelBusy, ModelDoesNotLoad

REFERENCE, REPOSITORY = "hf-hub:test/tiny", "test/tiny"
WEIGHTS, CONFIG = "open_clip_model.safetensors", "open_clip_config.json"
PICKLED = "open_clip_pytorch_model.bin"
HALF = 3_500_000
CHILD = Path(__file__).with_name("hub_child.py")


def start_child(models_dir, *deadly, timeout_s=60):
    environment = os.environ | {"HF_HUB_DOWNLOAD_TIMEOUT": str(timeout_s)}
    return subprocess.Popen([sys.executable, CHILD, REFERENCE, models_dir, *deadly], env=environment)


def wait_until(fact, process):
    for _ in range(3000):
        if fact():
            return
        assert process.poll() is None, "the program ended early"
        threading.Event().wait(0.01)
    raise AssertionError("it did not come true")


def config_bytes(hub):
    return len(hub.files[REPOSITORY, CONFIG])


def test_killed_and_gone_on(hub, trial, models_dir):
    hub.fail("stall", after=HALF)
    child = start_child(models_dir)
    wait_until(lambda: partial_bytes(REFERENCE, models_dir) >= HALF, child)
    child.send_signal(signal.SIGKILL)
    child.wait()
    kept = partial_bytes(REFERENCE, models_dir)
    hub.mend()
    hub.requests.clear()
    hub.sent_bytes = 0
    trial.arrives()
    assert hub.ranges() == [f"bytes={HALF}-"]
    assert hub.sent_bytes == len(hub.files[REPOSITORY, WEIGHTS]) - HALF
    assert kept == HALF
    assert partial_bytes(REFERENCE, models_dir) == 0


def test_two_programs_want_the_same_model(hub, trial, models_dir):
    hub.fail("stall", after=HALF)
    child = start_child(models_dir)
    wait_until(lambda: partial_bytes(REFERENCE, models_dir) >= HALF, child)
    trial.fails(ModelBusy, REFERENCE, "Another program")
    hub.mend()  # the other one loses its connection, and goes on
    assert child.wait(60) == 0
    hub.requests.clear()
    trial.arrives()
    assert hub.ranges() == []


def test_another_model_can_be_installed_meanwhile(hub, get, model_folder, models_dir, tmp_path):
    folder = write_random_model(CONFIGS["vit"], {}, tmp_path / "other", seed=1)
    hub.files |= {("test/other", name): (folder / name).read_bytes() for name in (WEIGHTS, CONFIG)}
    hub.fail("stall", after=HALF, times=1)
    child = start_child(models_dir)
    wait_until(lambda: partial_bytes(REFERENCE, models_dir) >= HALF, child)
    assert (get("hf-hub:test/other").folder / WEIGHTS).read_bytes() == hub.files["test/other", WEIGHTS]
    hub.mend()
    assert child.wait(60) == 0


@pytest.mark.parametrize(
    "deadly",
    [
        "photoorg.embedding.install.check_folder_loads",
        "photoorg.embedding.install.sync_files",
        "photoorg.embedding.install.remember_sha256",
        "photoorg.embedding.install.discard",
    ],
)
def test_killed_at_the_end(hub, trial, models_dir, deadly):
    child = start_child(models_dir, deadly)
    assert child.wait(60) == -signal.SIGKILL
    hub.requests.clear()
    trial.arrives()
    assert hub.ranges() == []  # everything was there


def test_what_was_damaged_since_is_fetched_again(hub, trial, models_dir):
    child = start_child(models_dir, "photoorg.embedding.install.check_folder_loads")
    assert child.wait(60) == -signal.SIGKILL
    weights = models_dir / ".downloads" / "hf-hub--test--tiny" / "model" / WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    hub.requests.clear()
    trial.arrives()
    assert hub.ranges() == [""]


def test_killed_while_a_broken_model_is_replaced(hub, trial, models_dir, get):
    (get(REFERENCE).folder / WEIGHTS).unlink()
    child = start_child(models_dir, "photoorg.embedding.work_folder._delete")
    assert child.wait(60) == -signal.SIGKILL
    hub.requests.clear()
    trial.arrives()
    assert hub.ranges() == []
    assert not list(models_dir.glob(".removed-*"))


# --- cancelling ---


def test_cancelled_and_gone_on(hub, trial, models_dir):
    reports = []

    def cancel_in_the_middle():
        if reports and reports[-1][0] > HALF:
            raise Cancelled

    def run(check_cancelled):
        install(REFERENCE, models_dir, lambda *facts: reports.append(facts), check_cancelled)

    with pytest.raises(Cancelled):
        run(cancel_in_the_middle)
    kept = reports[-1][0]
    reports.clear()
    hub.requests.clear()
    run(lambda: None)
    total = sum(map(len, hub.files.values()))
    assert reports[0] == (kept, total, WEIGHTS)
    assert reports[-1] == (total, total, WEIGHTS)
    assert [done for done, _, _ in reports] == sorted(done for done, _, _ in reports)
    assert hub.ranges() == [f"bytes={kept - config_bytes(hub)}-"]
    trial.arrives()


def test_what_was_there_before_counts_for_no_speed(hub, get, models_dir):
    hub.fail("short", after=HALF)
    with pytest.raises(Exception, match="sent only"):
        get(REFERENCE)
    hub.mend()
    clock = iter(range(1000))
    meter = RateMeter(lambda: next(clock))  # a second for each report
    rates = []
    install(REFERENCE, models_dir, lambda done, total, _text: rates.append(meter.update(done, total)[0]), lambda: None)
    assert rates[0] == 0
    assert 0 < max(rates) <= 64 * 1024  # what comes at a time


def test_cancelled_while_nothing_comes(hub, trial, models_dir, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 100)
    hub.fail("stall", after=HALF)
    reports = []

    def cancel_in_the_stall():
        if reports and reports[-1][0] == HALF + config_bytes(hub) and len(reports) > 1:
            cancelled.append(1)
            if len(cancelled) > 1:  # not in the turn of the one who reads
                raise Cancelled

    cancelled = []
    with pytest.raises(Cancelled):
        install(REFERENCE, models_dir, lambda *facts: reports.append(facts), cancel_in_the_stall)
    hub.mend()
    hub.requests.clear()
    trial.arrives()
    assert hub.ranges() == [f"bytes={HALF}-"]


def test_cancelled_while_the_hub_is_busy(hub, models_dir, monkeypatch):
    monkeypatch.setattr("photoorg.embedding.download.PAUSE_S", 1000)
    hub.fail("503")
    asked = iter(range(5))

    def cancel_while_waiting():
        if next(asked) == 4:
            raise Cancelled

    with pytest.raises(Cancelled):
        install(REFERENCE, models_dir, lambda *_: None, cancel_while_waiting)
    assert len(hub.requests) == 1


# --- weights in torch's own format ---


def check_tensors(model, tensors):
    assert sorted(path.name for path in model.folder.iterdir()) == [CONFIG, WEIGHTS, "origin.json"]
    stored = load_file(model.folder / WEIGHTS)
    assert stored.keys() == tensors.keys()
    assert all(torch.equal(stored[name], tensors[name]) for name in tensors)


def test_pickled_weights_are_converted_once(hub, get, pickled):
    check_tensors(get(REFERENCE), pickled)
    hub.requests.clear()
    get(REFERENCE)
    assert hub.requests == []


def test_killed_in_the_conversion(hub, get, pickled, models_dir):
    child = start_child(models_dir, "photoorg.embedding.checkpoint.save_file")
    assert child.wait(60) == -signal.SIGKILL
    assert not (models_dir / "hf-hub--test--tiny").exists()
    hub.requests.clear()
    check_tensors(get(REFERENCE), pickled)
    assert hub.ranges() == []
    assert [path.name for path in (models_dir / ".downloads").iterdir()] == ["hf-hub--test--tiny.lock"]


def test_no_code_runs_in_the_conversion(hub, get, models_dir, pickled, tmp_path):
    class Evil:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "it ran",))

    torch.save({"state_dict": Evil()}, tmp_path / "evil.bin")
    hub.files[REPOSITORY, PICKLED] = (tmp_path / "evil.bin").read_bytes()
    with pytest.raises(ModelDoesNotLoad):
        get(REFERENCE)
    assert not (tmp_path / "it ran").exists()
    assert partial_bytes(REFERENCE, models_dir) == 0


def test_leftovers_of_earlier_versions_go(hub, trial, models_dir):
    for name in (".installing-abc", ".removed-abc", ".downloads/local--other/adding"):
        (models_dir / name / "model").mkdir(parents=True)
        (models_dir / name / "model" / WEIGHTS).write_bytes(b"half a model")
    trial.arrives()
    assert sorted(path.name for path in models_dir.iterdir() if path.is_dir()) == [".downloads", "hf-hub--test--tiny"]
    assert not (models_dir / ".downloads" / "local--other").exists()
