"""The self-test: a sound model passes, and one whose answers are wrong without any error does not."""

import gzip
import json
import shutil
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from random_model import write_random_model
from stub_encoder import StubEncoder, stub_model, unit

from photoorg.embedding.encoder import open_encoder
from photoorg.embedding.models import demo_folder, resolve
from photoorg.errors import Cancelled, EmbeddingInvalid, EncoderLost, ModelCorrupt, SelfTestMissing
from photoorg.media.decode import DecodeLimits, decode_photo
from photoorg.model_input import ModelInput
from photoorg.search import self_test_pictures
from photoorg.search.self_test import run_self_test
from photoorg.search.self_test_pictures import read_pictures

sys.path.insert(0, str(Path(__file__).parents[1] / "embedding"))

from tiny_configs import CONFIGS

GENERAL = Path(__file__).parents[3] / "resources" / "self_test"
WEIGHTS, CONFIG = "open_clip_model.safetensors", "open_clip_config.json"
HALVES = ([0.5] * 3, [0.5] * 3)
CLIP = ([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711])
IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
NONE = ([0.0] * 3, [1.0] * 3)
BYTES = ([0.0] * 3, [1 / 255] * 3)


# --- the demo model, sound and spoilt ---


@pytest.fixture
def demo(tmp_path):
    """A copy of the demo model."""
    return Path(shutil.copytree(demo_folder(), tmp_path / "demo"))


def outcome(folder):
    model = resolve(str(folder), folder.parent / "models")
    encoder = open_encoder(model)
    try:
        return run_self_test(model, encoder, ("en",))
    finally:
        encoder.close()


def change_weights(folder, change):
    from safetensors.torch import load_file, save_file

    tensors = load_file(folder / WEIGHTS)
    change(tensors)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / WEIGHTS)


def shuffle(folder, names, seed):
    """Permute the numbers within each of the tensors."""
    import torch

    def change(tensors):
        generator = torch.Generator().manual_seed(seed)
        for name in filter(names, tensors):
            order = torch.randperm(tensors[name].numel(), generator=generator)
            tensors[name] = tensors[name].flatten()[order].reshape(tensors[name].shape)

    change_weights(folder, change)


def change_config(folder, part, **values):
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    target = config["preprocess_cfg"] if part == "preprocess_cfg" else config["model_cfg"][part]
    target.update(values)
    (folder / CONFIG).write_text(json.dumps(config), encoding="utf-8")


def change_captions(folder, **values):
    path = folder / "self_test" / "captions.json"
    content = json.loads(path.read_text(encoding="utf-8")) | values
    path.write_text(json.dumps(content), encoding="utf-8")


def is_image(name):
    return name.startswith("visual.")


def is_text(name):
    return not name.startswith(("visual.", "logit_"))


def test_the_demo_model_passes(demo):
    trust = outcome(demo)
    assert trust.passed
    assert (trust.right, trust.total, trust.failed) == (24, 24, ())


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("names", [is_image, is_text])
def test_a_tower_with_shuffled_weights_fails(demo, names, seed):
    shuffle(demo, names, seed)
    trust = outcome(demo)
    assert not trust.passed
    assert trust.right < trust.total / 4
    assert f"only {trust.right} of 24 descriptions in English found their picture" in trust.failed


@pytest.mark.parametrize(
    "name",
    [
        "visual.conv1.weight",
        "visual.layer4.0.conv3.weight",
        "transformer.resblocks.0.attn.in_proj_weight",
        "transformer.resblocks.1.mlp.c_fc.weight",
        "token_embedding.weight",
    ],
)
def test_one_shuffled_layer_fails(demo, name):
    shuffle(demo, name.__eq__, 0)
    assert not outcome(demo).passed


@pytest.mark.parametrize(
    ("mean", "std"), [CLIP, IMAGENET, NONE, BYTES], ids=["clip", "imagenet", "none", "not divided by 255"]
)
def test_a_wrong_normalization_fails_and_is_named(demo, mean, std):
    change_config(demo, "preprocess_cfg", mean=mean, std=std)
    trust = outcome(demo)
    assert not trust.passed
    assert any("preprocess_cfg" in text for text in trust.failed)


