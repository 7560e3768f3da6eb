"""Tiny models of every kind of tower, written once per session."""

import sys
from pathlib import Path

import huggingface_hub
import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[2]))

from hub import Hub
from hub_trial import Trial
from huggingface_hub import constants
from random_model import write_random_model
from safetensors.torch import load
from tiny_configs import CONFIGS

from photoorg.embedding import download
from photoorg.embedding.install import install
from photoorg.embedding.models import resolve

_ENVIRONMENT = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "HF_ENDPOINT")


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory):
    """A function from a kind in CONFIGS to a read-only folder of that kind."""
    root = tmp_path_factory.mktemp("tiny-models")

    def folder(kind):
        path = root / kind
        return path if path.is_dir() else write_random_model(CONFIGS[kind], {}, path)

    return folder


@pytest.fixture(scope="session")
def vit(model_folder, tmp_path_factory):
    """A tiny installed model."""
    return resolve(str(model_folder("vit")), tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def noise():
    """A function giving random pixels for a model: uint8 (n, size, size, 3)."""

    def pixels(model, count, seed=0):
        size = model.model_input.size
        return np.random.default_rng(seed).integers(0, 256, (count, size, size, 3), dtype=np.uint8)

    return pixels


@pytest.fixture
def hub_library(monkeypatch):
    """The hub's library as at the start of the program, in an environment that says nothing; short waits."""
    for name in _ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(download, "PAUSE_S", 0.01)
    monkeypatch.setattr(constants, "HF_HUB_ETAG_TIMEOUT", 0.3)
    monkeypatch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 0.2)
    huggingface_hub.close_session()
    yield huggingface_hub
    huggingface_hub.close_session()


@pytest.fixture
def hub(model_folder, hub_library, monkeypatch):
    """A hub with one model, test/tiny."""
    folder = model_folder("vit")
    names = ("open_clip_model.safetensors", "open_clip_config.json")
    hub = Hub({("test/tiny", name): (folder / name).read_bytes() for name in names})
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    yield hub
    hub.close()


@pytest.fixture
def pickled(hub, tmp_path):
    """The hub has the weights in torch's own format only. Gives its tensors."""
    tensors = load(hub.files.pop(("test/tiny", "open_clip_model.safetensors")))
    torch.save({"state_dict": tensors}, tmp_path / "weights.bin")
    hub.files["test/tiny", "open_clip_pytorch_model.bin"] = (tmp_path / "weights.bin").read_bytes()
    return tensors


@pytest.fixture
def models_dir(tmp_path):
    """A place for models."""
    return tmp_path / "models"


@pytest.fixture
def get(models_dir):
    """Install without a care for progress."""
    return lambda reference="hf-hub:test/tiny", **options: install(
        reference, models_dir, lambda *_: None, lambda: None, **options
    )


@pytest.fixture
def trial(hub, get, models_dir, vit):
    """A try to get the hub's model, and the next one."""
    return Trial(hub, get, models_dir, vit.fingerprint)
