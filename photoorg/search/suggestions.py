"""Suggestions while typing: past searches, albums and tags that contain what is typed, the most useful first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.naming import name_key
from photoorg.catalog.search_history import MOST_SEARCHES, PastSearch
from photoorg.search.things import Thing

SUGGESTED = 8
# A search of so many days ago counts half as much as one of now.
_HALF_LIFE_DAYS = 30.0
_SECONDS_A_DAY = 86_400.0


@dataclass(frozen=True)
class Suggestion:
    """Something to search for. `text` is a past query, the name of an album or tag, or a thing with its `photos`."""

    kind: Literal["past", "album", "tag", "thing"]
    text: str
    photos: int | None = None


class PastSearches:
    """The history of searches, and what can be suggested from it and from what people have named."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._history = catalog.search_history
        self.recent = self._history.recent
        self.remember = self._history.remember
        self.forget = self._history.forget

    def suggestions(self, typed: str, limit: int = SUGGESTED, things: Sequence[Thing] = ()) -> list[Suggestion]:
        """At most `limit` of each kind that contain what is typed: past searches, albums, tags, then things.

        `things` are those that the library contains, see LibraryThings.
        """
        albums = [Suggestion("album", name) for name in self._catalog.albums.names()]
        tags = [Suggestion("tag", name) for name in self._catalog.tags.names()]
        return [
            *_fitting(self._past(), typed, limit),
            *_fitting(albums, typed, limit),
            *_fitting(tags, typed, limit),
            *_fitting([Suggestion("thing", thing.text, thing.photos) for thing in things], typed, limit),
        ]

    def _past(self) -> list[Suggestion]:
        now = datetime.now(UTC)
        past = self._history.recent(MOST_SEARCHES)
        return [Suggestion("past", one.query) for one in sorted(past, key=lambda one: -usefulness(one, now))]


def usefulness(past: PastSearch, now: datetime) -> float:
    """How often and how lately something was searched for, as one number."""
    age_s = (now - datetime.fromisoformat(past.searched_utc)).total_seconds()
    return float(past.times * 0.5 ** (max(age_s, 0.0) / _SECONDS_A_DAY / _HALF_LIFE_DAYS))


def _fitting(suggestions: Sequence[Suggestion], typed: str, limit: int) -> list[Suggestion]:
    """Those that contain what is typed, and are not just that; where a word of theirs begins so, first."""
    key = name_key(typed)
    found = [(name_key(one.text), one) for one in suggestions]
    fitting = [(text, one) for text, one in found if key in text and (one.kind != "past" or text != key)]
    fitting.sort(key=lambda pair: not f" {pair[0]}".count(f" {key}"))
    return [one for _, one in fitting[:limit]]
