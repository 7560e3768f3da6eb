"""Is there a GPU that the installed torch cannot use? Found without torch's help, which sees none then."""

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_NVIDIA, _AMD = "0x10de", "0x1002"  # vendors in the PCI ID database
_DISPLAY_CLASS = "0x03"  # PCI Code and ID Assignment: base class 03h, display controller
# The graphics in AMD's processors take a piece of the main memory, most of them a smaller one; ROCm knows few of them.
_CARD_MEMORY_BYTES = 4 * 2**30

_WHERE = (
    'Open "Start Locally" on the PyTorch web site, choose your system, pip and {build}, and install torch and '
    "torchvision as it says."
)

_NONE = "There is none that could be used; the processor does the work."


@dataclass(frozen=True)
class TorchFacts:
    """What the installed torch is built for, and what it finds."""

    version: str
    cuda: str | None
    """CUDA's version in this build."""
    hip: str | None
    """ROCm's version in this build."""
    has_mps: bool
    is_cuda_available: bool
    is_mps_available: bool
    card: str = ""
    has_code_for_card: bool = True


def gpu_check(
    root: Path = Path("/"),
    system: str | None = None,
    machine: str | None = None,
    environ: Mapping[str, str] = os.environ,
    torch_facts: Callable[[], TorchFacts] | None = None,
) -> tuple[bool, str]:
    """(ok, detail): not ok if a GPU is there that the installed torch cannot use; then `detail` says what to do.

    `root` is where the system's files are looked for.
    """
    facts = (torch_facts or _torch_facts)()
    system, machine = system or platform.system(), (machine or platform.machine()).lower()
    if facts.is_cuda_available:
        return _usable_card(facts)
    if system == "Darwin":
        return _mac(facts, machine)
    if _is_hidden(environ, facts):
        return True, "CUDA_VISIBLE_DEVICES or HIP_VISIBLE_DEVICES hides the GPUs: the processor is used"
    if _has_nvidia(root, system, environ):
        return _unused_nvidia(facts, root, system)
    if system == "Linux" and _has_amd(root):
        return _unused_amd(facts, root)
    return True, _NONE


def _usable_card(facts: TorchFacts) -> tuple[bool, str]:
    if facts.has_code_for_card:
        return True, f"{facts.card} ({'ROCm' if facts.hip else 'CUDA'})"
    build = "another CUDA version (older cards need an older one, the newest cards the newest)"
    return False, f"torch {facts.version} has no code for {facts.card}: the processor is used. {_how(build)}"


def _mac(facts: TorchFacts, machine: str) -> tuple[bool, str]:
    if facts.is_mps_available:
        return True, "the GPU of this Mac (mps)"
    if machine not in ("arm64", "aarch64"):
        return (
            True,
            "There is none that could be used; the processor does the work. (On a Mac it takes Apple silicon, and a Python for it.)",
        )
    if not facts.has_mps:
        return False, f"torch {facts.version} cannot use the GPU of this Mac. {_how('macOS')}"
    return False, "torch cannot use the GPU of this Mac: it needs a newer macOS."


def _unused_nvidia(facts: TorchFacts, root: Path, system: str) -> tuple[bool, str]:
    if facts.cuda is None:
        return False, f"There is an NVIDIA card, but torch {facts.version} is built without CUDA. {_how('CUDA')}"
    if system == "Linux" and not _nvidia_driver(root).exists():
        return False, "There is an NVIDIA card, but its driver is not loaded. Install NVIDIA's driver for your system."
    return False, (
        f"There is an NVIDIA card, but its driver is too old for torch {facts.version} (CUDA {facts.cuda}), or broken. "
        f"Install NVIDIA's newest driver; or {_how('an older CUDA version', begins=False)}"
    )


def _unused_amd(facts: TorchFacts, root: Path) -> tuple[bool, str]:
    if facts.hip is None:
        return False, f"There is an AMD card, but torch {facts.version} is built without ROCm. {_how('ROCm')}"
    if not (root / "dev/kfd").exists():
        return False, "There is an AMD card, but its driver for computing (amdgpu with /dev/kfd) is not loaded."
    return False, (
        f"There is an AMD card, but torch {facts.version} (ROCm {facts.hip}) cannot use it: perhaps ROCm does not support "
        'it, or you may not open /dev/kfd (groups "render" and "video").'
    )


def _how(build: str, *, begins: bool = True) -> str:
    text = _WHERE.format(build=build)
    return text if begins else text[0].lower() + text[1:]


def _has_nvidia(root: Path, system: str, environ: Mapping[str, str]) -> bool:
    if system == "Windows":
        windows = Path(environ.get("SYSTEMROOT", "C:/Windows"))
        return (windows / "System32/nvcuda.dll").exists()  # comes with the driver
    return _nvidia_driver(root).exists() or any(_cards(root, _NVIDIA))


def _nvidia_driver(root: Path) -> Path:
    return root / "proc/driver/nvidia/version"


def _has_amd(root: Path) -> bool:
    return any(_memory_bytes(card) >= _CARD_MEMORY_BYTES for card in _cards(root, _AMD))


def _cards(root: Path, vendor: str) -> list[Path]:
    """The graphics cards of a vendor among the PCI devices (Linux)."""
    devices = sorted((root / "sys/bus/pci/devices").glob("*"))
    return [
        device
        for device in devices
        if _text(device / "vendor") == vendor and _text(device / "class").startswith(_DISPLAY_CLASS)
    ]


def _memory_bytes(card: Path) -> int:
    """As the driver says; a card without a driver counts as a large one."""
    text = _text(card / "mem_info_vram_total")
    return int(text) if text.isdigit() else _CARD_MEMORY_BYTES


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _is_hidden(environ: Mapping[str, str], facts: TorchFacts) -> bool:
    names = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES") if facts.hip else ("CUDA_VISIBLE_DEVICES",)
    return any(environ.get(name, "0").strip() in ("", "-1") for name in names)


def _torch_facts() -> TorchFacts:
    from photoorg.embedding.silence import heavy_import

    with heavy_import():  # torch warns of a driver that is too old: here it is said in other words
        import torch

        from photoorg.embedding.device import card_name, cuda_is_usable

        is_available = torch.cuda.is_available()
        return TorchFacts(
            version=torch.__version__,
            cuda=torch.version.cuda,
            hip=torch.version.hip,
            has_mps=torch.backends.mps.is_built(),
            is_cuda_available=is_available,
            is_mps_available=torch.backends.mps.is_available(),
            card=card_name() if is_available else "",
            has_code_for_card=cuda_is_usable() if is_available else True,
        )
