"""The library: opens everything in order, closes it in reverse. The public Python API."""

import os
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.journal import JournalEntry
from photoorg.catalog.library_settings import ACTIVE_MODEL
from photoorg.catalog.photos import Counts
from photoorg.catalog.records import Photo, WatchFolder
from photoorg.embedding.encoder import Encoder, open_encoder
from photoorg.embedding.models import InstalledModel, check_loads, installed, resolve
from photoorg.embedding.references import DEMO
from photoorg.errors import (
    ActiveModelGone,
    FolderNotWatched,
    FolderUnreachable,
    ModelMissing,
    ModelNotInstalled,
    ModelUnknown,
    PhotoUnknown,
)
from photoorg.indexing.index_job import IndexTools
from photoorg.indexing.indexer import IndexWhenFree
from photoorg.indexing.install_job import InstallJob
from photoorg.indexing.report import IndexReport
from photoorg.jobs.blocking import OnProgress, run_blocking
from photoorg.paths import DataDir, default_data_dir
from photoorg.search.examples import ExamplePhotos
from photoorg.search.query import Query
from photoorg.search.searcher import Hit, Searcher, SearchResult
from photoorg.settings import available_cores, load_settings
from photoorg.volumes import mounted_volumes, real_path, volume_of

__all__ = ["FolderInfo", "Hit", "IndexReport", "Library", "LibraryStats", "Photo", "SearchResult"]

PathLike = str | os.PathLike[str]


@dataclass(frozen=True)
class FolderInfo:
    """A watch folder: where it is, whether its volume is mounted, how many photos it shows."""

    path: Path
    online: bool
    photos: int


@dataclass(frozen=True)
class LibraryStats:
    """What is in the library; `embedded` counts photos by model, `sizes` are bytes on disk."""

    counts: Counts
    embedded: dict[str, int]
    folders: list[FolderInfo]
    active_model: str | None
    data_dir: Path
    sizes: dict[str, int]


