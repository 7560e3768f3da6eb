"""From a text to a vector: templates, the background, and the cache."""

import numpy as np
import pytest
from stub_encoder import DIMENSION, StubEncoder, stub_model, text_vector, unit

from photoorg.query_errors import QueryEmpty
from photoorg.search.query import TextEncodings, described


@pytest.fixture
def encodings(filled):
    def make(model, encoder):
        return TextEncodings(filled.catalog.embeddings, model, lambda: encoder)

    return make


def no_encoder():
    pytest.fail("the encoder was asked for")


def test_a_query_is_the_mean_over_the_templates(encodings):
    encoder = StubEncoder(stub_model(templates=("a photo of {}", "{}!")))
    vector = encodings(encoder.model, encoder).query("a cat")
    assert np.allclose(vector, unit(text_vector("a photo of a cat") + text_vector("a cat!")), atol=1e-6)
    assert encoder.encoded_texts == ["a photo of a cat", "a cat!"]


def test_braces_in_a_query_are_plain_text(encodings):
    encoder = StubEncoder(stub_model(templates=("a photo of {}",)))
    encodings(encoder.model, encoder).query("{0} {x} {")
    assert encoder.encoded_texts == ["a photo of {0} {x} {"]


def test_a_text_is_encoded_once_in_the_life_of_a_library(encodings, filled):
    encoder = StubEncoder()
    first = encodings(encoder.model, encoder).query("a dog")
    again = TextEncodings(filled.catalog.embeddings, encoder.model, no_encoder).query("a dog")
    assert encoder.encoded_texts == ["a dog"]
    assert np.array_equal(first, again)


def test_models_do_not_share_their_encodings(encodings):
    one, other = StubEncoder(stub_model("one")), StubEncoder(stub_model("other"), {"a dog": unit(np.ones(DIMENSION))})
    first, second = encodings(one.model, one).query("a dog"), encodings(other.model, other).query("a dog")
    assert other.encoded_texts == ["a dog"]
    assert not np.allclose(first, second)


def test_the_background_is_encoded_in_one_call_and_kept(encodings):
    encoder = StubEncoder(stub_model(background=("a cup", "the sea"), templates=("{}", "a {}")))
    texts = encodings(encoder.model, encoder)
    background = texts.background()
    assert np.allclose(background[1], unit(text_vector("the sea") + text_vector("a the sea")), atol=1e-6)
    assert texts.background() is background
    assert len(encoder.encoded_texts) == 4


def test_a_model_without_background_has_an_empty_one(encodings):
    encoder = StubEncoder()
    assert encodings(encoder.model, encoder).background().shape == (0, DIMENSION)


@pytest.mark.parametrize(
    "text", ["", " ", "\t\n", "\u00a0\u3000", "\x00\x1b", "...", "?!", "\u200b\u200e", "\ufe0f", "$ + ^", "\udcff"]
)
def test_a_text_that_says_nothing_is_refused(encodings, text):
    with pytest.raises(QueryEmpty):
        described(text)
    with pytest.raises(QueryEmpty):
        encodings(StubEncoder().model, StubEncoder()).query(text)


@pytest.mark.parametrize("text", ["a dog", "7", "🌅", "犬", "a!", "C++", "½", "\U0001fadd\u0378"])
def test_a_text_that_says_something(text):
    assert described(text) == text


def test_blanks_and_control_characters_do_not_matter(encodings):
    encoder = StubEncoder()
    encodings(encoder.model, encoder).query("  a\x00 dog\udcff\n")
    assert encoder.encoded_texts == ["a dog"]


def test_joined_emoji_stay_joined():
    assert described("👩\u200d👧") == "👩\u200d👧"
