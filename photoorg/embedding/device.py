"""Where and how precisely a model computes."""

import os
import platform
import re
from collections.abc import Callable
from pathlib import Path
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
_NATIVE_BF16 = ("avx512_bf16", "amx_bf16")
_ARCHITECTURE = re.compile(r"(?P<kind>sm|compute)_(?P<major>\d+)(?P<minor>\d)[af]?")
_FIRST_NATIVE_BF16_GPU = (8, 0)  # CUDA compute capability: Ampere


def choose_device(asked: str) -> str:
    """The device: "cpu", "cuda" or "mps"; "auto" takes the best there is. Raises DeviceUnavailable."""
    there: dict[str, Callable[[], bool]] = {
        "cuda": cuda_is_usable,
        "mps": torch.backends.mps.is_available,
        "cpu": lambda: True,
    }
    if asked == "auto":
        return next(device for device, is_there in there.items() if is_there())
    if asked not in there or not there[asked]():
        raise DeviceUnavailable(device=asked)
    return asked


def all_devices() -> list[str]:
    """The devices that can be used here, the best one first."""
    return [*(["cuda"] if cuda_is_usable() else []), *(["mps"] if torch.backends.mps.is_available() else []), "cpu"]


def cuda_is_usable() -> bool:
    """Whether there is an NVIDIA or AMD card that this torch has code for."""
    return torch.cuda.is_available() and has_code_for(torch.cuda.get_device_capability(), torch.cuda.get_arch_list())


def has_code_for(capability: tuple[int, int], built: list[str]) -> bool:
    """Whether torch's kernels run on a card: binaries run within a major version, PTX on all later ones.

    CUDA C++ Programming Guide, "Binary Compatibility" and "PTX Compatibility". AMD's names (gfx...) are not judged.
    """
    versions = [match for name in built if (match := _ARCHITECTURE.fullmatch(name))]
    code = [(match["kind"], (int(match["major"]), int(match["minor"]))) for match in versions]
    return not code or any(its <= capability and (kind == "compute" or its[0] == capability[0]) for kind, its in code)


def choose_precision(device: str) -> Precision:
    """The guess until it was measured: half on a GPU; bfloat16 on a CPU that has it in hardware; else float32."""
    if device != "cpu":
        return "float16"
    return "bfloat16" if _cpu_has_bfloat16() else "float32"


def model_precision(model: InstalledModel, device: str) -> Precision:
    """The guess for one model: small ones and ResNets, whose batch norms need the range, stay in float32."""
    return "float32" if is_small(model) or _is_resnet(model) else choose_precision(device)


def precisions_to_try(model: InstalledModel, device: str) -> tuple[Precision, ...]:
    """What is worth measuring, the guess first; float32 is always among them. On a CPU half is never fast."""
    if is_small(model) or _is_resnet(model):
        return ("float32",)
    if device == "cpu":
        return ("bfloat16", "float32") if _cpu_has_bfloat16() else ("float32", "bfloat16")
    has_bfloat16 = device == "cuda" and torch.cuda.get_device_capability() >= _FIRST_NATIVE_BF16_GPU
    return ("float16", "bfloat16", "float32") if has_bfloat16 else ("float16", "float32")


def is_small(model: InstalledModel) -> bool:
    """Whether a model is so small that there is nothing to choose."""
    return model_folder.weights_file(model.folder).stat().st_size < _SMALL_WEIGHTS_BYTES


def machine_key(device: str, threads: int) -> str:
    """What a measurement of speed holds for, in words: processor, threads, device and torch's version."""
    card = card_name() if device == "cuda" else "no card"
    return f"{_processor_name()}, {threads} threads, {card}, {device}, torch {torch.__version__}"


def card_name() -> str:
    """What the NVIDIA or AMD card is called."""
    return str(torch.cuda.get_device_name())


def _processor_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    # Virtual machines may give all their processors one name.
    family = [line.partition(":")[2].strip() for line in lines if line.startswith(("cpu family", "model\t"))][:2]
    named = [*names[:1], *family] or [platform.processor() or os.environ.get("PROCESSOR_IDENTIFIER", "")]
    return " ".join(named) or platform.machine()


def _is_resnet(model: InstalledModel) -> bool:
    vision = model_folder.read_config(model.folder)["model_cfg"]["vision_cfg"]
    return isinstance(vision.get("layers"), list) and not vision.get("timm_model_name")


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
