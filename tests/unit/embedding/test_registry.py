"""The models that are offered, held against what open_clip itself knows of them."""

import re

import open_clip
import pytest

from photoorg.embedding.pretrained import find_pretrained
from photoorg.embedding.registry import known_model, known_models, proposed_model

FREE = {"MIT", "Apache-2.0"}


@pytest.mark.parametrize("model", known_models(), ids=lambda model: model.reference)
def test_an_offered_model_is_one_that_open_clip_knows(model):
    source = find_pretrained(model.reference)
    assert source.repository == model.repository
    assert source.config["model_cfg"]["embed_dim"] == model.dimension


@pytest.mark.parametrize("model", known_models(), ids=lambda model: model.reference)
def test_people_are_told_what_they_want_to_know(model):
    assert model.licence in FREE
    assert model.title
    assert model.summary.endswith(".")
    assert model.languages[0] == "en"
    assert model.quality_source
    assert model.memory_bytes > 0
    assert re.fullmatch("[0-9a-f]{40}|", model.commit)
    assert all(re.fullmatch("[0-9a-f]{64}", checksum) for checksum in model.checksums.values())


@pytest.mark.parametrize("model", known_models(), ids=lambda model: model.reference)
def test_the_size_of_the_download_fits_the_number_of_weights(model):
    name = model.reference.partition("/")[0]
    config = open_clip.get_model_config(name)
    vocabulary, width = config["text_cfg"]["vocab_size"], config["text_cfg"]["width"]
    assert model.download_bytes > 4 * (model.memory_bytes / 2 + vocabulary * width) * 0.98


def test_the_first_one_is_the_default_and_the_yardstick():
    first = known_models()[0]
    assert first == proposed_model("en_GB")
    assert first.relative_cost == 1
    assert len({model.reference for model in known_models()}) == len(known_models())


@pytest.mark.parametrize("language", ["en", "en_GB", "en-US.UTF-8", "C", "POSIX", ""])
def test_english_speakers_are_proposed_the_small_download(language):
    assert proposed_model(language).reference == "ViT-B-32-256/datacomp_s34b_b86k"


@pytest.mark.parametrize("language", ["de", "de_AT.UTF-8", "zh-Hans", "pt_BR", "eo"])
def test_others_are_proposed_one_that_speaks_their_language(language):
    model = proposed_model(language)
    assert model.reference == "ViT-B-32-SigLIP2-256/webli"
    assert model.language_text == "English and 33 more languages"


def test_of_other_models_nothing_is_known():
    assert known_model("ViT-B-32/openai") is None
