"""Installing through the real hub library, from a hub on the loopback."""

import errno
import json
import socket

import open_clip
import pytest
import torch
from hub import Hub
from random_model import write_random_model
from safetensors.torch import load_file
from tiny_configs import CONFIGS, TEXT, VIT

from photoorg.embedding import install as install_module
from photoorg.embedding.install import install
from photoorg.embedding.models import installed, resolve
from photoorg.embedding.pretrained import find_pretrained
from photoorg.errors import (
    Cancelled,
    DiskFull,
    ModelCorrupt,
    ModelDownloadFailed,
    ModelUnknown,
    ModelUnsupported,
)

REPOSITORY = "test/tiny"
WEIGHTS, CONFIG = "open_clip_model.safetensors", "open_clip_config.json"


@pytest.fixture
def hub(model_folder, monkeypatch):
    folder = model_folder("vit")
    hub = Hub({(REPOSITORY, name): (folder / name).read_bytes() for name in (WEIGHTS, CONFIG)})
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    yield hub
    hub.close()


@pytest.fixture
def models_dir(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def get(models_dir):
    """Install without a care for progress."""
    return lambda reference: install(reference, models_dir, lambda *_: None, lambda: None)


def left_in(models_dir):
    return sorted(path.name for path in models_dir.iterdir()) if models_dir.is_dir() else []


def test_from_the_hub(hub, models_dir, vit):
    progress = []
    model = install(f"hf-hub:{REPOSITORY}", models_dir, lambda *facts: progress.append(facts), lambda: None)
    assert (model.reference, model.fingerprint) == (f"hf-hub:{REPOSITORY}", vit.fingerprint)
    assert model == resolve(f"hf-hub:{REPOSITORY}", models_dir)
    assert [other.reference for other in installed(models_dir) if other.reference != "demo"] == [model.reference]
    done, total, name = progress[-1]
    assert (done, total, name) == (len(hub.files[REPOSITORY, WEIGHTS]), done, WEIGHTS)
    assert left_in(models_dir) == ["hashes.json", "hf-hub--test--tiny"]
    assert left_in(model.folder) == [CONFIG, WEIGHTS]


def test_nothing_about_the_user_is_sent(hub, get, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    get(f"hf-hub:{REPOSITORY}")
    assert all(path.startswith((f"/{REPOSITORY}/resolve/", "/cdn/")) for _, path, _ in hub.requests)
    assert not any("authorization" in map(str.lower, headers) for _, _, headers in hub.requests)


def test_an_installed_model_is_not_fetched_again(hub, get):
    first = get(f"hf-hub:{REPOSITORY}")
    hub.requests.clear()
    assert get(f"hf-hub:{REPOSITORY}") == first
    assert hub.requests == []


def test_a_broken_one_is_replaced(hub, get):
    model = get(f"hf-hub:{REPOSITORY}")
    (model.folder / WEIGHTS).write_bytes(b"")
    assert get(f"hf-hub:{REPOSITORY}") == model


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("portal", "login"),
        ("short", "size"),
        ("corrupt", "checksum"),
        ("gated", "agreement"),
        ("500", "500"),
        ("403", "403"),
    ],
)
def test_faults_of_the_hub_leave_nothing_behind(hub, get, models_dir, fault, words):
    hub.fault = fault
    with pytest.raises(ModelDownloadFailed, match=words) as caught:
        get(f"hf-hub:{REPOSITORY}")
    assert caught.value.params["model"] == f"hf-hub:{REPOSITORY}"
    assert left_in(models_dir) == []


def test_nobody_answers(get, monkeypatch, models_dir):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{free.getsockname()[1]}")
        with pytest.raises(ModelDownloadFailed, match="cannot be reached"):
            get(f"hf-hub:{REPOSITORY}")
    assert left_in(models_dir) == []


@pytest.mark.parametrize("reference", ["hf-hub:test/absent", "ViT-B-32/no_such_tag"])
def test_models_that_are_not_there(hub, get, reference):
    with pytest.raises(ModelUnknown):
        get(reference)


def test_a_repository_without_weights(hub, get, models_dir):
    del hub.files[REPOSITORY, WEIGHTS]
    with pytest.raises(ModelUnsupported, match=WEIGHTS):
        get(f"hf-hub:{REPOSITORY}")
    assert left_in(models_dir) == []


def test_weights_that_do_not_fit_their_configuration(hub, get, models_dir):
    config = {"model_cfg": CONFIGS["vit"] | {"vision_cfg": VIT | {"layers": 3}}}
    hub.files[REPOSITORY, CONFIG] = json.dumps(config).encode()
    with pytest.raises(ModelDownloadFailed, match="do not fit"):
        get(f"hf-hub:{REPOSITORY}")
    assert left_in(models_dir) == []


def test_what_cannot_be_used_is_refused_before_its_weights_are_fetched(hub, get):
    config = {"model_cfg": CONFIGS["vit"] | {"multimodal_cfg": {}}}
    hub.files[REPOSITORY, CONFIG] = json.dumps(config).encode()
    with pytest.raises(ModelUnsupported):
        get(f"hf-hub:{REPOSITORY}")
    assert not any(WEIGHTS in path for _, path, _ in hub.requests)


