import json
import logging
import os
import shutil
import subprocess
import sys

import pytest

from photoorg.embedding import hashes, models
from photoorg.embedding.models import installed, resolve
from photoorg.errors import ModelCorrupt, ModelNotInstalled, ModelUnknown, ModelUnsupported
from photoorg.model_input import ModelInput

CONFIG = "open_clip_config.json"


@pytest.fixture
def models_dir(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def place(model_folder, models_dir):
    """A function that puts a tiny model under a folder name, with changes to its configuration."""

    def place(name, model_cfg=None, preprocess_cfg=None):
        folder = shutil.copytree(model_folder("vit"), models_dir / name)
        config = json.loads((folder / CONFIG).read_text())
        config["model_cfg"] |= model_cfg or {}
        config["preprocess_cfg"] = preprocess_cfg
        (folder / CONFIG).write_text(json.dumps(config))
        return folder

    return place


def test_a_folder(place, models_dir):
    folder = place("anything")
    model = resolve(str(folder), models_dir)
    assert (model.reference, model.folder, model.dimension) == (str(folder), folder, 48)
    assert model.templates
    assert all("{}" in template for template in model.templates)
    assert len(model.background) >= 40


def test_a_relative_folder_is_remembered_as_absolute(place, models_dir, monkeypatch):
    monkeypatch.chdir(place("anything").parent)
    assert resolve("anything", models_dir).reference == str(models_dir / "anything")


@pytest.mark.parametrize(
    ("name", "typed", "canonical"),
    [
        ("ViT-B-32--laion2b_s34b_b79k", "ViT-B-32/laion2b-S34B-b79k", "ViT-B-32/laion2b_s34b_b79k"),
        ("hf-hub--org--name.1", "hf-hub:org/name.1", "hf-hub:org/name.1"),
    ],
)
def test_installed_models_by_their_reference(place, models_dir, name, typed, canonical):
    folder = place(name)
    model = resolve(typed, models_dir)
    assert (model.reference, model.folder) == (canonical, folder)
    assert model in installed(models_dir)


@pytest.mark.parametrize("typed", ["ViT-B-32/openai", "hf-hub:org/name"])
def test_plausible_but_not_installed(models_dir, typed):
    with pytest.raises(ModelNotInstalled) as caught:
        resolve(typed, models_dir)
    assert caught.value.params == {"model": typed}


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "dog",
        "ViT-B-32/no_such_tag",
        "NoSuchModel/openai",
        "hf-hub:",
        "hf-hub:name",
        "hf-hub:../..",
        "/no/such/folder",
        "a/b/c",
    ],
)
def test_unknown(models_dir, typed):
    with pytest.raises(ModelUnknown):
        resolve(typed, models_dir)


def test_the_demo(place, models_dir, monkeypatch, tmp_path):
    monkeypatch.setattr(models, "resources", lambda: tmp_path)
    with pytest.raises(ModelNotInstalled):
        resolve("demo", models_dir)
    place("other").rename(tmp_path / "demo_model")
    place("a--b")
    assert [model.reference for model in installed(models_dir)] == ["demo", "a/b"]


def test_broken_and_foreign_folders_are_not_listed(place, models_dir, monkeypatch, tmp_path):
    monkeypatch.setattr(models, "resources", lambda: tmp_path / "none")
    (place("broken--model") / CONFIG).unlink()
    place("without-a-reference")
    place(".installing-x")
    (models_dir / "file--x").write_text("")
    assert installed(models_dir) == []
    assert installed(tmp_path / "none") == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / CONFIG).unlink(),
        lambda folder: (folder / CONFIG).write_text("{"),
        lambda folder: (folder / CONFIG).write_text("[]"),
        lambda folder: (folder / CONFIG).write_text("{}"),
        lambda folder: (folder / CONFIG).write_text('{"model_cfg": {"embed_dim": 4}}'),
        lambda folder: (folder / CONFIG).write_bytes(b"\xff\xfe"),
        lambda folder: (folder / "open_clip_model.safetensors").unlink(),
        lambda folder: (
            (folder / "open_clip_model.safetensors").rename(folder / "a.safetensors")
            and shutil.copy(folder / "a.safetensors", folder / "b.safetensors")
        ),
        lambda folder: (folder / "prompts.json").write_text('{"templates": ["no place"]}'),
        lambda folder: (folder / "prompts.json").write_text('{"background": []}'),
    ],
)
def test_folders_that_are_no_model(place, models_dir, damage):
    folder = place("broken")
    damage(folder)
    with pytest.raises(ModelCorrupt) as caught:
        resolve(str(folder), models_dir)
    assert caught.value.params["folder"] == str(folder)
    assert len(caught.value.params["detail"]) > 10


