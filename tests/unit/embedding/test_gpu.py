"""A GPU that the installed torch cannot use is found, and how to change that is said."""

from dataclasses import replace

import pytest

from photoorg.embedding.device import has_code_for
from photoorg.embedding.gpu import TorchFacts, gpu_check

CPU_ONLY = TorchFacts(
    version="2.15.0+cpu", cuda=None, hip=None, has_mps=False, is_cuda_available=False, is_mps_available=False
)
CUDA = replace(CPU_ONLY, version="2.15.0+cu132", cuda="13.2")
ROCM = replace(CPU_ONLY, version="2.15.0+rocm7", hip="7.0")
MAC = replace(CPU_ONLY, version="2.15.0", has_mps=True)


@pytest.fixture
def root(tmp_path):
    """A Linux system without a card."""
    device(tmp_path, "0000:00:1f.0", "0x8086", "0x060100")
    return tmp_path


def device(root, address, vendor, pci_class, **files):
    folder = root / "sys/bus/pci/devices" / address
    folder.mkdir(parents=True)
    for name, text in {"vendor": vendor, "class": pci_class, **files}.items():
        (folder / name).write_text(text + "\n")


def nvidia(root, *, driver=True):
    device(root, "0000:01:00.0", "0x10de", "0x030200")
    if driver:
        (root / "proc/driver/nvidia").mkdir(parents=True)
        (root / "proc/driver/nvidia/version").write_text("NVRM version: ...")


def checked(root, facts, system="Linux", machine="x86_64", environ=None):
    return gpu_check(root, system, machine, environ or {}, lambda: facts)


@pytest.mark.parametrize("facts", [CPU_ONLY, CUDA, ROCM])
def test_no_gpu_is_no_trouble(root, facts):
    assert checked(root, facts) == (True, "There is none that could be used; the processor does the work.")


def test_a_card_that_works(root):
    nvidia(root)
    facts = replace(CUDA, is_cuda_available=True, card="NVIDIA H200")
    assert checked(root, facts) == (True, "NVIDIA H200 (CUDA)")


def test_a_card_that_torch_has_no_code_for(root):
    nvidia(root)
    ok, detail = checked(root, replace(CUDA, is_cuda_available=True, card="Tesla K80", has_code_for_card=False))
    assert not ok
    assert "no code for Tesla K80" in detail
    assert "another CUDA version" in detail


@pytest.mark.parametrize("driver", [True, False])
def test_an_nvidia_card_and_a_torch_for_the_processor(root, driver):
    nvidia(root, driver=driver)
    ok, detail = checked(root, CPU_ONLY)
    assert not ok
    assert "torch 2.15.0+cpu is built without CUDA" in detail
    assert "choose your system, pip and CUDA" in detail


def test_an_nvidia_card_without_its_driver(root):
    nvidia(root, driver=False)
    ok, detail = checked(root, CUDA)
    assert not ok
    assert "driver is not loaded" in detail


def test_a_driver_that_is_too_old(root):
    nvidia(root)
    ok, detail = checked(root, CUDA)
    assert not ok
    assert "too old for torch 2.15.0+cu132 (CUDA 13.2)" in detail


@pytest.mark.parametrize("value", ["", "-1"])
def test_a_card_that_is_hidden_on_purpose(root, value):
    nvidia(root)
    ok, detail = checked(root, CUDA, environ={"CUDA_VISIBLE_DEVICES": value})
    assert ok
    assert "CUDA_VISIBLE_DEVICES" in detail


def test_windows(tmp_path):
    environ = {"SYSTEMROOT": str(tmp_path)}
    assert checked(tmp_path, CPU_ONLY, "Windows", "AMD64", environ)[0]
    (tmp_path / "System32").mkdir()
    (tmp_path / "System32/nvcuda.dll").touch()
    ok, detail = checked(tmp_path, CPU_ONLY, "Windows", "AMD64", environ)
    assert not ok
    assert "without CUDA" in detail
    assert "too old" in checked(tmp_path, CUDA, "Windows", "AMD64", environ)[1]


@pytest.mark.parametrize(("memory", "is_card"), [({}, True), ({"mem_info_vram_total": str(16 * 2**30)}, True),
                                                 ({"mem_info_vram_total": str(512 * 2**20)}, False)])  # fmt: skip
def test_an_amd_card_without_rocm(root, memory, is_card):
    device(root, "0000:03:00.0", "0x1002", "0x030000", **memory)
    ok, detail = checked(root, CPU_ONLY)
    assert ok is not is_card
    assert ("built without ROCm" in detail) is is_card


def test_an_amd_card_with_rocm(root):
    device(root, "0000:03:00.0", "0x1002", "0x030000")
    assert "is not loaded" in checked(root, ROCM)[1]
    (root / "dev").mkdir()
    (root / "dev/kfd").touch()
    ok, detail = checked(root, ROCM)
    assert not ok
    assert '"render" and "video"' in detail


def test_an_audio_device_of_nvidia_is_no_card(root):
    device(root, "0000:01:00.1", "0x10de", "0x040300")
    assert checked(root, CPU_ONLY)[0]


@pytest.mark.parametrize(
    ("machine", "facts", "expected", "text"),
    [
        ("arm64", replace(MAC, is_mps_available=True), True, "mps"),
        ("arm64", MAC, False, "newer macOS"),
        ("arm64", CPU_ONLY, False, "choose your system, pip and macOS"),
        ("x86_64", CPU_ONLY, True, "it takes Apple silicon"),
    ],
)
def test_macs(tmp_path, machine, facts, expected, text):
    ok, detail = checked(tmp_path, facts, "Darwin", machine)
    assert ok is expected
    assert text in detail


def test_this_machine_has_an_answer():
    ok, detail = gpu_check()
    assert isinstance(ok, bool)
    assert detail


@pytest.mark.parametrize(
    ("capability", "built", "expected"),
    [
        ((9, 0), ["sm_80", "sm_90"], True),
        ((8, 9), ["sm_80", "sm_90"], True),
        ((8, 0), ["sm_86"], False),
        ((6, 1), ["sm_75", "sm_80", "compute_80"], False),
        ((12, 0), ["sm_75", "sm_90"], False),
        ((12, 0), ["sm_90", "compute_90"], True),
        ((12, 0), ["sm_120a"], True),
        ((11, 0), ["gfx1100"], True),
        ((7, 5), [], True),
    ],
)
def test_which_cards_a_build_has_code_for(capability, built, expected):
    assert has_code_for(capability, built) is expected
