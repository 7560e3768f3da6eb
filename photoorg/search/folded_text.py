"""Texts as exact words are looked for in them: lower case, words between single blanks, nothing else.

Whatever is neither letter, mark nor number counts as a blank, so "IMG_2034.jpg" is " img 2034 jpg ". Letters of scripts
that are written without blanks, and pictographs, are words of their own: then a phrase is found in the middle of a line.
"""

import re
import unicodedata
from collections.abc import Sequence

from photoorg.catalog.path_text import folded

_WITHOUT_BLANKS = (
    *("CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA", "BOPOMOFO"),
    *("THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN"),
)
_BLANKS = re.compile(" {2,}")


class _Spaced(dict[int, str]):
    """What a character becomes; learnt as they come."""

    def __missing__(self, code: int) -> str:
        self[code] = spaced = _spaced(chr(code))
        return spaced


def _spaced(letter: str) -> str:
    category = unicodedata.category(letter)
    if letter in "\n\t":  # what separates texts
        return letter
    if category == "So" or unicodedata.name(letter, "").startswith(_WITHOUT_BLANKS):
        return f" {letter} "
    return letter if category[0] in "LMN" else " "


_SPACED = _Spaced()


def words_of(text: str) -> str:
    """The words of a text, with a blank around each; " " if there are none."""
    return _BLANKS.sub(" ", f" {_one_line(text).translate(_SPACED)} ")


def lines_of_words(texts: Sequence[str]) -> str:
    """The words of many texts, each after a line end, with a blank around each word.

    None of the texts may have line ends; tabulators stay, and no words are found across them.
    """
    if not texts:
        return ""
    lines = folded(" \n ".join(texts))
    return _BLANKS.sub(" ", f"\n {lines} ".translate(_SPACED))


def word_pattern(pattern: str) -> re.Pattern[str]:
    """What finds words in a row in the words of a text; "*" stands for any letters."""
    pieces = (_BLANKS.sub(" ", piece.translate(_SPACED)) for piece in _one_line(pattern).split("*"))
    joined = ".*".join(re.escape(piece) for piece in pieces)
    return re.compile(f" {joined.removeprefix(_BLANK).removesuffix(_BLANK)} ")


def whole_pattern(pattern: str) -> re.Pattern[str]:
    """What fits a folded name as a whole; "*" stands for any letters. For `fullmatch`."""
    return re.compile(".*".join(re.escape(piece) for piece in folded(pattern).split("*")), re.DOTALL)


def _one_line(text: str) -> str:
    return folded(text).replace("\n", " ").replace("\t", " ")


_BLANK = re.escape(" ")
