"""Albums: hand-picked photos, or a saved search that fills itself."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from photoorg.catalog.clock import utc_now
from photoorg.catalog.database import Database
from photoorg.catalog.journal import Journal, JournalEntry, JournalWriter
from photoorg.catalog.membership import known_ids
from photoorg.catalog.naming import Name, name_key, named, query_text
from photoorg.catalog.records import Photo
from photoorg.organising_errors import AlbumFillsItself, AlbumIsHandPicked, AlbumUnknown, NameTaken
from photoorg.query_errors import QueryEmpty

_ALBUMS = """
    SELECT id, name, query, cut_off, folded, iif(query IS NOT NULL, NULL, (
        SELECT count(DISTINCT shown.photo_id) FROM album_photo JOIN shown ON shown.photo_id = album_photo.photo_id
        WHERE album_photo.album_id = album.id))
    FROM album
"""


@dataclass(frozen=True)
class Album:
    """Hand-picked where `query` is None, with the number of its photos that the library shows; else a saved search.

    Of that, photos with a relevance of `cut_off` or more belong to it; `folded`: copies count as one.
    """

    id: int
    name: str
    query: str | None
    cut_off: float
    folded: bool
    photos: int | None


class AlbumStore:
    """Each edit is one undoable entry of the journal; None stands for an edit that had nothing to change.

    Albums are given as such or by id. All edits raise AlbumUnknown.
    """

    def __init__(self, database: Database, journal: Journal) -> None:
        self._db = database
        self._journal = journal

    def list(self) -> Sequence[Album]:
        """All albums, by name."""
        return [_album(row) for row in self._db.all(_ALBUMS + "ORDER BY name_key")]

    def searches(self) -> Sequence[Album]:
        """The albums that fill themselves, by name; quicker than `list`, which counts."""
        return [_album(row) for row in self._db.all(_ALBUMS + "WHERE query IS NOT NULL ORDER BY name_key")]

    def names(self) -> Sequence[str]:
        """The names of all albums, in their order; quicker than `list`."""
        return [row[0] for row in self._db.all("SELECT name FROM album ORDER BY name_key")]

    def named(self, name: str) -> Album:
        """The album of a name. Raises AlbumUnknown."""
        found = self.find(name)
        if found is None:
            raise AlbumUnknown(album=name)
        return found

    def find(self, name: str) -> Album | None:
        """The album of a name, None if there is none."""
        row = self._db.one(_ALBUMS + "WHERE name_key = :key", {"key": name_key(name)})
        return None if row is None else _album(row)

    def with_id(self, album_id: int) -> Album:
        """The album of an id. Raises AlbumUnknown."""
        row = self._db.one(_ALBUMS + "WHERE id = :id", {"id": album_id})
        if row is None:
            raise AlbumUnknown(album=album_id)
        return _album(row)

    def photo_ids(self, album: Album | int) -> Sequence[int]:
        """The photos of a hand-picked album that the library shows, in the order in which they came. Raises AlbumFillsItself."""
        found = self.with_id(_id(album))
        if found.query is not None:
            raise AlbumFillsItself(album=found.name)
        rows = self._db.all(
            """SELECT photo_id FROM album_photo WHERE album_id = :id
               AND EXISTS (SELECT 1 FROM shown WHERE shown.photo_id = album_photo.photo_id) ORDER BY id""",
            {"id": found.id},
        )
        return [row[0] for row in rows]

    def create(self, name: str) -> Album:
        """A new album for hand-picked photos. Raises NameTaken, NameEmpty, NameTooLong."""
        return self._make("create album", named(name), {"query": None, "cut_off": 0.5, "folded": 1})

    def save_search(self, name: str, query: str, *, cut_off: float = 0.5, folded: bool = True) -> Album:
        """Keep a search as an album that fills itself.

        Raises NameTaken, NameEmpty, NameTooLong, QueryEmpty, ValueError (a cut-off outside 0..1).
        """
        return self._make("save search", named(name), _search(query, cut_off, folded=folded))

    def change_search(
        self,
        album: Album | int,
        query: str | None = None,
        *,
        cut_off: float | None = None,
        folded: bool | None = None,
    ) -> JournalEntry | None:
        """Change what a saved search looks for; what is None stays. Raises AlbumIsHandPicked and what save_search raises."""
        with self._journal.edit("change search") as journal:
            row = _known(journal.write, album)
            if row["query"] is None:
                raise AlbumIsHandPicked(album=row["name"])
            new = _search(
                row["query"] if query is None else query,
                row["cut_off"] if cut_off is None else cut_off,
                folded=bool(row["folded"]) if folded is None else folded,
            )
            _change(journal, row, new)
        return journal.entry

    def rename(self, album: Album | int, name: str) -> JournalEntry | None:
        """Give an album another name. Raises NameTaken, NameEmpty, NameTooLong."""
        wanted = named(name)
        with self._journal.edit("rename album") as journal:
            row = _known(journal.write, album)
            _check_free(journal.write, wanted, but=row["id"])
            _change(journal, row, {"name": wanted.text, "name_key": wanted.key})
        return journal.entry

    def delete(self, album: Album | int) -> JournalEntry | None:
        """Delete an album; its photos stay in the library."""
        with self._journal.edit("delete album") as journal:
            album_id = _known(journal.write, album)["id"]
            journal.delete("album_photo", "album_id = :id", {"id": album_id})
            journal.delete("album", "id = :id", {"id": album_id})
        return journal.entry

    def add(self, album: Album | int, photos: Sequence[Photo | int]) -> JournalEntry | None:
        """Put photos into an album. Raises PhotoUnknown, AlbumFillsItself."""
        with self._journal.edit("add to album") as journal:
            album_id = _hand_picked(journal.write, album)
            rows = journal.write.execute("SELECT photo_id FROM album_photo WHERE album_id = :id", {"id": album_id})
            there = {row[0] for row in rows}
            for photo_id in known_ids(journal.write, photos):
                if photo_id not in there:
                    journal.insert("album_photo", {"album_id": album_id, "photo_id": photo_id})
        return journal.entry

    def remove(self, album: Album | int, photos: Sequence[Photo | int]) -> JournalEntry | None:
        """Take photos out of an album. Raises PhotoUnknown, AlbumFillsItself."""
        with self._journal.edit("remove from album") as journal:
            values = {"id": _hand_picked(journal.write, album), "ids": json.dumps(known_ids(journal.write, photos))}
            journal.delete("album_photo", "album_id = :id AND photo_id IN (SELECT value FROM json_each(:ids))", values)
        return journal.entry

    def _make(self, action: str, name: Name, values: dict[str, Any]) -> Album:
        with self._journal.edit(action) as journal:
            _check_free(journal.write, name)
            row = {"name": name.text, "name_key": name.key, "made_utc": utc_now(), **values}
            album_id = journal.insert("album", row)
        return self.with_id(album_id)


def _album(row: sqlite3.Row) -> Album:
    return Album(row[0], row[1], row[2], row[3], bool(row[4]), row[5])


def _id(album: Album | int) -> int:
    return album.id if isinstance(album, Album) else album


def _search(query: str, cut_off: float, *, folded: bool) -> dict[str, Any]:
    text = query_text(query)
    if not text:
        raise QueryEmpty
    if not 0 <= cut_off <= 1:
        raise ValueError(f"a cut-off is a relevance from 0 to 1, not {cut_off}")
    return {"query": text, "cut_off": float(cut_off), "folded": int(folded)}


def _known(write: sqlite3.Connection, album: Album | int) -> sqlite3.Row:
    row: sqlite3.Row | None = write.execute("SELECT * FROM album WHERE id = :id", {"id": _id(album)}).fetchone()
    if row is None:
        raise AlbumUnknown(album=album.name if isinstance(album, Album) else album)
    return row


def _hand_picked(write: sqlite3.Connection, album: Album | int) -> int:
    row = _known(write, album)
    if row["query"] is not None:
        raise AlbumFillsItself(album=row["name"])
    return int(row["id"])


def _check_free(write: sqlite3.Connection, name: Name, but: int | None = None) -> None:
    values = {"key": name.key, "but": but}
    if row := write.execute("SELECT name FROM album WHERE name_key = :key AND id IS NOT :but", values).fetchone():
        raise NameTaken(name=row[0])


def _change(journal: JournalWriter, row: sqlite3.Row, values: dict[str, Any]) -> None:
    if any(row[name] != value for name, value in values.items()):
        journal.update("album", row["id"], values)
