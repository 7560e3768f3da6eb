"""The bundled model, loaded as any open_clip model, understands new drawings."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import open_clip
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from photoorg.demo.captions import describe
from photoorg.demo.drawing import draw
from photoorg.demo.scene import Scene, all_scenes, held_out

FOLDER = Path(__file__).parents[3] / "resources" / "demo_model"
UNTRAINED_SEED = 424_242
Encoder = Callable[[list[Any]], Tensor]


@pytest.fixture(scope="module")
def encoders() -> tuple[Encoder, Encoder]:
    loaded: Any = open_clip.create_model_from_pretrained(f"local-dir:{FOLDER}")
    model, transform = loaded
    tokenizer = open_clip.get_tokenizer(f"local-dir:{FOLDER}")
    model.eval()

    @torch.inference_mode()
    def pictures(scenes: list[Any]) -> Tensor:
        inputs = torch.stack([transform(draw(scene, (320, 214), UNTRAINED_SEED)) for scene in scenes])
        return functional.normalize(model.encode_image(inputs), dim=-1)

    @torch.inference_mode()
    def texts(lines: list[Any]) -> Tensor:
        return functional.normalize(model.encode_text(tokenizer(lines)), dim=-1)

    return pictures, texts


@pytest.fixture(scope="module")
def unseen() -> list[Scene]:
    return Random(3).sample([scene for scene in all_scenes() if held_out(scene)], 60)


def test_the_model_folder_is_small_and_complete() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {
        "open_clip_config.json",
        "open_clip_model.safetensors",
        "prompts.json",
        "self_test",
    }
    assert sum(path.stat().st_size for path in FOLDER.rglob("*")) < 10_000_000


def test_prompts_have_a_place_for_the_query() -> None:
    prompts = json.loads((FOLDER / "prompts.json").read_text(encoding="utf-8"))
    assert all("{}" in template for template in prompts["templates"])
    assert len(set(prompts["background"])) >= 24


@pytest.mark.parametrize("template", ["a photo of {}", "{}"])
def test_unseen_combinations_are_recognised(
    encoders: tuple[Encoder, Encoder], unseen: list[Scene], template: str
) -> None:
    pictures, texts = encoders
    lines = [template.format(describe(scene).text) for scene in all_scenes()]
    best = (pictures(unseen) @ texts(lines).T).argmax(1).tolist()
    assert sum(all_scenes()[index] == scene for index, scene in zip(best, unseen, strict=True)) / len(unseen) > 0.85


@pytest.mark.parametrize(
    ("query", "facts"),
    [
        ("a boat", "boat"),
        ("a house", "house"),
        ("a cat", "cat"),
        ("red", "red"),
        ("night", "night"),
        ("snow", "snow"),
        ("a photo of the city", "city"),
        ("a photo of a ship", "boat"),
    ],
)
def test_short_queries_find_what_they_say(
    encoders: tuple[Encoder, Encoder], unseen: list[Scene], query: str, facts: str
) -> None:
    pictures, texts = encoders
    wanted = [set(facts.split()) <= scene.facts for scene in unseen]
    number = min(4, sum(wanted))
    found = (pictures(unseen) @ texts([query])[0]).topk(number).indices.tolist()
    assert sum(wanted[index] for index in found) >= number - 1
