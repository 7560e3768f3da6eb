"""Who runs against whom in a benchmark: photoorg's encoder, and open_clip as its users call it."""

from typing import Any, Protocol

import numpy as np
import torch

from photoorg.embedding.encoder import Pixels
from photoorg.embedding.in_process import InProcessEncoder
from photoorg.embedding.models import InstalledModel
from photoorg.embedding.silence import heavy_import, silence
from photoorg.embedding.tokenizer import load_tokenizer
from photoorg.embedding.tuning import Tuning


class Contestant(Protocol):
    """One program with one way of running a model."""

    program: str
    way: Tuning
    images: int
    """How many images one call encodes."""

    def encode_images(self) -> None:
        """Encode `images` images, and wait for the result."""
        ...

    def encode_text(self, text: str) -> None:
        """Encode one text, and wait for the result."""
        ...

    def close(self) -> None:
        """Free the model."""
        ...


class Photoorg:
    """photoorg's own encoder, told how to run."""

    program = "photoorg"

    def __init__(self, model: InstalledModel, device: str, way: Tuning) -> None:
        self.way = way
        self._encoder = InProcessEncoder(model, device, way.threads)
        self._encoder.use(way)
        self.images = self._encoder.batch_size
        self._pixels = _noise(model, self.images)

    def encode_images(self) -> None:
        """From pixels to unit vectors."""
        torch.set_num_threads(self.way.threads)
        self._encoder.encode_images(self._pixels)

    def encode_text(self, text: str) -> None:
        """From text to unit vectors."""
        torch.set_num_threads(self.way.threads)
        self._encoder.encode_texts([text])

    def close(self) -> None:
        """End the encoder."""
        self._encoder.close()


class OpenClip:
    """open_clip's default call: the full model in float32, on tensors that are normalized and on the device already."""

    program = "open_clip"

    def __init__(self, full: Any, model: InstalledModel, device: str, batch_size: int, threads: int) -> None:
        """`full`: what `full_model` gives."""
        self.way = Tuning("float32", batch_size, threads)
        self.images = batch_size
        self._device = device
        self._model = full
        self._tokenizer = load_tokenizer(model.folder)
        pixels = torch.from_numpy(_noise(model, batch_size)).permute(0, 3, 1, 2).float().contiguous()
        self._input = (pixels / 255 - 0.5).to(device)

    def encode_images(self) -> None:
        """As in open_clip's example: without gradients."""
        torch.set_num_threads(self.way.threads)
        with torch.no_grad():
            self._model.encode_image(self._input, normalize=True).cpu()

    def encode_text(self, text: str) -> None:
        """The same for a text."""
        torch.set_num_threads(self.way.threads)
        with torch.no_grad():
            self._model.encode_text(self._tokenizer([text]).to(self._device), normalize=True).cpu()

    def close(self) -> None:
        """Drop the model."""
        del self._model


def full_model(model: InstalledModel, device: str) -> Any:
    """open_clip's model as its own functions load it. Raises its errors."""
    with heavy_import():
        import open_clip

    with silence():
        full, *_ = open_clip.create_model_and_transforms(
            f"local-dir:{model.folder}", device=device, require_pretrained=True
        )
    return full.eval()


def _noise(model: InstalledModel, count: int) -> Pixels:
    side = model.model_input.size
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3), np.uint8)
