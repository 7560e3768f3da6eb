"""Queries as the search field shows them: chips of the query language, with example photos by their names."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Final

from photoorg.library import Chip, Photo, chips_of, text_of_chips
from photoorg.library import Chips as LanguageChips
from photoorg.ui.chip_content import ChipContent, ChipLanguage, Chips
from photoorg.ui.shown_text import shown_name

PhotoOf = Callable[[int], Photo | None]

# What a judgement on one result weighs beside what was asked for: the photos stay near the description.
FEEDBACK_WEIGHT: Final = 0.5
_DOT: Final = " \N{MIDDLE DOT} "
_MARKED: Final = f"^{FEEDBACK_WEIGHT:g}"


def chip_language(photo_of: PhotoOf) -> ChipLanguage:
    """The query language for a search field; `photo_of` gives photos by their ids, as far as they are at hand."""

    def read(text: str) -> Chips:
        found = chips_of(text)
        return Chips(tuple(_content(chip, photo_of) for chip in found.chips), found.rest)

    return ChipLanguage(read, _written)


def example_ids(query: str) -> dict[str, int]:
    """The texts of chips that stand for photos of the library, with the ids of these."""
    found = {chip.text: _id_of(chip) for chip in chips_of(query).chips}
    return {text: photo_id for text, photo_id in found.items() if photo_id is not None}


def with_examples(query: str, photo_ids: Sequence[int], paths: Sequence[Path] = ()) -> str:
    """A query with more example photos."""
    known = set(example_ids(query).values())
    new = [f"like:#{photo_id}" for photo_id in photo_ids if photo_id not in known]
    return _with_more(query, [*new, *(f'like:"{str(path).replace(chr(34), chr(34) * 2)}"' for path in paths)])


def judged(query: str, mark: int, photo_ids: Sequence[int]) -> str:
    """A query with photos that results should be more like (1), less like (-1), or neither (0) of what was said before."""
    found = chips_of(query)
    kept = tuple(chip for chip in found.chips if not (_is_mark(chip) and _id_of(chip) in photo_ids))
    rest = text_of_chips(LanguageChips(kept, found.rest))
    sign = "-" if mark < 0 else ""
    return _with_more(rest, [f"{sign}like:#{photo_id}{_MARKED}" for photo_id in photo_ids] if mark else [])


def marks_in(query: str) -> tuple[Collection[int], Collection[int]]:
    """The photos that the results of a query should be more like, and less like."""
    marks = [(chip.is_negative, photo_id) for chip in chips_of(query).chips if (photo_id := _id_of(chip)) is not None]
    return {number for is_less, number in marks if not is_less}, {number for is_less, number in marks if is_less}


def title_of(query: str, photo_of: PhotoOf) -> str:
    """A query for people: its words, then what its chips say."""
    found = chip_language(photo_of).chips_of(query)
    words = [f"“{found.rest}”"] if found.rest else []
    title = _DOT.join([*words, *(chip.spoken for chip in found.chips)])
    return title[:1].upper() + title[1:]


def name_of(query: str, photo_of: PhotoOf) -> str:
    """What an album of a query may be called."""
    found = chip_language(photo_of).chips_of(query)
    return ", ".join([*([found.rest] if found.rest else []), *(chip.spoken for chip in found.chips)])


def has_description(query: str) -> bool:
    """Whether words of a query describe what is to be seen."""
    found = chips_of(query)
    return bool(found.rest) or any(chip.kind == "words" and not chip.is_negative for chip in found.chips)


def without_marks(query: str) -> str:
    """A query without the judgements on its results."""
    found = chips_of(query)
    return text_of_chips(LanguageChips(tuple(chip for chip in found.chips if not _is_mark(chip)), found.rest))


def _content(chip: Chip, photo_of: PhotoOf) -> ChipContent:
    photo_id = _id_of(chip)
    photo = photo_of(photo_id) if photo_id is not None else None
    label = chip.label if photo is None else f"like {shown_name(photo.path)}"
    return ChipContent(chip.text, label, chip.kind, chip.is_negative)


def _written(chips: Chips) -> str:
    return " ".join(part for part in (*(chip.text for chip in chips.chips), chips.rest) if part)


def _with_more(query: str, parts: Sequence[str]) -> str:
    """What has alternatives is put in parentheses: what is added is meant for all of them."""
    found = chips_of(query)
    if parts and not found.chips and " OR " in f" {query} ".replace("|", " OR "):
        query = f"({query})"
    return " ".join([*([query] if query else []), *parts])


def _is_mark(chip: Chip) -> bool:
    return chip.kind == "like" and chip.text.endswith(_MARKED)


def _id_of(chip: Chip) -> int | None:
    number = (chip.photo or "").removeprefix("#")
    return int(number) if chip.kind == "like" and chip.photo != number and number.isdecimal() else None
