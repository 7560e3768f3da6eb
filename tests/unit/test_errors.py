"""Errors that a user can read: their texts, their codes, and their way through files and processes."""

import json
import pickle
import string

import pytest

import photoorg.model_errors
import photoorg.organising_errors
import photoorg.query_errors  # noqa: F401 - their errors are among all
from photoorg.errors import DiskFull, ModelNotInstalled, PhotoorgError, TooManyPixels, UnreadableImage


def all_errors(base=PhotoorgError):
    for child in base.__subclasses__():
        yield child
        yield from all_errors(child)


ERRORS = sorted(set(all_errors()), key=lambda error: error.__name__)


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def example(error):
    params = {name: f"<{name}>" for name in placeholders(error.message) | placeholders(error.hint)}
    return error(**params)


def test_codes_are_unique_and_made_of_small_letters():
    codes = [error.code for error in ERRORS]
    assert len(codes) == len(set(codes))
    assert all(code == code.lower() and code.replace("-", "").isalnum() for code in codes)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_shows_a_sentence_with_its_parameters(error):
    made = example(error)
    assert str(made).endswith((".", "detail>"))
    assert all(f"<{name}>" in str(made) for name in placeholders(error.message))
    assert "{" not in made.hint_text


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_a_missing_parameter_never_keeps_an_error_from_being_shown(error):
    assert "?" in str(error()) or not placeholders(error.message)
    assert isinstance(error().hint_text, str)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_survives_pickling_and_storing(error):
    made = example(error)
    stored = PhotoorgError.from_code(made.code, json.loads(json.dumps(made.params)))
    for copy in (pickle.loads(pickle.dumps(made)), stored):
        assert (type(copy), copy.params, str(copy)) == (error, made.params, str(made))


def test_a_code_of_a_newer_version_still_gives_an_error():
    error = PhotoorgError.from_code("from-the-future", {"detail": "x"})
    assert type(error) is PhotoorgError
    assert str(error)


def test_texts_with_braces_are_shown_as_they_are():
    assert str(DiskFull(path="/a/{b}/{0}")) == "The disk of /a/{b}/{0} is full."


def test_hints_are_filled_in_and_optional():
    assert ModelNotInstalled(model="demo").hint_text == "Download it with `photoorg model download demo`."
    assert PhotoorgError().hint_text == ""


def test_failures_of_files_are_a_family():
    assert isinstance(TooManyPixels(width=1, height=2, limit_megapixels=3), UnreadableImage)
