"""Photos as examples: the embedding of a photo, in the library or not."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import Photo
from photoorg.embedding.encoder import Encoder
from photoorg.embedding.models import InstalledModel
from photoorg.errors import ExampleUnreadable, NoSuchPhoto, UnreadableImage
from photoorg.media.decode import DecodedPhoto
from photoorg.media.settled_pool import decode_pool
from photoorg.settings import Settings
from photoorg.volumes import real_path, volume_of


class ExamplePhotos:
    """Finds the picture key and the embedding of photo files."""

    def __init__(
        self, catalog: Catalog, model: InstalledModel, encoder: Callable[[], Encoder], settings: Settings
    ) -> None:
        self._catalog = catalog
        self._model = model
        self._encoder = encoder
        self._settings = settings
        self._model_id = catalog.embeddings.model_id(model.fingerprint, model.reference, model.dimension)

    def embedding(self, path: Path) -> tuple[bytes, NDArray[np.float32]]:
        """Picture key (16 bytes) and unit vector (dimension,). Raises NoSuchPhoto, ExampleUnreadable."""
        real = real_path(Path(os.path.expanduser(path)).absolute())
        return self._stored(real) or self._made(real)

    def of_photo(self, photo: Photo) -> tuple[bytes, NDArray[np.float32]]:
        """The same for a photo of the library, which need not be in reach if it was embedded."""
        vector = self._catalog.embeddings.vector(self._model_id, photo.picture_key)
        return (photo.picture_key, vector) if vector is not None else self._made(photo.path)

    def _stored(self, path: bytes) -> tuple[bytes, NDArray[np.float32]] | None:
        """From the library, where the file is as it was indexed, or is out of reach now."""
        volume = volume_of(path)
        photo = self._catalog.photos.at(volume, volume.relative(path))
        if photo is None or self._has_changed(photo):
            return None
        vector = self._catalog.embeddings.vector(self._model_id, photo.picture_key)
        return (photo.picture_key, vector) if vector is not None else None

    def _has_changed(self, photo: Photo) -> bool:
        try:
            status = os.stat(photo.path)
        except OSError:
            return False
        return self._catalog.files.stored_mtime_ns(photo.id) != status.st_mtime_ns

    def _made(self, path: bytes) -> tuple[bytes, NDArray[np.float32]]:
        if not os.path.exists(path):
            raise NoSuchPhoto(photo=os.fsdecode(path))
        if os.path.isdir(path):
            raise ExampleUnreadable(photo=os.fsdecode(path), detail="It is a folder.")
        decoded = self._decode(path)
        stored = self._catalog.embeddings.vector(self._model_id, decoded.picture_key)
        if stored is not None:
            return decoded.picture_key, stored
        assert decoded.pixels is not None
        return decoded.picture_key, self._encoder().encode_images(decoded.pixels[None])[0]

    def _decode(self, path: bytes) -> DecodedPhoto:
        with decode_pool(self._settings, workers=1) as pool:
            try:
                return pool.submit(path, self._model.model_input).result()
            except UnreadableImage as error:
                raise ExampleUnreadable(photo=os.fsdecode(path), detail=str(error)) from error
