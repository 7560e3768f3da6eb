"""Chips before the search field, and what stays in it."""

import pytest

from photoorg.search.language.chips import Chip, chips_of, text_of_chips


@pytest.mark.parametrize(
    ("text", "chips", "rest"),
    [
        ("a dog on the beach ", [], "a dog on the beach "),
        ("a dog -snow on the beach", ["-snow"], "a dog on the beach"),
        ("dog not snow", ["-snow"], "dog"),
        ("a dog not on the beach tag:x red", ["-(on the beach)", "tag:x"], "a dog red"),
        ('"at home" dog, beach^2, sun', ['"at home"', "beach^2"], "dog, sun"),
        ('date:"last summer" like:#1 (sunny sea)^2', ['date:"last summer"', "like:#1", "(sunny sea)^2"], ""),
        ("-(a b) -(a OR b) dog", ["-(a b)"], "-(a OR b) dog"),
        ("tag:a OR tag:b", [], "tag:a OR tag:b"),
        ("tag:a (tag:b OR tag:c)", ["tag:a"], "(tag:b OR tag:c)"),
        ("tag:a AND dog AND tag:b", ["tag:a", "tag:b"], "dog"),
        ("tag:a rating:9 dog", ["tag:a"], "rating:9 dog"),
        ('tag:a "not yet tag:b', ["tag:a"], '"not yet tag:b'),
        ("tag:a (dog tag:b", ["tag:a"], "(dog tag:b"),
        ("tag:a dog) tag:b", ["tag:a", "tag:b"], "dog)"),
        ("tag:a OR", [], "tag:a OR"),
        ("tag:a dat:2023 x", ["tag:a"], "dat:2023 x"),
        ("tag:a ...", ["tag:a"], "..."),
        ("", [], ""),
        ("(tag:a)", ["(tag:a)"], ""),
    ],
)
def test_chips_and_rest(text, chips, rest):
    made = chips_of(text)
    assert [chip.text for chip in made.chips] == chips
    assert made.rest == rest


@pytest.mark.parametrize(
    ("text", "chip"),
    [
        ("-snow", Chip("-snow", "not snow", "words", is_negative=True)),
        ("beach^2", Chip("beach^2", "beach \N{MULTIPLICATION SIGN}2", "words")),
        ('"at home"', Chip('"at home"', "“at home”", "phrase")),
        ("like:/a/IMG_1.jpg", Chip("like:/a/IMG_1.jpg", "like IMG_1.jpg", "like", photo="/a/IMG_1.jpg")),
        (
            "-like:#12^0.5",
            Chip(
                "-like:#12^0.5", "not like photo 12 \N{MULTIPLICATION SIGN}0.5", "like", is_negative=True, photo="#12"
            ),
        ),
        (r'like:"C:\a b\c.jpg"', Chip(r'like:"C:\a b\c.jpg"', "like c.jpg", "like", photo=r"C:\a b\c.jpg")),
        ("-tag:sea", Chip("-tag:sea", "not tag sea", "filter", is_negative=True)),
    ],
)
def test_a_chip(text, chip):
    assert chips_of(text).chips == (chip,)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("date:2023", "2023"),
        ("date:>=2023", "since 2023"),
        ('date:"last summer"', "last summer"),
        ("after:2023-06", "since 2023-06"),
        ("before:2023", "before 2023"),
        ("folder:trips/italy", "in trips/italy"),
        ("album:Family", "album Family"),
        ("camera:canon", "canon"),
        ("type:jpeg", "jpeg"),
        ("rating:>=4", "at least 4 stars"),
        ("rating:1", "1 star"),
        ("rating:0", "no stars"),
        ("is:favourite", "favourite"),
        ("has:gps", "has gps"),
        ("near:48.2,16.4,10km", "within 10km of 48.2, 16.4"),
        ("near:48.2,16.4", "near 48.2, 16.4"),
        ("orientation:portrait", "portrait"),
        ("size:>5MB", "more than 5MB"),
        ("size:12MP", "at least 12MP"),
    ],
)
def test_labels_are_for_people(text, label):
    assert chips_of(text).chips[0].label == label


def test_what_the_cursor_touches_is_still_being_typed():
    text = "tag:a date:2023 dog"
    assert [chip.text for chip in chips_of(text, cursor=15).chips] == ["tag:a"]
    assert [chip.text for chip in chips_of(text, cursor=16).chips] == ["tag:a", "date:2023"]
    assert chips_of(text, cursor=15).rest == "date:2023 dog"


def test_the_text_of_chips_is_a_query():
    assert text_of_chips(chips_of("a dog not on the beach tag:x")) == "-(on the beach) tag:x a dog"
    assert text_of_chips(chips_of("")) == ""