def test_a_wrong_normalization_is_noticed_without_knowing_the_models_lead(demo):
    path = demo / "self_test" / "captions.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["lead"]
    path.write_text(json.dumps(content), encoding="utf-8")
    change_config(demo, "preprocess_cfg", mean=CLIP[0], std=CLIP[1])
    trust = outcome(demo)
    assert not trust.passed
    assert trust.right == trust.total
    assert len(trust.failed) == 1
    assert "mean and deviation 0.5" in trust.failed[0]


@pytest.mark.parametrize(
    ("mean", "std"), [CLIP, IMAGENET, NONE, ([0.4, 0.5, 0.6], [0.2, 0.3, 0.4])], ids=["clip", "imagenet", "none", "own"]
)
def test_a_right_normalization_is_not_accused(demo, mean, std):
    """Copies of the demo model whose first layer wants another normalization, and says so."""
    import torch

    def change(tensors):
        kernel = tensors["visual.conv1.weight"].float()
        shift = (torch.tensor(mean) - 0.5) / 0.5
        scale = torch.tensor(std) / 0.5
        tensors["visual.conv1.weight"] = kernel * scale[None, :, None, None]
        tensors["visual.bn1.running_mean"] = tensors["visual.bn1.running_mean"].float() - kernel.sum((2, 3)) @ shift

    change_weights(demo, change)
    change_config(demo, "preprocess_cfg", mean=mean, std=std)
    assert outcome(demo).failed == ()


def test_swapped_channels_fail(demo):
    change_weights(
        demo, lambda tensors: tensors.update({"visual.conv1.weight": tensors["visual.conv1.weight"].flip(1)})
    )
    assert not outcome(demo).passed


@pytest.mark.parametrize("mode", ["longest", "squash"])
def test_another_way_to_resize_fails(demo, mode):
    change_config(demo, "preprocess_cfg", resize_mode=mode)
    assert not outcome(demo).passed


def test_a_tokenizer_with_other_ids_fails(demo):
    """Every id is one too high, as with a vocabulary that has one word more."""

    def change(tensors):
        tensors["token_embedding.weight"] = tensors["token_embedding.weight"].roll(-1, 0)

    change_weights(demo, change)
    trust = outcome(demo)
    assert not trust.passed
    assert trust.right < trust.total / 4


def test_a_tokenizer_with_another_vocabulary_fails(demo):
    merges = demo / "merges.txt.gz"
    letters = "abcdefghijklmnopqrstuvwxyz"
    pairs = [f"{one} {two}{end}" for end in ("", "</w>") for one in letters for two in letters]
    merges.write_bytes(gzip.compress("\n".join(['"bpe_simple_vocab"', *pairs]).encode()))
    change_config(demo, "text_cfg", tokenizer_kwargs={"bpe_path": merges.name})
    trust = outcome(demo)
    assert not trust.passed
    assert trust.right < trust.total / 4


def test_a_model_without_a_test_of_its_own_takes_the_general_one(demo):
    shutil.rmtree(demo / "self_test")
    trust = outcome(demo)
    assert trust.total == len(list(GENERAL.glob("*.png")))
    assert not trust.passed  # it knows snowmen and cars, but no clocks


def test_a_mark_can_be_lower_than_all(demo):
    captions = json.loads((demo / "self_test" / "captions.json").read_text(encoding="utf-8"))["captions"]["en"]
    first, second = list(captions)[:2]
    exchanged = captions | {first: captions[second], second: captions[first]}
    change_captions(demo, captions={"en": exchanged}, lead=0.54)
    assert not outcome(demo).passed
    change_captions(demo, mark=0.9)
    trust = outcome(demo)
    assert trust.passed
    assert set(trust.failed) == {
        f"“{captions[second]}” found “{captions[first]}” first",
        f"“{captions[first]}” found “{captions[second]}” first",
    }


@pytest.mark.parametrize(("kind", "seed"), [("vit", 0), ("vit", 1), ("resnet", 0), ("timm", 0)])
def test_random_weights_fail_the_general_test(tmp_path, kind, seed):
    trust = outcome(write_random_model(CONFIGS[kind], {}, tmp_path / "random", seed))
    assert not trust.passed
    assert trust.right < trust.total / 4


