"""How far a "not" in a sentence reaches."""

from collections.abc import Sequence
from typing import Final

# With these a sentence goes on: what follows is no list of single words.
_SMALL_WORDS: Final = frozenset(
    (
        *("a", "an", "the", "any", "some", "this", "that", "these", "those", "there", "being", "very", "so", "too"),
        *("on", "in", "at", "of", "to", "by", "with", "without", "near", "under", "over", "behind", "beside", "above"),
        *("below", "between", "from", "into", "inside", "outside", "around", "through"),
        *("my", "your", "our", "his", "her", "their", "its"),
    )
)
# Where what is denied ends, and where it goes on: "not snow or rain" denies both.
_ENDS: Final = frozenset(("but", "and", "while", "yet"))
_STOPS: Final = (",", ";", ".", "!", "?", ":")
_GOES_ON: Final = frozenset(("or", "nor"))


def reach_of_not(words: Sequence[str]) -> int:
    """How many of the words behind a "not" it denies; at least one if there are any.

    One, as in "dog not snow forest", and what an "or" adds - unless a sentence goes on there, as in "a dog that is not on
    the beach" or "not wearing a hat, at home": then all up to a comma or other stop, a "but" or an "and".
    """
    if not _begins_a_sentence(words):
        return _reach_of_single_words(words)
    for number, word in enumerate(words):
        if number and word.casefold() in _ENDS:
            return number
        if word.endswith(_STOPS):
            return number + 1
    return len(words)


def _reach_of_single_words(words: Sequence[str]) -> int:
    count = min(len(words), 1)
    while count + 1 < len(words) and words[count].casefold() in _GOES_ON:
        count += 2
    return count


def _begins_a_sentence(words: Sequence[str]) -> bool:
    first, second = (*(word.casefold() for word in words[:2]), "", "")[:2]
    return first in _SMALL_WORDS or (first.endswith("ing") and second in _SMALL_WORDS)
