"""The line under a faulty query."""

import pytest

from photoorg.cli.query_place import place_lines
from photoorg.query_errors import QueryEmpty, QueryError
from photoorg.search.language.parser import parse


def lines_of(text):
    with pytest.raises(QueryError) as raised:
        parse(text)
    return place_lines(raised.value)


def test_carets_stand_under_the_faulty_place():
    assert lines_of("a boat rating:9 snow") == ["  a boat rating:9 snow", "         ^^^^^^^^"]
    assert lines_of("((boat)") == ["  ((boat)", "  ^"]


def test_wide_and_combining_signs_are_counted_as_terminals_show_them():
    assert lines_of("日本 rating:9") == ["  日本 rating:9", "       ^^^^^^^^"]
    assert lines_of("u\u0308 rating:9") == ["  u\u0308 rating:9", "    ^^^^^^^^"]


def test_what_moves_the_cursor_is_a_blank():
    assert lines_of("a\n\x1b[2J\u202e rating:9") == ["  a  [2J  rating:9", "          ^^^^^^^^"]


def test_of_a_long_query_what_is_around_the_place_is_shown():
    shown, carets = lines_of("word " * 100 + "rating:9" + " word" * 100)
    assert shown.startswith("  ...")
    assert shown.endswith("...")
    assert len(shown) < 80
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "rating:9"


def test_without_a_place_there_is_no_line():
    assert place_lines(QueryEmpty()) == []
    assert lines_of("x" * 20_000)[1].count("^") == 30
