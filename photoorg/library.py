"""The library: opens everything in order, closes it in reverse. The public Python API."""

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from photoorg.catalog.albums import Album
from photoorg.catalog.catalog import Catalog
from photoorg.catalog.journal import JournalEntry
from photoorg.catalog.membership import ids_of
from photoorg.catalog.records import Failure, Photo, PhotoFacts, WatchFolder
from photoorg.catalog.search_history import PastSearch
from photoorg.catalog.tags import Tag
from photoorg.catalog.timeline import ALL_PHOTOS, FAVOURITES, Collection, Timeline, TimelineChanges
from photoorg.embedding.encoder import Encoder
from photoorg.embedding.models import InstalledModel
from photoorg.embedding.open_encoders import EncoderHost, OpenEncoders
from photoorg.embedding.registry import KnownModel
from photoorg.embedding.trust import Trust
from photoorg.errors import FileVanished, PhotoOffline, PhotoorgError, PhotoUnknown
from photoorg.indexing.care import LibraryCare
from photoorg.indexing.doctor import Check, restore_files, with_repairs
from photoorg.indexing.figures import LibraryStats, Overview, overview_of, stats_of
from photoorg.indexing.forgetting import Forgotten
from photoorg.indexing.indexer import IndexWhenFree
from photoorg.indexing.pixel_shelf import PixelShelf
from photoorg.indexing.report import IndexReport
from photoorg.indexing.tools import IndexTools
from photoorg.indexing.watch_folders import FolderInfo, WatchFolders
from photoorg.indexing.watch_job import WatchJob, log_trouble
from photoorg.jobs.blocking import OnProgress, run_blocking
from photoorg.media.rendering import Picture, PictureRenderer
from photoorg.media.settled_pool import picture_renderer
from photoorg.paths import DataDir, default_data_dir
from photoorg.query_errors import QueryError
from photoorg.search.exact_words import ExactWords
from photoorg.search.language.chips import Chip, Chips, chips_of, text_of_chips
from photoorg.search.language.completion import Completion
from photoorg.search.library_models import LibraryModels
from photoorg.search.model_choice import ModelChoice
from photoorg.search.model_info import ModelInfo
from photoorg.search.photo_ids import photo_at
from photoorg.search.results import CUT_OFF, Hit, Ranking, SearchOptions, SearchResult
from photoorg.search.searching import Searching
from photoorg.search.suggestions import PastSearches, Suggestion
from photoorg.search.things import LibraryThings, Thing, ThingsJob
from photoorg.search.why import WhyMap
from photoorg.settings import Settings, SettingsFile, SettingValue, available_cores

__all__ = [
    "ALL_PHOTOS",
    "CUT_OFF",
    "FAVOURITES",
    "Album",
    "Check",
    "Chip",
    "Chips",
    "Collection",
    "Completion",
    "ExactWords",
    "Failure",
    "FolderInfo",
    "Forgotten",
    "Hit",
    "IndexReport",
    "JournalEntry",
    "KnownModel",
    "Library",
    "LibraryModels",
    "LibraryStats",
    "LibraryThings",
    "ModelInfo",
    "Overview",
    "PastSearch",
    "Photo",
    "PhotoFacts",
    "Picture",
    "QueryError",
    "Ranking",
    "SearchResult",
    "Settings",
    "Suggestion",
    "Tag",
    "Thing",
    "ThingsJob",
    "Timeline",
    "TimelineChanges",
    "Trust",
    "WatchJob",
    "WhyMap",
    "available_cores",
    "chips_of",
    "text_of_chips",
]

PathLike = str | os.PathLike[str]


