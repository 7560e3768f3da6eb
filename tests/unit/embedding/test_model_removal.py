"""Removing models: all at once from sight, then from the disk."""

import errno
import os
import shutil
import threading
from pathlib import Path

import pytest

from photoorg.embedding import work_folder
from photoorg.embedding.models import demo_folder, installed
from photoorg.embedding.removal import partial_bytes, remove_files
from photoorg.embedding.work_folder import hold_model
from photoorg.errors import ModelUnknown
from photoorg.model_errors import DownloadShort, ModelBusy, ModelDownloadFailed, ModelNotRemoved

REFERENCE = "hf-hub:test/tiny"
HALF = 3_500_000


def references(models_dir):
    return [model.reference for model in installed(models_dir)]


def files_below(models_dir):
    return sorted(path.name for path in models_dir.rglob("*") if path.is_file() and path.suffix != ".lock")


def test_a_removed_model_is_gone(hub, get, trial, models_dir):
    get()
    remove_files(REFERENCE, models_dir)
    assert references(models_dir) == ["demo"]
    assert files_below(models_dir) == ["hashes.json", "pins.json"]
    remove_files(REFERENCE, models_dir)  # it is gone already
    trial.arrives()


def test_a_partial_download_is_removed(hub, get, models_dir):
    assert partial_bytes(REFERENCE, models_dir) == 0
    hub.fail("short", after=HALF)
    with pytest.raises(DownloadShort):
        get()
    assert partial_bytes(REFERENCE, models_dir) == HALF
    remove_files(REFERENCE, models_dir)
    assert partial_bytes(REFERENCE, models_dir) == 0
    assert files_below(models_dir) == []
    hub.mend()
    hub.requests.clear()
    get()
    assert hub.ranges() == [""]


def test_only_what_arrived_counts(models_dir):
    work = work_folder.work_folder(models_dir, "hf-hub--test--tiny")
    (work / "model").mkdir(parents=True)
    (work / "adding").mkdir()
    for name in ("pins.json", ".pins.lock", "model/open_clip_config.json", "adding/open_clip_model.safetensors"):
        (work / name).write_bytes(b"123")
    assert partial_bytes(REFERENCE, models_dir) == 0
    (work / "open_clip_model.safetensors.0123.part").write_bytes(b"12")
    assert partial_bytes(REFERENCE, models_dir) == 2
    (work / "model" / "tokenizer.json").write_bytes(b"12345")
    (work / "weights.bin").write_bytes(b"1234567")
    assert partial_bytes(REFERENCE, models_dir) == 2 + 5 + 7


def test_nothing_is_begun_by_asking_in_vain(hub, get, models_dir):
    """As without a network. The configuration of a NAME/TAG is there before the hub is asked for anything."""
    reference = "ViT-B-32-256/datacomp_s34b_b86k"
    hub.close()
    with pytest.raises(ModelDownloadFailed):
        get(reference)
    assert partial_bytes(reference, models_dir) == 0
    assert [path.name for path in (models_dir / ".downloads").iterdir() if path.is_dir()] == []


@pytest.mark.timeout(60)  # if it never sees what has arrived
def test_it_is_asked_while_files_come_and_go(models_dir):
    work = work_folder.work_folder(models_dir, "hf-hub--test--tiny")
    stop = threading.Event()

    def change():
        while not stop.is_set():
            (work / "model" / "deeper").mkdir(parents=True)
            for number in range(5):
                (work / f"{number}.part").write_bytes(b"1")
                (work / f"{number}.part").replace(work / "model" / f"{number}")
            work_folder.discard(work, models_dir)

    thread = threading.Thread(target=change)
    thread.start()
    found: list[int] = []
    try:
        while len(found) < 3000 or not any(found):  # on a busy machine the other thread may come late to its turn
            found.append(partial_bytes(REFERENCE, models_dir))
    finally:
        stop.set()
        thread.join()
    assert set(found) <= set(range(11))


def test_the_demo_and_folders_of_the_users_own_stay(model_folder, models_dir, tmp_path):
    mine = shutil.copytree(model_folder("vit"), tmp_path / "mine")
    remove_files("demo", models_dir)
    remove_files(str(mine), models_dir)
    assert demo_folder().is_dir()
    assert len(list(mine.iterdir())) == 2
    assert partial_bytes("demo", models_dir) == partial_bytes(str(mine), models_dir) == 0


def test_what_is_no_reference(models_dir):
    with pytest.raises(ModelUnknown):
        remove_files("no such thing", models_dir)
    assert partial_bytes("no such thing", models_dir) == 0


def test_another_program_is_at_it(hub, get, models_dir):
    get()
    with hold_model(REFERENCE, models_dir, "hf-hub--test--tiny"), pytest.raises(ModelBusy):
        remove_files(REFERENCE, models_dir)
    assert references(models_dir) == ["demo", REFERENCE]


def test_files_that_are_in_use(hub, get, models_dir, monkeypatch):
    get()

    def in_use(path, _target):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", in_use)
        with pytest.raises(ModelNotRemoved, match="Permission denied") as caught:
            remove_files(REFERENCE, models_dir)
    assert "Close other programs" in caught.value.hint_text
    assert references(models_dir) == ["demo", REFERENCE]
    remove_files(REFERENCE, models_dir)
    assert references(models_dir) == ["demo"]


def test_a_file_that_stays_is_removed_another_time(hub, get, models_dir, monkeypatch):
    get()

    def in_use(path, **_options):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", in_use)
        remove_files(REFERENCE, models_dir)
    assert references(models_dir) == ["demo"]
    assert list(models_dir.glob(".removed-*"))
    get()
    remove_files(REFERENCE, models_dir)
    assert not list(models_dir.glob(".removed-*"))


def test_killed_in_the_middle(hub, get, trial, models_dir, monkeypatch):
    get()
    with monkeypatch.context() as patch:
        patch.setattr(work_folder, "_delete", lambda _folder: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            remove_files(REFERENCE, models_dir)
    assert references(models_dir) == ["demo"]
    trial.arrives()
    assert not list(models_dir.glob(".removed-*"))
