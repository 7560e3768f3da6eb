"""Notices on words that a model does not read, or was not made for."""

import dataclasses
import json

import pytest
from stub_encoder import stub_model

from photoorg.embedding.encoder import open_encoder
from photoorg.embedding.models import demo_folder, resolve
from photoorg.errors import ForeignScript, PerhapsForeignScript, TextTooLong
from photoorg.search.query import filled_in
from photoorg.search.text_notices import is_foreign, notices_for

ENGLISH = ("en",)
MANY = ("en", "de", "ru", "zh")


WHOLE = ("",)


def notices_of(text, model, words=20):
    """What a model for English says that reads so many words."""
    filled = filled_in(model.templates, text)
    return notices_for(text, model, ENGLISH, [" ".join(one.split()[words:]) for one in filled])


@pytest.fixture
def model_of(tmp_path):
    """A function from text_cfg settings and templates to a model that has such a configuration."""

    def model(*templates, **text_cfg):
        config = {"model_cfg": {"embed_dim": 32, "vision_cfg": {}, "text_cfg": text_cfg}}
        (tmp_path / "open_clip_config.json").write_text(json.dumps(config))
        return dataclasses.replace(stub_model(templates=templates or ("{}",)), folder=tmp_path)

    return model


@pytest.mark.parametrize(
    "text",
    [
        "собака",
        "海",
        "犬と海辺",
        "كلب على الشاطئ",
        "समुद्र तट",
        "개",
        "σκύλος",
        "a photo of 富士山",
        "Сергей at the beach",
        "I ♥ Москва",
    ],
)
def test_other_scripts(text):
    assert is_foreign(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a dog",
        "Straße, naïve façade, Łódź, İstanbul, Việt Nam, ﬁsh",
        "🌅 ❤️ 👩‍👩‍👧",
        "1/2 + 100 % №5",
        "²³ ª ㎏ \uff46\uff55\uff4c\uff4c \U0001d41b\U0001d428\U0001d425\U0001d41d",
        "the letter \u03b1 on a blackboard",
        "hawai\u02bbi",
        "a portrait of my friend Олег",
    ],
)
def test_latin_script(text):
    assert not is_foreign(text)


def test_an_english_model_says_so(model_of):
    (notice,) = notices_for("собака", model_of(), ENGLISH, WHOLE)
    assert type(notice) is ForeignScript
    assert "stub" in str(notice)
    assert "English only" in str(notice)
    assert "SigLIP2" in notice.hint_text
    assert notices_for("a dog", model_of(), ENGLISH, WHOLE) == []


def test_a_model_for_many_languages_says_nothing(model_of):
    assert notices_for("собака", model_of(), MANY, WHOLE) == []


def test_of_unknown_models_only_open_clips_tokenizer_means_english(model_of):
    (notice,) = notices_for("собака", model_of(), (), WHOLE)
    assert type(notice) is PerhapsForeignScript
    assert "probably" in str(notice)
    assert notices_for("собака", model_of(hf_tokenizer_name="org/name"), (), WHOLE) == []
    assert notices_for("собака", model_of(hf_model_name="org/name"), (), WHOLE) == []


def test_words_that_are_left_out(model_of):
    model = model_of("a photo of {}")
    (notice,) = notices_of("very " * 30 + "old dog", model)
    assert isinstance(notice, TextTooLong)
    assert notice.params["left_out"] == "very " * 13 + "old dog"
    assert "old dog" in str(notice)


def test_the_templates_own_words_are_not_reported(model_of):
    model = model_of("{} at night", "{}")
    text = " ".join(["dog"] * 20)
    for fitting in (text, text[4:]):
        assert notices_of(fitting, model) == []
    (notice,) = notices_of(f"{text} cat", model)
    assert notice.params["left_out"] == "cat"


def test_a_very_long_end_is_shortened(model_of):
    model = model_of()
    (notice,) = notices_of("word " * 10_000, model)
    assert len(notice.params["left_out"]) < 130
    assert notice.params["left_out"].endswith("word …")
    (notice,) = notices_of("a " * 20 + "x" * 10_000, model)
    assert len(notice.params["left_out"]) < 130


def test_both_at_once(model_of):
    model = model_of()
    notices = notices_of("собака " * 30, model)
    assert [type(notice) for notice in notices] == [ForeignScript, TextTooLong]


def test_a_model_that_was_taken_away():
    assert notices_for("собака " * 30, stub_model(), (), WHOLE) == []


def test_the_real_demo_model(tmp_path):
    demo = resolve(str(demo_folder()), tmp_path)
    encoder = open_encoder(demo, device="cpu")
    text = "a red house in the snow and " * 5
    (notice,) = notices_for(text, demo, ENGLISH, encoder.left_out(filled_in(demo.templates, text)))
    left = notice.params["left_out"]
    assert left
    assert text.strip().endswith(left)
    encoder.close()
