import json
import shutil
import threading
import warnings

import open_clip
import pytest
import torch
from random_model import write_random_model
from safetensors.torch import load_file, save_file
from tiny_configs import CONFIGS, TEXT, VIT

from photoorg.embedding.loading import load_tower
from photoorg.embedding.tokenizer import load_tokenizer
from photoorg.errors import ModelCorrupt, ModelUnsupported

WEIGHTS = "open_clip_model.safetensors"


def full_model(folder):
    return (
        open_clip.create_model_from_pretrained(f"local-dir:{folder}", return_transform=False)
        .eval()
        .requires_grad_(False)
    )


def images(kind, count=3):
    size = CONFIGS[kind]["vision_cfg"]["image_size"]
    return torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def copy(model_folder, tmp_path):
    return shutil.copytree(model_folder("vit"), tmp_path / "copy")


@pytest.mark.parametrize("kind", ["vit", "quick-gelu", "resnet", "timm"])
def test_towers_equal_open_clips_full_model_bit_by_bit(model_folder, kind):
    folder, pixels = model_folder(kind), images(kind)
    tokens = load_tokenizer(folder)(["a dog", "two red squares on a blue background"])
    full = full_model(folder)
    with torch.inference_mode():
        assert torch.equal(load_tower(folder, "image", torch.float32)(pixels), full.encode_image(pixels))
        assert torch.equal(load_tower(folder, "text", torch.float32)(tokens), full.encode_text(tokens))


