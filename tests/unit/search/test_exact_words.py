"""Exact words: found in all that is named, where words begin and end."""

import pytest
from labels import give_tag
from named_photos import NamedPhotos

from photoorg.search import text_column as text_column_module
from photoorg.search.folded_text import words_of
from photoorg.search.language.expression import Phrase
from photoorg.search.selection import select


@pytest.fixture
def library(filled):
    return NamedPhotos(filled)


def test_exact_words_in_all_that_is_named(library):
    library.store("Summer Trip/IMG_2034.JPG")
    library.store("b.jpg", camera_make="Canon", camera_model="EOS R6")
    library.store("c.jpg", lens="Summer Lens")
    library.edit("b.jpg", title="Long summer", caption="trip to the sea")
    give_tag(library.catalog, [library.ids["c.jpg"]], "Sea Life")
    assert library.with_words("summer trip") == {"Summer Trip/IMG_2034.JPG"}
    assert library.with_words("trip summer") == set()
    assert library.with_words("SUMMER") == {"Summer Trip/IMG_2034.JPG", "b.jpg"}
    assert library.with_words("the sea") == {"b.jpg"}
    assert library.with_words("sea") == {"b.jpg", "c.jpg"}
    assert library.with_words("sea life") == {"c.jpg"}
    assert library.with_words("eos") == {"b.jpg"}
    assert library.with_words("pictures") == set(library.ids)
    assert library.with_words("home") == set()  # above the watch folder


@pytest.mark.parametrize("text", ["IMG_2034", "img 2034", "img-2034.jpg", " 2034 ", "(img) 2034", "2034"])
def test_separators_count_as_blanks(library, text):
    library.store("IMG_2034.JPG")
    library.store("IMG_20345.JPG")
    assert library.with_words(text) == {"IMG_2034.JPG"}


def test_words_end_where_words_end(library):
    for name in ("seaside", "sea side", "the-sea", "sea", "Übersea"):
        library.store(name)
    assert library.with_words("sea") == {"sea side", "the-sea", "sea"}
    assert library.with_words("seas") == set()


def test_other_scripts(library):
    library.store("東京駅の桜.jpg")
    library.store("Straße.jpg")
    library.store("Cafe\u0301.jpg")
    library.store("กรุงเทพ.jpg")
    library.store("🐶.jpg")
    assert library.with_words("京駅") == {"東京駅の桜.jpg"}
    assert library.with_words("桜") == {"東京駅の桜.jpg"}
    assert library.with_words("桜の") == set()
    assert library.with_words("STRASSE") == {"Straße.jpg"}
    assert library.with_words("café") == {"Cafe\u0301.jpg"}
    assert library.with_words("เทพ") == {"กรุงเทพ.jpg"}
    assert library.with_words("🐶") == {"🐶.jpg"}


@pytest.mark.parametrize("text", ["", "  ", "...", "_"])
def test_no_words_match_nothing(library, text):
    library.store("a_b ... .jpg")
    assert library.with_words(text) == set()


def test_no_words_across_texts(library):
    library.store("the.end")
    library.edit("the.end", title="of\tthe\nday", caption="and night")
    assert library.with_words("of the day") == {"the.end"}
    assert library.with_words("end of") == set()
    assert library.with_words("day and") == set()


def test_names_with_line_ends(library):
    library.store("a\nb.jpg")
    library.store("b\tc.jpg")
    assert library.with_words("a b") == {"a\nb.jpg"}
    assert library.with_words("b jpg") == {"a\nb.jpg"}


def test_words_that_many_photos_have(library, monkeypatch):
    monkeypatch.setattr(text_column_module, "_FEW_HITS", 3)
    for number in range(20):
        library.store(f"IMG_{number}.jpg" if number % 3 else f"DSC {number} img jpg")
    library.edit("IMG_1.jpg", title="img img img")
    assert library.with_words("img") == set(library.ids)
    assert library.with_words("dsc") == {name for name in library.ids if name.startswith("DSC")}
    assert library.with_words("img jpg") == {name for name in library.ids if name.startswith("DSC")}
    assert library.with_words("7 jpg") == {"IMG_7.jpg"}
    for number in range(20):  # more than are remembered
        assert len(library.with_words(f"{number}")) == 1
    assert library.with_words("jpg") == set(library.ids)


def test_an_answer_is_not_what_is_remembered(library):
    library.store("a")
    table = library.tables.current()
    select(table, phrases=[Phrase("a")])[:] = False
    assert library.with_words("a") == {"a"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("IMG_2034.JPG", " img 2034 jpg "),
        ("  a -- b\n\tc ", " a b c "),
        ("Straße", " strasse "),
        ("東京駅2034", " 東 京 駅 2034 "),
        ("हिन्दी", " हिन्दी "),
        ("🐶dog", " 🐶 dog "),
        ("cafe\u0301", " caf\u00e9 "),
        ("...", " "),
        ("", " "),
    ],
)
def test_words(text, words):
    assert words_of(text) == words
