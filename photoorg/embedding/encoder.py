"""The one interface to a CLIP model, whether it runs in this process or in one of its own. Loads no torch by itself."""

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from photoorg.embedding.models import InstalledModel

Pixels = NDArray[np.uint8]
Vectors = NDArray[np.float32]
TowerName = Literal["image", "text"]


class Encoder(Protocol):
    """Turns images and texts into unit vectors of one space. One thread per tower may call at a time."""

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

    def warm_up(self, tower: TowerName) -> None:
        """Load one tower now instead of at its first use. Raises like encode_images."""
        ...

    def close(self) -> None:
        """Free everything; a running call ends with Cancelled where it can. May be called twice."""
        ...


def open_encoder(
    model: InstalledModel,
    device: str = "auto",
    threads: int | None = None,
    host: Literal["in-process", "own-process"] = "in-process",
) -> Encoder:
    """Start an encoder with at most `threads` CPU threads (None: torch's choice). Raises DeviceUnavailable, EncoderLost."""
    if host == "own-process":
        from photoorg.embedding.process_host import ProcessEncoder

        return ProcessEncoder(model, device, threads)
    from photoorg.embedding.in_process import InProcessEncoder

    return InProcessEncoder(model, device, threads)
