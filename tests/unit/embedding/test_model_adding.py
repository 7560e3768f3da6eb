"""Offline installation: folders of models are copied, checked, and named."""

import json
import os
import shutil
import socket
from pathlib import Path

import pytest
import torch
from random_model import write_random_model
from safetensors.torch import load_file
from tiny_configs import CONFIGS

from photoorg.embedding import model_download
from photoorg.embedding.adding import add_folder
from photoorg.embedding.models import demo_folder, installed, resolve
from photoorg.embedding.work_folder import hold_model
from photoorg.errors import Cancelled, ModelCorrupt, ModelUnsupported
from photoorg.model_errors import ModelBusy, ModelsFolderUnusable, NotAModelFolder, NotEnoughSpace

REFERENCE, REPOSITORY = "hf-hub:test/tiny", "test/tiny"
WEIGHTS, CONFIG = "open_clip_model.safetensors", "open_clip_config.json"


@pytest.fixture
def source(tmp_path, model_folder):
    """A folder of one's own with a model."""
    return shutil.copytree(model_folder("vit"), tmp_path / "stick" / "My Modèle-1")


@pytest.fixture
def add(models_dir, monkeypatch):
    """Add without a care for progress, and without a network."""

    def no_network(*_arguments):
        raise AssertionError("nobody is to be asked")

    def run(folder, check_cancelled=lambda: None):
        with monkeypatch.context() as patch:
            patch.setattr(socket, "create_connection", no_network)
            return add_folder(folder, models_dir, lambda *_: None, check_cancelled)

    return run


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def left_in(models_dir):
    return sorted(path.name for path in models_dir.iterdir() if path.is_dir())


def test_a_folder_is_copied(add, source, models_dir, vit):
    before = contents(source)
    model = add(source)
    assert model.reference == "local/my_modele_1"
    assert model.folder == models_dir / "local--my_modele_1"
    assert model.fingerprint == vit.fingerprint
    assert model == resolve(model.reference, models_dir)
    assert [other.reference for other in installed(models_dir)] == ["demo", model.reference]
    copied = contents(model.folder)
    assert {path: copied[path] for path in before} == before == contents(source)
    assert left_in(models_dir) == [".downloads", "local--my_modele_1"]
    assert list((models_dir / ".downloads").glob("*/*")) == []


def test_progress(source, models_dir):
    reports = []
    add_folder(source, models_dir, lambda *facts: reports.append(facts), lambda: None)
    total = sum(map(len, contents(source).values()))
    assert reports[-1] == (total, total, WEIGHTS)
    assert len(reports) > 5


def test_the_same_content_is_added_once(add, source, models_dir, tmp_path):
    first = add(source)
    assert add(source) == first
    assert add(shutil.copytree(source, tmp_path / "another name")) == first
    assert add(first.folder) == first
    assert left_in(models_dir) == [".downloads", "local--my_modele_1"]


def test_other_models_of_the_same_name_get_numbers(add, tmp_path, models_dir):
    folders = [write_random_model(CONFIGS["vit"], {}, tmp_path / str(seed) / "clip", seed) for seed in range(3)]
    references = [add(folder).reference for folder in folders]
    assert references == ["local/clip", "local/clip_2", "local/clip_3"]
    assert [add(folder).reference for folder in folders] == references


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("ViT-B-32--laion", "local/laion"),
        ("…", "local/model"),
        ("a..b", "local/a_b"),
        ("x" * 200, "local/" + "x" * 80),
        ("models--org--Some-Model/snapshots/" + "0" * 40, "local/some_model"),
    ],
)
def test_names(add, source, tmp_path, name, reference):
    assert add(shutil.copytree(source, tmp_path / name)).reference == reference


def test_a_model_downloaded_elsewhere_keeps_its_reference(hub, get, add, models_dir, tmp_path):
    downloaded = get()
    elsewhere = shutil.copytree(downloaded.folder, tmp_path / "stick")
    pins = (models_dir / "pins.json").read_text()
    shutil.rmtree(models_dir)
    hub.requests.clear()
    added = add(elsewhere)
    assert added == downloaded
    assert get() == downloaded
    assert hub.requests == []
    assert json.loads((models_dir / "pins.json").read_text()) == json.loads(pins)
    assert json.loads((added.folder / "origin.json").read_text())["downloaded"]


def test_another_version_of_an_installed_model_does_not_replace_it(hub, get, add, models_dir, tmp_path):
    elsewhere = shutil.copytree(get().folder, tmp_path / "older")
    weights = (write_random_model(CONFIGS["vit"], {}, tmp_path / "newer", seed=1) / WEIGHTS).read_bytes()
    hub.publish({(REPOSITORY, WEIGHTS): weights})
    newest = get(latest=True)
    assert add(elsewhere).reference == "local/older"
    assert resolve(REFERENCE, models_dir) == newest


def test_one_that_was_damaged_since_is_refused(hub, get, add, models_dir, tmp_path):
    elsewhere = shutil.copytree(get().folder, tmp_path / "stick")
    shutil.rmtree(models_dir)
    content = bytearray((elsewhere / WEIGHTS).read_bytes())
    content[-10] ^= 1
    (elsewhere / WEIGHTS).write_bytes(content)
    with pytest.raises(ModelCorrupt, match="checksum") as caught:
        add(elsewhere)
    assert caught.value.params["folder"] == str(elsewhere)
    assert left_in(models_dir) == [".downloads"]
    content[-10] ^= 1
    (elsewhere / WEIGHTS).write_bytes(content)
    assert add(elsewhere).reference == REFERENCE


@pytest.mark.parametrize("origin", ["{", "[]", "{}", '{"reference": "../../etc", "downloaded": []}'])
def test_an_origin_that_makes_no_sense_is_ignored(add, source, origin):
    (source / "origin.json").write_text(origin)
    assert add(source).reference == "local/my_modele_1"


