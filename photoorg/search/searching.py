"""Searching a library: with the model that answers, which may change in the middle of it."""

import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeVar

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import Photo
from photoorg.embedding.encoder import Encoder
from photoorg.embedding.models import InstalledModel
from photoorg.embedding.open_encoders import OpenEncoders
from photoorg.errors import Cancelled
from photoorg.search.examples import ExamplePhotos
from photoorg.search.model_choice import ModelChoice
from photoorg.search.query import Query, described
from photoorg.search.searcher import Searcher, SearchResult
from photoorg.search.why import CheckCancelled, WhyMap
from photoorg.search.why_photo import PhotoPixels, Reasons, Render
from photoorg.search.why_picture import PICTURE_SIDE, check_free, overlaid, write_png
from photoorg.settings import Settings

Answer = TypeVar("Answer")


class Searching:
    """Asks the model that answers; keeps a searcher for each model in use."""

    def __init__(
        self, catalog: Catalog, index_dir: Path, settings: Settings, choice: ModelChoice, encoders: OpenEncoders
    ) -> None:
        self._catalog = catalog
        self._index_dir = index_dir
        self._settings = settings
        self._choice = choice
        self._encoders = encoders
        self._searchers: dict[str, Searcher] = {}
        self._lock = threading.Lock()

    def search(self, text: str, like: Path | None, k: int, *, keep_all: bool) -> SearchResult:
        """Photos that fit a description, an example, or both. Raises QueryEmpty, ModelMissing, NoSuchPhoto ..."""
        asked = described(text) if text.strip() or like is None else ""

        def ask(model: InstalledModel) -> SearchResult:
            examples = () if like is None else (self._examples(model).embedding(like)[1],)
            return self._searcher(model).search(Query(asked, examples), k, keep_all=keep_all)

        return self._answered(ask)

    def similar(self, photo: Path | Photo, k: int) -> SearchResult:
        """Photos like one, that one left out. Raises ModelMissing, NoSuchPhoto, ExampleUnreadable."""

        def ask(model: InstalledModel) -> SearchResult:
            examples = self._examples(model)
            picture, vector = examples.of_photo(photo) if isinstance(photo, Photo) else examples.embedding(photo)
            return self._searcher(model).search(Query(like=(vector,)), k, keep_all=True, without=picture)

        return self._answered(ask)

    def why(self, photo: Path | Photo, query: str, render: Render, check_cancelled: CheckCancelled) -> WhyMap:
        """Where in a photo the query lies. Raises QueryEmpty, ModelMissing, NoSuchPhoto, PhotoOffline, ExampleUnreadable."""
        words = described(query)

        def ask(model: InstalledModel) -> WhyMap:
            pixels = PhotoPixels(self._catalog, render)
            return Reasons(self._catalog, model, self._encoder_of(model), pixels).why(photo, words, check_cancelled)

        return self._answered(ask, check_cancelled)

    def write_why(self, photo: Path | Photo, why: WhyMap, out: Path, render: Render, *, replace: bool) -> None:
        """Write the photo with the map over it as PNG. Raises FileExists, WouldReplacePhoto, PictureNotWritten, DiskFull."""
        pixels = PhotoPixels(self._catalog, render)
        check_free(out, photo, self._catalog, replace=replace)
        write_png(overlaid(pixels.image(photo, PICTURE_SIDE), why), out, replace=replace)

    def prepare(self) -> None:
        """Read what a first search would wait for, but for the model. Raises what `search` raises."""
        self._searcher(self._choice.answering()).prepare()

    def let_go(self, but: Collection[InstalledModel]) -> None:
        """Forget what was read of all other models."""
        kept = {model.fingerprint for model in but}
        with self._lock:
            self._searchers = {key: searcher for key, searcher in self._searchers.items() if key in kept}

    def _answered(
        self, ask: Callable[[InstalledModel], Answer], check_cancelled: Callable[[], None] = lambda: None
    ) -> Answer:
        """What the model that answers says; asked again if it was let go meanwhile: another one was chosen, or it was removed."""
        try:
            return ask(self._choice.answering())
        except Cancelled:
            check_cancelled()
            self._encoders.check_open()
            return ask(self._choice.answering())

    def _searcher(self, model: InstalledModel) -> Searcher:
        with self._lock:
            if model.fingerprint not in self._searchers:
                encoder = self._encoder_of(model)
                self._searchers[model.fingerprint] = Searcher(self._catalog, self._index_dir, model, encoder)
            return self._searchers[model.fingerprint]

    def _examples(self, model: InstalledModel) -> ExamplePhotos:
        return ExamplePhotos(self._catalog, model, self._encoder_of(model), self._settings)

    def _encoder_of(self, model: InstalledModel) -> Callable[[], Encoder]:
        return lambda: self._encoders.of(model)
