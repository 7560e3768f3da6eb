"""A stand-in for a CLIP model: deterministic vectors without torch, and a record of what it was asked for."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from photoorg.embedding.models import InstalledModel
from photoorg.model_input import ModelInput

DIMENSION = 32
PIXELS = 8
INPUT = ModelInput(PIXELS, "squash", "bilinear", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))


def stub_model(
    name: str = "stub", background: Sequence[str] = (), templates: Sequence[str] = ("{}",)
) -> InstalledModel:
    """A model that exists nowhere on the disk."""
    fingerprint = hashlib.sha256(name.encode()).hexdigest()[:32]
    return InstalledModel(name, Path(name), fingerprint, DIMENSION, INPUT, tuple(templates), tuple(background))


def unit(vector) -> np.ndarray:
    """The vector at length 1."""
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def text_vector(text: str) -> np.ndarray:
    """A unit vector (DIMENSION,) that only equal texts share."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return unit(np.random.default_rng(seed).standard_normal(DIMENSION))


class StubEncoder:
    """Satisfies the Encoder protocol. Equal pixels have equal vectors; texts can be given vectors of their own."""

    device = "cpu"
    precision = "float32"
    batch_size = 4
    is_awake = True

    def __init__(self, model: InstalledModel | None = None, texts: dict[str, np.ndarray] | None = None) -> None:
        self.model = model or stub_model()
        self.texts = texts or {}
        self.encoded_texts: list[str] = []
        self.encoded_images = 0
        self.closed = False
        self._matrix = np.random.default_rng(7).standard_normal((PIXELS * PIXELS * 3, DIMENSION)).astype(np.float32)

    def encode_images(self, pixels):
        self.encoded_images += len(pixels)
        flat = pixels.reshape(len(pixels), -1).astype(np.float32) / 255 - 0.5
        vectors = flat @ self._matrix
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def encode_texts(self, texts):
        self.encoded_texts += texts
        return np.stack([self.texts.get(text, text_vector(text)) for text in texts])

    def left_out(self, texts):
        return ["" for _ in texts]

    def warm_up(self, tower):
        pass

    def close(self):
        self.closed = True
