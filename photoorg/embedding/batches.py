"""A tower over many inputs: in steps that fit the device, several of them under way at a time on a GPU."""

import contextlib
from collections.abc import Callable, Iterator

import numpy as np
import torch

from photoorg.embedding.encoder import Pixels, Vectors
from photoorg.embedding.models import InstalledModel
from photoorg.errors import EmbeddingInvalid, EncoderLost

# Steps that are handed to the device before anything waits for it, so that it hardly waits for the processor.
_STEPS_UNDER_WAY = {"cuda": 8, "mps": 4}
# What a caller shall gather for one call at most, unless a single step takes more: pixels are 0.2 MB and more each.
_MOST_PER_CALL = 512
# As MPS, torch's CPU allocator on POSIX and the one on Windows put it: none of them has a class of its own for it.
_NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")

# Of the inputs in a slice, the tower's vectors (n, dimension) on the device.
Compute = Callable[[slice], torch.Tensor]


class Batches:
    """Runs a tower in steps of `size` inputs; a device without memory for a step gets half of it, down to a single one."""

    def __init__(self, model: InstalledModel, device: str, size: int) -> None:
        self._model = model
        self._device = device
        self.size = size

    @property
    def per_call(self) -> int:
        """Inputs that a caller shall gather for one call."""
        return min(self._under_way, max(self.size, _MOST_PER_CALL))

    @property
    def _under_way(self) -> int:
        return self.size * _STEPS_UNDER_WAY.get(self._device, 1)

    def unit_vectors(self, count: int, compute: Compute, check: Callable[[], None]) -> Vectors:
        """The vectors (count, dimension) at length 1, calling `check` now and then.

        Raises EmbeddingInvalid, EncoderLost, and what `check` raises.
        """
        vectors = np.empty((count, self._model.dimension), np.float32)
        start = 0
        while start < count:
            check()
            part = slice(start, min(start + self._under_way, count))
            found = self._try(part, compute)
            if found is None:
                self.size //= 2
                _empty_cache(self._device)
                continue
            vectors[part] = found
            start = part.stop
        return vectors

    def _try(self, part: slice, compute: Compute) -> Vectors | None:
        """None if the memory was too small, also where a GPU says so only after the last step was handed over."""
        try:
            return run_steps(self._model, part, self.size, compute)
        except (RuntimeError, MemoryError) as error:
            if self.size == 1 or not is_out_of_memory(error):
                raise as_lost(error) from error
            return None


def run_steps(model: InstalledModel, part: slice, size: int, compute: Compute) -> Vectors:
    """All steps of a part, then the vectors at length 1. Raises EmbeddingInvalid, and the device's RuntimeError."""
    starts = range(part.start, part.stop, size)
    with torch.inference_mode():
        raw = torch.cat([compute(slice(start, min(start + size, part.stop))).float() for start in starts])
        lengths = torch.linalg.vector_norm(raw, dim=1, keepdim=True)
        unit: Vectors = (raw / lengths).cpu().numpy()  # here the processor waits for the device
        usable = (torch.isfinite(lengths) & (lengths > 0)).cpu().numpy()[:, 0]
    if not usable.all():
        rows = (np.flatnonzero(~usable) + part.start).tolist()
        raise EmbeddingInvalid(model=model.reference, rows=rows, count=len(rows), total=part.stop - part.start)
    return unit


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a device, or this process, had too little memory."""
    text = str(error).lower()
    return isinstance(error, (torch.OutOfMemoryError, MemoryError)) or any(words in text for words in _NO_MEMORY)


def as_lost(error: RuntimeError | MemoryError) -> BaseException:
    """What to raise: EncoderLost if the device gave up, the error itself if the program is wrong."""
    lost: type[RuntimeError] = getattr(torch, "AcceleratorError", torch.OutOfMemoryError)
    if isinstance(error, lost) or is_out_of_memory(error):
        return EncoderLost(detail=str(error).partition("\n")[0] or "out of memory")
    return error


@contextlib.contextmanager
def device_errors() -> Iterator[None]:
    """What a device says becomes EncoderLost."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        raise as_lost(error) from error


class PixelInput:
    """Turns pixels into a tower's input on the device."""

    def __init__(self, model: InstalledModel, device: str) -> None:
        self._device = device
        self._copying: torch.cuda.Stream | None = None
        if device == "cuda":
            self._copying = torch.cuda.Stream()  # type: ignore[no-untyped-call]  # torch leaves out its types
        spec = model.model_input
        mean, std = torch.tensor(spec.mean, dtype=torch.float64), torch.tensor(spec.std, dtype=torch.float64)
        # pixel * scale + shift = (pixel / 255 - mean) / std
        self._scale, self._shift = (1 / (255 * std)).float().to(device), (-mean / std).float().to(device)

    def __call__(self, pixels: Pixels, dtype: torch.dtype) -> torch.Tensor:
        """RGB (n, size, size, 3) to normalized (n, 3, size, size); their order in memory is torch's channels_last."""
        on_device = self._pinned_copy(pixels) if self._copying else self._copy(pixels)
        return torch.addcmul(self._shift, on_device, self._scale).to(dtype).permute(0, 3, 1, 2)

    def _copy(self, pixels: Pixels) -> torch.Tensor:
        if not pixels.flags.writeable or not pixels.flags.c_contiguous:
            pixels = pixels.copy()
        return torch.from_numpy(pixels).to(self._device)

    def _pinned_copy(self, pixels: Pixels) -> torch.Tensor:
        """Through memory that the card reads by itself, on a stream of its own: it computes meanwhile."""
        assert self._copying is not None
        staging = torch.empty(pixels.shape, dtype=torch.uint8, pin_memory=True)
        staging.numpy()[:] = pixels
        computing = torch.cuda.current_stream()
        with torch.cuda.stream(self._copying):
            on_device = staging.to(self._device, non_blocking=True)
        computing.wait_stream(self._copying)
        on_device.record_stream(computing)  # its memory is not used again before the computing is done
        return on_device


def _empty_cache(device: str) -> None:
    """What smaller steps need lies in pieces of other sizes."""
    if device == "cuda":
        torch.cuda.empty_cache()
    elif device == "mps":
        torch.mps.empty_cache()