# --- what the general test makes of answers ---


SIDE = 16
CELLS = SIDE * SIDE * 3


@cache
def decoded(files, model_input):
    return np.stack([decode_photo(bytes(file), model_input, DecodeLimits()).pixels for file in files])


class KnowingEncoder(StubEncoder):
    """Sees the colours of each cell, and knows the pictures of all captions."""

    def __init__(self) -> None:
        model_input = ModelInput(SIDE, "squash", "bilinear", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
        model = replace(stub_model(templates=("a photo of {}",)), dimension=CELLS, model_input=model_input)
        super().__init__(model)
        self.pictures = read_pictures(model.folder)
        vectors = self.encode_images(decoded(self.pictures.files, model_input))
        for captions in self.pictures.captions.values():
            self.texts |= {f"a photo of {text}": vectors[number] for text, number in captions.items()}

    def encode_images(self, pixels):
        flat = pixels.reshape(len(pixels), -1).astype(np.float32) / 255 - 0.5
        return flat / np.linalg.norm(flat, axis=1, keepdims=True)

    def exchange(self, one, other):
        one, other = f"a photo of {one}", f"a photo of {other}"
        self.texts[one], self.texts[other] = self.texts[other], self.texts[one]

    def forget(self, language):
        generator = np.random.default_rng(1)
        for text in self.pictures.captions[language]:
            self.texts[f"a photo of {text}"] = unit(generator.standard_normal(CELLS))


@pytest.fixture
def knowing():
    return KnowingEncoder()


def test_who_knows_the_pictures_passes_in_all_languages(knowing):
    languages = tuple(knowing.pictures.captions)
    trust = run_self_test(knowing.model, knowing, languages)
    assert trust.failed == ()
    assert trust.right == trust.total == 18 + 12 * (len(languages) - 1)


def test_one_mistake_is_named_and_forgiven(knowing):
    knowing.texts["a photo of a clock"] = knowing.texts["a photo of a rainbow"]
    trust = run_self_test(knowing.model, knowing, ("en",))
    assert trust.passed
    assert (trust.right, trust.total) == (17, 18)
    assert trust.failed == ("“a clock” found “a rainbow” first",)


def test_red_and_blue_in_all_pairs_mixed_up_are_not_forgiven(knowing):
    knowing.exchange("a red circle", "a blue circle")
    assert run_self_test(knowing.model, knowing, ("en",)).passed
    knowing.exchange("a red car", "a blue car")
    trust = run_self_test(knowing.model, knowing, ("en",))
    assert (trust.passed, trust.right) == (False, 14)
    assert trust.failed[0] == "red and blue are mixed up"


def test_a_language_that_fails_is_named_and_does_not_decide(knowing):
    knowing.forget("de")
    trust = run_self_test(knowing.model, knowing, ("de", "en", "fr"))
    assert trust.passed
    assert trust.failed == (f"only {trust.right - 30} of 12 descriptions in German found their picture",)
    assert trust.right < 34


def test_a_language_decides_where_there_is_no_english(knowing):
    knowing.forget("de")
    trust = run_self_test(knowing.model, knowing, ("de", "fr"))
    assert not trust.passed
    assert "in German" in trust.failed[0]


def test_english_decides(knowing):
    knowing.forget("en")
    trust = run_self_test(knowing.model, knowing, ("de", "en"))
    assert not trust.passed
    assert "in English" in trust.failed[0]


@pytest.mark.parametrize(
    ("languages", "total"), [(("sw",), 18), ((), 18), (("en", "sw"), 18), (("pt_BR", "zh-Hans", "pt"), 24)]
)
def test_languages_without_captions_are_left_out(knowing, languages, total):
    assert run_self_test(knowing.model, knowing, languages).total == total


def test_vectors_that_are_no_numbers_cost_the_trust(knowing):
    def broken(_):
        raise EmbeddingInvalid(model="stub", rows=[0], count=1, total=18)

    knowing.encode_images = broken
    trust = run_self_test(knowing.model, knowing, ("en",))
    assert (trust.passed, trust.right, trust.total) == (False, 0, 18)
    assert "no usable embedding" in trust.failed[0]


@pytest.mark.parametrize("error", [EncoderLost(detail="killed"), Cancelled()])
def test_an_encoder_that_ends_is_no_outcome(knowing, error):
    def ended(_):
        raise error

    knowing.encode_texts = ended
    with pytest.raises(type(error)):
        run_self_test(knowing.model, knowing, ("en",))


@pytest.mark.parametrize("calls", [1, 19, 22, 25])
def test_it_can_be_cancelled_at_any_point(knowing, calls):
    left = iter(range(calls))

    def check_cancelled():
        if next(left, None) is None:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_self_test(knowing.model, knowing, ("en", "de"), check_cancelled)


# --- pictures and captions ---


def test_every_caption_has_a_picture_and_every_picture_is_used():
    content = json.loads((GENERAL / "captions.json").read_text(encoding="utf-8"))
    english = content["captions"]["en"]
    assert set(english) == {path.name for path in GENERAL.glob("*.png")}
    assert all(
        set(captions) <= set(english) and len(captions) == 12
        for lang, captions in content["captions"].items()
        if lang != "en"
    )
    assert content["names"].keys() == content["captions"].keys()
    assert sum(path.stat().st_size for path in GENERAL.iterdir()) < 1_000_000


def test_the_pictures_are_large_enough_for_common_models():
    for path in GENERAL.glob("*.png"):
        with Image.open(path) as image:
            assert min(image.size) >= 384
            assert image.mode == "RGB"


@pytest.fixture
def installation(tmp_path, monkeypatch):
    """A copy of the program's self-test, and a model without one of its own."""
    folder = Path(shutil.copytree(GENERAL, tmp_path / "resources" / "self_test"))
    monkeypatch.setattr(self_test_pictures, "resources", lambda: tmp_path / "resources")
    return folder


DAMAGES = {
    "no captions": lambda folder: (folder / "captions.json").unlink(),
    "no JSON": lambda folder: (folder / "captions.json").write_text("{", encoding="utf-8"),
    "a list": lambda folder: (folder / "captions.json").write_text("[]", encoding="utf-8"),
    "nothing in it": lambda folder: (folder / "captions.json").write_text("{}", encoding="utf-8"),
    "no languages": lambda folder: change_captions(folder.parent, captions={}),
    "an empty language": lambda folder: change_captions(folder.parent, captions={"en": {}}),
    "captions are no texts": lambda folder: change_captions(
        folder.parent, captions={"en": {"cat.png": 1, "tree.png": 2}}
    ),
    "two captions alike": lambda folder: change_captions(
        folder.parent, captions={"en": {"cat.png": "a", "tree.png": "a"}}
    ),
    "another folder": lambda folder: change_captions(
        folder.parent, captions={"en": {"../cat.png": "a", "tree.png": "b"}}
    ),
    "no mark": lambda folder: change_captions(folder.parent, mark=None),
    "mark above all": lambda folder: change_captions(folder.parent, mark=18),
    "unknown pair": lambda folder: change_captions(folder.parent, pairs=[["red-car.png", "plane.png"]]),
    "a picture is missing": lambda folder: (folder / "cat.png").unlink(),
    "a picture is none": lambda folder: (folder / "cat.png").write_bytes(b"not a picture"),
    "a picture is cut off": lambda folder: (folder / "cat.png").write_bytes((folder / "cat.png").read_bytes()[:9000]),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_installation_is_an_error_and_no_pass(installation, damage):
    damage(installation)
    with pytest.raises(SelfTestMissing, match="self-test"):
        run_self_test(stub_model(), StubEncoder(), ("en",))


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_models_own_damaged_test_is_the_models_fault(tmp_path, damage):
    folder = Path(shutil.copytree(GENERAL, tmp_path / "model" / "self_test"))
    damage(folder)
    model = replace(stub_model(), folder=tmp_path / "model")
    with pytest.raises(ModelCorrupt, match="self-test"):
        run_self_test(model, StubEncoder(), ("en",))


def test_an_undamaged_copy_is_no_error(installation):
    trust = run_self_test(stub_model(), StubEncoder(), ("en",))
    assert trust.total == 18
