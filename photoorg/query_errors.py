"""Errors of a search that a user can read: each names the place in what was typed."""

from typing import ClassVar

from photoorg.errors import PhotoorgError


class QueryError(PhotoorgError):
    """A search that cannot be understood. `start` and `end` are the place in `query`, counted in characters."""

    code: ClassVar[str] = "query"
    message: ClassVar[str] = "This search cannot be understood at “{near}”: {detail}."
    hint: ClassVar[str] = "Put words that are meant as they stand in quotes."