def test_fused_branches_compute_the_same(model_folder):
    folder, pixels = model_folder("mobile"), images("mobile")
    with torch.inference_mode():
        fused = load_tower(folder, "image", torch.float32)(pixels)
        expected = full_model(folder).encode_image(pixels)
    torch.testing.assert_close(fused, expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("kind", ["vit", "resnet", "timm", "mobile"])
def test_bfloat16_points_the_same_way(model_folder, kind):
    folder, pixels = model_folder(kind), images(kind)
    with torch.inference_mode():
        low = load_tower(folder, "image", torch.bfloat16)(pixels.bfloat16()).float()
        full = load_tower(folder, "image", torch.float32)(pixels)
    assert torch.nn.functional.cosine_similarity(low, full).min() > 0.999


def test_towers_need_no_gradients_and_are_in_eval_mode(model_folder):
    for tower in ("image", "text"):
        module = load_tower(model_folder("resnet"), tower, torch.float32)
        assert not any(part.training for part in module.modules())
        assert not any(parameter.requires_grad for parameter in module.parameters())


def test_weights_stored_in_half_precision(copy):
    tensors = {name: value.half() for name, value in load_file(copy / WEIGHTS).items()}
    save_file(tensors, copy / WEIGHTS)
    pixels = images("vit")
    with torch.inference_mode():
        assert torch.equal(load_tower(copy, "image", torch.float32)(pixels), full_model(copy).encode_image(pixels))


def test_custom_text_configuration_over_a_plain_file(copy):
    config = json.loads((copy / "open_clip_config.json").read_text())
    config["model_cfg"]["custom_text"] = True
    (copy / "open_clip_config.json").write_text(json.dumps(config))
    tokens = load_tokenizer(copy)(["a cat"])
    with torch.inference_mode():
        assert torch.equal(load_tower(copy, "text", torch.float32)(tokens), full_model(copy).encode_text(tokens))


@pytest.mark.parametrize(
    "wrap", [lambda state: state, lambda state: {"state_dict": {f"module.{k}": v for k, v in state.items()}}]
)
def test_pickled_weights(copy, wrap):
    pixels = images("vit")
    expected = load_tower(copy, "image", torch.float32)(pixels)
    torch.save(wrap(load_file(copy / WEIGHTS)), copy / "open_clip_pytorch_model.bin")
    (copy / WEIGHTS).unlink()
    assert torch.equal(load_tower(copy, "image", torch.float32)(pixels), expected)


class Evil:
    def __reduce__(self):
        return (print, ("code from a weights file ran",))


def test_pickled_code_does_not_run(copy, capsys):
    torch.save({"state_dict": Evil()}, copy / "open_clip_pytorch_model.bin")
    (copy / WEIGHTS).unlink()
    with pytest.raises(ModelCorrupt):
        load_tower(copy, "image", torch.float32)
    assert capsys.readouterr().out == ""


def break_with(content):
    return lambda path: path.write_bytes(content)


def truncate(path):
    path.write_bytes(path.read_bytes()[:-1000])


def without(name):
    def change(path):
        tensors = load_file(path)
        del tensors[name]
        save_file(tensors, path)

    return change


def with_tensor(name, value):
    return lambda path: save_file(load_file(path) | {name: value}, path)


@pytest.mark.parametrize(
    "damage",
    [
        break_with(b""),
        break_with(b"<!DOCTYPE html><html><body>Sign in to the network</body></html>" * 20),
        truncate,
        without("visual.proj"),
        with_tensor("visual.proj", torch.zeros(3, 3)),
        with_tensor("visual.surplus", torch.zeros(3)),
        with_tensor("decoder.weight", torch.zeros(3)),
    ],
    ids=["empty", "html", "truncated", "missing", "mis-shaped", "surplus", "foreign"],
)
def test_broken_weights_are_an_error_never_a_random_model(copy, damage):
    damage(copy / WEIGHTS)
    with pytest.raises(ModelCorrupt) as caught:
        load_tower(copy, "image", torch.float32)
    assert str(copy) in str(caught.value)
    assert len(caught.value.params["detail"]) > 20


@pytest.mark.parametrize("name", ["positional_embedding", "text_projection", "ln_final.bias"])
def test_missing_text_tensors(copy, name):
    without(name)(copy / WEIGHTS)
    with pytest.raises(ModelCorrupt, match=r"text|ln_final|positional"):
        load_tower(copy, "text", torch.float32)


@pytest.mark.parametrize(
    "change",
    [
        {"vision_cfg": VIT | {"width": "wide"}},
        {"vision_cfg": VIT | {"no_such_option": 1}},
        {"vision_cfg": {"timm_model_name": "no_such_tower", "image_size": 32}},
    ],
)
def test_configuration_that_cannot_be_built(tmp_path, model_folder, change):
    folder = shutil.copytree(model_folder("vit"), tmp_path / "strange")
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": CONFIGS["vit"] | change}))
    with pytest.raises((ModelCorrupt, ModelUnsupported)):
        load_tower(folder, "image", torch.float32)


@pytest.mark.parametrize(
    "change",
    [
        {"multimodal_cfg": {"layers": 2}},
        {"vision_cfg": VIT | {"output_tokens": True}},
        {"text_cfg": TEXT | {"hf_tokenizer_name": "org/name", "tokenizer_mode": "clips"}},
        {"text_cfg": TEXT | {"hf_tokenizer_name": "org/name", "tokenizer_kwargs": {"language": "en"}}},
        {"text_cfg": {"hf_model_name": "roberta-base"}},
    ],
)
def test_unsupported_models(tmp_path, model_folder, monkeypatch, change):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    folder = shutil.copytree(model_folder("vit"), tmp_path / "unsupported")
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": CONFIGS["vit"] | change}))
    with pytest.raises(ModelUnsupported):
        load_tower(folder, "text", torch.float32)


def test_constants_that_are_not_in_the_file_are_computed(tmp_path):
    config = {"embed_dim": 48, "custom_text": True, "text_cfg": TEXT}
    config["vision_cfg"] = {
        "image_size": 224,
        "timm_model_name": "eva02_tiny_patch14_224",
        "timm_pool": "token",
        "timm_proj": None,
    }
    folder = write_random_model(config, {}, tmp_path / "rotary")
    pixels = torch.randn(1, 3, 224, 224)
    with torch.inference_mode():
        assert torch.equal(load_tower(folder, "image", torch.float32)(pixels), full_model(folder).encode_image(pixels))


def test_loading_in_two_threads_leaves_the_warning_filters_alone(model_folder):
    before = list(warnings.filters)
    threads = [
        threading.Thread(target=load_tower, args=(model_folder("vit"), tower, torch.float32))
        for tower in ("image", "text")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(warnings.filters) == before
