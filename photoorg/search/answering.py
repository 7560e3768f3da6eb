"""Answering a query on the photos that the library shows now: its alternatives, their conditions, and albums in them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.albums import Album
from photoorg.catalog.naming import name_key
from photoorg.errors import ExampleUnreadable, NoSuchPhoto, PhotoorgError, PhotoUnknown
from photoorg.organising_errors import SavedSearchBroken
from photoorg.query_errors import QueryEmpty, QueryError
from photoorg.search.folded_text import whole_pattern
from photoorg.search.language.branches import Branch, branches_of
from photoorg.search.language.conditions import Condition, Named
from photoorg.search.language.expression import Filter, Part
from photoorg.search.language.filters import conditions_of
from photoorg.search.language.parser import parse
from photoorg.search.photo_table import PhotoTable
from photoorg.search.ranking import Found, united
from photoorg.search.selection import select

Mask = NDArray[np.bool_]
Tell = Callable[[PhotoorgError], None]


class ByMeaning(Protocol):
    """Asks a model."""

    def __call__(self, branch: Branch, table: PhotoTable, allowed: Mask, nearest: int) -> Found:
        """The photos that may be relevant to the meaning of a branch, of those `allowed` (n,), and at least the `nearest`."""
        ...


class Answering:
    """Answers queries on one table; `searches` are the albums that fill themselves, `today` is what dates are relative to.

    `tell` gets what is wrong with such an album: it has no photos then, and the rest of the query is answered.
    """

    def __init__(
        self, table: PhotoTable, searches: Sequence[Album], today: date, by_meaning: ByMeaning, tell: Tell
    ) -> None:
        self._table = table
        self._albums = searches
        self._today = today
        self._by_meaning = by_meaning
        self._tell = tell
        self._known: dict[int, Mask] = {}
        self._inside: list[int] = []  # albums whose searches are being answered just now

    def found(self, part: Part, nearest: int = 0) -> Found:
        """All photos that may be relevant, in no order, with at least the `nearest` ones. Raises QueryError and what the model raises."""
        return united([self._of_branch(branch, nearest) for branch in branches_of(part)])

    def _of_branch(self, branch: Branch, nearest: int) -> Found:
        allowed = self._allowed(branch)
        if branch.has_meaning:
            return self._by_meaning(branch, self._table, allowed, nearest)
        return Found.by_facts(np.flatnonzero(allowed))

    def _allowed(self, branch: Branch) -> Mask:
        """Which photos (n,) fit the facts that a branch asks for."""
        wanted, smart = self._parted(branch.filters)
        unwanted, without_smart = self._parted(branch.without_filters)
        allowed = select(self._table, wanted, unwanted, branch.phrases, branch.without_phrases)
        for condition in smart:
            allowed &= self._in_albums(condition)
        for condition in without_smart:
            allowed &= ~self._in_albums(condition)
        return allowed

    def _parted(self, filters: Sequence[Filter]) -> tuple[list[Condition], list[Named]]:
        """Conditions on facts, and those on albums that may fill themselves."""
        conditions = [conditions_of(one, self._today) for one in filters]
        smart = [one for one in conditions if isinstance(one, Named) and one.kind == "album" and self._named(one)]
        return [one for one in conditions if one not in smart], smart

    def _named(self, condition: Named) -> list[Album]:
        pattern = whole_pattern(condition.name)
        return [album for album in self._albums if pattern.fullmatch(name_key(album.name))]

    def _in_albums(self, condition: Named) -> Mask:
        """Which photos are in albums of a name, filled by hand or by a search."""
        mask = select(self._table, [condition])
        for album in self._named(condition):
            if self._inside:  # what an album that is looked for in its own search has, depends on where one asks
                mask |= self._in_album(album)
            else:
                if album.id not in self._known:
                    self._known[album.id] = self._in_album(album)
                mask |= self._known[album.id]
        return mask

    def _in_album(self, album: Album) -> Mask:
        """An album that is looked for in its own search has no photos there: so this ends."""
        mask = np.zeros(len(self._table), np.bool_)
        if album.id not in self._inside:
            try:
                found = self._found_by(album)
            except (QueryError, PhotoUnknown, NoSuchPhoto, ExampleUnreadable) as error:
                self._tell(SavedSearchBroken(album=album.name, detail=str(error)))
            else:
                mask[found.places[found.relevance >= album.cut_off]] = True
        return mask

    def _found_by(self, album: Album) -> Found:
        part = parse(album.query or "")
        if part is None:
            raise QueryEmpty
        with self._within(album):
            return self.found(part)

    @contextmanager
    def _within(self, album: Album) -> Iterator[None]:
        self._inside.append(album.id)
        try:
            yield
        finally:
            self._inside.pop()
