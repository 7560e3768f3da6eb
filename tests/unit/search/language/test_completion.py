"""Completion of keys and values at the cursor."""

import pytest

from photoorg.search.language.completion import MOST_COMPLETIONS, complete
from photoorg.search.language.parser import parse


class Library:
    """Names as a library would give them."""

    def folders(self):
        return [("2023/Italy", 10), ("Italy", 200), ("old (scans)", 3)]

    def albums(self):
        return [("Summer in Italy", 20), ("Best", 5)]

    def tags(self):
        return [("beach", 5), ("sand beach", 50), ("sunset", 9), ("beagle", 7), ("subeach", 1000), ('say "hi"', 1)]

    def cameras(self):
        return [("Canon EOS R5", 1), ("NIKON Z 6", 12)]

    def lenses(self):
        return []

    def types(self):
        return [("JPEG", 100), ("JPEG XL", 2)]


def offered(text, cursor=None):
    return complete(text, len(text) if cursor is None else cursor, Library())


def texts(text, cursor=None):
    return [completion.text for completion in offered(text, cursor)]


def applied(text, cursor=None, number=0):
    chosen = offered(text, cursor)[number]
    return text[: chosen.start] + chosen.text + text[chosen.end :]


@pytest.mark.parametrize(
    ("text", "keys"),
    [("da", ["date:"]), ("a dog -ta", ["tag:"]), ("(ca", ["camera:"]), ("x OR LE", ["lens:"]), ("al", ["album:"])],
)
def test_a_begun_word_may_become_a_key(text, keys):
    assert texts(text) == keys


@pytest.mark.parametrize("text", ["", " ", "a", "xyz", '"da', '"da" "da', "“da", "-", "12", "foo:", "like:x", "sunda"])
def test_where_nothing_is_offered(text):
    assert texts(text) == []


def test_values_that_begin_so_come_first_then_by_number_of_photos():
    assert texts("tag:bea") == ["beagle", "beach", '"sand beach"', "subeach"]
    assert texts("tag:")[:2] == ["subeach", '"sand beach"']
    assert [one.detail for one in offered("tag:BEA")][:2] == ["7 photos", "5 photos"]
    assert offered('tag:"hi')[0].label == 'say "hi"'


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("dog folder:it", "dog folder:Italy"),
        ('album:"summer i', 'album:"Summer in Italy"'),
        ("camera:nik", 'camera:"NIKON Z 6"'),
        ("-tag:suns", "-tag:sunset"),
        ("tag:“sand", 'tag:"sand beach"'),
        ("folder:scans", 'folder:"old (scans)"'),
        ('tag:"say', 'tag:"say ""hi"""'),
        ("is:fav", "is:favourite"),
        ("has:g", "has:gps"),
        ("orientation:p", "orientation:portrait"),
        ('date:"last su', 'date:"last summer"'),
        ("date:chr", "date:christmas"),
        ("type:j", "type:JPEG"),
        ("type:r", "type:raw"),
        ("rating:4", "rating:4"),
    ],
)
def test_the_chosen_value_takes_the_place_of_what_was_begun(text, done):
    assert applied(text) == done
    parse(done)


def test_in_the_middle_of_a_text():
    text = 'a tag:bexxx and album:"Sum other" sky'
    assert applied(text, 8, 1) == text.replace("bexxx", "beach")
    assert applied(text, 26) == text.replace('"Sum other"', '"Summer in Italy"')
    assert applied("dat dog", 2) == "date: dog"


def test_all_that_is_offered_can_be_read():
    for key in (
        "date",
        "before",
        "after",
        "is",
        "has",
        "orientation",
        "rating",
        "size",
        "near",
        "type",
        "tag",
        "folder",
    ):
        found = offered(f"{key}:")
        assert 0 < len(found) <= MOST_COMPLETIONS
        assert all(parse(f"{key}:{completion.text}") for completion in found)


def test_a_dozen_at_most():
    class Many(Library):
        def tags(self):
            return [(f"tag {number}", number) for number in range(100)]

    found = complete("tag:tag", 7, Many())
    assert len(found) == MOST_COMPLETIONS
    assert found[0].label == "tag 99"


@pytest.mark.parametrize("cursor", [-5, 100])
def test_a_cursor_outside_is_at_an_end(cursor):
    assert [one.text for one in complete("date", cursor, Library())] == ([] if cursor < 0 else ["date:"])
