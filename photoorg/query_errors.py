"""Errors of a search that a user can read: each names the place in what was typed."""

from typing import ClassVar

from photoorg.errors import PhotoorgError


class QueryError(PhotoorgError):
    """A search that cannot be understood. `start` and `end` are the place in `query`, counted in characters."""

    code: ClassVar[str] = "query"
    message: ClassVar[str] = "This search cannot be understood at “{near}”: {detail}."
    hint: ClassVar[str] = "Put words that are meant as they stand in quotes."

    @property
    def start(self) -> int:
        """Where in `query` the faulty place begins."""
        return int(self.params.get("start", 0))

    @property
    def end(self) -> int:
        """Where in `query` the faulty place ends."""
        return int(self.params.get("end", 0))


class QueryEmpty(QueryError):
    """A text to search for that says nothing: blanks, punctuation, control characters."""

    code = "query-empty"
    message = "There is nothing to search for."
    hint = "Describe what the photo shows, for example: a dog on the beach."


class FilterUnknown(QueryError):
    """What looks like a filter, but is none: `dat:2023`. `suggestion` is the one that it resembles."""

    code = "query-filter-unknown"
    message = "There is no filter “{key}”."
    hint = "Did you mean “{suggestion}:”, as in {example}? Put words that are meant as they stand in quotes."


class FilterValueInvalid(QueryError):
    """A filter whose value is missing or not understood. `detail` says what is expected, `example` shows it."""

    code = "query-filter-value"
    message = "“{near}” is not understood: {detail} is expected."
    hint = "For example {example}. A value with blanks stands in quotes."


class QueryUnbalanced(QueryError):
    """A quote or parenthesis without its partner; the place is that of the one that stands alone."""

    code = "query-unbalanced"
    message = "The “{near}” at position {position} has no partner."
    hint = 'Quotes and parentheses come in pairs: "at the lake", (dog OR cat).'


class WeightInvalid(QueryError):
    """A weight that is too small or too large, or stands at something that has none."""

    code = "query-weight"
    message = "“{near}” cannot stand here: {detail}."
    hint = "For example beach^2 counts twice, beach^0.5 half; (sunny beach)^2 is for several words."


class OperatorMisplaced(QueryError):
    """An OR, AND or `-` that has nothing on one of its sides."""

    code = "query-operator"
    message = "Something is missing beside “{near}”."
    hint = "For example: dog OR cat. In small letters, “or” and “and” are words like others."


class QueryTooComplex(QueryError):
    """Longer, deeper or with more alternatives than can be answered. `detail` says which."""

    code = "query-too-complex"
    message = "This search is too long or too intricate: {detail}."
    hint = "Leave something out, or search in several steps."
