"""Tiny models of every kind of tower, written once per session."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from random_model import write_random_model
from tiny_configs import CONFIGS

from photoorg.embedding.models import resolve


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
