"""Amounts for people."""

import pytest

from photoorg.cli.amounts import duration_text, size_text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0.0 MB"),
        (340_000, "0.3 MB"),
        (605_400_000, "605 MB"),
        (4_577_000_000, "4,577 MB"),
        (20_440_000_000, "20.4 GB"),
    ],
)
def test_bytes(size, text):
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (3900, "1 h 5 min")]
)
def test_seconds(seconds, text):
    assert duration_text(seconds) == text