def test_pickled_weights_are_converted_once(hub, get, tmp_path):
    tensors = load_file(write_random_model(CONFIGS["vit"], {}, tmp_path / "source") / WEIGHTS)
    torch.save({"state_dict": tensors}, tmp_path / "weights.bin")
    del hub.files[REPOSITORY, WEIGHTS]
    hub.files[REPOSITORY, "open_clip_pytorch_model.bin"] = (tmp_path / "weights.bin").read_bytes()
    model = get(f"hf-hub:{REPOSITORY}")
    assert left_in(model.folder) == [CONFIG, WEIGHTS]
    stored = load_file(model.folder / WEIGHTS)
    assert all(torch.equal(stored[name], tensors[name]) for name in tensors)


def test_cancelled_in_the_middle(hub, models_dir):
    def cancel_at_the_weights():
        if any("/cdn/" in path for _, path, _ in hub.requests):
            raise Cancelled

    with pytest.raises(Cancelled):
        install(f"hf-hub:{REPOSITORY}", models_dir, lambda *_: None, cancel_at_the_weights)
    assert left_in(models_dir) == []


def test_no_room_is_seen_before_the_download(hub, get, monkeypatch, models_dir):
    full = install_module.shutil.disk_usage(models_dir.parent)._replace(free=1000)
    monkeypatch.setattr(install_module.shutil, "disk_usage", lambda _path: full)
    with pytest.raises(DiskFull) as caught:
        get(f"hf-hub:{REPOSITORY}")
    assert caught.value.params["path"] == str(models_dir)
    assert not any("/cdn/" in path for _, path, _ in hub.requests)


def test_the_disk_fills_up_on_the_way(hub, get, monkeypatch, models_dir):
    def write_fails(*_arguments, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("huggingface_hub.file_download.http_get", write_fails)
    with pytest.raises(DiskFull):
        get(f"hf-hub:{REPOSITORY}")
    assert left_in(models_dir) == []


def test_a_models_folder_that_cannot_be_made(hub, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelDownloadFailed):
        install(f"hf-hub:{REPOSITORY}", tmp_path / "file" / "models", lambda *_: None, lambda: None)


def test_a_folder_stays_where_it_is(model_folder, get, models_dir):
    model = get(str(model_folder("resnet")))
    assert model.folder == model_folder("resnet")
    assert left_in(models_dir) == ["hashes.json"]


def test_a_folder_whose_weights_do_not_load(tmp_path, get):
    folder = write_random_model(CONFIGS["vit"], {}, tmp_path / "bad")
    (folder / WEIGHTS).write_bytes(b"<html>")
    with pytest.raises(ModelCorrupt):
        get(str(folder))


@pytest.fixture
def tiny_tag(monkeypatch):
    """open_clip's tables with a tiny architecture under a known name, tagged as trained with QuickGELU."""
    tag = {"hf_hub": "test/tagged/weights.bin", "mean": (0.5,) * 3, "std": (0.25,) * 3, "quick_gelu": True}
    tag |= {"interpolation": "bilinear", "resize_mode": "squash"}
    config = CONFIGS["vit"] | {"text_cfg": dict(TEXT)}
    monkeypatch.setattr(open_clip, "get_model_config", lambda name: dict(config) if name == "Tiny" else None)
    monkeypatch.setattr(open_clip, "get_pretrained_cfg", lambda _name, name: tag if name == "tag_1" else {})


@pytest.mark.usefixtures("tiny_tag")
def test_a_tag_brings_its_preprocessing_and_its_activation(hub, get, model_folder):
    hub.files["test/tagged", "weights.safetensors"] = (model_folder("vit") / WEIGHTS).read_bytes()
    model = get("Tiny/Tag-1")
    assert model.reference == "Tiny/tag_1"
    spec = model.model_input
    assert (spec.resize, spec.interpolation, spec.mean, spec.std) == ("squash", "bilinear", (0.5,) * 3, (0.25,) * 3)
    written = json.loads((model.folder / CONFIG).read_text())
    assert written["model_cfg"]["quick_gelu"] is True
    loaded = open_clip.create_model_from_pretrained(f"local-dir:{model.folder}", return_transform=False)
    assert isinstance(loaded.visual.transformer.resblocks[0].mlp.gelu, open_clip.transformer.QuickGELU)


@pytest.mark.parametrize(
    ("reference", "quick_gelu"),
    [
        ("ViT-B-16/dfn2b", True),
        ("ViT-B-16-quickgelu/dfn2b", True),
        ("ViT-L-14/dfn2b_s39b", False),
        ("ViT-B-32-256/datacomp_s34b_b86k", False),
        ("RN50/openai", True),
    ],
)
def test_the_activation_is_that_of_the_weights(reference, quick_gelu):
    model_cfg = find_pretrained(reference).config["model_cfg"]
    assert bool(model_cfg.get("quick_gelu")) is quick_gelu


def test_every_tag_of_open_clip_has_a_source():
    for name, tag in open_clip.list_pretrained():
        source = find_pretrained(f"{name}/{tag}")
        assert source.repository.count("/") == 1
        assert source.weights[0].endswith(".safetensors")
