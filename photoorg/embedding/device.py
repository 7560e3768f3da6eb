"""Where and how precisely a model computes."""

import platform
from collections.abc import Callable
from typing import Any, Literal

import torch

from photoorg.embedding import folder as model_folder
from photoorg.embedding.models import InstalledModel
from photoorg.errors import DeviceUnavailable

Precision = Literal["float32", "bfloat16", "float16"]

DTYPES: dict[str, torch.dtype] = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}

# Below this size a model gains nothing from a lower precision, and the demo model keeps its exact numbers.
_SMALL_WEIGHTS_BYTES = 20 * 2**20
_GPU_BATCHES = {"cuda": 256, "mps": 128}
_CPU_BATCH = 32
_NATIVE_BF16 = ("avx512_bf16", "amx_bf16")


def choose_device(asked: str) -> str:
    """The device: "cpu", "cuda" or "mps"; "auto" takes the best there is. Raises DeviceUnavailable."""
    there: dict[str, Callable[[], bool]] = {
        "cuda": torch.cuda.is_available,
        "mps": torch.backends.mps.is_available,
        "cpu": lambda: True,
    }
    if asked == "auto":
        return next(device for device, is_there in there.items() if is_there())
    if asked not in there or not there[asked]():
        raise DeviceUnavailable(device=asked)
    return asked


def choose_precision(device: str) -> Precision:
    """Half on a GPU; bfloat16 on a CPU that has it in hardware; else float32, because emulation is slower."""
    if device != "cpu":
        return "float16"
    return "bfloat16" if _cpu_has_bfloat16() else "float32"


def model_precision(model: InstalledModel, device: str) -> Precision:
    """The precision for one model: small ones and ResNets, whose batch norms need the range, stay in float32."""
    vision = model_folder.read_config(model.folder)["model_cfg"]["vision_cfg"]
    is_resnet = isinstance(vision.get("layers"), list) and not vision.get("timm_model_name")
    is_small = model_folder.weights_file(model.folder).stat().st_size < _SMALL_WEIGHTS_BYTES
    return "float32" if is_resnet or is_small else choose_precision(device)


def best_batch(device: str) -> int:
    """Images per call that keep the device busy; more gains nothing."""
    return _GPU_BATCHES.get(device, _CPU_BATCH)


def _cpu_has_bfloat16() -> bool:
    if platform.machine().lower() in ("arm64", "aarch64"):
        # Only oneDNN with the Arm Compute Library, as in torch's Linux builds, uses the instructions.
        return platform.system() == "Linux" and _capabilities().get("bf16", False)
    return any(_capabilities().get(name, False) for name in _NATIVE_BF16)


def _capabilities() -> dict[str, Any]:
    """What torch says about the CPU; a torch that cannot say counts as one without."""
    try:
        return dict(torch.cpu.get_capabilities())
    except AttributeError:
        asked = {"avx512_bf16": "_is_avx512_bf16_supported", "amx_bf16": "_is_amx_tile_supported"}
        return {name: getattr(torch.cpu, probe, lambda: False)() for name, probe in asked.items()}
