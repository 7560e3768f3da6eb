import pytest

from photoorg.cli.why import place_in_words


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (0.1, 0.1, "upper left"),
        (0.5, 0.5, "middle"),
        (0.9, 0.5, "right"),
        (0.5, 1.0, "lower"),
        (1.0, 0.0, "upper right"),
    ],
)
def test_a_place_in_words(x, y, words):
    assert place_in_words(x, y) == words
