"""What the README shows is understood."""

import re
from pathlib import Path

import pytest

from photoorg.search.language.keys import KEYS
from photoorg.search.language.parser import parse

README = (Path(__file__).parents[4] / "README.md").read_text(encoding="utf-8")
TABLE = README.split("## Searching")[1].split("\n## ")[0]
EXAMPLES = [
    example.replace("\\|", "|")
    for line in TABLE.splitlines()
    if line.startswith("| `")
    for example in re.findall("`([^`]+)`", re.split(r"(?<!\\)\|", line)[1])
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_a_query(example):
    assert parse(example)


def test_every_key_is_shown():
    assert {key for key in KEYS if any(f"{key}:" in example for example in EXAMPLES)} == set(KEYS)