def test_links_of_a_hub_cache_are_followed(add, source, tmp_path):
    snapshot = tmp_path / "models--org--tiny" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    for name in (WEIGHTS, CONFIG):
        (snapshot / name).symlink_to(os.path.relpath(source / name, snapshot))
    model = add(snapshot)
    assert model.reference == "local/tiny"
    assert not any(path.is_symlink() for path in model.folder.iterdir())
    assert (model.folder / WEIGHTS).read_bytes() == (source / WEIGHTS).read_bytes()


def test_pickled_weights_are_converted(add, source, models_dir):
    tensors = load_file(source / WEIGHTS)
    (source / WEIGHTS).unlink()
    torch.save(tensors, source / "open_clip_pytorch_model.bin")
    model = add(source)
    stored = load_file(model.folder / WEIGHTS)
    assert all(torch.equal(stored[name], tensors[name]) for name in tensors)
    assert sorted(contents(model.folder)) == [Path(CONFIG), Path(WEIGHTS), Path("origin.json")]
    assert sorted(contents(source)) == [Path(CONFIG), Path("open_clip_pytorch_model.bin")]
    assert add(source) == model


def test_the_demo_is_there_already(add):
    assert add(demo_folder()).reference == "demo"


def test_a_models_own_self_test_and_prompts_come_along(add, source):
    (source / "prompts.json").write_text('{"templates": ["{}"], "background": ["a photo"]}')
    (source / "self_test").mkdir()
    (source / "self_test" / "captions.json").write_text("{}")
    (source / "README.md").write_text("not needed")
    model = add(source)
    assert model.templates == ("{}",)
    copied = contents(model.folder)
    assert copied[Path("self_test/captions.json")] == b"{}"
    assert Path("README.md") not in copied
    assert add(source) == model
    assert "self_test/captions.json" in json.loads(copied[Path("origin.json")])["checksums"]


# --- what is refused, and leaves nothing behind ---


def test_what_is_no_model_folder(add, tmp_path, source, models_dir):
    with pytest.raises(NotAModelFolder, match="No such file"):
        add(tmp_path / "nowhere")
    with pytest.raises(NotAModelFolder, match="Not a directory"):
        add(source / CONFIG)
    with pytest.raises(NotAModelFolder, match=CONFIG):
        add(tmp_path)
    (source / WEIGHTS).unlink()
    with pytest.raises(NotAModelFolder, match="no weights"):
        add(source)
    assert not models_dir.exists()


def test_a_file_that_may_not_be_read(add, source, models_dir, monkeypatch):
    open_file = Path.open

    def forbidden(path, *arguments, **options):
        if path.name == WEIGHTS:
            raise PermissionError(13, "Permission denied", str(path))
        return open_file(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", forbidden)
        with pytest.raises(NotAModelFolder, match=f"{WEIGHTS}: Permission denied"):
            add(source)
    assert not models_dir.exists()
    assert add(source)


def test_a_file_that_cannot_be_read(add, source, models_dir, monkeypatch):
    def fails_in_the_middle(path):
        yield path.read_bytes()[:1000]
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("photoorg.embedding.adding.blocks_of", fails_in_the_middle)
        with pytest.raises(NotAModelFolder, match="Input/output error"):
            add(source)
    assert left_in(models_dir) == [".downloads"]
    assert add(source)


def test_weights_that_do_not_load(add, source, models_dir):
    (source / WEIGHTS).write_bytes(b"<html>")
    with pytest.raises(ModelCorrupt) as caught:
        add(source)
    assert caught.value.params["folder"] == str(source)
    assert left_in(models_dir) == [".downloads"]


def test_a_kind_that_is_not_supported(add, source):
    config = json.loads((source / CONFIG).read_text())
    config["model_cfg"]["multimodal_cfg"] = {}
    (source / CONFIG).write_text(json.dumps(config))
    with pytest.raises(ModelUnsupported, match="CoCa"):
        add(source)


def test_an_architecture_that_open_clip_does_not_know(add, source):
    config = json.loads((source / CONFIG).read_text())
    config["model_cfg"]["vision_cfg"] |= {"timm_model_name": "no_such_tower"}
    (source / CONFIG).write_text(json.dumps(config))
    with pytest.raises(ModelUnsupported, match="open_clip cannot build it") as caught:
        add(source)
    assert caught.value.params["model"] == str(source)


def test_cancelled(add, source, models_dir):
    asked = iter(range(4))

    def cancel():
        if next(asked) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        add(source, cancel)
    assert left_in(models_dir) == [".downloads"]
    assert add(source)


def test_too_little_space(add, source, monkeypatch):
    full = shutil.disk_usage("/")._replace(free=1_000_000)
    monkeypatch.setattr(model_download.shutil, "disk_usage", lambda _path: full)
    with pytest.raises(NotEnoughSpace, match="8 MB are needed"):
        add(source)


def test_another_program_is_at_it(add, source, models_dir):
    with hold_model("local/my_modele_1", models_dir, "local--my_modele_1"), pytest.raises(ModelBusy):
        add(source)
    assert add(source)


def test_a_place_that_cannot_be_used(add, source, models_dir):
    models_dir.write_text("a file")
    with pytest.raises(ModelsFolderUnusable):
        add(source)


def test_a_broken_one_is_replaced(add, source, models_dir, vit):
    broken = add(source)
    (broken.folder / WEIGHTS).write_bytes(b"")
    again = add(source)
    assert (again.reference, again.fingerprint) == (broken.reference, vit.fingerprint)
    assert left_in(models_dir) == [".downloads", "local--my_modele_1"]
