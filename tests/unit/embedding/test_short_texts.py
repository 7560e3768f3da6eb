"""Leaving out the positions behind the end of all texts changes nothing but the time."""

import open_clip
import pytest
import torch
from random_model import build
from safetensors.torch import load_file
from tiny_configs import CONFIGS

from photoorg.embedding.loading import load_tower
from photoorg.embedding.short_texts import ShortTexts, shortened

TEXTS = ["a dog", "", "two red boats on the sea at night " * 20, "é 🐕"]


@pytest.fixture
def both(model_folder):
    """The text tower as it is loaded, and open_clip's full model of the same weights."""
    folder = model_folder("vit")
    full = build(CONFIGS["vit"]).eval()
    full.load_state_dict(load_file(folder / "open_clip_model.safetensors"))
    return shortened(load_tower(folder, "text", torch.float32)), full


@pytest.mark.parametrize("texts", [TEXTS, TEXTS[:1], TEXTS[2:3], TEXTS[::-1]])
def test_the_vectors_are_those_of_open_clip(both, texts):
    tower, full = both
    tokens = open_clip.get_tokenizer("ViT-B-32")(texts)
    with torch.inference_mode():
        assert torch.allclose(tower(tokens), full.encode_text(tokens), atol=1e-5)


def test_a_short_text_takes_few_positions(both, monkeypatch):
    tower, _ = both
    assert isinstance(tower, ShortTexts)
    seen = []
    monkeypatch.setattr(tower.tower, "forward", lambda tokens: seen.append(tuple(tokens.shape)) or tokens.float())
    tower(open_clip.get_tokenizer("ViT-B-32")(["a dog", "a house by the sea"]))
    assert seen == [(2, 7)]


def test_towers_that_read_all_at_once_are_left_alone(model_folder):
    tower = load_tower(model_folder("timm"), "text", torch.float32)
    assert shortened(tower) is tower
