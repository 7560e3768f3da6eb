"""Exact search beside the model's: a description taken as words that stand in names, tags, titles and captions."""

from dataclasses import dataclass

from photoorg.search.language.branches import branches_of
from photoorg.search.language.expression import All, Not, Part, Phrase
from photoorg.search.language.parser import parse


@dataclass(frozen=True)
class ExactWords:
    """How many photos have the described words as they stand, and the query that finds these."""

    photos: int
    query: str


def in_exact_words(text: str) -> Part | None:
    """A query with its description, and what is not to be on the photo, as exact words. Raises QueryError.

    None for a query without a description, or with several: such are no exact words.
    """
    part = parse(text)
    branches = branches_of(part) if part is not None else ()
    if len(branches) != 1 or len(branches[0].words) != 1:
        return None
    branch = branches[0]
    phrases = [Phrase(words.text) for words in (*branch.words, *branch.without_words)]
    facts: tuple[Part, ...] = (*branch.phrases, *map(Not, (*phrases[1:], *branch.without_phrases)))
    parts: tuple[Part, ...] = (phrases[0], *facts, *branch.filters, *map(Not, branch.without_filters))
    return parts[0] if len(parts) == 1 else All(parts)
