"""A query as alternatives, each of which is one question to the model under conditions: what the search works on."""

from dataclasses import dataclass

from photoorg.search.language.expression import Filter, Like, Phrase, Words


@dataclass(frozen=True)
class Branch:
    """One alternative: all of it at once. `without_...` is what must not be there.

    Descriptions of the same weight are one text, in the order in which they were typed; those of another weight are others.
    """

    words: tuple[Words, ...] = ()
    likes: tuple[Like, ...] = ()
    without_words: tuple[Words, ...] = ()
    without_likes: tuple[Like, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    without_phrases: tuple[Phrase, ...] = ()
    filters: tuple[Filter, ...] = ()
    without_filters: tuple[Filter, ...] = ()

    @property
    def has_meaning(self) -> bool:
        """Whether a model is needed."""
        return bool(self.words or self.likes or self.without_words or self.without_likes)
