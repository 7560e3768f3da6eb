"""From a photo and a query to the map of where it matched: the direction, the pixels, the model."""

import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import Photo
from photoorg.embedding.encoder import Encoder
from photoorg.embedding.models import InstalledModel
from photoorg.errors import ExampleUnreadable, FileVanished, NoSuchPhoto, PhotoOffline, PhotoorgError, UnreadableImage
from photoorg.media.model_pixels import model_pixels
from photoorg.media.pixels import Upright
from photoorg.media.rendering import Picture
from photoorg.media.thumbnails import LONG_SIDES
from photoorg.search.query import TextEncodings
from photoorg.search.why import CheckCancelled, WhyMap, where_in
from photoorg.volumes import real_path, volume_of

Float32 = NDArray[np.float32]
Render = Callable[[bytes, int], Picture]

_SIDES: Final = 4  # so many of the model's sides a picture is decoded to: enough for the short side of nearly all
_SMALLEST: Final = 1e-6


def direction_of(words: str, texts: TextEncodings) -> Float32:
    """The unit vector (d,) that a query's positive words point to: what they do not share with all texts. Raises QueryEmpty."""
    return np.asarray(_directions(texts.query(words)[None], texts)[0])


def background_of(texts: TextEncodings) -> Float32:
    """The same of the background queries (b, d)."""
    return _directions(texts.background(), texts)


def _directions(vectors: Float32, texts: TextEncodings) -> Float32:
    background = texts.background()
    shared = background.mean(axis=0) if len(background) else np.zeros(vectors.shape[1], np.float32)
    rest = vectors - shared
    lengths = np.linalg.norm(rest, axis=1, keepdims=True)
    return np.asarray(rest / np.maximum(lengths, _SMALLEST), dtype=np.float32)


class PhotoPixels:
    """The pixels of photos. `render` decodes a file in a worker process, to a long side of at least so many pixels."""

    def __init__(self, catalog: Catalog, render: Render) -> None:
        self._catalog = catalog
        self._render = render

    def image(self, photo: Path | Photo, at_least: int) -> Image.Image:
        """Upright RGB; of a photo that is out of reach the stored thumbnail. Raises NoSuchPhoto, PhotoOffline, ExampleUnreadable."""
        path = photo.path if isinstance(photo, Photo) else real_path(Path(os.path.expanduser(photo)).absolute())
        try:
            picture = self._render(path, at_least)
        except (FileVanished, UnreadableImage) as error:
            known = photo if isinstance(photo, Photo) else self._known(path)
            thumbnail = self._thumbnail(known) if known else None
            if thumbnail is None:
                raise _reason(path, known, error) from error
            return thumbnail
        return Image.frombytes("RGB", (picture.width, picture.height), picture.rgb)

    def _known(self, path: bytes) -> Photo | None:
        volume = volume_of(path)
        return self._catalog.photos.at(volume, volume.relative(path))

    def _thumbnail(self, photo: Photo) -> Image.Image | None:
        jpeg = self._catalog.thumbnails.of([photo.picture_key], max(LONG_SIDES)).get(photo.picture_key)
        if jpeg is None:
            return None
        with Image.open(io.BytesIO(jpeg)) as image:
            return image.convert("RGB")


class Reasons:
    """Shows where in photos a query lies, with one model."""

    def __init__(
        self, catalog: Catalog, model: InstalledModel, encoder: Callable[[], Encoder], pixels: PhotoPixels
    ) -> None:
        self._texts = TextEncodings(catalog.embeddings, model, encoder)
        self._encoder = encoder
        self._pixels = pixels
        self._model_input = model.model_input
        self._at_least = _SIDES * model.model_input.size

    def why(self, photo: Path | Photo, described: Sequence[str], check_cancelled: CheckCancelled) -> WhyMap:
        """Where in a photo, of the library or not, that of several descriptions lies which fits it best.

        Raises QueryEmpty, NoSuchPhoto, PhotoOffline ...
        """
        image = self._pixels.image(photo, self._at_least)
        check_cancelled()
        targets = [direction_of(words, self._texts) for words in described]
        background = background_of(self._texts)
        check_cancelled()
        target = targets[0] if len(targets) == 1 else self._nearest(targets, image)
        return where_in(image, target, background, self._encoder(), check_cancelled)

    def _nearest(self, targets: Sequence[Float32], image: Image.Image) -> Float32:
        whole = Upright(image, (0, 0, *image.size), *image.size)
        pixels = model_pixels(whole, self._model_input)
        (vector,) = self._encoder().encode_images(pixels[None])
        return max(targets, key=lambda target: float(target @ vector))


def _reason(path: bytes, photo: Photo | None, error: FileVanished | UnreadableImage) -> PhotoorgError:
    if isinstance(error, UnreadableImage):
        return ExampleUnreadable(photo=os.fsdecode(path), detail=str(error))
    return PhotoOffline() if photo and not photo.online else NoSuchPhoto(photo=os.fsdecode(path))
