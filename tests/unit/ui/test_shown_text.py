from pathlib import Path

import pytest

from photoorg.amounts import counted
from photoorg.ui.shown_text import distinguishing_parents, one_line, shown_folder, shown_name, shown_path

UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def test_bytes_that_are_no_text_are_shown_as_unknown():
    assert shown_path(b"/photos/\xff.jpg") == f"/photos/{UNKNOWN}.jpg"
    assert shown_path(Path("/photos/\udcff.jpg")) == f"/photos/{UNKNOWN}.jpg"


@pytest.mark.parametrize("bad", ["\n", "\t", "\x00", "\u2028", "\u202e", "\ud800"])
def test_nothing_breaks_or_turns_the_line(bad):
    assert one_line(f"a{bad}b") == f"a{UNKNOWN}b"


def test_letters_of_all_writings_stay():
    text = "Zoë, 北京, मुंबई, \N{ZERO WIDTH JOINER}"
    assert one_line(text) == text


def test_name_and_folder():
    assert shown_name(b"/photos/a.jpg") == "a.jpg"
    assert shown_name(Path("/photos")) == "photos"
    assert shown_name(Path("/")) == "/"
    assert shown_folder(b"/photos/a.jpg") == "/photos"


def test_numbers_with_their_nouns():
    assert [counted(n, "photo", "photos") for n in (0, 1, 12345)] == ["0 photos", "1 photo", "12,345 photos"]


def test_namesakes_are_told_apart_by_as_few_parents_as_it_takes():
    paths = [Path(p) for p in ("/home/anna/Pictures", "/home/ben/Pictures", "/data/scans")]
    assert distinguishing_parents(paths) == ["anna", "ben", ""]
    deep = [Path(p) for p in ("/a/2019/raw", "/b/2019/raw", "/raw")]
    assert distinguishing_parents(deep) == ["a/2019", "b/2019", "/"]
