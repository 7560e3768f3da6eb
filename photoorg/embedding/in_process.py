"""The encoder in this process: loads each tower at its first use and runs it in batches, as fast as the machine can."""

import gc
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from torch import nn

from photoorg.embedding.batches import Batches, PixelInput, device_errors
from photoorg.embedding.device import (
    DTYPES,
    choose_device,
    is_small,
    machine_key,
    model_precision,
    precisions_to_try,
)
from photoorg.embedding.encoder import Pixels, TowerName, Vectors, check_pixels
from photoorg.embedding.freed_memory import give_back_memory
from photoorg.embedding.models import InstalledModel
from photoorg.embedding.silence import heavy_import, recorded_warnings
from photoorg.embedding.tokenizer import Tokenizer, load_tokenizer
from photoorg.embedding.trials import Trials
from photoorg.embedding.tuning import Tuning, choices_for, measure, remember, remembered
from photoorg.errors import Cancelled

log = logging.getLogger(__name__)

# Until it is measured: inputs per step.
_USUAL_STEPS = {"cuda": 128, "mps": 32, "cpu": 32}
# For a few images, measuring would cost more than it gives.
_WORTH_MEASURING = 8
# Torch's own choice, before anything here changes it: on x86 that is one for each core, without their second threads.
_TORCH_THREADS = torch.get_num_threads()


