"""The timeline: which photos a view shows, in which order, and what changed in it since the last look."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.database import Database

Int64 = NDArray[np.int64]

# With more changes than this, reading the whole timeline again costs less.
_MOST_CHANGES = 5_000
_EVERYTHING = 0  # the photo id that stands for all of them

_ROWS = "SELECT shown.photo_id, taken_local FROM shown JOIN photo ON photo.id = shown.photo_id WHERE {condition}"
# Where the digits stand in 2024-05-06T07:08:09.123
_DIGITS = (0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 20, 21, 22)


@dataclass(frozen=True)
class Collection:
    """What a view can show: all photos, the favourites, or those of one watch folder."""

    kind: Literal["all", "favourites", "folder"]
    folder_id: int | None = None


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
        return self._timeline(self._revision(), _condition(show), {"folder": show.folder_id})

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
        within = _condition(show).replace("shown.watch_folder_id", "+shown.watch_folder_id")
        condition = f"{within} AND shown.photo_id IN (SELECT value FROM json_each(:ids))"
        there = self._timeline(revision, condition, {"folder": show.folder_id, "ids": json.dumps(ids)})
        gone = np.setdiff1d(np.array(ids, np.int64), there.photo_ids)
        return TimelineChanges(revision, gone, there)

    def _revision(self) -> int:
        # Read before the rows: what is written in between is reported twice rather than never.
        return int(self._db.value("SELECT revision FROM library"))

    def _timeline(self, revision: int, condition: str, params: dict[str, Any]) -> Timeline:
        rows = list(self._db.each(_ROWS.format(condition=condition), params))
        photo_ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        taken = _taken([row[1] for row in rows])
        order = np.lexsort((-photo_ids, -taken))
        return Timeline(revision, photo_ids[order], taken[order])


def _taken(texts: Sequence[str | None]) -> Int64:
    """ISO times (n) -> numbers (n,) YYYYMMDDhhmmssmmm; 0 for None."""
    characters = np.array([text or "" for text in texts], "S23").view(np.uint8).reshape(len(texts), 23)
    taken = np.zeros(len(texts), np.int64)
    for place in _DIGITS:
        # A fraction that is not there is zero bytes.
        taken = 10 * taken + np.maximum(characters[:, place], ord("0")) - ord("0")
    return taken


def _condition(show: Collection) -> str:
    conditions = {"all": "1", "favourites": "photo.favourite = 1", "folder": "shown.watch_folder_id = :folder"}
    return conditions[show.kind]
