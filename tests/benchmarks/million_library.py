"""A library of a million photos for benchmarks: rows written in bulk, without files, on a drive that is not plugged in.

Its photos are shown and searched as any others; a second, small watch folder is there on the disk.
"""

import hashlib
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from clip_like import ClipLike
from numpy.typing import NDArray
from PIL import Image

from photoorg import Library
from photoorg.media.thumbnails import LONG_SIDES

Float16 = NDArray[np.float16]
Float32 = NDArray[np.float32]

TEXTS = 200
NEWEST = 2_000  # so many photos have thumbnails like those of photos; the others a tiny one
_BATCH = 20_000
_PHOTOS_A_DAY = 90
_LATEST = datetime(2025, 12, 31, 20, 0, 0)  # noqa: DTZ001  a camera's wall clock
# A tower that costs nothing, with the dimension asked for: search sees only its embeddings.
_VISION = {"image_size": 32, "layers": 1, "width": 64, "head_width": 32, "patch_size": 16}
_TEXT = {"context_length": 77, "vocab_size": 49408, "width": 64, "heads": 2, "layers": 1}

_PHOTO = """INSERT INTO photo (id, added_utc, taken_local, taken_source, rating)
            VALUES (?, '2026-01-01T00:00:00Z', ?, 'exif', ?)"""
_RATED = 10  # one of so many photos has stars
_FILE = """INSERT INTO file (id, photo_id, volume_id, watch_folder_id, path, path_text, path_key, size_bytes, mtime_ns,
           ctime_ns, inode, content_hash, picture_key) VALUES (?, ?, ?, ?, ?, ?, ?, 2500000, 1, 1, ?, ?, ?)"""
_FACTS = """INSERT INTO facts (file_id, format, width, height, orientation, camera_make, camera_model, iso)
            VALUES (?, 'JPEG', 4000, 3000, 1, 'Canon', 'EOS R6', ?)"""


def text(number: int) -> str:
    """A search whose encoding the library knows."""
    return f"search number {number}"


def small_folder(home: Path) -> Path:
    """The watch folder that is on the disk."""
    return home / "photos"


def make(home: Path, photos: int, dimension: int, vectors: Path | None, say: Callable[[str], None]) -> None:
    """Fill `home` with a library, but for its vector index; what a broken run left is thrown away by the caller."""
    world = ClipLike(photos, dimension)
    blocks = _blocks(world, vectors, photos, dimension)
    fill(home, photos, dimension, blocks=blocks, texts=world.texts, taken=_taken, say=say)
    say("writing thumbnails ...")
    _write(home / "library" / "thumbnails.sqlite", lambda write: _thumbnails(write, photos))
    (home / "made.json").write_text(json.dumps({"photos": photos, "dimension": dimension}), encoding="utf-8")


def fill(
    home: Path,
    photos: int,
    dimension: int,
    *,
    blocks: Iterator[Float16],
    texts: Callable[[int], Float32],
    taken: Callable[[int], str],
    say: Callable[[str], None],
) -> None:
    """A library without thumbnails and vector index: embeddings (n, dimension) in blocks, so many texts, times by number."""
    from random_model import write_random_model

    model = {"embed_dim": dimension, "vision_cfg": _VISION, "text_cfg": _TEXT}
    write_random_model(model, {}, home / "model")
    small_folder(home).mkdir(parents=True, exist_ok=True)
    with Library(home / "library") as library:
        library.models.use(str(home / "model"))
        library.add_folder(small_folder(home))
        _know_texts(library, texts)
        paths = library.data_dir
        model_id = _model_id(library)
    say("writing photos ...")
    _write(paths.catalog, lambda write: _photos(write, photos, taken))
    say("writing embeddings ...")
    _write(paths.derived, lambda write: _embeddings(write, model_id, blocks))


def _blocks(world: ClipLike, file: Path | None, photos: int, dimension: int) -> Iterator[Float16]:
    if file is None:
        yield from world.photos()
        return
    loaded = np.load(file, mmap_mode="r")
    vectors = loaded["images"] if isinstance(loaded, np.lib.npyio.NpzFile) else loaded
    if vectors.shape[0] < photos or vectors.shape[1] != dimension:
        raise SystemExit(f"{file} holds {vectors.shape}, not {(photos, dimension)}")
    for start in range(0, photos, _BATCH):
        yield np.asarray(vectors[start : min(photos, start + _BATCH)], np.float16)


