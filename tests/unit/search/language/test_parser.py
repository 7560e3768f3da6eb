"""What people type, and the tree of what they ask for."""

import pytest

from photoorg.query_errors import (
    FilterUnknown,
    FilterValueInvalid,
    OperatorMisplaced,
    QueryEmpty,
    QueryUnbalanced,
    WeightInvalid,
)
from photoorg.search.language.expression import All, Either, Filter, Like, Not, Phrase, Words
from photoorg.search.language.filters import FILTERS
from photoorg.search.language.keys import EXAMPLES, KEYS
from photoorg.search.language.parser import parse


def both(*parts):
    return All(parts)


@pytest.mark.parametrize(
    "text",
    [
        "a dog on the beach",
        "grandma's t-shirt, black-and-white",
        "dogs or cats and mice",
        "note: buy milk",
        "at 12:30",
        "http://example.org/a-b?c=d",
        "C:\\photos",
        "what is this?",
        'a 24" screen',
        "dog(s)",
        "犬と猫",
        "🌅 over the sea",
        "- x -- y -> z",
        "-5 degrees",
        "2^x",
        "ORANGE ANDES",
        "6” pipe",
        "re:zero",
        "color:red",
        "don\N{RIGHT SINGLE QUOTATION MARK}t",
    ],
)
def test_a_plain_sentence_is_words_as_it_stands(text):
    assert parse(text) == Words(text)


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\x00\x1b", "\udcff", "\u00a0"])
def test_a_blank_text_asks_for_nothing(text):
    assert parse(text) is None


@pytest.mark.parametrize("text", ["...", "?!", "()", '""', "-", "not", "^_^", "\u200b", "(?)", "- . -", "... | !"])
def test_a_text_that_says_nothing_is_an_error(text):
    with pytest.raises(QueryEmpty):
        parse(text)


def test_control_characters_and_halves_of_characters_are_blanks():
    assert parse("a\x00dog\udcff -\ud800snow") == Words("a dog - snow")


@pytest.mark.parametrize("text", ['"at the lake"', "“at the lake”", "„at the lake“", '" at  the lake "'])
def test_exact_words(text):
    assert parse(text) == Phrase("at the lake")


def test_a_doubled_quote_is_one():
    assert parse('"say ""hi"""') == Phrase('say "hi"')


@pytest.mark.parametrize("text", ["dog -snow", "dog not snow", "dog NOT snow", "dog not not snow", "dog, -(snow)"])
def test_subtracting_a_word(text):
    words = "dog," if "," in text else "dog"
    assert parse(text) == both(Words(words), Not(Words("snow")))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('-"at home"', Not(Phrase("at home"))),
        ('not "at home"', Not(Phrase("at home"))),
        ("-tag:x", Not(Filter("tag", "x"))),
        ("not tag:x", Not(Filter("tag", "x"))),
        ("-(a b)", Not(Words("a b"))),
        ("not(snow)", Not(Words("snow"))),
        ("-like:#3", Not(Like("#3"))),
        ("-snow^2", Not(Words("snow", 2))),
        ("-(a OR b)", Not(Either((Words("a"), Words("b"))))),
        ("-🌲", Not(Words("🌲"))),
        ("not -snow", Words("snow")),
        ("-(-(a))", Words("a")),
    ],
)
def test_subtracting_other_things(text, part):
    assert parse(text) == part


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("dog not snow beach", (Words("dog"), Not(Words("snow")), Words("beach"))),
        ("a dog that is not on the beach", (Words("a dog that is"), Not(Words("on the beach")))),
        ("not in the snow but at the sea", (Not(Words("in the snow")), Words("but at the sea"))),
        ("not on a boat, red", (Not(Words("on a boat,")), Words("red"))),
        ("not wearing a hat tag:x", (Not(Words("wearing a hat")), Filter("tag", "x"))),
        ("not in the snow. A dog", (Not(Words("in the snow.")), Words("A dog"))),
        ("not snow or rain or wind tag:x", (Not(Words("snow or rain or wind")), Filter("tag", "x"))),
        ("not at night or in the snow tag:x", (Not(Words("at night or in the snow")), Filter("tag", "x"))),
        ("not smiling people", (Not(Words("smiling")), Words("people"))),
        ("not on the beach not at night", (Not(Words("on the beach")), Not(Words("at night")))),
    ],
)
def test_how_far_a_not_reaches(text, parts):
    assert parse(text) == both(*parts)


def test_a_not_that_denies_nothing_is_left_out():
    assert parse("a dog not") == Words("a dog")
    assert parse("dog (cat not) bird") == Words("dog cat bird")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("beach^2", Words("beach", 2)),
        ("(sunny beach)^2", Words("sunny beach", 2)),
        ("like:x^0.5", Like("x", 0.5)),
        ('like:"my x.jpg"^.5', Like("my x.jpg", 0.5)),
        ("(a b)^1 c", Words("a b c")),
        ("(a^2 b)^2", both(Words("a", 4), Words("b", 2))),
        ("((a^2 b^2) OR c)^0.5", Either((Words("a b"), Words("c", 0.5)))),
        ("beach^2, sun", both(Words("beach", 2), Words("sun"))),
        ("(dog tag:x)^2", both(Words("dog", 2), Filter("tag", "x"))),
    ],
)
def test_weights(text, part):
    assert parse(text) == part


