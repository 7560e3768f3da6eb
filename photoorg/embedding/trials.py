"""The trials behind a tuning: a model's image tower run in one way after the other, on noise."""

import logging
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from photoorg.embedding.batches import Batches, PixelInput, as_lost, is_out_of_memory, run_steps
from photoorg.embedding.device import DTYPES
from photoorg.embedding.encoder import Pixels
from photoorg.embedding.models import InstalledModel
from photoorg.embedding.tuning import Tuning
from photoorg.errors import EmbeddingInvalid

log = logging.getLogger(__name__)

# On a GPU, one run alone is too short to be timed.
_GPU_RUNS = 3


class Trials:
    """Runs images like a `Tuning` says, just as the encoder would; keeps one tower for each precision."""

    def __init__(self, model: InstalledModel, device: str, check: Callable[[], None]) -> None:
        """`check` is called before each trial, and may raise. `towers` may get what is loaded already, by precision."""
        self._model = model
        self._device = device
        self._check = check
        self._prepare = PixelInput(model, device)
        self._pixels: Pixels = np.empty(0, np.uint8)
        self.towers: dict[str, nn.Module] = {}

    def rate(self, tuning: Tuning) -> float:
        """Images per second; 0 if there is no memory for it, or if the precision does not suit the model or the device.

        Raises EncoderLost, EmbeddingInvalid, ModelCorrupt, ModelUnsupported, and what `check` raises.
        """
        self._check()
        torch.set_num_threads(tuning.threads)
        try:
            return self._timed(tuning)
        except (RuntimeError, MemoryError) as error:
            if tuning.precision == "float32" and not is_out_of_memory(error):
                raise as_lost(error) from error
            log.info("%s does not run: %s", tuning, error)
        except EmbeddingInvalid:
            pass  # too large for half precision; if it is the weights, using them says so
        return 0.0

    def _timed(self, tuning: Tuning) -> float:
        if tuning.precision not in self.towers:
            self._load(tuning.precision)
            self._run(tuning, 1)  # the first run sets things up
        images = Batches(self._model, self._device, tuning.batch_size).per_call
        runs = 1 if self._device == "cpu" else _GPU_RUNS
        started = time.perf_counter()
        for _ in range(runs):
            self._run(tuning, images)
        return runs * images / (time.perf_counter() - started)

    def _run(self, tuning: Tuning, images: int) -> None:
        size, dtype, tower = min(images, tuning.batch_size), DTYPES[tuning.precision], self.towers[tuning.precision]
        pixels = self._noise(size)  # the same for all steps

        def compute(step: slice) -> torch.Tensor:
            vectors: torch.Tensor = tower(self._prepare(pixels[: step.stop - step.start], dtype))
            return vectors

        run_steps(self._model, slice(0, images), size, compute)

    def _load(self, precision: str) -> None:
        from photoorg.embedding.loading import load_tower

        self.towers[precision] = load_tower(self._model.folder, "image", DTYPES[precision], self._device)

    def _noise(self, images: int) -> Pixels:
        if len(self._pixels) < images:
            side = self._model.model_input.size
            self._pixels = np.random.default_rng(0).integers(0, 256, (images, side, side, 3), np.uint8)
        return self._pixels[:images]
