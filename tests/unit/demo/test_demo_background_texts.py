"""The background queries that come with the demo model."""

import json

from photoorg.demo.background_texts import background_texts
from photoorg.demo.scene import COLOURS, NOTHING, SUBJECTS
from photoorg.paths import resources


def test_the_demo_model_comes_with_them() -> None:
    prompts = json.loads((resources() / "demo_model" / "prompts.json").read_text(encoding="utf-8"))
    assert prompts["background"] == background_texts()


def test_they_cover_the_vocabulary_once() -> None:
    texts = background_texts()
    words = {word.removesuffix("s") for text in texts for word in text.split()}
    assert len(texts) == len(set(texts)) < 300
    assert not {*SUBJECTS, *COLOURS} - {NOTHING} - words - {"cactus"}
