"""A library of any size for benchmarks of the window: real rows, thumbnails and files, without decoding a photo."""

import hashlib
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from photoorg import Library
from photoorg.catalog.records import FileStat, PhotoFacts, Place, ReadFile, WatchFolder
from photoorg.embedding.encoder import open_encoder
from photoorg.indexing.scan import file_stat
from photoorg.media.thumbnails import LONG_SIDES, thumbnail_size, to_jpeg

Float32 = NDArray[np.float32]

_BATCH = 1000
_PICTURES = 96  # different ones; each photo has rows and thumbnails of its own
_FULL_THUMBNAILS = 100_000  # 35 KB each; those of older photos are tiny, for the sake of the disk
_PHOTOS_A_DAY = 30
_WORDS = ("red", "dog", "house", "sea", "snow", "birthday", "street", "car", "child", "tree", "night", "boat", "cat")
# Searches that find something: each is what some photos are about.
SEARCHES = tuple(f"{word} and {other} x" for word in _WORDS[:5] for other in _WORDS[5:])
_ABOUT_EVERY = 20  # one photo in so many is about one of the searches
_HOW_MUCH = 0.5  # the cosine of a photo with what it is about
_NEWEST = datetime(2025, 12, 31, 20, 0, 0)  # noqa: DTZ001  a camera's wall clock


def fill(library: Library, folder: Path, photos: int, *, with_thumbnails: bool = True) -> None:
    """Add `photos` photos in `folder` with dates, thumbnails and, if there is a model, embeddings."""
    folder.mkdir(parents=True, exist_ok=True)
    thumbnails = list(_thumbnails()) if with_thumbnails else []
    tiny = [dict.fromkeys(LONG_SIDES, to_jpeg(Image.new("RGB", (16, 12), "gray")))]
    watch_folder = library.add_folder(folder)
    for first in range(0, photos, _BATCH):
        numbers = range(first, min(first + _BATCH, photos))
        files = [_file(watch_folder, folder, number) for number in numbers]
        keys = [file.picture_key for file in files]
        if thumbnails:
            chosen = thumbnails if first < _FULL_THUMBNAILS else tiny
            of_each = {key: chosen[n % len(chosen)] for n, key in zip(numbers, keys, strict=True)}
            library.catalog.thumbnails.add(of_each)
        _add_embeddings(library, keys, seed=first)
        library.catalog.files.record_read(files)


def _thumbnails() -> Iterator[dict[int, bytes]]:
    """Noise like that of photos: JPEGs of about the same size, 5 and 30 KB."""
    rng = np.random.default_rng(0)
    for _ in range(_PICTURES):
        coarse = Image.fromarray(rng.integers(0, 255, (30, 40, 3), np.uint8)).resize(
            (640, 480), Image.Resampling.BICUBIC
        )
        grain = Image.fromarray(rng.integers(0, 255, (480, 640, 3), np.uint8)).filter(ImageFilter.GaussianBlur(1.5))
        picture = Image.blend(coarse, grain, 0.35)
        yield {side: to_jpeg(picture.resize(thumbnail_size(640, 480, side))) for side in LONG_SIDES}


def _file(watch_folder: WatchFolder, folder: Path, number: int) -> ReadFile:
    # An empty file will do: nothing reads what has not changed since it was recorded.
    path = folder / f"IMG_{number:07}.jpg"
    if not path.exists():
        path.touch()
    status = os.stat(path)
    taken = _NEWEST - timedelta(minutes=number * 24 * 60 / _PHOTOS_A_DAY)
    facts = PhotoFacts("JPEG", 4000, 3000, 1, taken.isoformat(), 60, "exif", "Canon", "EOS R6", iso=100 + number % 900)
    digest = hashlib.sha256(str(number).encode()).digest()
    place = Place(watch_folder.volume_id, watch_folder.id, os.path.join(watch_folder.path, os.fsencode(path.name)))
    stat: FileStat = file_stat(status)
    return ReadFile(None, place, stat, digest, digest[:16], facts)


def _add_embeddings(library: Library, keys: list[bytes], seed: int) -> None:
    model = library.models.active
    if model is None:
        return
    vectors = _unit(np.random.default_rng(seed).standard_normal((len(keys), model.dimension)).astype(np.float32))
    about = _directions(library)
    for number in range(0, len(keys), _ABOUT_EVERY):
        direction = about[(seed + number) // _ABOUT_EVERY % len(about)]
        vectors[number] = _HOW_MUCH * direction + (1 - _HOW_MUCH**2) ** 0.5 * vectors[number]
    vectors = _unit(vectors)
    store = library.catalog.embeddings
    store.add(
        store.model_id(model.fingerprint, model.reference, model.dimension), dict(zip(keys, vectors, strict=True))
    )


@cache
def _directions(library: Library) -> Float32:
    """What the searches mean, apart from what all texts share; encoded past the library, which is to encode them later."""
    model = library.models.active
    assert model is not None
    texts = [template.replace("{}", text) for text in SEARCHES for template in model.templates[:1]]
    encoder = open_encoder(model, "cpu")
    vectors = encoder.encode_texts(texts)
    encoder.close()
    return _unit(vectors - vectors.mean(axis=0))


def _unit(vectors: Float32) -> Float32:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
