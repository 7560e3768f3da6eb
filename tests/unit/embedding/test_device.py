"""Where a model is computed, and how precisely."""

import pytest
import torch

from photoorg.embedding import device as devices
from photoorg.embedding.models import resolve
from photoorg.errors import DeviceUnavailable


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"), [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")]
)
def test_auto_takes_the_best_device(monkeypatch, cuda, mps, expected):
    monkeypatch.setattr(devices, "cuda_is_usable", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert devices.choose_device("auto") == expected == devices.all_devices()[0]
    assert devices.choose_device("cpu") == devices.all_devices()[-1] == "cpu"


@pytest.mark.parametrize(("built", "expected"), [(["sm_75", "sm_90"], "cuda"), (["sm_90"], "cpu")])
def test_a_card_that_torch_has_no_code_for_is_not_taken(monkeypatch, built, expected):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: (7, 5))
    monkeypatch.setattr(torch.cuda, "get_arch_list", lambda: built)
    assert devices.choose_device("auto") == expected


@pytest.mark.parametrize("asked", ["cuda", "mps", "tpu"])
def test_a_device_that_is_not_there(monkeypatch, asked):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(DeviceUnavailable):
        devices.choose_device(asked)


@pytest.mark.parametrize(
    ("machine", "system", "capabilities", "expected"),
    [
        ("x86_64", "Linux", {"avx512_bf16": True}, "bfloat16"),
        ("AMD64", "Windows", {"amx_bf16": True}, "bfloat16"),
        ("x86_64", "Linux", {"avx512_f": True}, "float32"),
        ("aarch64", "Linux", {"bf16": True}, "bfloat16"),
        ("arm64", "Darwin", {"bf16": True}, "float32"),
    ],
)
def test_bfloat16_only_where_the_cpu_has_it(monkeypatch, machine, system, capabilities, expected):
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities, raising=False)
    assert devices.choose_precision("cpu") == expected


def test_a_torch_that_cannot_tell_its_cpu(monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False, raising=False)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False, raising=False)
    assert devices.choose_precision("cpu") == "float32"


def test_half_precision_on_gpus():
    assert devices.choose_precision("cuda") == devices.choose_precision("mps") == "float16"


def test_small_models_and_resnets_stay_in_float32(model_folder, tmp_path, vit, monkeypatch):
    resnet = resolve(str(model_folder("resnet")), tmp_path)
    assert devices.model_precision(vit, "cuda") == "float32"
    monkeypatch.setattr(devices, "_SMALL_WEIGHTS_BYTES", 0)
    assert devices.model_precision(vit, "cuda") == "float16"
    assert devices.model_precision(resnet, "cuda") == "float32"