def test_weights_of_another_name(place, models_dir):
    folder = place("other")
    (folder / "open_clip_model.safetensors").rename(folder / "weights.safetensors")
    assert resolve(str(folder), models_dir).dimension == 48


def test_prompts_of_the_models_own(place, models_dir):
    folder = place("own")
    (folder / "prompts.json").write_text('{"templates": ["{}"]}')
    model = resolve(str(folder), models_dir)
    assert model.templates == ("{}",)
    assert len(model.background) >= 40


def test_default_preprocessing(place, models_dir):
    mean, std = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
    expected = ModelInput(size=32, resize="shortest", interpolation="bicubic", mean=mean, std=std, fill=0)
    assert resolve(str(place("plain")), models_dir).model_input == expected


def test_preprocessing_of_the_models_own(place, models_dir):
    own = {
        "size": [999, 999],
        "mean": 0.5,
        "std": [0.5, 0.25, 0.125],
        "interpolation": "random",
        "resize_mode": "longest",
        "fill_color": 7,
    }
    found = resolve(str(place("own", preprocess_cfg=own)), models_dir).model_input
    assert found == ModelInput(32, "longest", "bicubic", (0.5, 0.5, 0.5), (0.5, 0.25, 0.125), 7)


@pytest.mark.parametrize(
    "wrong", [{"mean": [1, 2]}, {"interpolation": "nearest"}, {"resize_mode": "stretch"}, {"std": "x"}]
)
def test_preprocessing_that_makes_no_sense(place, models_dir, wrong):
    with pytest.raises(ModelCorrupt, match="preprocess_cfg"):
        resolve(str(place("wrong", preprocess_cfg=wrong)), models_dir)


def test_inputs_must_be_square(place, models_dir):
    folder = place(
        "wide", model_cfg={"vision_cfg": {"image_size": [32, 64], "layers": 1, "width": 32, "patch_size": 16}}
    )
    with pytest.raises(ModelUnsupported, match="square"):
        resolve(str(folder), models_dir)


def test_the_fingerprint_follows_what_matters(place, models_dir, monkeypatch):
    def fingerprint(folder):
        return resolve(str(folder), models_dir).fingerprint

    plain, same = place("plain"), place("same")
    other_input, other_weights = place("input", preprocess_cfg={"mean": 0.5}), place("weights")
    with (other_weights / "open_clip_model.safetensors").open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\x55")
    found = {fingerprint(folder) for folder in (plain, other_input, other_weights)}
    assert len(found) == 3
    assert fingerprint(plain) == fingerprint(same)
    monkeypatch.setattr(models, "CODE_VERSION", models.CODE_VERSION + 1)
    assert fingerprint(plain) not in found


def test_weights_are_hashed_once(place, models_dir, monkeypatch):
    folder = place("big")
    first = resolve(str(folder), models_dir)
    hashed = []
    monkeypatch.setattr(hashes, "hash_file", lambda path: hashed.append(path) or "0")
    assert resolve(str(folder), models_dir) == first
    assert hashed == []
    os.utime(folder / "open_clip_model.safetensors", ns=(1, 1))
    assert resolve(str(folder), models_dir).fingerprint != first.fingerprint
    assert len(hashed) == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"x": 1}', b"\xff", b'{"x": [1, "a", "b"]}'])
def test_a_broken_hash_cache_is_replaced(place, models_dir, content, caplog):
    folder = place("big")
    (models_dir / hashes.CACHE_NAME).write_bytes(content)
    with caplog.at_level(logging.DEBUG):
        resolve(str(folder), models_dir)
    assert {record.levelno for record in caplog.records} == {logging.DEBUG}
    assert str(folder / "open_clip_model.safetensors") in json.loads((models_dir / hashes.CACHE_NAME).read_text())


def test_a_hash_cache_that_cannot_be_written(place, tmp_path, models_dir):
    (tmp_path / "file").write_text("")
    folder = place("big")
    assert resolve(str(folder), tmp_path / "file").fingerprint == resolve(str(folder), models_dir).fingerprint


def test_resolving_loads_no_torch(place, models_dir):
    place("ViT-B-32--openai")
    code = (
        "import sys; from pathlib import Path; from photoorg.embedding import encoder, install, models\n"
        "models.resolve('ViT-B-32/openai', Path(sys.argv[1]))\n"
        "models.installed(Path(sys.argv[1]))\n"
        "print({'torch', 'open_clip', 'huggingface_hub', 'safetensors'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code, models_dir], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
