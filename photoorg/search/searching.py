"""Searching a library: with the model that answers, which may change in the middle of it."""

import threading
import time
from collections.abc import Callable, Collection, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import Photo
from photoorg.embedding.encoder import Encoder
from photoorg.embedding.models import InstalledModel
from photoorg.embedding.open_encoders import OpenEncoders
from photoorg.errors import Cancelled
from photoorg.query_errors import QueryEmpty
from photoorg.search.answering import Answering
from photoorg.search.exact_words import ExactWords, in_exact_words
from photoorg.search.examples import ExamplePhotos
from photoorg.search.language.branches import branches_of
from photoorg.search.language.completion import Completion, complete
from photoorg.search.language.expression import All, Like, Part
from photoorg.search.language.lexing import grammar
from photoorg.search.language.parser import parse
from photoorg.search.language.pinning import pinned
from photoorg.search.language.writer import text_of
from photoorg.search.library_values import LibraryValues
from photoorg.search.model_choice import ModelChoice
from photoorg.search.model_use import ModelUse
from photoorg.search.photo_ids import photo_id_at
from photoorg.search.photo_table import PhotoTable, PhotoTables
from photoorg.search.ranker import folded_ranking_of, ranking_of
from photoorg.search.ranking import Found
from photoorg.search.results import Ranking, SearchOptions, SearchResult
from photoorg.search.searcher import Searcher
from photoorg.search.things import LibraryThings, ThingCounter, vocabulary
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
        self._tables = PhotoTables(catalog)
        self._searchers: dict[str, Searcher] = {}
        self._things: tuple[Searcher, LibraryThings] | None = None
        self._lock = threading.Lock()

    def search(self, text: str, like: Sequence[Path], options: SearchOptions) -> SearchResult:
        """Photos that a query asks for, like examples if there are some. Raises QueryError, ModelMissing, NoSuchPhoto ..."""
        part = _with_examples(parse(text), like)
        nearest = max(options.rest, options.k if options.keep_all else 0)

        def found(use: ModelUse, table: PhotoTable) -> Found:
            return self._answering(use, table).found(part, nearest)

        return self._answered(lambda: self._result(found, options))

    def similar(self, photo: Path | Photo, k: int) -> SearchResult:
        """Photos like one, that one left out. Raises ModelMissing, NoSuchPhoto, ExampleUnreadable."""

        def found(use: ModelUse, table: PhotoTable) -> Found:
            examples = self._examples(use.searcher().model)
            picture, vector = examples.of_photo(photo) if isinstance(photo, Photo) else examples.embedding(photo)
            return use.searcher().similar(vector, picture, use.moment(table), k)

        return self._answered(lambda: self._result(found, SearchOptions(k, keep_all=True, fold=False)))

    def pinned(self, text: str) -> str:
        """A query whose example photos are named by their ids, so that it goes on to mean them. Raises QueryError."""
        part = parse(text)
        if part is None:
            raise QueryEmpty
        by_id = pinned(part, lambda path: photo_id_at(self._catalog, path))
        return text if by_id == part else text_of(by_id)

    def exact_words(self, text: str) -> ExactWords | None:
        """How many photos have the words of a description in their names, tags ... Raises QueryError.

        Albums that fill themselves may need the model: then it raises what `search` does.
        """
        part = in_exact_words(text)
        if part is None:
            return None
        photos = self._answered(lambda: self._answering(self._use(), self._tables.current()).found(part).places)
        return ExactWords(len(photos), text_of(part))

    def complete(self, text: str, cursor: int) -> list[Completion]:
        """How a query may go on at a place in it."""
        smart = [album.name for album in self._catalog.albums.searches()]
        return complete(text, cursor, LibraryValues(self._tables.current(), smart))

    def why(self, photo: Path | Photo, query: str, render: Render, check_cancelled: CheckCancelled) -> WhyMap:
        """Where in a photo the query lies. Raises QueryEmpty, ModelMissing, NoSuchPhoto, PhotoOffline, ExampleUnreadable."""
        described = descriptions_in(query)

        def ask() -> WhyMap:
            model = self._choice.answering()
            reasons = Reasons(self._catalog, model, self._encoder_of(model), PhotoPixels(self._catalog, render))
            return reasons.why(photo, described, check_cancelled)

        return self._answered(ask, check_cancelled)

    def check_why_out(self, photo: Path | Photo, out: Path, *, replace: bool) -> None:
        """Whether `write_why` may write there, as far as can be known before. Raises FileExists, WouldReplacePhoto."""
        check_free(out, photo, self._catalog, replace=replace)

    def write_why(self, photo: Path | Photo, why: WhyMap, out: Path, render: Render, *, replace: bool) -> None:
        """Write the photo with the map over it as PNG. Raises FileExists, WouldReplacePhoto, PictureNotWritten, DiskFull."""
        pixels = PhotoPixels(self._catalog, render)
        self.check_why_out(photo, out, replace=replace)
        write_png(overlaid(pixels.image(photo, PICTURE_SIDE), why), out, replace=replace)

    def things(self, path: Path) -> LibraryThings:
        """What everyday things the library contains, to the model that answers; counts are kept in the file. Raises ModelMissing ..."""
        searcher = self._searcher(self._choice.answering())
        with self._lock:  # two of them would count twice, into one file
            if self._things is None or self._things[0] is not searcher:
                self._things = searcher, self._things_of(searcher, path)
            return self._things[1]

    def prepare(self) -> None:
        """Read what a first search would wait for, but for the model. Raises what `search` raises."""
        grammar()  # a tenth of a second, which nobody should wait for who types
        self._searcher(self._choice.answering()).prepare(self._tables.current())

    def let_go(self, but: Collection[InstalledModel]) -> None:
        """Forget what was read of all other models."""
        kept = {model.fingerprint for model in but}
        with self._lock:
            self._searchers = {key: searcher for key, searcher in self._searchers.items() if key in kept}

    def _answered(self, ask: Callable[[], Answer], check_cancelled: CheckCancelled = lambda: None) -> Answer:
        """What the model that answers says; asked again if it was let go meanwhile: another one was chosen, or it was removed."""
        try:
            return ask()
        except Cancelled:
            check_cancelled()
            self._encoders.check_open()
            return ask()

    def _result(self, find: Callable[[ModelUse, PhotoTable], Found], options: SearchOptions) -> SearchResult:
        started = time.perf_counter()
        use = self._use()
        table = self._tables.current()
        found = find(use, table)
        ranking = self._folded(found, table, use) if options.fold else ranking_of(found, table)
        relevant = ranking.count(options.cut_off)
        hits = ranking.hits(self._catalog.photos.by_ids, options.k if options.keep_all else min(options.k, relevant))
        coverage, notices = use.coverage, use.notices()
        seconds = time.perf_counter() - started - use.encode_seconds
        return SearchResult(
            hits, not relevant, coverage, use.encode_seconds, seconds, use.model, notices, ranking, relevant
        )

    def _folded(self, found: Found, table: PhotoTable, use: ModelUse) -> Ranking:
        return folded_ranking_of(found, table, self._catalog.embeddings, use.vectors)

    def _use(self) -> ModelUse:
        return ModelUse(self._catalog, lambda: self._searcher(self._choice.answering()), self._examples)

    def _answering(self, use: ModelUse, table: PhotoTable) -> Answering:
        today = date.today()  # noqa: DTZ011  the user's day
        return Answering(table, self._catalog.albums.searches(), today, use.by_meaning, use.tell)

    def _things_of(self, searcher: Searcher, path: Path) -> LibraryThings:
        model = searcher.model
        counter = ThingCounter(
            searcher.texts.query,
            lambda vector: searcher.count_relevant(vector, self._tables.current()),
            searcher.embedding_count,
        )
        return LibraryThings(path, model.fingerprint, vocabulary(model), counter)

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


def descriptions_in(query: str) -> list[str]:
    """What each alternative of a query describes, in words. Raises QueryError, QueryEmpty where none does."""
    part = parse(query)
    branches = branches_of(part) if part is not None else ()
    texts = [" ".join(words.text for words in branch.words) for branch in branches if branch.words]
    if not texts:
        raise QueryEmpty
    return texts


def _with_examples(part: Part | None, photos: Sequence[Path]) -> Part:
    """Raises QueryEmpty if nothing is asked for."""
    parts = [*([] if part is None else [part]), *(Like(str(photo)) for photo in photos)]
    if not parts:
        raise QueryEmpty
    return parts[0] if len(parts) == 1 else All(tuple(parts))
