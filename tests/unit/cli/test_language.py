"""The system's language, as POSIX and Windows say it."""

import locale

import pytest

from photoorg.cli.language import system_language
from photoorg.embedding.registry import proposed_model


@pytest.fixture
def system(monkeypatch):
    """A system whose environment and settings say no language yet."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(locale, "getlocale", lambda: (None, None))
    return monkeypatch


def test_a_system_that_says_nothing(system):
    assert system_language() == ""


def test_variables_count_in_the_order_of_posix(system):
    system.setenv("LANG", "de_DE.UTF-8")
    assert system_language() == "de_DE"
    system.setenv("LC_MESSAGES", "ja_JP")
    assert system_language() == "ja_JP"
    system.setenv("LC_ALL", "C.UTF-8")
    assert system_language() == "C"


@pytest.mark.parametrize(
    ("said", "is_english"),
    [
        ("English_United States", True),
        ("German_Germany", False),
        ("Chinese (Simplified)_China", False),
        ("fil_PH", False),
    ],
)
def test_names_of_windows_lead_to_the_right_model(system, said, is_english):
    system.setattr(locale, "getlocale", lambda: (said, "1252"))
    assert (proposed_model(system_language()).languages == ("en",)) is is_english
