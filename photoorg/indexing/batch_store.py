"""Encode and store one batch of decoded photos: derived data first, so that a crash leaves an orphan, never a hole."""

import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import FailedFile, FileStat, PhotoFacts, ReadFile
from photoorg.embedding.encoder import Encoder, Pixels
from photoorg.errors import EmbeddingInvalid, UnreadableImage
from photoorg.indexing.pixel_shelf import PixelShelf
from photoorg.indexing.work import WorkItem
from photoorg.media.decode import DecodedPhoto
from photoorg.media.hashes import PERCEPTUAL_HASH_VERSION

Float32 = NDArray[np.float32]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Decoded:
    """A file and what the decode worker made of it."""

    item: WorkItem
    photo: DecodedPhoto


@dataclass(frozen=True)
class Unread:
    """A file and why it could not be decoded."""

    item: WorkItem
    error: UnreadableImage


class BatchStore:
    """Takes batches of outcomes to the catalog, with embeddings if there is an encoder.

    `counts` sums what happened: "new", "changed", "embedded"; `moved` are the ids of photos that were missing and whose
    content turned up elsewhere; `seconds` is the time of "encode" and "store".
    """

    def __init__(self, catalog: Catalog, encoder: Encoder | None) -> None:
        self._catalog = catalog
        self._encoder = encoder
        self.counts: Counter[str] = Counter()
        self.moved: set[int] = set()
        self.seconds = {"encode": 0.0, "store": 0.0}
        self._laid_aside: Counter[bytes] = Counter()  # photos of this run by picture key

    def store(self, decoded: Sequence[Decoded], unread: Sequence[Unread], shelf: PixelShelf | None = None) -> None:
        """Encode what has no embedding yet, or lay it on the shelf; then write everything in short transactions."""
        started = time.perf_counter()
        images = self._without_embedding(decoded)
        is_laid_aside = bool(images) and shelf is not None and self._lay_aside(images, decoded, shelf)
        embeddings = {} if is_laid_aside else self._encoded(images)
        encoded = time.perf_counter()
        self._write_derived(decoded, embeddings)
        self._write_catalog(decoded, unread)
        self.seconds["encode"] += encoded - started
        self.seconds["store"] += time.perf_counter() - encoded

    def embed(self, shelf: PixelShelf, count: int) -> None:
        """Encode the first `count` pictures on the shelf, and take them from it."""
        started = time.perf_counter()
        images = shelf.first(count)
        known = self._present(list(images))  # a crash may have left them
        embeddings = self._encoded({key: pixels for key, pixels in images.items() if key not in known})
        encoded = time.perf_counter()
        self._catalog.embeddings.add(self._model_id(), embeddings)
        shelf.drop(list(images))
        self.counts["embedded"] += sum(self._laid_aside.pop(key, 1) for key in {*embeddings, *known})
        self.seconds["encode"] += encoded - started
        self.seconds["store"] += time.perf_counter() - encoded

    def _without_embedding(self, decoded: Sequence[Decoded]) -> dict[bytes, Pixels]:
        if self._encoder is None:
            return {}
        known = self._present([d.photo.picture_key for d in decoded])
        new = {d.photo.picture_key: d.photo.pixels for d in decoded if d.photo.picture_key not in known}
        return {key: pixels for key, pixels in new.items() if pixels is not None}

    def _lay_aside(self, images: dict[bytes, Pixels], decoded: Sequence[Decoded], shelf: PixelShelf) -> bool:
        is_laid_aside = shelf.put({key: pixels for key, pixels in images.items() if key not in shelf})
        if is_laid_aside:
            self._laid_aside.update(d.photo.picture_key for d in decoded if d.photo.picture_key in images)
        return is_laid_aside

    def _encoded(self, images: dict[bytes, Pixels]) -> dict[bytes, Float32]:
        return _embeddings(self._encoder, images) if self._encoder and images else {}

    def _present(self, keys: Sequence[bytes]) -> set[bytes]:
        return self._catalog.embeddings.present(self._model_id(), keys)

    def _write_derived(self, decoded: Sequence[Decoded], embeddings: dict[bytes, Float32]) -> None:
        photos = [d.photo for d in decoded]
        self._catalog.thumbnails.add({photo.picture_key: photo.thumbnails for photo in photos})
        hashes = {photo.picture_key: photo.perceptual_hash for photo in photos}
        self._catalog.embeddings.add_hashes(hashes, PERCEPTUAL_HASH_VERSION)
        if self._encoder:
            self._catalog.embeddings.add(self._model_id(), embeddings)
            embedded = self._present([photo.picture_key for photo in photos])
            self.counts["embedded"] += sum(photo.picture_key in embedded for photo in photos)

    def _write_catalog(self, decoded: Sequence[Decoded], unread: Sequence[Unread]) -> None:
        recorded = self._catalog.files.record_read([_read_file(d) for d in decoded])
        self._catalog.files.record_failed([_failed_file(u) for u in unread])
        self.counts["new"] += len(recorded.new)
        self.counts["changed"] += len(recorded.changed)
        self.moved.update(recorded.moved)

    def _model_id(self) -> int:
        assert self._encoder is not None
        model = self._encoder.model
        return self._catalog.embeddings.model_id(model.fingerprint, model.reference, model.dimension)


def _embeddings(encoder: Encoder, images: dict[bytes, Pixels]) -> dict[bytes, Float32]:
    """Embeddings by picture key; a picture for which the model computes none has none, and is tried again next time."""
    keys = list(images)
    try:
        vectors = encoder.encode_images(np.stack([images[key] for key in keys]))
    except EmbeddingInvalid as error:
        bad = {keys[row] for row in error.params["rows"]}
        if len(bad) == len(keys) > 1:  # not the pictures' fault
            raise
        logger.info("%s", error)
        good = {key: images[key] for key in keys if key not in bad}
        return _embeddings(encoder, good) if good else {}
    return dict(zip(keys, vectors, strict=True))


def _read_file(decoded: Decoded) -> ReadFile:
    item, photo = decoded.item, decoded.photo
    stat = FileStat.of(photo.size_bytes, photo.mtime_ns, photo.ctime_ns, photo.inode)
    facts = PhotoFacts(**asdict(photo.facts))
    return ReadFile(item.file_id, item.place, stat, photo.content_hash, photo.picture_key, facts, item.companions)


def _failed_file(unread: Unread) -> FailedFile:
    item, error = unread.item, unread.error
    return FailedFile(item.file_id, item.place, item.stat, error.code, error.params, item.companions)
