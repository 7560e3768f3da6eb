"""Care of a library: its health, forgetting photos, trying again what could not be read."""

from collections.abc import Callable, Sequence
from pathlib import Path

from photoorg.catalog.catalog import Catalog
from photoorg.catalog.records import Photo
from photoorg.indexing.doctor import Check, Doctor
from photoorg.indexing.forgetting import Forgetter, Forgotten
from photoorg.indexing.places import places_of
from photoorg.paths import DataDir
from photoorg.search.model_choice import ModelChoice
from photoorg.volumes import real_path


class LibraryCare:
    """What a library does for itself and for those who tidy it."""

    def __init__(self, data_dir: DataDir, catalog: Catalog, choice: ModelChoice) -> None:
        self._data_dir = data_dir
        self._catalog = catalog
        self._choice = choice

    def doctor(self) -> list[Check]:
        """All checks; nothing is changed."""
        return Doctor(self._data_dir, self._catalog, self._choice).check()

    def repair(self, index: Callable[[], object]) -> list[Check]:
        """The same, and what can be is mended. Raises LibraryInUse, DiskFull ..."""
        return Doctor(self._data_dir, self._catalog, self._choice).repair(index)

    def forget(self, photos: Sequence[Path | Photo | int]) -> Forgotten:
        """Forget photos, given by the path of one of their files, or by their ids. Raises PhotoUnknown; then none is."""
        forgetter = Forgetter(self._data_dir, self._catalog)
        files = forgetter.files_at([real_path(photo) for photo in photos if isinstance(photo, Path)])
        ids = [photo.id if isinstance(photo, Photo) else photo for photo in photos if not isinstance(photo, Path)]
        return forgetter.forget(list(dict.fromkeys([*files, *self._catalog.forgetting.files_of(ids)])))

    def forget_missing(self) -> Forgotten:
        """Forget the photos whose files are gone."""
        forgetter = Forgetter(self._data_dir, self._catalog)
        return forgetter.forget(forgetter.missing_files())

    def retry_failed(self, paths: Sequence[Path] | None = None) -> int:
        """Let files that could not be read be read again (None: all of them), and tell how many.

        By the next index run; who follows the watch folders looks at once.
        """
        rereading = self._catalog.rereading
        if paths is None:
            ids = rereading.failed()
        else:
            ids = rereading.failed_at([place for path in paths for place in places_of(self._catalog, real_path(path))])
        if ids:
            rereading.read_again(ids)
            rereading.look_again()
        return len(ids)
