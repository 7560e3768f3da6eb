"""The encoder in this process: loads each tower at its first use and runs it in batches."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from photoorg.embedding.device import DTYPES, best_batch, choose_device, model_precision
from photoorg.embedding.encoder import Pixels, TowerName, Vectors
from photoorg.embedding.models import InstalledModel
from photoorg.errors import Cancelled, EmbeddingInvalid, EncoderLost


class InProcessEncoder:
    """An `Encoder`; its towers may be used by two threads at a time, one for images and one for texts."""

    def __init__(self, model: InstalledModel, device: str = "auto", threads: int | None = None) -> None:
        """Raises DeviceUnavailable."""
        self.model = model
        self.device = choose_device(device)
        self.precision: str = model_precision(model, self.device)
        self.batch_size = best_batch(self.device)
        self._dtype = DTYPES[self.precision]
        self._towers: dict[TowerName, nn.Module] = {}
        self._tokenizer: Any = None
        self._loading = threading.Lock()
        self._closed = False
        self._scale, self._shift = _normalization(model, self.device)
        if threads is not None:
            torch.set_num_threads(threads)

    def encode_images(self, pixels: Pixels) -> Vectors:
        """RGB pixels (n, size, size, 3) to unit vectors (n, dimension)."""
        side = self.model.model_input.size
        if pixels.dtype != np.uint8 or pixels.shape[1:] != (side, side, 3):
            raise ValueError(f"expected uint8 (n, {side}, {side}, 3), got {pixels.dtype} {pixels.shape}")
        tower = self._tower("image")
        return self._in_batches(len(pixels), lambda chunk: tower(self._prepare(pixels[chunk])))

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Texts to unit vectors (n, dimension)."""
        tower = self._tower("text")
        if not texts:
            return np.empty((0, self.model.dimension), np.float32)
        tokens: torch.Tensor = self._tokenizer(list(texts))
        return self._in_batches(len(texts), lambda chunk: tower(tokens[chunk].to(self.device)))

    def warm_up(self, tower: TowerName) -> None:
        """Load one tower now."""
        self._tower(tower)

    def close(self) -> None:
        """Drop the towers; the memory is free when running calls have ended."""
        self._closed = True
        with self._loading:
            self._towers.clear()
            self._tokenizer = None

    def _tower(self, name: TowerName) -> nn.Module:
        with self._loading:
            if self._closed:
                raise Cancelled
            if name not in self._towers:
                self._load(name)
            return self._towers[name]

    def _load(self, name: TowerName) -> None:
        # Importing open_clip takes seconds: not before a tower is wanted.
        from photoorg.embedding.loading import load_tokenizer, load_tower

        if name == "text":
            self._tokenizer = load_tokenizer(self.model.folder)
        self._towers[name] = load_tower(self.model.folder, name, self._dtype, self.device)

    def _prepare(self, pixels: Pixels) -> torch.Tensor:
        """Normalized input (n, 3, size, size); the pixels' own order in memory is torch's channels_last."""
        if not pixels.flags.writeable or not pixels.flags.c_contiguous:
            pixels = pixels.copy()
        on_device = torch.from_numpy(pixels).to(self.device)
        return torch.addcmul(self._shift, on_device, self._scale).to(self._dtype).permute(0, 3, 1, 2)

    def _in_batches(self, count: int, run: Callable[[slice], torch.Tensor]) -> Vectors:
        """Run over chunks; a GPU without memory for a chunk gets half of it, down to a single one."""
        vectors = np.empty((count, self.model.dimension), np.float32)
        start, size = 0, self.batch_size
        while start < count:
            if self._closed:
                raise Cancelled
            chunk = slice(start, min(start + size, count))
            try:
                vectors[chunk] = self._unit_vectors(run, chunk)
            except RuntimeError as error:
                if not _is_of_the_device(error):
                    raise
                if size == 1 or not _is_out_of_memory(error):
                    raise EncoderLost(detail=str(error).splitlines()[0]) from error
                size = self.batch_size = size // 2
                continue
            start = chunk.stop
        return vectors

    def _unit_vectors(self, run: Callable[[slice], torch.Tensor], chunk: slice) -> Vectors:
        with torch.inference_mode():
            vectors: Vectors = run(chunk).float().cpu().numpy()
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        usable = np.isfinite(lengths) & (lengths > 0)
        if not usable.all():
            rows = (np.flatnonzero(~usable[:, 0]) + chunk.start).tolist()
            raise EmbeddingInvalid(model=self.model.reference, rows=rows, count=len(rows), total=len(vectors))
        unit: Vectors = vectors / lengths
        return unit


def _is_out_of_memory(error: RuntimeError) -> bool:
    # MPS and the CPU have no class of their own for it.
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in str(error)


def _is_of_the_device(error: RuntimeError) -> bool:
    """Whether the device gave up, rather than the program being wrong."""
    lost: type[RuntimeError] = getattr(torch, "AcceleratorError", torch.OutOfMemoryError)
    return isinstance(error, lost) or _is_out_of_memory(error)


def _normalization(model: InstalledModel, device: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Scale and shift per channel, so that pixel * scale + shift = (pixel / 255 - mean) / std."""
    spec = model.model_input
    mean, std = torch.tensor(spec.mean, dtype=torch.float64), torch.tensor(spec.std, dtype=torch.float64)
    return (1 / (255 * std)).float().to(device), (-mean / std).float().to(device)
