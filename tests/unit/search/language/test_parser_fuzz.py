"""No text raises anything but the query error, and what is read is written and read again the same."""

import pytest
from hypothesis import example, given, settings
from query_texts import texts, trees

from photoorg.query_errors import QueryError, QueryTooComplex
from photoorg.search.language.branches import branches_of
from photoorg.search.language.chips import chips_of, text_of_chips
from photoorg.search.language.completion import complete
from photoorg.search.language.parser import parse
from photoorg.search.language.writer import text_of


class NoValues:
    def folders(self):
        return (("a b", 2), ('say "hi"', 1))

    albums = tags = cameras = lenses = types = folders


def read(text):
    """The tree, or the error."""
    try:
        return parse(text)
    except QueryError as error:
        return error


def alternatives(text):
    try:
        part = parse(text)
        return branches_of(part) if part else ()
    except QueryError as error:
        return error.code


@settings(max_examples=150, deadline=None)
@given(texts)
@example("(a ,) b")
@example('"')
@example("-not -not a")
@example("not")
@example("|")
@example("^2")
def test_any_text_is_read_or_refused_and_written_the_same(text):
    part = read(text)
    if isinstance(part, QueryError):
        assert 0 <= part.start <= part.end <= len(text)
        assert str(part)
        assert part.hint_text
    elif part is not None:
        assert parse(text_of(part)) == part


@settings(max_examples=150, deadline=None)
@given(trees)
def test_any_tree_is_written_and_read_the_same(tree):
    assert parse(text_of(tree)) == tree


@settings(max_examples=150, deadline=None)
@given(texts)
@example("(a tag:x) tag:y")
@example("tag:x AND dog")
@example("not on the beach tag:x red")
def test_chips_and_their_text_ask_for_the_same(text):
    chips = chips_of(text)
    assert alternatives(text_of_chips(chips)) == alternatives(text) or isinstance(alternatives(text), str)
    assert all(alternatives(chip.text) for chip in chips.chips)


@settings(max_examples=100, deadline=None)
@given(trees)
def test_chips_of_written_trees_ask_for_the_same(tree):
    text = text_of(tree)
    assert alternatives(text_of_chips(chips_of(text))) == alternatives(text)


@settings(max_examples=150, deadline=None)
@given(texts, texts)
def test_completion_never_raises_and_stays_in_the_text(before, after):
    text = before + after
    for completion in complete(text, len(before), NoValues()):
        assert 0 <= completion.start <= len(before) <= completion.end <= len(text)


@pytest.mark.parametrize("text", ["(" * 5000 + "a" + ")" * 5000, "-(" * 100 + "a" + ")" * 100])
def test_depth_is_bounded(text):
    with pytest.raises(QueryTooComplex):
        parse(text)
    assert chips_of(text).rest == text


def test_the_deepest_that_is_allowed_is_read():
    text = "(a OR " * 15 + "-(b " * 15 + "c" + ")" * 30
    assert parse(text_of(parse(text))) == parse(text)


@pytest.mark.parametrize("text", ["a" * 10_001, "a " * 6000, '"' + "x" * 20_000])
def test_length_is_bounded(text):
    with pytest.raises(QueryTooComplex) as caught:
        parse(text)
    assert (caught.value.start, caught.value.end) == (10_000, len(text))
    assert chips_of(text).chips == ()


@pytest.mark.parametrize(
    "piece", ["a|", "not ", "-not ", "-a ", "not a ", "^2 ", "tag:x ", "“", "a^2 ", '"" ', "(a) ", "NOT AND "]
)
def test_long_texts_are_handled(piece):
    text = piece * (4_000 // len(piece))
    read(text)
    assert text_of_chips(chips_of(text))
