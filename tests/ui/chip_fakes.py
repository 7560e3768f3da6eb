"""A small query language for the tests of the search field: filters, exact words, `like:` and `-word` are chips, unless there is an OR."""

import re

from photoorg.ui.chip_content import ChipContent, ChipLanguage, Chips

_PART = re.compile(r'(?<!\S)(-?)(?:(\w+):("[^"]*"|[^\s"]+)|"([^"]+)"|(?<=-)(\w+))(?!\S)')


def _chip(found):
    sign, key, value, phrase, word = found.groups()
    label = f"{key}: {value.strip(chr(34))}" if key else phrase or word
    kind = "like" if key == "like" else "filter" if key else "phrase" if phrase else "words"
    return ChipContent(found.group(), label, kind, is_negative=bool(sign))


def chips_of(text):
    if " OR" in text:
        return Chips((), text)
    chips = tuple(_chip(found) for found in _PART.finditer(text))
    return Chips(chips, " ".join(_PART.sub(" ", text).split()))


def text_of_chips(chips):
    return " ".join(part for part in (*(chip.text for chip in chips.chips), chips.rest) if part)


LANGUAGE = ChipLanguage(chips_of, text_of_chips)
