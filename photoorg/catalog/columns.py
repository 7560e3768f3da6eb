"""The photos that the library shows as columns: what filters look at, a million rows in a few seconds."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, islice
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.database import Database

Int64 = NDArray[np.int64]
Keys = NDArray[np.bytes_]

_KEY_BYTES = 16
# So few rows stay in the processor's caches until they are columns: with twenty times as many it takes twice as long.
_READ_AT_ONCE = 1_000
_EVERYTHING = 0  # the photo id that stands for all of them
_FIRST_OF_A_SECOND = 19  # characters of 2024-05-06T07:08:09
_UNKNOWN_TIME = "NaT"

_COLUMNS = """
    SELECT file.photo_id, picture_key, watch_folder_id, file.path_text, size_bytes, taken_local, favourite, rating,
           title, caption, format, width, height, camera_make, camera_model, lens, latitude, longitude, animated
"""
_IS_SHOWN = """
    WHERE +role = 'main' AND file.failure_code IS NULL AND file.missing_since_utc IS NULL AND removed_utc IS NULL
"""
_FACTS = """
    JOIN photo ON photo.id = file.photo_id JOIN facts ON facts.file_id = file.id
    JOIN watch_folder ON watch_folder.id = file.watch_folder_id
"""
# In the order of the table: a million files are read one after the other.
_ALL = f"{_COLUMNS} FROM file NOT INDEXED {_FACTS} {_IS_SHOWN}"
# CROSS: from the few ids to their files, not from all files to the ids.
_WANTED = "FROM json_each(:ids) wanted CROSS JOIN file ON file.photo_id = wanted.value"
_SOME = f"{_COLUMNS} {_WANTED} {_FACTS} {_IS_SHOWN}"
_COMPANIONS = "SELECT file.photo_id, role {files} WHERE role IN ('raw', 'motion') AND missing_since_utc IS NULL"
_HELD = "SELECT photo_id FROM vanished_file CROSS JOIN file ON file.id = file_id WHERE photo_id IS NOT NULL"

_LABELS = {
    "tag": "SELECT id, name, name_key FROM tag",
    "album": "SELECT id, name, name_key FROM album WHERE query IS NULL",
}
_LABELLED = {"tag": ("tag_id", "photo_tag"), "album": ("album_id", "album_photo")}
LabelKind = Literal["tag", "album"]


@dataclass(frozen=True)
class PhotoColumns:
    """Shown photos (n), in no order; `cameras` are make and model. What is unknown is None, NaN or NaT.

    picture_keys (n,) S16; paths relative to the volume; taken (n,) datetime64[s], the camera's wall clock; `held`: seems to be gone.
    """

    photo_ids: Int64
    picture_keys: Keys
    folder_ids: NDArray[np.int32]
    paths: Sequence[str]
    sizes_bytes: Int64
    taken: NDArray[np.datetime64]
    favourite: NDArray[np.bool_]
    ratings: NDArray[np.uint8]
    titles: Sequence[str]
    captions: Sequence[str]
    formats: Sequence[str]
    widths: NDArray[np.int32]
    heights: NDArray[np.int32]
    cameras: Sequence[tuple[str | None, str | None]]
    lenses: Sequence[str | None]
    latitudes: NDArray[np.float32]
    longitudes: NDArray[np.float32]
    animated: NDArray[np.bool_]
    with_raw: NDArray[np.bool_]
    with_motion: NDArray[np.bool_]
    held: NDArray[np.bool_]


@dataclass(frozen=True)
class FollowedFolder:
    """A watch folder that is shown: `path` is relative to its volume, which was last seen at `mount`."""

    id: int
    volume_key: str
    mount: bytes
    path: bytes


@dataclass(frozen=True)
class Label:
    """A tag, or an album that is filled by hand; `key` is its folded name."""

    id: int
    name: str
    key: str


class ColumnStore:
    """Read-only."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def revision(self) -> int:
        """A number that grows with every write. Read it before what it is to stand for."""
        return int(self._db.value("SELECT revision FROM library"))

    def changed(self, since: int, most: int) -> list[int] | None:
        """The ids of photos that changed after a revision; None if they are more than `most`, or nobody knows which."""
        rows = self._db.all(
            "SELECT photo_id FROM photo_change WHERE revision > :since LIMIT :most", {"since": since, "most": most + 1}
        )
        ids = [row[0] for row in rows]
        return None if len(ids) > most or _EVERYTHING in ids else ids

    def all(self) -> Iterator[PhotoColumns]:
        """All shown photos, a thousand at a time. Nothing may be written meanwhile in this thread."""
        return self._read(self._db.each(_ALL), _COMPANIONS.format(files="FROM file NOT INDEXED"), {})

    def some(self, photo_ids: Iterable[int]) -> Iterator[PhotoColumns]:
        """Those of these photos that are shown."""
        params = {"ids": json.dumps([int(number) for number in photo_ids])}
        return self._read(self._db.each(_SOME, params), _COMPANIONS.format(files=_WANTED), params)

    def folders(self) -> list[FollowedFolder]:
        """All watch folders that are shown."""
        rows = self._db.all(
            """SELECT watch_folder.id, volume.key, volume.mount, watch_folder.path
               FROM watch_folder JOIN volume ON volume.id = volume_id WHERE removed_utc IS NULL"""
        )
        return [FollowedFolder(*row) for row in rows]

    def labels(self, kind: LabelKind) -> list[Label]:
        """All tags, or all albums but those that fill themselves."""
        return [Label(*row) for row in self._db.all(_LABELS[kind])]

    def labelled(self, kind: LabelKind, photo_ids: Iterable[int] | None = None) -> tuple[NDArray[np.int32], Int64]:
        """Label ids (m,) int32 and ids (m,) int64 of the photos that have them; of these photos, or of all."""
        ids = None if photo_ids is None else json.dumps([int(number) for number in photo_ids])
        rows = self._db.each(_labelled(kind, some=ids is not None), {"ids": ids})
        flat = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 2)
        return flat[:, 0].astype(np.int32), flat[:, 1].copy()

    def _read(self, rows: Iterator[tuple[Any, ...]], companions: str, params: dict[str, Any]) -> Iterator[PhotoColumns]:
        beside: dict[str, set[int]] = {"raw": set(), "motion": set()}
        for photo_id, role in self._db.each(companions, params):
            beside[role].add(photo_id)
        held = {row[0] for row in self._db.each(_HELD)}
        while part := list(islice(rows, _READ_AT_ONCE)):
            yield _columns(part, beside, held)


