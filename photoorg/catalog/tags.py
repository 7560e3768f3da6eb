"""Tags: labels of photos, found by their names."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from photoorg.catalog.clock import utc_now
from photoorg.catalog.database import Database
from photoorg.catalog.journal import Journal, JournalEntry, JournalWriter
from photoorg.catalog.membership import known_ids
from photoorg.catalog.naming import Name, name_key, named
from photoorg.catalog.records import Photo
from photoorg.organising_errors import TagUnknown

_SHOWN_WITH = """SELECT count(DISTINCT shown.photo_id) FROM photo_tag JOIN shown ON shown.photo_id = photo_tag.photo_id
                 WHERE photo_tag.tag_id = tag.id"""

# Photo id, source and score of a photo's tag.
_Label = tuple[int, str, float | None]


@dataclass(frozen=True)
class Tag:
    """A tag, and how many photos with it the library shows."""

    id: int
    name: str
    photos: int


class TagStore:
    """Each edit is one undoable entry of the journal; None stands for an edit that had nothing to change."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._db = database
        self._journal = journal

    def list(self) -> Sequence[Tag]:
        """All tags, by name."""
        rows = self._db.all(f"SELECT id, name, ({_SHOWN_WITH}) FROM tag ORDER BY name_key")
        return [Tag(*row) for row in rows]

    def names(self) -> Sequence[str]:
        """The names of all tags, those that most photos have first; quicker than `list`."""
        rows = self._db.all(
            "SELECT name FROM tag ORDER BY (SELECT count(*) FROM photo_tag WHERE tag_id = tag.id) DESC, name_key"
        )
        return [row[0] for row in rows]

    def of(self, photo: Photo | int) -> Sequence[str]:
        """The names of a photo's tags, in their order."""
        photo_id = photo.id if isinstance(photo, Photo) else photo
        rows = self._db.all(
            "SELECT name FROM photo_tag JOIN tag ON tag.id = tag_id WHERE photo_id = :photo ORDER BY name_key",
            {"photo": photo_id},
        )
        return [row[0] for row in rows]

    def named(self, name: str) -> Tag:
        """The tag of a name. Raises TagUnknown."""
        row = self._db.one(f"SELECT id, name, ({_SHOWN_WITH}) FROM tag WHERE name_key = :key", {"key": name_key(name)})
        if row is None:
            raise TagUnknown(tag=name)
        return Tag(*row)

    def add(self, photos: Sequence[Photo | int], name: str) -> JournalEntry | None:
        """Tag photos; a tag that there is none of yet is made. Raises PhotoUnknown, NameEmpty, NameTooLong."""
        wanted = named(name)
        with self._journal.edit("add tag") as journal:
            ids = known_ids(journal.write, photos)
            if ids:
                tag_id = _find(journal.write, wanted.key) or _make(journal, wanted)
                _put(journal, tag_id, [(photo_id, "hand", None) for photo_id in ids])
        return journal.entry

    def remove(self, photos: Sequence[Photo | int], name: str) -> JournalEntry | None:
        """Take a tag off photos; the tag itself stays. Raises PhotoUnknown, TagUnknown."""
        with self._journal.edit("remove tag") as journal:
            values = {"tag": _known(journal.write, name), "ids": json.dumps(known_ids(journal.write, photos))}
            journal.delete("photo_tag", "tag_id = :tag AND photo_id IN (SELECT value FROM json_each(:ids))", values)
        return journal.entry

    def rename(self, name: str, new_name: str) -> JournalEntry | None:
        """Rename a tag; if there is one of the new name already, its photos get that one.

        Raises TagUnknown, NameEmpty, NameTooLong.
        """
        wanted = named(new_name)
        with self._journal.edit("rename tag") as journal:
            tag_id, other = _known(journal.write, name), _find(journal.write, wanted.key)
            if other is not None and other != tag_id:
                _merge(journal, tag_id, other)
            elif (
                journal.write.execute("SELECT name FROM tag WHERE id = :id", {"id": tag_id}).fetchone()[0]
                != wanted.text
            ):
                journal.update("tag", tag_id, {"name": wanted.text, "name_key": wanted.key})
        return journal.entry

    def delete(self, name: str) -> JournalEntry | None:
        """Delete a tag; its photos lose it. Raises TagUnknown."""
        with self._journal.edit("delete tag") as journal:
            _delete(journal, _known(journal.write, name))
        return journal.entry


def _find(write: sqlite3.Connection, key: str) -> int | None:
    row = write.execute("SELECT id FROM tag WHERE name_key = :key", {"key": key}).fetchone()
    return None if row is None else int(row[0])


def _known(write: sqlite3.Connection, name: str) -> int:
    found = _find(write, name_key(name))
    if found is None:
        raise TagUnknown(tag=name)
    return found


def _make(journal: JournalWriter, name: Name) -> int:
    return journal.insert("tag", {"name": name.text, "name_key": name.key, "made_utc": utc_now()})


def _put(journal: JournalWriter, tag_id: int, labels: Sequence[_Label]) -> None:
    """Give photos a tag; by hand it stands for one that the program proposed."""
    rows = journal.write.execute("SELECT photo_id, source FROM photo_tag WHERE tag_id = :tag", {"tag": tag_id})
    there = {row["photo_id"]: row["source"] for row in rows}
    for photo_id, source, score in labels:
        if (there.get(photo_id), source) == ("auto", "hand"):
            journal.delete("photo_tag", "tag_id = :tag AND photo_id = :photo", {"tag": tag_id, "photo": photo_id})
        elif photo_id in there:
            continue
        journal.insert("photo_tag", {"photo_id": photo_id, "tag_id": tag_id, "source": source, "score": score})


def _merge(journal: JournalWriter, tag_id: int, into: int) -> None:
    rows = journal.write.execute(
        "SELECT photo_id, source, score FROM photo_tag WHERE tag_id = :tag ORDER BY id", {"tag": tag_id}
    ).fetchall()
    _put(journal, into, [(row["photo_id"], row["source"], row["score"]) for row in rows])
    _delete(journal, tag_id)


def _delete(journal: JournalWriter, tag_id: int) -> None:
    journal.delete("photo_tag", "tag_id = :id", {"id": tag_id})
    journal.delete("tag", "id = :id", {"id": tag_id})
