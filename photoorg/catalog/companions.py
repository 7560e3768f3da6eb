"""The files of one photo: which is its main file, and which are beside it. Works inside a write transaction."""

import sqlite3
from collections.abc import Sequence

from photoorg.catalog.clock import utc_now
from photoorg.catalog.membership import merge_memberships
from photoorg.catalog.path_text import place_values
from photoorg.catalog.records import Companion

_KINDS = {"raw": "picture", "motion": "video"}


def attach(write: sqlite3.Connection, photo_id: int, companions: Sequence[Companion]) -> None:
    """These files belong to the photo from now on. A photo that this leaves without any file becomes part of it."""
    if not companions or not write.execute("SELECT 1 FROM photo WHERE id = :id", {"id": photo_id}).fetchone():
        return
    for companion in companions:
        left = _attach_one(write, photo_id, companion)
        if left is not None and left != photo_id and not _has_files(write, left):
            merge_photos(write, left, photo_id)
    _drop_gone(write, photo_id)


def take_over(write: sqlite3.Connection, photo_id: int, file_id: int) -> None:
    """The file is the photo's only main file: one that is gone is forgotten, one that cannot be read is without photo."""
    values = {"photo": photo_id, "file": file_id}
    others = "photo_id = :photo AND id != :file AND role = 'main'"
    write.execute(f"DELETE FROM file WHERE {others} AND missing_since_utc IS NOT NULL", values)
    write.execute(f"UPDATE file SET photo_id = NULL WHERE {others} AND failure_code IS NOT NULL", values)


def has_other_main(write: sqlite3.Connection, photo_id: int, file_id: int) -> bool:
    """Whether another file than this one shows the photo."""
    row = write.execute(
        """SELECT 1 FROM file WHERE photo_id = :photo AND id != :file AND role = 'main'
             AND failure_code IS NULL AND missing_since_utc IS NULL""",
        {"photo": photo_id, "file": file_id},
    ).fetchone()
    return row is not None


def photo_of(write: sqlite3.Connection, companions: Sequence[Companion]) -> int | None:
    """The photo that these files are all that is left of, if there is one: its new main file takes it over."""
    for companion in companions:
        row = _row(write, companion)
        if row is None or row["photo_id"] is None:
            continue
        if row["role"] == "main" or not has_other_main(write, row["photo_id"], row["id"]):
            return int(row["photo_id"])
    return None


def merge_photos(write: sqlite3.Connection, gone: int, into: int) -> None:
    """Two photos turned out to be one: where `into` has nothing that people did, it gets what they did with `gone`."""
    values = {"gone": gone, "into": into}
    write.execute(
        """UPDATE photo SET favourite = max(photo.favourite, other.favourite),
               rating = iif(photo.rating = 0, other.rating, photo.rating),
               title = iif(photo.title = '', other.title, photo.title),
               caption = iif(photo.caption = '', other.caption, photo.caption)
           FROM photo AS other WHERE photo.id = :into AND other.id = :gone""",
        values,
    )
    write.execute(
        """INSERT INTO photo_change VALUES (:gone, (SELECT revision + 1 FROM library))
           ON CONFLICT (photo_id) DO UPDATE SET revision = excluded.revision""",
        values,
    )
    merge_memberships(write, gone, into)
    write.execute("DELETE FROM photo WHERE id = :gone", values)


def detach_videos(write: sqlite3.Connection, file_ids: Sequence[int | None]) -> None:
    """Videos that have no picture now; they are found again with the next one."""
    write.executemany("DELETE FROM file WHERE id = :id AND role = 'motion'", [{"id": file_id} for file_id in file_ids])


def drop_companions(write: sqlite3.Connection, rows: Sequence[dict[str, object]]) -> None:
    """Of files (`id`) that are missing forget those whose photo goes on without them: nothing hangs on them."""
    write.executemany(
        """DELETE FROM file WHERE id = :id AND role != 'main' AND missing_since_utc IS NOT NULL AND EXISTS (
               SELECT 1 FROM file AS other WHERE other.photo_id = file.photo_id
               AND other.role = 'main' AND other.missing_since_utc IS NULL)""",
        rows,
    )


def _attach_one(write: sqlite3.Connection, photo_id: int, companion: Companion) -> int | None:
    """Gives the photo that the file belonged to."""
    old = _row(write, companion)
    values = {
        **place_values(companion.place),
        **companion.stat.columns(),
        "photo_id": photo_id,
        "role": companion.role,
        "kind": _KINDS[companion.role],
        "now": utc_now(),
    }
    if old is None:
        write.execute(
            """INSERT INTO file (photo_id, volume_id, watch_folder_id, path, path_text, path_key, role, kind,
                                 size_bytes, mtime_ns, ctime_ns, inode)
               VALUES (:photo_id, :volume_id, :watch_folder_id, :path, :path_text, :path_key, :role, :kind,
                       :size_bytes, :mtime_ns, :ctime_ns, :inode)""",
            values,
        )
        return None
    values["id"] = old["id"]
    write.execute(
        """UPDATE file SET missing_since_utc = :now
           WHERE volume_id = :volume_id AND path = :path AND missing_since_utc IS NULL AND id != :id""",
        values,
    )
    write.execute(
        # What it was read as stays known while it is that file: its derived data is not without an owner.
        """UPDATE file SET photo_id = :photo_id, role = :role, kind = :kind, volume_id = :volume_id,
               watch_folder_id = :watch_folder_id, path = :path, path_text = :path_text, path_key = :path_key,
               content_hash = iif(size_bytes = :size_bytes AND mtime_ns = :mtime_ns, content_hash, NULL),
               picture_key = iif(size_bytes = :size_bytes AND mtime_ns = :mtime_ns, picture_key, NULL),
               size_bytes = :size_bytes, mtime_ns = :mtime_ns, ctime_ns = :ctime_ns, inode = :inode,
               failure_code = NULL, failure_params = NULL, missing_since_utc = NULL
           WHERE id = :id""",
        values,
    )
    return None if old["photo_id"] is None else int(old["photo_id"])


def _row(write: sqlite3.Connection, companion: Companion) -> sqlite3.Row | None:
    row: sqlite3.Row | None = write.execute(
        """SELECT id, photo_id, role FROM file
           WHERE id = :id OR (volume_id = :volume AND path = :path AND missing_since_utc IS NULL)
           ORDER BY id = :id DESC""",
        {"id": companion.file_id, "volume": companion.place.volume_id, "path": companion.place.path},
    ).fetchone()
    return row


def _has_files(write: sqlite3.Connection, photo_id: int) -> bool:
    return write.execute("SELECT 1 FROM file WHERE photo_id = :id", {"id": photo_id}).fetchone() is not None


def _drop_gone(write: sqlite3.Connection, photo_id: int) -> None:
    write.execute(
        "DELETE FROM file WHERE photo_id = :id AND role != 'main' AND missing_since_utc IS NOT NULL", {"id": photo_id}
    )
