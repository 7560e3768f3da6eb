"""The timeline: which photos a view shows, in which order, and what changed in it since the last look."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.database import Database

Int64 = NDArray[np.int64]

# With more changes than this, reading the whole timeline again costs less.
_MOST_CHANGES = 5_000
_EVERYTHING = 0  # the photo id that stands for all of them

# With more photos than this, reading the times of all photos in their order costs less than looking each one up.
_MANY = 50_000
_READ_AT_ONCE = 20_000

_ROWS = "SELECT shown.photo_id, taken_local FROM shown JOIN photo ON photo.id = shown.photo_id WHERE {condition}"
# From the few favourites to their files.
_FAVOURITE_ROWS = """SELECT shown.photo_id, taken_local FROM photo CROSS JOIN shown ON shown.photo_id = photo.id
                     WHERE photo.favourite = 1"""
# From the photos of an album or tag to their files.
_MEMBER_ROWS = """SELECT shown.photo_id, taken_local FROM {table} AS member
                  CROSS JOIN shown ON shown.photo_id = member.photo_id CROSS JOIN photo ON photo.id = shown.photo_id
                  WHERE member.{column} = :{name}"""
_MEMBERS = {
    "album": _MEMBER_ROWS.format(table="album_photo", column="album_id", name="album"),
    "tag": _MEMBER_ROWS.format(table="photo_tag", column="tag_id", name="tag"),
}
_CONDITIONS = {
    "all": "1",
    "favourites": "photo.favourite = 1",
    "folder": "shown.watch_folder_id = :folder",
    "album": "EXISTS (SELECT 1 FROM album_photo WHERE album_id = :album AND photo_id = shown.photo_id)",
    "tag": "EXISTS (SELECT 1 FROM photo_tag WHERE tag_id = :tag AND photo_id = shown.photo_id)",
}
# Where the digits stand in 2024-05-06T07:08:09.123
_DIGITS = (0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 20, 21, 22)


@dataclass(frozen=True)
class Collection:
    """What a view can show: all photos, the favourites, or those of one watch folder, hand-picked album or tag."""

    kind: Literal["all", "favourites", "folder", "album", "tag"]
    folder_id: int | None = None
    album_id: int | None = None
    tag_id: int | None = None

    @property
    def params(self) -> dict[str, int | None]:
        """Parameters of the conditions above."""
        return {"folder": self.folder_id, "album": self.album_id, "tag": self.tag_id}


ALL_PHOTOS = Collection("all")
FAVOURITES = Collection("favourites")


@dataclass(frozen=True)
class Timeline:
    """Photos, newest first: photo_ids (n,) int64 and taken (n,) int64, the wall clock as the number YYYYMMDDhhmmssmmm.

    `taken` is 0 where the time is unknown; of the same time the higher id comes first. The rows are those of
    `revision`, or newer.
    """

    revision: int
    photo_ids: Int64
    taken: Int64


@dataclass(frozen=True)
class TimelineChanges:
    """What happened after an earlier revision: `gone` (m,) int64 are ids that the view does not show (any more).

    `there` are photos that it shows and that are new or changed.
    """

    revision: int
    gone: Int64
    there: Timeline


class TimelineStore:
    """Read-only; the triggers of the schema note which photos change."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def timeline(self, show: Collection) -> Timeline:
        """All photos of a collection."""
        # Read before the rows: what is written in between is reported twice rather than never.
        revision, folder = self._revision(), {"folder": show.folder_id}
        if show.kind == "favourites":
            return _newest_first(revision, *_columns(self._db.each(_FAVOURITE_ROWS)))
        if show.kind in _MEMBERS:
            return _newest_first(revision, *_columns(self._db.each(_MEMBERS[show.kind], show.params)))
        if self._are_many(folder):
            return self._long_timeline(revision, _CONDITIONS[show.kind], folder)
        return self._timeline(revision, _CONDITIONS[show.kind], folder)

    def changes(self, show: Collection, since: int) -> TimelineChanges | None:
        """What changed after the revision `since`; None if that is too much: then take a new timeline."""
        revision = self._revision()
        rows = self._db.all(
            "SELECT photo_id FROM photo_change WHERE revision > :since LIMIT :most",
            {"since": since, "most": _MOST_CHANGES + 1},
        )
        ids = [row[0] for row in rows]
        if len(ids) > _MOST_CHANGES or _EVERYTHING in ids:
            return None
        # The + keeps SQLite from walking the whole folder: it begins with the few ids.
        within = _CONDITIONS[show.kind].replace("shown.watch_folder_id", "+shown.watch_folder_id")
        condition = f"{within} AND shown.photo_id IN (SELECT value FROM json_each(:ids))"
        there = self._timeline(revision, condition, {**show.params, "ids": json.dumps(ids)})
        gone = np.setdiff1d(np.array(ids, np.int64), there.photo_ids)
        return TimelineChanges(revision, gone, there)

    def _revision(self) -> int:
        return int(self._db.value("SELECT revision FROM library"))

    def _are_many(self, folder: dict[str, Any]) -> bool:
        """Whether a watch folder, or with None the library, has many files."""
        some = "SELECT 1 FROM file" + (" WHERE watch_folder_id = :folder" if folder["folder"] is not None else "")
        return int(self._db.value(f"SELECT count(*) FROM ({some} LIMIT {_MANY + 1})", folder)) > _MANY

    def _timeline(self, revision: int, condition: str, params: dict[str, Any]) -> Timeline:
        return _newest_first(revision, *_columns(self._db.each(_ROWS.format(condition=condition), params)))

    def _long_timeline(self, revision: int, condition: str, params: dict[str, Any]) -> Timeline:
        # The + keeps SQLite on the index with all it needs.
        within = condition.replace("shown.watch_folder_id", "+shown.watch_folder_id")
        rows = self._db.each(f"SELECT shown.photo_id FROM shown WHERE {within}", params)
        shown = np.fromiter((row[0] for row in rows), np.int64)
        photo_ids, taken = _columns(self._db.each("SELECT id, taken_local FROM photo ORDER BY taken_local"))
        is_shown = np.zeros(max(shown.max(initial=0), photo_ids.max(initial=0)) + 1, np.bool_)
        is_shown[shown] = True
        there = is_shown[photo_ids]
        return _newest_first(revision, photo_ids[there], taken[there])


def _newest_first(revision: int, photo_ids: Int64, taken: Int64) -> Timeline:
    order = np.lexsort((-photo_ids, -taken))
    return Timeline(revision, photo_ids[order], taken[order])


def _columns(rows: Iterable[tuple[int, str | None]]) -> tuple[Int64, Int64]:
    """Photo ids and times as numbers; no more than some thousand rows are held as Python's objects."""
    rows = iter(rows)
    photo_ids, taken = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    while part := list(islice(rows, _READ_AT_ONCE)):
        photo_ids.append(np.fromiter((row[0] for row in part), np.int64, len(part)))
        taken.append(_taken([row[1] for row in part]))
    return np.concatenate(photo_ids), np.concatenate(taken)


def _taken(texts: Sequence[str | None]) -> Int64:
    """ISO times (n) -> numbers (n,) YYYYMMDDhhmmssmmm; 0 for None."""
    characters = np.array([text or "" for text in texts], "S23").view(np.uint8).reshape(len(texts), 23)
    taken = np.zeros(len(texts), np.int64)
    for place in _DIGITS:
        # A fraction that is not there is zero bytes.
        taken = 10 * taken + np.maximum(characters[:, place], ord("0")) - ord("0")
    return taken
