"""The catalog as a whole: opens the three SQLite files and hands out their stores."""

from photoorg.catalog.albums import AlbumStore
from photoorg.catalog.backups import Backups, backups_in
from photoorg.catalog.columns import ColumnStore
from photoorg.catalog.database import Database
from photoorg.catalog.embeddings import EmbeddingStore
from photoorg.catalog.files import FileStore
from photoorg.catalog.folders import FolderStore
from photoorg.catalog.forgetting import Forgetting
from photoorg.catalog.health import Health
from photoorg.catalog.journal import Journal
from photoorg.catalog.lease import IndexerLease
from photoorg.catalog.library_settings import LibrarySettings
from photoorg.catalog.migrations import steps_of
from photoorg.catalog.orphans import PictureRemains
from photoorg.catalog.photos import PhotoStore
from photoorg.catalog.requests import RequestStore
from photoorg.catalog.rereading import Rereading
from photoorg.catalog.search_history import SearchHistory
from photoorg.catalog.tags import TagStore
from photoorg.catalog.thumbnails import ThumbnailStore
from photoorg.catalog.timeline import TimelineStore
from photoorg.catalog.vanished import VanishedStore
from photoorg.errors import CatalogCorrupt
from photoorg.paths import DataDir
from photoorg.volumes import Mounted

_BUMP_REVISION = "UPDATE library SET revision = revision + 1"


class Catalog:
    """catalog.sqlite, derived.sqlite and thumbnails.sqlite of one library.

    Raises CatalogTooNew, CatalogCorrupt, DataFolderUnusable or DiskFull when they cannot be opened.
    """

    def __init__(self, data_dir: DataDir) -> None:
        self._open: list[Database] = []
        _refuse_lost(data_dir)
        try:
            derived = self._database(Database(data_dir.derived, steps_of("derived")))
            # A thumbnail that was read is kept as an image, if at all.
            thumbnails = self._database(Database(data_dir.thumbnails, steps_of("thumbnails"), reader_cache_kib=2_048))
            main = self._database(
                Database(
                    data_dir.catalog,
                    steps_of("catalog"),
                    backup_to=data_dir.backups,
                    attached={"derived": data_dir.derived},
                    after_writes=_BUMP_REVISION,
                )
            )
        except BaseException:
            self.close()
            raise
        self.embeddings = EmbeddingStore(derived)
        self.thumbnails = ThumbnailStore(thumbnails)
        self.folders = FolderStore(main)
        self.files = FileStore(main)
        self.vanished = VanishedStore(main)
        self.mounted = Mounted()
        self.photos = PhotoStore(main, self.mounted)
        self.timelines = TimelineStore(main)
        self.columns = ColumnStore(main)
        self.journal = Journal(main)
        self.tags = TagStore(main, self.journal)
        self.albums = AlbumStore(main, self.journal)
        self.search_history = SearchHistory(main)
        self.requests = RequestStore(main)
        self.settings = LibrarySettings(main)
        self.lease = IndexerLease(data_dir.lease)
        self.backups = Backups(data_dir.catalog, data_dir.backups)
        self.remains = PictureRemains(main, derived, thumbnails)
        self.forgetting = Forgetting(main, self.remains, self.backups)
        self.rereading = Rereading(main, self.settings)
        self.health = Health(main, derived, thumbnails)

    def check(self) -> dict[str, str]:
        """What SQLite finds wrong with each file, by its name; empty if it is sound. Reads all of them: takes long."""
        return {database.path.name: database.check() for database in self._open}

    def close(self) -> None:
        """Close the files; may be called twice."""
        while self._open:
            self._open.pop().close()

    def _database(self, database: Database) -> Database:
        self._open.append(database)
        return database


def _refuse_lost(data_dir: DataDir) -> None:
    """A new catalog must not take the place of one that was there: its backups would push out those of the other."""
    if backups_in(data_dir.backups) and not data_dir.catalog.exists():
        raise CatalogCorrupt(path=str(data_dir.catalog), detail="it is gone, but there are backups of it")