class Library:
    """A photo library in one data folder. Use it as a context manager, or call `close`.

    `data_dir` None means $PHOTOORG_DATA_DIR, else the platform's folder. `device` is "auto", "cpu", "cuda" or "mps".
    Raises DataFolderUnusable, CatalogTooNew, CatalogCorrupt, SettingsInvalid.
    """

    def __init__(
        self,
        data_dir: PathLike | None = None,
        *,
        device: str = "auto",
        encoder_host: Literal["in-process", "own-process"] = "in-process",
    ) -> None:
        self.data_dir = DataDir(_absolute(data_dir) if data_dir else default_data_dir())
        self.data_dir.create()
        self.settings = load_settings(self.data_dir.settings)
        self.catalog = Catalog(self.data_dir)
        self._device = device
        self._host = encoder_host
        self._encoders: dict[str, Encoder] = {}
        self._searchers: dict[str, Searcher] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the encoders, close the catalog; may be called twice."""
        while self._encoders:
            self._encoders.popitem()[1].close()
        self._searchers.clear()
        self.catalog.close()

    # --- watch folders ---

    def add_folder(self, path: PathLike) -> WatchFolder:
        """Follow a folder. Raises FolderUnreachable; a folder that is followed already is simply returned."""
        absolute = _absolute(path)
        try:
            os.listdir(absolute)
        except OSError as error:
            raise FolderUnreachable(path=str(absolute), detail=error.strerror) from error
        real = real_path(absolute)
        volume = volume_of(real)
        return self.catalog.folders.add(volume, volume.relative(real))

    def remove_folder(self, path: PathLike) -> None:
        """Stop following a folder and hide its photos. Raises FolderNotWatched."""
        self.catalog.folders.remove(self._watch_folder(path))

    def folders(self) -> list[FolderInfo]:
        """The watch folders."""
        counts, volumes = self.catalog.folders.photo_counts(), mounted_volumes()
        infos = []
        for folder in self.catalog.folders.all():
            volume = volumes.get(folder.volume_key)
            path = Path(os.fsdecode(os.path.join(volume.mount if volume else folder.mount, folder.path)))
            infos.append(FolderInfo(path, volume is not None and os.path.isdir(path), counts.get(folder.id, 0)))
        return infos

    # --- models ---

    @property
    def active_model(self) -> InstalledModel | None:
        """The model every command uses, or None. Raises ActiveModelGone, ModelCorrupt."""
        reference = self.catalog.settings.get(ACTIVE_MODEL)
        if reference is None:
            return None
        try:
            return resolve(reference, self.data_dir.models)
        except (ModelUnknown, ModelNotInstalled) as error:
            raise ActiveModelGone(model=reference) from error

    def use_model(self, reference: str) -> InstalledModel:
        """Make a model the active one, after one look whether a new one loads. Raises ModelUnknown, ModelNotInstalled, ModelCorrupt, ModelUnsupported."""
        model = resolve(reference, self.data_dir.models)
        if self.catalog.settings.get(ACTIVE_MODEL) != model.reference:
            if model.reference != DEMO and not self.catalog.embeddings.knows_model(model.fingerprint):
                check_loads(model)
            self.catalog.settings.put(ACTIVE_MODEL, model.reference)
        return model

    def models(self) -> list[InstalledModel]:
        """The models on this machine."""
        return installed(self.data_dir.models)

    def install_model(self, reference: str, *, on_progress: OnProgress | None = None) -> InstalledModel:
        """Download a model, or add one from a folder; the first one becomes the active model.

        Raises ModelUnknown, ModelDownloadFailed, ModelCorrupt, ModelUnsupported, DiskFull, Cancelled.
        """
        model = run_blocking(InstallJob(reference, self.data_dir.models), "interactive", on_progress)
        return model if self.catalog.settings.get(ACTIVE_MODEL) else self.use_model(model.reference)

    # --- indexing ---

    def index(self, folders: Sequence[PathLike] | None = None, *, on_progress: OnProgress | None = None) -> IndexReport:
        """Scan and embed; given folders are added first. Without a model everything but embeddings is made.

        `on_progress` gets a JobProgress now and then. Raises FolderUnreachable, DiskFull, Cancelled, model errors.
        """
        chosen = [self.add_folder(path) for path in folders] if folders else None
        model = self.active_model
        tools = IndexTools(
            self.catalog,
            self.data_dir.index,
            self.settings,
            model,
            lambda: self._encoder(model or self._required_model()),
        )
        return run_blocking(IndexWhenFree(tools, chosen), "model", on_progress)

    # --- search ---

    def search(
        self, text: str = "", *, like: PathLike | None = None, k: int = 20, keep_all: bool = False
    ) -> SearchResult:
        """Find photos by description, by an example photo, or by both.

        Photos below the relevance cut-off are left out unless `keep_all`. Raises ModelMissing, NoSuchPhoto, ExampleUnreadable.
        """
        model = self._required_model()
        examples = () if like is None else (self._examples(model).embedding(Path(like))[1],)
        asked = text.encode("utf-8", "replace").decode().strip()  # a terminal may give bytes that are no text
        return self._searcher(model).search(Query(asked, examples), k, keep_all=keep_all)

    def similar(self, photo: PathLike, *, k: int = 20) -> SearchResult:
        """The photos most like this one, in the library or not. Raises ModelMissing, NoSuchPhoto, ExampleUnreadable."""
        model = self._required_model()
        picture, vector = self._examples(model).embedding(Path(photo))
        return self._searcher(model).search(Query(like=(vector,)), k, keep_all=True, without=picture)

    # --- what people do with photos ---

    def photo(self, path: PathLike) -> Photo:
        """The photo whose file is at `path`. Raises PhotoUnknown."""
        real = real_path(_absolute(path))
        volume = volume_of(real)
        found = self.catalog.photos.at(volume, volume.relative(real))
        if found is None:
            raise PhotoUnknown(photo=str(path))
        return found

    def photos(self) -> Iterable[Photo]:
        """All photos that the library shows, newest first."""
        return self.catalog.photos.all()

    def set_favourite(self, photos: Sequence[Photo], *, favourite: bool) -> JournalEntry:
        """Mark photos as favourites, or not. One undoable change."""
        return self.catalog.journal.set_photos([photo.id for photo in photos], "favourite", int(favourite))

    def set_rating(self, photos: Sequence[Photo], rating: int) -> JournalEntry:
        """Give photos 0 to 5 stars. One undoable change. Raises ValueError."""
        if not 0 <= rating <= 5:  # noqa: PLR2004 - stars
            raise ValueError(f"a rating has 0 to 5 stars, not {rating}")
        return self.catalog.journal.set_photos([photo.id for photo in photos], "rating", rating)

    def undo(self) -> JournalEntry:
        """Take back the last change, also one of an earlier run. Raises NothingToUndo."""
        return self.catalog.journal.undo()

    def redo(self) -> JournalEntry:
        """Make the change that was taken back last again. Raises NothingToUndo."""
        return self.catalog.journal.redo()

    def stats(self) -> LibraryStats:
        """What is in the library."""
        return LibraryStats(
            counts=self.catalog.photos.counts(),
            embedded=self.catalog.photos.embedded_counts(),
            folders=self.folders(),
            active_model=self.catalog.settings.get(ACTIVE_MODEL),
            data_dir=self.data_dir.root,
            sizes=self.data_dir.sizes(),
        )

    # --- inside ---

    def _watch_folder(self, path: PathLike) -> WatchFolder:
        real = real_path(_absolute(path))
        volume = volume_of(real)
        found = self.catalog.folders.find(volume, volume.relative(real))
        # Of a volume that is not mounted: where it was last seen.
        last_seen = (f for f in self.catalog.folders.all() if os.path.join(f.mount, f.path) == real)
        if (found := found or next(last_seen, None)) is None:
            raise FolderNotWatched(path=str(path))
        return found

    def _required_model(self) -> InstalledModel:
        model = self.active_model
        if model is None:
            raise ModelMissing
        return model

    def _encoder(self, model: InstalledModel) -> Encoder:
        with self._lock:
            if model.fingerprint not in self._encoders:
                threads = self.settings.encode_threads or available_cores()
                self._encoders[model.fingerprint] = open_encoder(model, self._device, threads, self._host)
            return self._encoders[model.fingerprint]

    def _searcher(self, model: InstalledModel) -> Searcher:
        with self._lock:
            if model.fingerprint not in self._searchers:
                self._searchers[model.fingerprint] = Searcher(
                    self.catalog, self.data_dir.index, model, lambda: self._encoder(model)
                )
            return self._searchers[model.fingerprint]

    def _examples(self, model: InstalledModel) -> ExamplePhotos:
        return ExamplePhotos(self.catalog, model, lambda: self._encoder(model), self.settings)


def _absolute(path: PathLike) -> Path:
    """`~` is the home folder; of a user that is unknown it is a name like any other."""
    return Path(os.path.expanduser(path)).absolute()
