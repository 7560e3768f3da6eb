"""Exact search beside the model's: a description taken as words that stand in names, tags, titles and captions."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from photoorg.search.language.branches import Branch, branches_of
from photoorg.search.language.expression import All, Filter, Not, Part, Phrase
from photoorg.search.language.filters import conditions_of
from photoorg.search.language.parser import parse
from photoorg.search.language.writer import text_of
from photoorg.search.photo_table import PhotoTable
from photoorg.search.selection import select


@dataclass(frozen=True)
class ExactWords:
    """How many photos have the described words as they stand, and the query that finds these."""

    photos: int
    query: str


def exact_words_of(text: str, table: PhotoTable, today: date) -> ExactWords | None:
    """None for a query without a description, or with several: such are no exact words. Raises QueryError."""
    part = parse(text)
    branches = branches_of(part) if part is not None else ()
    if len(branches) != 1 or len(branches[0].words) != 1:
        return None
    branch = branches[0]
    phrase = Phrase(branch.words[0].text)
    conditions = [conditions_of(one, today) for one in branch.filters]
    without = [conditions_of(one, today) for one in branch.without_filters]
    mask = select(table, conditions, without, [phrase, *branch.phrases], branch.without_phrases)
    return ExactWords(int(np.count_nonzero(mask)), text_of(_query(phrase, branch)))


def _query(phrase: Phrase, branch: Branch) -> Part:
    facts: tuple[Part, ...] = (*branch.phrases, *map(Not, branch.without_phrases))
    filters: tuple[Filter | Not, ...] = (*branch.filters, *map(Not, branch.without_filters))
    parts = (phrase, *facts, *filters)
    return parts[0] if len(parts) == 1 else All(parts)