def _know_texts(library: Library, texts: Callable[[int], Float32]) -> None:
    """Put the encodings of searches and background queries where those of earlier searches are."""
    model = library.models.active
    assert model is not None
    asked = [text(number) for number in range(TEXTS)]
    vectors = texts(TEXTS + len(model.background))
    known = {
        template.replace("{}", one): vector
        for one, vector in zip([*asked, *model.background], vectors, strict=True)
        for template in model.templates
    }
    library.catalog.embeddings.add_text_vectors(_model_id(library), known)


def know_text(library: Library, words: str, vector: Float32) -> None:
    """Let a text mean this vector."""
    model = library.models.active
    assert model is not None
    known = {template.replace("{}", words): vector for template in model.templates}
    library.catalog.embeddings.add_text_vectors(_model_id(library), known)


def _model_id(library: Library) -> int:
    model = library.models.active
    assert model is not None
    return library.catalog.embeddings.model_id(model.fingerprint, model.reference, model.dimension)


def _write(path: Path, fill: Callable[[sqlite3.Connection], Any]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as write:
        write.execute("PRAGMA synchronous = OFF")
        write.execute("PRAGMA cache_size = -200000")
        fill(write)
        write.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _photos(write: sqlite3.Connection, photos: int, taken: Callable[[int], str]) -> None:
    write.execute(
        "INSERT INTO volume (key, mount, seen_utc) VALUES ('uuid:drawer', CAST('/media/drawer' AS BLOB), '2026-01-01T00:00:00Z')"
    )
    volume = write.execute("SELECT max(id) FROM volume").fetchone()[0]
    write.execute(
        "INSERT INTO watch_folder (volume_id, path, path_text, added_utc) VALUES (?, ?, 'photos', '2026-01-01T00:00:00Z')",
        (volume, b"photos"),
    )
    folder = write.execute("SELECT max(id) FROM watch_folder").fetchone()[0]
    for first in range(0, photos, _BATCH):
        numbers = range(first, min(first + _BATCH, photos))
        write.execute("BEGIN")
        write.executemany(_PHOTO, ((number + 1, taken(number), _stars(number)) for number in numbers))
        write.executemany(_FILE, (_file(number, volume, folder) for number in numbers))
        write.executemany(_FACTS, ((number + 1, 100 + number % 900) for number in numbers))
        write.execute("UPDATE library SET revision = revision + 1")
        write.execute("COMMIT")


def _taken(number: int) -> str:
    return (_LATEST - timedelta(minutes=number * 24 * 60 / _PHOTOS_A_DAY)).isoformat(timespec="seconds")


def _stars(number: int) -> int:
    return 0 if number % _RATED else 1 + number // _RATED % 5


def _file(number: int, volume: int, folder: int) -> tuple[Any, ...]:
    name = f"photos/{number // 1000:04}/IMG_{number:07}.jpg"
    key = picture_key(number)
    return number + 1, number + 1, volume, folder, name.encode(), name, name.casefold(), number, key + key, key


def picture_key(number: int) -> bytes:
    """Of the photo with this number, the newest first."""
    return hashlib.sha256(str(number).encode()).digest()[:16]


def _thumbnails(write: sqlite3.Connection, photos: int) -> None:
    insert = "INSERT INTO thumbnail (picture_key, long_side, jpeg) VALUES (?, ?, ?)"
    rng = np.random.default_rng(0)
    noise = [_jpeg(rng, side) for side in LONG_SIDES for _ in range(32)]
    of_side = {side: noise[32 * n : 32 * n + 32] for n, side in enumerate(LONG_SIDES)}
    tiny = _jpeg(rng, 16)
    for first in range(0, photos, _BATCH):
        write.execute("BEGIN")
        for number in range(first, min(first + _BATCH, photos)):
            key = picture_key(number)
            rows = [(key, side, of_side[side][number % 32] if number < NEWEST else tiny) for side in LONG_SIDES]
            write.executemany(insert, rows)
        write.execute("COMMIT")


def _jpeg(rng: np.random.Generator, side: int) -> bytes:
    coarse = Image.fromarray(rng.integers(0, 255, (max(2, side // 16), max(2, side // 12), 3), np.uint8))
    stream = io.BytesIO()
    coarse.resize((side, side * 3 // 4), Image.Resampling.BICUBIC).save(stream, "JPEG", quality=85)
    return stream.getvalue()


def _embeddings(write: sqlite3.Connection, model_id: int, blocks: Iterator[Float16]) -> None:
    number = 0
    for block in blocks:
        write.execute("BEGIN")
        write.executemany(
            "INSERT INTO embedding (model_id, picture_key, vector) VALUES (?, ?, ?)",
            ((model_id, picture_key(number + row), vector.tobytes()) for row, vector in enumerate(block)),
        )
        write.execute("COMMIT")
        number += len(block)