class Library:
    """A photo library in one data folder. Use it as a context manager, or call `close`.

    Attributes: `models` gets, chooses and removes models; `albums` (hand-picked ones and saved searches), `tags` and `searches` (the history, and
    suggestions) are what people keep; `data_dir` names the files of the library; `catalog` is for photoorg's own parts.

    `data_dir` None means $PHOTOORG_DATA_DIR, else the platform's folder. `device` is "auto", "cpu", "cuda" or "mps". `encoder_host` "process" runs
    models in a process of their own. `max_cores` stands for that of settings.toml.
    Raises DataFolderUnusable, CatalogTooNew, CatalogCorrupt, SettingsInvalid.
    """

    def __init__(
        self,
        data_dir: PathLike | None = None,
        *,
        device: str = "auto",
        encoder_host: EncoderHost = "in-process",
        max_cores: int | None = None,
    ) -> None:
        self.data_dir = DataDir(_absolute(data_dir) if data_dir else default_data_dir())
        self.data_dir.create()
        self._settings = SettingsFile(self.data_dir.settings, max_cores=max_cores)
        self.catalog = Catalog(self.data_dir)
        self.albums, self.tags = self.catalog.albums, self.catalog.tags
        self.searches = PastSearches(self.catalog)
        self._folders = WatchFolders(self.catalog)
        self._model_choice = ModelChoice(self.catalog, self.data_dir.models)
        threads, idle_minutes = self.settings.thread_count, self.settings.encoder_idle_minutes
        self._encoders = OpenEncoders(device, threads, encoder_host, self.data_dir.models, idle_minutes)
        self.models = LibraryModels(self.catalog, self.data_dir, self._model_choice, self._encoders)
        self._searching = Searching(
            self.catalog, self.data_dir.index, self.settings, self._model_choice, self._encoders
        )
        self._care = LibraryCare(self.data_dir, self.catalog, self._model_choice)
        self._renderer: PictureRenderer | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the encoders, close the catalog; may be called twice."""
        self.interrupt()
        self.catalog.close()

    def interrupt(self) -> None:
        """Let whatever waits for a model or a picture, in any thread, end with Cancelled; then only closing makes sense."""
        self._encoders.close()
        if self._renderer:
            self._renderer.close()

    # --- settings ---

    @property
    def settings(self) -> Settings:
        """What settings.toml says now."""
        return self._settings.now()

    def change_settings(self, **changes: SettingValue) -> None:
        """Write values into settings.toml; running programs heed them. Raises SettingsInvalid, DiskFull, DataFolderUnusable."""
        self._settings.change(changes)

    @property
    def is_paused(self) -> bool:
        """Whether indexing is paused, for the window and `watch`; `index` runs all the same."""
        return self.catalog.settings.is_paused

    def set_paused(self, *, paused: bool) -> None:
        """Pause indexing until it is resumed, also after a restart, for all programs on this library."""
        self.catalog.settings.set_paused(paused=paused)

    # --- watch folders ---

    def add_folder(self, path: PathLike) -> WatchFolder:
        """Follow a folder. Raises FolderUnreachable, FolderIsLibrary; one that is followed already is simply returned."""
        return self._folders.add(_absolute(path))

    def remove_folder(self, path: PathLike) -> None:
        """Stop following a folder and hide its photos. Raises FolderNotWatched."""
        self._folders.remove(_absolute(path))

    def folders(self) -> list[FolderInfo]:
        """The watch folders."""
        return self._folders.describe()

    def confirm_vanished(self, path: PathLike) -> None:
        """The photos that were gone from a folder all at once are really gone: the next look marks them missing.

        Raises FolderNotWatched, NothingVanished.
        """
        self._folders.confirm_vanished(_absolute(path))

    # --- indexing ---

    def index(self, folders: Sequence[PathLike] | None = None, *, on_progress: OnProgress | None = None) -> IndexReport:
        """Scan and embed; given folders are added first. Without a model everything but embeddings is made.

        `on_progress` gets a JobProgress now and then. Raises FolderUnreachable, DiskFull, Cancelled, model errors.
        """
        chosen = [self.add_folder(path) for path in folders] if folders else None
        return run_blocking(IndexWhenFree(self._index_tools(), chosen), "model", on_progress)

    def watch_job(
        self, on_ready: Callable[[], None] = lambda: None, on_trouble: Callable[[PhotoorgError], None] = log_trouble
    ) -> WatchJob:
        """The job that indexes and follows the watch folders until it is cancelled; see there."""
        return WatchJob(self._index_tools, on_ready, on_trouble)

    # --- search ---

    def search(
        self,
        query: str = "",
        *,
        like: PathLike | Sequence[PathLike] = (),
        k: int = 20,
        keep_all: bool = False,
        cut_off: float = CUT_OFF,
        fold: bool = True,
        rest: int = 0,
    ) -> SearchResult:
        """Find photos by a query (see the README for its language), by example photos, or by both.

        At most `k` hits, best first, none with a relevance below `cut_off` (0..1) unless `keep_all`; the result's `ranking` has all photos that may
        be relevant, and `rest` photos at least. With `fold`, copies and nearly equal pictures are one hit.

        Raises QueryError (its `start` and `end` are the place, in characters); ModelMissing and other errors of models, but not where facts alone are
        asked for; NoSuchPhoto, PhotoUnknown, ExampleUnreadable for examples; ValueError for a `k` or `cut_off` out of bounds.
        """
        examples = [like] if isinstance(like, str | os.PathLike) else like
        options = SearchOptions(k, keep_all, cut_off, fold, rest)
        return self._searching.search(query, [Path(example) for example in examples], options)

    def similar(self, photo: PathLike | Photo, *, k: int = 20) -> SearchResult:
        """The `k` photos most like this one, in the library or not, which is left out itself; nothing is cut off or folded.

        Raises ModelMissing and other errors of models, NoSuchPhoto, ExampleUnreadable, ValueError for a `k` below 0.
        """
        return self._searching.similar(photo if isinstance(photo, Photo) else Path(photo), k)

    def pinned(self, query: str) -> str:
        """A query whose example photos are named by their ids, so that it goes on to mean them. Raises QueryError."""
        return self._searching.pinned(query)

    def save_search(self, name: str, query: str, *, cut_off: float = CUT_OFF, folded: bool = True) -> Album:
        """Keep a search as an album that fills itself, with its example photos by their ids.

        Photos with a relevance of at least `cut_off` (0..1) are in it; `folded`: copies are one. Undoable.
        Raises QueryError, NameTaken, NameEmpty, NameTooLong, ValueError (a cut-off out of bounds).
        """
        return self.albums.save_search(name, self.pinned(query), cut_off=cut_off, folded=folded)

    def exact_words(self, query: str) -> ExactWords | None:
        """How many photos have the words of a description as they stand in their names, folders, tags, titles ...

        None for a query without a description. Raises QueryError.
        """
        return self._searching.exact_words(query)

    def complete(self, query: str, cursor: int | None = None) -> list[Completion]:
        """How a query may go on at the cursor (in characters; None: at its end): keys of filters, and what this library has of each.

        At most a dozen, best first; none where nothing is begun. Never raises for what is typed.
        """
        return self._searching.complete(query, len(query) if cursor is None else cursor)

    def why(self, photo: PathLike | Photo, query: str, *, check_cancelled: Callable[[], None] = lambda: None) -> WhyMap:
        """Where in a photo, of the library or not, a description lies; takes seconds. `check_cancelled` is called meanwhile.

        Filters, exact words, examples and what is subtracted are passed over. Of a photo that is out of reach the stored thumbnail is looked at.
        Raises QueryError, QueryEmpty (no description), ModelMissing, NoSuchPhoto, PhotoOffline, ExampleUnreadable, and what `check_cancelled` raises.
        """
        chosen = photo if isinstance(photo, Photo) else Path(photo)
        return self._searching.why(chosen, query, self._render, check_cancelled)

    def check_why_out(self, photo: PathLike | Photo, out: PathLike, *, replace: bool = False) -> None:
        """Ask before a map is computed whether `write_why` would refuse the file. Raises FileExists, WouldReplacePhoto."""
        chosen = photo if isinstance(photo, Photo) else Path(photo)
        self._searching.check_why_out(chosen, _absolute(out), replace=replace)

    def write_why(self, photo: PathLike | Photo, why: WhyMap, out: PathLike, *, replace: bool = False) -> None:
        """Write a photo with the map over it as a PNG file, never over a photo; over another file only if `replace`.

        Raises FileExists, WouldReplacePhoto, PictureNotWritten, DiskFull, and what `why` raises for the photo.
        """
        chosen = photo if isinstance(photo, Photo) else Path(photo)
        self._searching.write_why(chosen, why, _absolute(out), self._render, replace=replace)

    def things(self) -> LibraryThings:
        """Everyday things that the library contains: `there` lists them, a ThingsJob counts them. Raises ModelMissing and its like.

        Counting takes a search for each thing. Counts are kept, and due again when a twentieth of the library is new.
        """
        return self._searching.things(self.data_dir.things)

    def prepare_search(self) -> None:
        """Read what a first search would wait for, but for the model. Raises what `search` raises."""
        self._searching.prepare()

    def prepare_encoder(self) -> None:
        """Load the model's text tower. Raises what `search` raises."""
        self._encoders.of(self._model_choice.answering()).warm_up("text")

    # --- what a window shows ---

    @property
    def revision(self) -> int:
        """A number that grows with every write to the catalog, by whichever program."""
        return self.catalog.settings.revision

    def timeline(self, show: Collection = ALL_PHOTOS) -> Timeline:
        """The ids of a collection's photos, newest first."""
        return self.catalog.timelines.timeline(show)

    def changes(self, show: Collection, since: int) -> TimelineChanges | None:
        """What changed in a collection after a revision; None if that is too much: then take a new timeline."""
        return self.catalog.timelines.changes(show, since)

    def photos_by_id(self, photo_ids: Sequence[int]) -> dict[int, Photo]:
        """The photos with these ids, as far as the library shows them."""
        return self.catalog.photos.by_ids(photo_ids)

    def thumbnails(self, picture_keys: Sequence[bytes], long_side: int) -> dict[bytes, bytes]:
        """Thumbnails (JPEG) of pictures by picture key; those that are not there are left out."""
        return self.catalog.thumbnails.of(picture_keys, long_side)

    def picture(self, photo: Photo, at_least: int | None = None) -> Picture:
        """A photo's pixels, decoded in a worker process; with `at_least` its long side has that many pixels or more.

        None means all pixels, within bounds. Raises FileVanished, PhotoOffline, UnreadableImage, Cancelled (interrupted meanwhile).
        """
        try:
            return self._render(photo.path, at_least)
        except FileVanished as error:
            self.catalog.mounted.look_again()
            now = self.photos_by_id([photo.id]).get(photo.id)
            if now is not None and not now.online:
                raise PhotoOffline from error
            raise

    def overview(self) -> Overview:
        """The figures of the library, without those that take long to count."""
        return overview_of(self.catalog, self._folders, self._model_choice)

    def failures(self) -> list[Failure]:
        """The files in the watch folders that cannot be read, and why."""
        return self.catalog.photos.failures([folder.id for folder in self.catalog.folders.all()])

    def retry_failed(self, paths: Sequence[PathLike] | None = None) -> int:
        """Let files that could not be read (None: all) be read again by the next `index` or a running watch job; how many."""
        return self._care.retry_failed(None if paths is None else [_absolute(path) for path in paths])

    # --- what people do with photos ---

    def forget(self, photos: Sequence[PathLike | Photo | int]) -> Forgotten:
        """Forget photos with all that is known of them, for good; no file is touched. Raises PhotoUnknown: then none is."""
        return self._care.forget([p if isinstance(p, Photo | int) else _absolute(p) for p in photos])

    def forget_missing(self) -> Forgotten:
        """The same for all photos whose files are gone; photos on a volume that is offline are not."""
        return self._care.forget_missing()

    def photo(self, path: PathLike) -> Photo:
        """The photo whose file is at `path`. Raises PhotoUnknown."""
        found = photo_at(self.catalog, _absolute(path))
        if found is None:
            raise PhotoUnknown(photo=str(path))
        return found

    def photos(self) -> Iterable[Photo]:
        """All photos that the library shows, newest first."""
        return self.catalog.photos.all()

    def set_favourite(self, photos: Sequence[Photo | int], *, favourite: bool) -> JournalEntry:
        """Mark photos (or ids of photos) as favourites, or not. One undoable change."""
        return self.catalog.journal.set_photos(ids_of(photos), "favourite", int(favourite))

    def set_rating(self, photos: Sequence[Photo | int], rating: int) -> JournalEntry:
        """Give photos (or ids of photos) 0 to 5 stars. One undoable change. Raises ValueError."""
        if not 0 <= rating <= 5:  # noqa: PLR2004 - stars
            raise ValueError(f"a rating has 0 to 5 stars, not {rating}")
        return self.catalog.journal.set_photos(ids_of(photos), "rating", rating)

    def undo(self) -> JournalEntry:
        """Take back the last change, also one of an earlier run. Raises NothingToUndo."""
        return self.catalog.journal.undo()

    def redo(self) -> JournalEntry:
        """Make the change that was taken back last again. Raises NothingToUndo."""
        return self.catalog.journal.redo()

    def stats(self) -> LibraryStats:
        """What is in the library."""
        return stats_of(self.catalog, self._folders, self._model_choice, self.data_dir)

    def doctor(self) -> list[Check]:
        """Look whether the library, its model and this machine are well; takes seconds, with many photos minutes."""
        return self._care.doctor()

    @classmethod
    def repair(
        cls, data_dir: PathLike | None = None, *, device: str = "auto", on_progress: OnProgress | None = None
    ) -> list[Check]:
        """Repair a library that nobody has open, also one that does not open any more. Raises LibraryInUse, DiskFull ..."""
        repaired = restore_files(DataDir(_absolute(data_dir) if data_dir else default_data_dir()))
        with cls(data_dir, device=device) as library:
            return with_repairs(library._care.repair(lambda: library.index(on_progress=on_progress)), repaired)

    # --- inside ---

    def _render(self, path: bytes, at_least: int | None) -> Picture:
        with self._lock:
            self._renderer = self._renderer or picture_renderer(self.settings)
        return self._renderer.render(path, at_least)

    def _index_tools(self) -> IndexTools:
        model = self._model_choice.active()
        # Another program may have chosen another one: the memory of those that are not needed any more is given back.
        needed = self._model_choice.in_use()
        self._encoders.let_go(but=needed)
        self._searching.let_go(but=needed)
        settings, encoder = self.settings, self._encoder_of(model)
        self._encoders.use_threads(settings.thread_count)
        shelf = PixelShelf(self.data_dir.shelf, model) if model else None
        return IndexTools(self.catalog, self.data_dir.index, settings, model, encoder, shelf, self._settings.now)

    def _encoder_of(self, model: InstalledModel | None) -> Callable[[], Encoder]:
        return lambda: self._encoders.of(model or self._model_choice.required())


def _absolute(path: PathLike) -> Path:
    """`~` is the home folder; of a user that is unknown it is a name like any other."""
    return Path(os.path.expanduser(path)).absolute()
