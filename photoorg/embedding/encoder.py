"""The one interface to a CLIP model, whether it runs in this process or in one of its own. Loads no torch by itself."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from photoorg.embedding.models import InstalledModel
from photoorg.embedding.silence import heavy_import

Pixels = NDArray[np.uint8]
Vectors = NDArray[np.float32]
TowerName = Literal["image", "text"]
EncoderHost = Literal["in-process", "own-process"]


class Encoder(Protocol):
    """Turns images and texts into unit vectors of one space. Safe from any thread; one call per tower runs at a time."""

    @property
    def model(self) -> InstalledModel:
        """The model that encodes."""
        ...

    @property
    def device(self) -> str:
        """Where it computes: "cpu", "cuda" or "mps"."""
        ...

    @property
    def precision(self) -> str:
        """What the towers compute in, "float32", "bfloat16" or "float16"; the vectors are float32 always."""
        ...

    @property
    def batch_size(self) -> int:
        """Images per call that suit the device; larger calls are split."""
        ...

    def encode_images(self, pixels: Pixels) -> Vectors:
        """RGB pixels (n, size, size, 3) to unit vectors (n, dimension).

        Raises EmbeddingInvalid, EncoderLost, ModelCorrupt, ModelUnsupported, Cancelled (closed meanwhile).
        """
        ...

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """Texts, encoded as they are, to unit vectors (n, dimension). Raises like encode_images."""
        ...

    @property
    def is_awake(self) -> bool:
        """Whether the text tower is loaded, so that texts are encoded at once."""
        ...

    def left_out(self, texts: Sequence[str]) -> list[str]:
        """Of each text the end that the model does not read, "" if it reads all. Raises like encode_images."""
        ...

    def warm_up(self, tower: TowerName) -> None:
        """Load one tower now instead of at its first use; for images also measure once what runs fastest here.

        Raises like encode_images.
        """
        ...

    def close(self) -> None:
        """Free everything; a running call ends with Cancelled where it can. May be called twice."""
        ...


def check_pixels(model: InstalledModel, pixels: Pixels) -> None:
    """Raises ValueError for pixels that are not uint8 (n, size, size, 3) in the model's size."""
    side = model.model_input.size
    if pixels.dtype != np.uint8 or pixels.shape[1:] != (side, side, 3):
        raise ValueError(f"expected uint8 (n, {side}, {side}, 3), got {pixels.dtype} {pixels.shape}")


def open_encoder(
    model: InstalledModel,
    device: str = "auto",
    threads: int | None = None,
    host: EncoderHost = "in-process",
    *,
    tuning_file: Path | None = None,
    idle_minutes: int = 0,
) -> Encoder:
    """Start an encoder with at most `threads` CPU threads (None: torch's choice). Raises DeviceUnavailable, EncoderLost.

    `tuning_file` remembers what runs fastest; without one it is measured each time that many images come.
    `idle_minutes`: a process of its own ends after so long without a call, 0 means never; the next call starts it again.
    """
    if host == "own-process":
        from photoorg.embedding.process_host import ProcessEncoder

        return ProcessEncoder(model, device, threads, tuning_file, 60.0 * idle_minutes)
    with heavy_import():
        from photoorg.embedding.in_process import InProcessEncoder

    return InProcessEncoder(model, device, threads, tuning_file)
