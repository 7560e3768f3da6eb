"""Which texts a query is encoded with."""

import json

import pytest
from tokenizer_files import gemma, write_tokenizer

from photoorg.embedding.folder import read_prompts
from photoorg.embedding.models import demo_folder
from photoorg.errors import ModelCorrupt
from photoorg.paths import resources


@pytest.fixture
def siglip(tmp_path):
    return write_tokenizer(gemma(), tmp_path / "siglip")


def test_models_with_open_clips_tokenizer_get_the_prompt_that_helps_clip(model_folder):
    assert read_prompts(model_folder("vit"))[0] == ("a photo of {}",)


def test_no_english_words_around_texts_in_many_languages(siglip):
    templates, background = read_prompts(siglip)
    assert templates == ("{}",)
    assert len(background) >= 40


def test_a_models_own_templates_win(siglip):
    (siglip / "prompts.json").write_text(json.dumps({"templates": ["{}", "una foto de {}"]}))
    assert read_prompts(siglip)[0] == ("{}", "una foto de {}")


@pytest.mark.parametrize("templates", [[], ["no place"], "{}", [1], {"open_clip": ["{}"]}, None])
def test_broken_templates(siglip, templates):
    (siglip / "prompts.json").write_text(json.dumps({"templates": templates}))
    with pytest.raises(ModelCorrupt, match=r"prompts\.json"):
        read_prompts(siglip)


def test_a_query_costs_one_or_two_texts_and_the_choice_names_its_source():
    prompts = json.loads((resources() / "prompts.json").read_text(encoding="utf-8"))
    assert prompts["source"]
    assert all(1 <= len(templates) <= 2 for templates in prompts["templates"].values())
    assert len(read_prompts(demo_folder())[0]) == 1
