"""What only the encoder in this process shows: chunks, memory, devices."""

import numpy as np
import pytest
import torch

from photoorg.embedding import device as devices
from photoorg.embedding.in_process import InProcessEncoder
from photoorg.embedding.models import resolve
from photoorg.errors import DeviceUnavailable, EncoderLost


class Tower(torch.nn.Module):
    """Has memory for a few images only, as a GPU would."""

    def __init__(self, limit):
        super().__init__()
        self.limit = limit
        self.sizes = []

    def forward(self, images):
        self.sizes.append(len(images))
        if len(images) > self.limit:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return images.flatten(1)[:, :48] + 10


@pytest.fixture
def encoder(vit):
    encoder = InProcessEncoder(vit, "cpu")
    yield encoder
    encoder.close()


def test_out_of_memory_halves_the_batch(encoder, vit, noise):
    tower = encoder._towers["image"] = Tower(limit=9)
    vectors = encoder.encode_images(noise(vit, 40))
    assert tower.sizes == [32, 16, 8, 8, 8, 8, 8]
    assert encoder.batch_size == 8
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_memory_for_a_single_image(encoder, vit, noise):
    encoder._towers["image"] = Tower(limit=0)
    with pytest.raises(EncoderLost, match="out of memory"):
        encoder.encode_images(noise(vit, 3))


def test_a_lost_device(encoder, vit, noise):
    def lost(_images):
        raise torch.AcceleratorError("CUDA error: an illegal memory access was encountered\nand more")

    encoder._towers["image"] = lost
    with pytest.raises(EncoderLost, match="illegal memory access"):
        encoder.encode_images(noise(vit, 3))


def test_a_bug_stays_a_bug(encoder, vit, noise):
    def wrong(_images):
        raise RuntimeError("shapes do not match")

    encoder._towers["image"] = wrong
    with pytest.raises(RuntimeError, match="shapes"):
        encoder.encode_images(noise(vit, 3))


def test_a_search_does_not_load_the_image_tower(encoder):
    encoder.encode_texts(["a dog"])
    assert list(encoder._towers) == ["text"]


def test_bfloat16_points_the_same_way(vit, noise, monkeypatch):
    exact = InProcessEncoder(vit, "cpu")
    monkeypatch.setattr("photoorg.embedding.in_process.model_precision", lambda _model, _device: "bfloat16")
    low = InProcessEncoder(vit, "cpu")
    pixels, texts = noise(vit, 8), ["a dog", "a cat on a sofa"]
    assert (low.encode_images(pixels) * exact.encode_images(pixels)).sum(1).min() > 0.999
    assert (low.encode_texts(texts) * exact.encode_texts(texts)).sum(1).min() > 0.999
    assert low.encode_texts(texts).dtype == np.float32


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"), [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")]
)
def test_auto_takes_the_best_device(monkeypatch, cuda, mps, expected):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert devices.choose_device("auto") == expected
    assert devices.choose_device("cpu") == "cpu"


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