def key_array(picture_keys: Sequence[bytes]) -> Keys:
    """Picture keys as an array (n,) S16. Keys of another length, which photoorg does not make, are hashed."""
    if set(map(len, picture_keys)) - {_KEY_BYTES}:
        picture_keys = [key if len(key) == _KEY_BYTES else _hashed(key) for key in picture_keys]
    return np.frombuffer(b"".join(picture_keys), f"S{_KEY_BYTES}")


def _hashed(key: bytes) -> bytes:
    return blake2b(key, digest_size=_KEY_BYTES).digest()


def _labelled(kind: LabelKind, *, some: bool) -> str:
    column, table = _LABELLED[kind]
    wanted = f"json_each(:ids) wanted CROSS JOIN {table} ON {table}.photo_id = wanted.value"
    return f"SELECT {column}, photo_id FROM {wanted if some else table}"


def _columns(rows: list[tuple[Any, ...]], beside: dict[str, set[int]], held: set[int]) -> PhotoColumns:
    columns = list(zip(*rows, strict=True))
    ids = columns[0]
    return PhotoColumns(
        photo_ids=np.array(ids, np.int64),
        picture_keys=key_array(columns[1]),
        folder_ids=np.array(columns[2], np.int32),
        paths=columns[3],
        sizes_bytes=np.array(columns[4], np.int64),
        taken=_times(columns[5]),
        favourite=np.array(columns[6], np.bool_),
        ratings=np.array(columns[7], np.uint8),
        titles=columns[8],
        captions=columns[9],
        formats=columns[10],
        widths=np.array(columns[11], np.int32),
        heights=np.array(columns[12], np.int32),
        cameras=list(zip(columns[13], columns[14], strict=True)),
        lenses=columns[15],
        # None becomes NaN.
        latitudes=np.array(columns[16], np.float32),
        longitudes=np.array(columns[17], np.float32),
        animated=np.array(columns[18], np.bool_),
        with_raw=_are_in(ids, beside["raw"]),
        with_motion=_are_in(ids, beside["motion"]),
        held=_are_in(ids, held),
    )


def _are_in(ids: Sequence[int], some: set[int]) -> NDArray[np.bool_]:
    if not some:
        return np.zeros(len(ids), np.bool_)
    return np.fromiter((photo_id in some for photo_id in ids), np.bool_, len(ids))


def _times(texts: Sequence[str | None]) -> NDArray[np.datetime64]:
    return np.array([text[:_FIRST_OF_A_SECOND] if text else _UNKNOWN_TIME for text in texts], "datetime64[s]")
