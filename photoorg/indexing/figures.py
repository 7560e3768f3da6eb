"""The figures of a library."""

from dataclasses import dataclass
from pathlib import Path

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.photos import Counts
from photoorg.indexing.watch_folders import FolderInfo, WatchFolders
from photoorg.paths import DataDir
from photoorg.search.model_choice import ModelChoice


@dataclass(frozen=True)
class LibraryStats:
    """What is in the library; `embedded` counts photos by model, `sizes` are bytes on disk."""

    counts: Counts
    embedded: dict[str, int]
    folders: list[FolderInfo]
    active_model: str | None
    data_dir: Path
    sizes: dict[str, int]


@dataclass(frozen=True)
class Overview:
    """What a window lists at its side: how many photos, favourites, unreadable files; the folders and the model.

    `answering_model` searches until the active one has seen all photos, None if that is so; `covered` is the share
    that it has seen, 0..1; `is_paused`: somebody paused the indexing.
    """

    photos: int
    favourites: int
    failed: int
    folders: list[FolderInfo]
    active_model: str | None
    answering_model: str | None = None
    covered: float = 1.0
    is_paused: bool = False


def overview_of(catalog: Catalog, folders: WatchFolders, models: ModelChoice) -> Overview:
    """The figures that are counted quickly."""
    photos, favourites, failed = catalog.photos.overview()
    answering, covered = models.handover()
    described, is_paused = folders.describe(), catalog.settings.is_paused
    return Overview(photos, favourites, failed, described, models.reference, answering, covered, is_paused)


def stats_of(catalog: Catalog, folders: WatchFolders, models: ModelChoice, data_dir: DataDir) -> LibraryStats:
    """All figures."""
    return LibraryStats(
        counts=catalog.photos.counts(),
        embedded=catalog.photos.embedded_counts(),
        folders=folders.describe(),
        active_model=models.reference,
        data_dir=data_dir.root,
        sizes=data_dir.sizes(),
    )
