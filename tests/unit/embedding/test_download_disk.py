"""Disks that are full, too small, or not to be written: the next try goes on where this one stopped."""

import errno
import os
import shutil

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from photoorg import errors, model_errors
from photoorg.embedding import model_download
from photoorg.embedding.patience import WatchedBody
from photoorg.embedding.removal import partial_bytes

resource = pytest.importorskip("resource")  # not on Windows

HALF = 3_500_000  # bytes, of 7 million


def test_too_little_space_is_seen_before_the_download(hub, trial, monkeypatch, models_dir):
    full = shutil.disk_usage("/")._replace(free=5_000_000)
    with monkeypatch.context() as patch:
        patch.setattr(model_download.shutil, "disk_usage", lambda _path: full)
        trial.fails(model_errors.NotEnoughSpace, str(models_dir), "5 MB free", "8 MB are needed")
        assert hub.ranges() == []
    trial.arrives()


def test_space_for_what_is_missing_is_enough(hub, trial, monkeypatch):
    hub.fail("short", after=HALF)
    trial.fails(model_errors.DownloadShort)
    hub.mend()
    half_full = shutil.disk_usage("/")._replace(free=4_000_000)
    monkeypatch.setattr(model_download.shutil, "disk_usage", lambda _path: half_full)
    trial.arrives()


def test_the_files_may_not_grow(hub, trial, models_dir):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, before[1]))
    try:
        trial.fails(model_errors.FileTooLargeForDisk, f"disk of {models_dir} takes", "FAT32")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    hub.requests.clear()
    trial.arrives()
    assert hub.ranges()[0].startswith("bytes=3000000-")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_on_the_way(hub, trial, models_dir, monkeypatch, number):
    next_block = WatchedBody.next_block
    blocks = iter(range(20))

    def until_it_is_full(body):
        if next(blocks, None) is None:
            raise OSError(number, os.strerror(number))
        return next_block(body)

    with monkeypatch.context() as patch:
        patch.setattr(WatchedBody, "next_block", until_it_is_full)
        trial.fails(errors.DiskFull, f"disk of {models_dir} is full", "Free some space")
    kept = partial_bytes("hf-hub:test/tiny", models_dir)
    hub.requests.clear()
    trial.arrives()
    assert hub.ranges() == [f"bytes={kept}-"]


def test_a_disk_that_fills_up_in_the_conversion(hub, pickled, trial, get, monkeypatch):
    def full(*_arguments, **_options):
        # What safetensors says on a full disk.
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    with monkeypatch.context() as patch:
        patch.setattr("photoorg.embedding.checkpoint.save_file", full)
        trial.fails(errors.DiskFull, "is full")
    hub.requests.clear()
    stored = load_file(get().folder / "open_clip_model.safetensors")
    assert all(torch.equal(stored[name], tensor) for name, tensor in pickled.items())
    assert hub.ranges() == []


@pytest.mark.parametrize("name", ["", ".downloads", ".downloads/hf-hub--test--tiny"])
def test_a_place_that_cannot_be_used(trial, models_dir, name):
    place = models_dir / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a file, not a folder")
    trial.fails(model_errors.ModelsFolderUnusable, str(place))
    place.unlink()
    trial.arrives()