class InProcessEncoder:
    """An `Encoder`, safe from any thread: of several calls for the same tower one waits for the other."""

    def __init__(
        self,
        model: InstalledModel,
        device: str = "auto",
        threads: int | None = None,
        tuning_file: Path | None = None,
    ) -> None:
        """`tuning_file`: where it is remembered how a model runs fastest. Raises DeviceUnavailable."""
        self.model = model
        self.device = choose_device(device)
        self._most_threads = threads or _TORCH_THREADS
        self._tuning_file = tuning_file
        self._towers: dict[TowerName, nn.Module] = {}
        self._tokenizer: Tokenizer | None = None
        # Who takes both takes the turn first. Measuring changes how the image tower runs, and has its turn.
        self._turns = {"image": threading.RLock(), "text": threading.RLock()}
        self._loading = threading.Lock()
        self._closed = False
        self._looked_at: set[TowerName] = set()  # for operators that the device lacks
        with device_errors():
            self._prepare = PixelInput(model, self.device)
        known = self._remembered()
        self._is_tuned = known is not None or is_small(model)
        usual = Tuning(model_precision(model, self.device), _USUAL_STEPS[self.device], self._most_threads)
        self._use(known or usual)

    @property
    def batch_size(self) -> int:
        """Images per call that keep the device busy."""
        return self._image_batches.per_call

    @property
    def is_awake(self) -> bool:
        """Whether the text tower is loaded."""
        return "text" in self._towers

    @property
    def tuning(self) -> Tuning:
        """How images are encoded now."""
        return Tuning(self.precision, self._image_batches.size, self._threads)

    def encode_images(self, pixels: Pixels) -> Vectors:
        """RGB pixels (n, size, size, 3) to unit vectors (n, dimension)."""
        check_pixels(self.model, pixels)
        with self._turns["image"]:
            if len(pixels) >= _WORTH_MEASURING:
                self.tune()
            tower, dtype = self._tower("image"), DTYPES[self.precision]
            with self._fallbacks_logged("image"):
                return self._image_batches.unit_vectors(
                    len(pixels), lambda step: tower(self._prepare(pixels[step], dtype)), self._check_open
                )

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Texts to unit vectors (n, dimension)."""
        tower = self._tower("text")
        if not texts:
            return np.empty((0, self.model.dimension), np.float32)
        tokens = self._loaded_tokenizer()(texts)
        with self._turns["text"], self._fallbacks_logged("text"):
            return self._text_batches.unit_vectors(
                len(texts), lambda step: tower(tokens[step].to(self.device)), self._check_open
            )

    def left_out(self, texts: Sequence[str]) -> list[str]:
        """Of each text the end that the model does not read, "" if it reads all."""
        return self._loaded_tokenizer().left_out(texts)

    def warm_up(self, tower: TowerName) -> None:
        """Load one tower now; for images it is also measured what runs fastest, if that is not known yet."""
        if tower == "image":
            self.tune()  # before the decode workers are busy
        self._tower(tower)

    def tune(self) -> None:
        """Measure once what runs fastest, and remember it. Raises like encode_images."""
        with self._turns["image"]:
            if not self._is_tuned:
                self._is_tuned = True
                self._measure()

    def use(self, tuning: Tuning) -> None:
        """Run like that from now on, without measuring."""
        with self._turns["image"], self._loading:
            self._is_tuned = True
            if tuning.precision != self.precision:
                self._towers.pop("image", None)
            self._use(tuning)

    def close(self) -> None:
        """Drop the towers; the memory is free when running calls have ended."""
        self._closed = True
        with self._loading:
            self._towers.clear()
            self._tokenizer = None

    def _measure(self) -> None:
        trials = Trials(self.model, self.device, self._check_open)
        if "image" in self._towers:
            trials.towers[self.precision] = self._towers["image"]
        precisions = precisions_to_try(self.model, self.device)
        choices = choices_for(self.device, precisions, self._most_threads, _TORCH_THREADS)
        if found := measure(trials.rate, choices):
            with self._loading:
                self._check_open()
                self._towers["image"] = trials.towers[found.precision]
            self._use(found)
            self._remember(found)
        del trials
        gc.collect()
        give_back_memory()

    def _use(self, tuning: Tuning) -> None:
        self.precision, self._threads = tuning.precision, tuning.threads
        self._image_batches = Batches(self.model, self.device, tuning.batch_size)
        self._text_batches = Batches(self.model, self.device, _USUAL_STEPS[self.device])
        torch.set_num_threads(tuning.threads)

    def _remembered(self) -> Tuning | None:
        if self._tuning_file is None:
            return None
        found = remembered(self._tuning_file, self._machine(), self.model.fingerprint)
        return found if found and found.precision in precisions_to_try(self.model, self.device) else None

    def _remember(self, tuning: Tuning) -> None:
        if self._tuning_file is not None:
            remember(self._tuning_file, self._machine(), self.model.fingerprint, tuning)

    def _machine(self) -> str:
        return machine_key(self.device, self._most_threads)

    def _check_open(self) -> None:
        if self._closed:
            raise Cancelled

    def _tower(self, name: TowerName) -> nn.Module:
        with self._loading:
            self._check_open()
            if name not in self._towers:
                self._load(name)
            return self._towers[name]

    def _load(self, name: TowerName) -> None:
        # Importing open_clip takes seconds: not before a tower is wanted.
        with heavy_import():
            from photoorg.embedding.loading import load_tower
            from photoorg.embedding.short_texts import shortened

        with device_errors():
            tower = load_tower(self.model.folder, name, DTYPES[self.precision], self.device)
        self._towers[name] = shortened(tower) if name == "text" and self.device == "cpu" else tower

    def _loaded_tokenizer(self) -> Tokenizer:
        with self._loading:
            self._check_open()
            if self._tokenizer is None:
                with heavy_import():  # open_clip, for most
                    self._tokenizer = load_tokenizer(self.model.folder)
            return self._tokenizer

    @contextmanager
    def _fallbacks_logged(self, tower: TowerName) -> Iterator[None]:
        """Of operators that Apple's GPU lacks torch warns at their first use: that becomes one line in the log."""
        if self.device != "mps" or tower in self._looked_at:
            yield
            return
        self._looked_at.add(tower)
        with recorded_warnings() as texts:
            yield
        if missing := [text for text in texts if "MPS" in text]:
            log.info("The GPU lacks something that the %s tower needs; the processor does it: %s", tower, missing[0])
