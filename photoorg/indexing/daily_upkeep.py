"""What the program that indexes does for the library now and then: a backup, and letting go of what is not needed any more."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from photoorg.catalog.backups import utc_time
from photoorg.catalog.catalog import Catalog
from photoorg.errors import CatalogBusy, DataFolderUnusable, DiskFull
from photoorg.indexing.forgetting import TIDIED, forget_removed_folders
from photoorg.indexing.pixel_shelf import PixelShelf

logger = logging.getLogger(__name__)

_EVERY = timedelta(hours=24)
_MAY_PASS = (DiskFull, DataFolderUnusable, CatalogBusy)


class DailyUpkeep:
    """For the lease's holder. Work goes on where it cannot be done now: the next time it is tried again."""

    def __init__(
        self,
        catalog: Catalog,
        shelf: PixelShelf | None = None,
        clock: Callable[[], datetime] = utc_time,
        stop: Callable[[], None] = lambda: None,
    ) -> None:
        """`stop` is called now and then, and may raise."""
        self._catalog = catalog
        self._shelf = shelf
        self._clock = clock
        self._stop = stop

    def tidy(self) -> None:
        """Forget watch folders that were removed long ago; once a day also what is left of pictures that no file has.

        Raises CatalogCorrupt.
        """
        try:
            if photos := forget_removed_folders(self._catalog, self._clock(), self._stop):
                logger.info("%d photos of watch folders that were removed long ago are forgotten", photos)
            if self._is_due():
                asked = self._catalog.settings.get(TIDIED) is None
                self._catalog.remains.remove_orphans(self._stop, but_few_embeddings=not asked)
                if self._shelf is not None:
                    self._shelf.drop_unused(self._catalog.remains.unused)
                self._catalog.settings.put(TIDIED, self._clock().isoformat())
        except _MAY_PASS as error:
            logger.warning("tidying the library has to wait: %s", error)

    def back_up(self) -> None:
        """Make the daily copy of the catalog, if it is time. Raises CatalogCorrupt."""
        try:
            self._catalog.backups.make_daily(self._stop)
        except _MAY_PASS as error:
            logger.warning("no backup of the catalog could be made: %s", error)

    def _is_due(self) -> bool:
        last = self._catalog.settings.get(TIDIED)
        return last is None or not timedelta(0) <= self._clock() - datetime.fromisoformat(last) < _EVERY
