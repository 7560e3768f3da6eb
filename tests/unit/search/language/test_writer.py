"""The canonical text of queries."""

import pytest

from photoorg.search.language.expression import Filter, Like, Phrase
from photoorg.search.language.parser import parse
from photoorg.search.language.writer import text_of


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("  a   dog ", "a dog"),
        ("dog NOT snow", "dog -snow"),
        ("a dog that is not on the beach", "a dog that is -(on the beach)"),
        ("“at home” AND x", '"at home" x'),
        ("(sunny beach)^2.50", "(sunny beach)^2.5"),
        ("-(snow)^2", "-snow^2"),
        ("not 5", "-(5)"),
        ('TAG:"beach" | tag:“at home”', 'tag:beach OR tag:"at home"'),
        ("a (b|(c d))", "a (b OR c d)"),
        ("-(a b OR tag:x)", "-(a b OR tag:x)"),
        ("like:x^0.01", "like:x^0.01"),
        ("beach^1", "beach"),
    ],
)
def test_what_is_typed_and_what_is_written(typed, canonical):
    assert text_of(parse(typed)) == canonical
    assert parse(canonical) == parse(typed)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (Phrase('say "hi"'), '"say ""hi"""'),
        (Filter("tag", "a,b"), "tag:a,b"),
        (Filter("tag", "a,"), 'tag:"a,"'),
        (Filter("tag", "x^2"), 'tag:"x^2"'),
        (Filter("folder", "a (b)"), 'folder:"a (b)"'),
        (Like("\udcff.jpg"), 'like:"\udcff.jpg"'),
        (Like("#12", 0.5), "like:#12^0.5"),
    ],
)
def test_quotes_where_they_are_needed(part, text):
    assert text_of(part) == text
    assert parse(text) == part
