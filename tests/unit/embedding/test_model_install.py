"""Installing through the real hub library, from a hub on the loopback."""

import json

import open_clip
import pytest
from random_model import write_random_model
from tiny_configs import CONFIGS, TEXT, VIT
from tokenizer_files import CONTEXT, gemma, write_tokenizer

from photoorg.embedding.install import install
from photoorg.embedding.models import installed, resolve
from photoorg.embedding.pins import Pins
from photoorg.embedding.pretrained import find_pretrained
from photoorg.embedding.removal import remove_files
from photoorg.errors import ModelCorrupt, ModelUnknown, ModelUnsupported
from photoorg.model_errors import ModelAbsent, ModelChanged, ModelDoesNotLoad, ModelFileMissing

REPOSITORY = "test/tiny"
WEIGHTS, CONFIG = "open_clip_model.safetensors", "open_clip_config.json"


def left_in(folder):
    """Names, but those of locks and downloads."""
    return sorted(path.name for path in folder.iterdir() if path.name not in (".downloads", ".pins.lock"))


def test_from_the_hub(hub, models_dir, vit):
    progress = []
    model = install(f"hf-hub:{REPOSITORY}", models_dir, lambda *facts: progress.append(facts), lambda: None)
    assert (model.reference, model.fingerprint) == (f"hf-hub:{REPOSITORY}", vit.fingerprint)
    assert model == resolve(f"hf-hub:{REPOSITORY}", models_dir)
    assert [other.reference for other in installed(models_dir) if other.reference != "demo"] == [model.reference]
    done, total, name = progress[-1]
    assert (done, total, name) == (sum(map(len, hub.files.values())), done, WEIGHTS)
    assert left_in(models_dir) == ["hashes.json", "hf-hub--test--tiny", "pins.json"]
    assert left_in(model.folder) == [CONFIG, WEIGHTS, "origin.json"]
    assert left_in(models_dir / ".downloads") == ["hf-hub--test--tiny.lock"]


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


def test_an_unknown_tag(get, models_dir):
    with pytest.raises(ModelUnknown):
        get("ViT-B-32/no_such_tag")
    assert not models_dir.exists()


def test_what_the_hub_does_not_have_leaves_nothing_behind(hub, get, models_dir):
    with pytest.raises(ModelAbsent):
        get("hf-hub:test/absent")
    assert left_in(models_dir) == []
    assert left_in(models_dir / ".downloads") == ["hf-hub--test--absent.lock"]


def test_weights_that_do_not_fit_their_configuration(hub, get, models_dir):
    config = {"model_cfg": CONFIGS["vit"] | {"vision_cfg": VIT | {"layers": 3}}}
    hub.files[REPOSITORY, CONFIG] = json.dumps(config).encode()
    with pytest.raises(ModelDoesNotLoad, match="do not fit"):
        get(f"hf-hub:{REPOSITORY}")
    assert left_in(models_dir) == []
    assert left_in(models_dir / ".downloads") == ["hf-hub--test--tiny.lock"]


def test_what_cannot_be_used_is_refused_before_its_weights_are_fetched(hub, get):
    config = {"model_cfg": CONFIGS["vit"] | {"multimodal_cfg": {}}}
    hub.files[REPOSITORY, CONFIG] = json.dumps(config).encode()
    with pytest.raises(ModelUnsupported):
        get(f"hf-hub:{REPOSITORY}")
    assert not any(WEIGHTS in path for _, path, _ in hub.requests)


@pytest.fixture
def with_tokenizer(hub, tmp_path):
    """A model whose tokenizer lies in another repository, like SigLIP 2. Gives the tokenizer's files."""
    shape = gemma()
    text_cfg = TEXT | shape["text"] | {"context_length": CONTEXT, "hf_tokenizer_name": "org/name"}
    config = {"embed_dim": 48, "vision_cfg": VIT, "text_cfg": text_cfg}
    folder = write_random_model(config, {}, tmp_path / "words")
    write_tokenizer(shape, tmp_path / "tokenizer")
    files = {name: (tmp_path / "tokenizer" / name).read_bytes() for name in ("tokenizer.json", "tokenizer_config.json")}
    hub.files |= {("test/words", name): (folder / name).read_bytes() for name in (WEIGHTS, CONFIG)}
    hub.files |= {("org/name", name): content for name, content in files.items()}
    return files


def test_a_tokenizer_comes_with_the_model(hub, get, models_dir, with_tokenizer):
    model = get("hf-hub:test/words")
    assert left_in(model.folder) == [CONFIG, WEIGHTS, "origin.json", *with_tokenizer]
    assert {name: (model.folder / name).read_bytes() for name in with_tokenizer} == with_tokenizer
    held = {(file.repository, file.name) for file in Pins(models_dir).read("hf-hub:test/words")}
    assert held == {("test/words", CONFIG), ("test/words", WEIGHTS), *(("org/name", name) for name in with_tokenizer)}


def test_a_tokenizer_that_changed_is_refused(hub, get, models_dir, with_tokenizer):
    get("hf-hub:test/words")
    remove_files("hf-hub:test/words", models_dir)
    hub.files["org/name", "tokenizer.json"] += b" "
    with pytest.raises(ModelChanged, match=r"tokenizer\.json"):
        get("hf-hub:test/words")


def test_a_tokenizer_that_is_missing(hub, get, with_tokenizer):
    hub.requests.clear()
    del hub.files["org/name", "tokenizer.json"]
    with pytest.raises(ModelFileMissing, match="org/name"):
        get("hf-hub:test/words")
    assert hub.ranges() == []
    hub.files["org/name", "tokenizer.json"] = with_tokenizer["tokenizer.json"]
    assert get("hf-hub:test/words")


def test_a_repository_with_a_new_name(hub, get):
    hub.moved["test/old"] = REPOSITORY
    model = get("hf-hub:test/old")
    assert (model.folder / WEIGHTS).read_bytes() == hub.files[REPOSITORY, WEIGHTS]


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
