"""Photos that belong to a tag or an album. Works inside a write transaction of the journal."""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from photoorg.catalog.records import Photo
from photoorg.errors import PhotoUnknown


def ids_of(photos: Iterable[Photo | int]) -> list[int]:
    """The ids of photos, in their order."""
    return [photo.id if isinstance(photo, Photo) else int(photo) for photo in photos]


def known_ids(write: sqlite3.Connection, photos: Sequence[Photo | int]) -> list[int]:
    """The ids of photos, each once, in their order. Raises PhotoUnknown."""
    ids = list(dict.fromkeys(ids_of(photos)))
    rows = write.execute(
        "SELECT id FROM photo WHERE id IN (SELECT value FROM json_each(:ids))", {"ids": json.dumps(ids)}
    )
    there = {row[0] for row in rows}
    for photo_id in ids:
        if photo_id not in there:
            raise PhotoUnknown(photo=photo_id)
    return ids


def merge_memberships(write: sqlite3.Connection, gone: int, into: int) -> None:
    """What photo `gone` belongs to, `into` belongs to. Rows keep their ids: the journal knows them by these."""
    values = {"gone": gone, "into": into}
    for table in ("photo_tag", "album_photo"):
        write.execute(f"UPDATE OR IGNORE {table} SET photo_id = :into WHERE photo_id = :gone", values)
