"""What a CLIP model wants to see: the plain spec that `embedding` hands down to the decode workers."""

from dataclasses import dataclass
from typing import Literal

ResizeMode = Literal["shortest", "longest", "squash"]
Interpolation = Literal["bicubic", "bilinear"]


@dataclass(frozen=True)
class ModelInput:
    """A model's own preprocessing.

    `size` is the side of the square input in pixels. `resize`: "shortest" scales the short side to `size` and crops the
    centre, "longest" scales the long side and pads with `fill`, "squash" ignores the aspect ratio. Pixels in 0..1 are
    normalized per RGB channel with `mean` and `std`.
    """

    size: int
    resize: ResizeMode
    interpolation: Interpolation
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    fill: int = 0