@pytest.mark.parametrize("text", ["beach^0", "beach^-1", "beach^10.5", "beach^99999", "(a^5)^5", "tag:x^2", '"a"^2'])
def test_weights_out_of_bounds_or_place(text):
    with pytest.raises(WeightInvalid) as caught:
        parse(text)
    assert text[caught.value.start : caught.value.end] == caught.value.params["near"]
    assert caught.value.params["near"].startswith("^")


@pytest.mark.parametrize(
    ("text", "photo"),
    [
        ("like:a/b.jpg", "a/b.jpg"),
        ("like:#123", "#123"),
        ("LIKE:“a b.jpg”", "a b.jpg"),
        ('like:"\udcff.jpg"', "\udcff.jpg"),
    ],
)
def test_examples(text, photo):
    assert parse(text) == Like(photo)


def test_several_examples_beside_words():
    assert parse("like:#1 dog like:#2") == both(Like("#1"), Words("dog"), Like("#2"))


@pytest.mark.parametrize(
    "text",
    [
        "date:2023",
        "date:2023-06..2023-08",
        'date:"last summer"',
        "before:2023",
        "after:yesterday",
        "folder:trips/italy",
        'album:"our wedding"',
        "tag:beach",
        "camera:canon",
        "lens:50mm",
        "type:jpg",
        "rating:>=4",
        "is:favourite",
        "has:gps",
        "near:48.2,16.4,10km",
        "orientation:portrait",
        "size:>5MB",
        "size:>=12MP",
        "size:<2000px",
    ],
)
def test_filters(text):
    key, value = text.split(":")
    assert parse(text) == Filter(key, value.strip('"'))
    assert parse(f"dog {text.replace(key, key.upper())}, cat") == both(Words("dog"), parse(text), Words("cat"))


def test_a_value_ends_with_a_parenthesis_but_may_hold_a_pair():
    assert parse("(tag:a|tag:b(2))") == Either((Filter("tag", "a"), Filter("tag", "b(2)")))


def test_alternatives_bind_less_than_what_stands_side_by_side():
    expected = Either((both(Words("dog"), Filter("tag", "x")), Words("cat")))
    for text in ("dog tag:x OR cat", "dog AND tag:x | cat", "(dog tag:x)|(cat)"):
        assert parse(text) == expected
    assert parse("a (b OR c)") == both(Words("a"), Either((Words("b"), Words("c"))))


def test_neighbouring_words_are_one_description_also_over_parentheses():
    assert parse("a photo (of a dog) AND sun") == Words("a photo of a dog sun")


def test_empty_parts_are_left_out():
    assert parse('dog () "" , -"" tag:x') == both(Words("dog"), Filter("tag", "x"))
    assert parse("dog OR ...") == Words("dog")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ('a "dog', 2),
        ("a (dog", 2),
        ("a) dog", 1),
        ("((a) b", 0),
        ("x “dog", 2),
        ('tag:"x', 4),
        ("a (b))", 5),
        ('"a" "', 4),
    ],
)
def test_what_has_no_partner_is_pointed_at(text, start):
    with pytest.raises(QueryUnbalanced) as caught:
        parse(text)
    assert (caught.value.start, caught.value.end) == (start, start + 1)


@pytest.mark.parametrize(
    ("text", "near"),
    [("OR dog", "OR"), ("dog OR", "OR"), ("a OR OR b", "OR"), ("(a OR) b", "OR"), ("AND a", "AND"), ("a | ", "|")],
)
def test_an_operator_without_one_of_its_sides(text, near):
    with pytest.raises(OperatorMisplaced) as caught:
        parse(text)
    assert text[caught.value.start : caught.value.end] == caught.value.params["near"] == near


@pytest.mark.parametrize(
    ("text", "key", "suggestion"),
    [
        ("dat:2023", "dat:", "date"),
        ("dog Tags:beach", "Tags:", "tag"),
        ("fodler:x", "fodler:", "folder"),
        ("-camara:x", "camara:", "camera"),
        ("year:2020", "year:", "date"),
        ("rating>=4", "rating>=", "rating"),
        ('keyword:"a b"', "keyword:", "tag"),
    ],
)
def test_what_resembles_a_filter_is_an_error_with_a_proposal(text, key, suggestion):
    with pytest.raises(FilterUnknown) as caught:
        parse(text)
    assert (caught.value.params["key"], caught.value.params["suggestion"]) == (key, suggestion)
    assert text[caught.value.start :].startswith(key)
    assert f"Did you mean “{suggestion}:”" in caught.value.hint_text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "date:",
            "date:foo",
            "date:2023-13",
            "rating:9",
            "is:foo",
            "near:here",
            "near:91,0",
            "size:big",
            "orientation:up",
        ),
        *("type:exe", "like:", 'like:""', "tag:", 'tag:" "', "folder:..", "like:#", "date:1..2..3", "has:", "size:5"),
    ],
)
def test_a_value_that_is_not_understood_is_pointed_at(text):
    with pytest.raises(FilterValueInvalid) as caught:
        parse(f"a dog {text} cat")
    assert (caught.value.start, caught.value.end) == (6, 6 + len(text))
    key = text.split(":")[0]
    assert caught.value.params["key"] == key
    assert EXAMPLES[key] in caught.value.hint_text


def test_every_key_has_an_example_that_is_read():
    assert {*FILTERS, "like"} == set(KEYS) == set(EXAMPLES)
    for key in KEYS:
        part = parse(EXAMPLES[key])
        assert part
        assert key in EXAMPLES[key]
