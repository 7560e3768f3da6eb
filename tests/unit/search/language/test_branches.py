"""A query as alternatives."""

import pytest
from hypothesis import given, settings
from query_texts import trees

from photoorg.query_errors import QueryTooComplex
from photoorg.search.language.branches import MAX_BRANCHES, Branch, branches_of
from photoorg.search.language.expression import Filter, Like, Phrase, Words
from photoorg.search.language.parser import parse

A, B, C = Filter("tag", "a"), Filter("tag", "b"), Filter("tag", "c")


def of(text):
    return branches_of(parse(text))


def test_a_plain_text_is_one_branch():
    assert of("a dog") == (Branch(words=(Words("a dog"),)),)


def test_all_kinds_of_parts():
    assert of('sun like:#1 "x" tag:a -snow -like:#2 -"y" -tag:b') == (
        Branch(
            words=(Words("sun"),),
            likes=(Like("#1"),),
            without_words=(Words("snow"),),
            without_likes=(Like("#2"),),
            phrases=(Phrase("x"),),
            without_phrases=(Phrase("y"),),
            filters=(A,),
            without_filters=(B,),
        ),
    )


def test_words_of_one_weight_are_one_description_in_typed_order():
    (branch,) = of("a dog tag:a running (fast far)^2 -snow at night^2 -rain")
    assert branch.words == (Words("fast far night", 2), Words("a dog running at"))
    assert branch.without_words == (Words("snow"), Words("rain"))


def test_alternatives_are_multiplied_out():
    assert of("(tag:a OR tag:b) dog (tag:c | sun)") == (
        Branch(words=(Words("dog"),), filters=(A, C)),
        Branch(words=(Words("dog sun"),), filters=(A,)),
        Branch(words=(Words("dog"),), filters=(B, C)),
        Branch(words=(Words("dog sun"),), filters=(B,)),
    )


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("-(tag:a OR tag:b)", "-tag:a -tag:b"),
        ("-(tag:a tag:b)", "-tag:a OR -tag:b"),
        ("-(tag:a -tag:b)", "-tag:a OR tag:b"),
        ("-(tag:a (tag:b OR -tag:c))", "-tag:a OR (-tag:b tag:c)"),
    ],
)
def test_what_is_denied_goes_down_to_single_parts(text, same):
    assert of(text) == of(same)


def test_the_number_of_branches_is_bounded():
    assert len(of("(a OR b)" * 6)) == MAX_BRANCHES
    with pytest.raises(QueryTooComplex, match="128 alternatives"):
        of("(a OR b)" * 7)
    with pytest.raises(QueryTooComplex, match="millions"):
        of("(a OR b)" * 1000)
    with pytest.raises(QueryTooComplex):
        of("|".join("a" * 65))


@settings(max_examples=100, deadline=None)
@given(trees)
def test_the_number_of_branches_is_that_of_the_product(tree):
    try:
        branches = branches_of(tree)
    except QueryTooComplex:
        return
    assert 1 <= len(branches) <= MAX_BRANCHES
    assert all(branch != Branch() for branch in branches)


def test_whether_a_model_is_needed():
    assert [branch.has_meaning for branch in of('dog | -snow | like:#1 | tag:a "x" -tag:b')] == [
        True,
        True,
        True,
        False,
    ]
