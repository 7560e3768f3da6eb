"""Pictures that the media tests draw, and the real ones beside the repository."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photoorg.media.decode import DecodedPhoto, DecodeLimits, decode_photo
from photoorg.model_input import ModelInput

SHARED = Path(__file__).parents[3].parent / "shared"
needs_shared_data = pytest.mark.skipif(not (SHARED / "data").is_dir(), reason="needs the real files in ../shared/data")

CLIP = ModelInput(224, "shortest", "bicubic", (0.481, 0.458, 0.408), (0.269, 0.261, 0.276))
SMALL = ModelInput(64, "shortest", "bicubic", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))


def drawn(width: int = 300, height: int = 200, seed: int = 1) -> Image.Image:
    """Soft blobs of colour: no two corners look alike."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, format_name: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_name, **options)
    return buffer.getvalue()


def exif_bytes(tags: dict[int, object] | None = None, camera: dict[int, object] | None = None, gps=None) -> bytes:
    exif = Image.Exif()
    exif.update(tags or {})
    if camera:
        exif.get_ifd(0x8769).update(camera)
    if gps:
        exif.get_ifd(0x8825).update(gps)
    return exif.tobytes()


def decode(path: Path, data: bytes | None = None, model=SMALL, limits=DecodeLimits()) -> DecodedPhoto:  # noqa: B008
    if data is not None:
        path.write_bytes(data)
    return decode_photo(os.fsencode(path), model, limits)


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def psnr(first, second) -> float:
    """Peak signal to noise ratio of 8-bit images, in decibels."""
    error = np.asarray(first).astype(float) - np.asarray(second).astype(float)
    return float(10 * np.log10(255**2 / max((error**2).mean(), 1e-9)))
