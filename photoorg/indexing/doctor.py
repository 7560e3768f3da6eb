"""Looks whether a library, its model and this machine are well, and repairs what can be made again."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace

from photoorg.amounts import counted
from photoorg.catalog.catalog import Catalog
from photoorg.catalog.restoring import GONE, Restored, restore_damaged
from photoorg.embedding.models import InstalledModel, check_loads
from photoorg.embedding.trust import read_trust
from photoorg.errors import Cancelled, ModelMissing, PhotoorgError
from photoorg.indexing.examination import Check, Examination, Found, check_all
from photoorg.indexing.gaps import check_gaps, gap_examinations
from photoorg.indexing.pixel_shelf import PixelShelf
from photoorg.indexing.remnants import remnant_examinations
from photoorg.indexing.watch_limits import check_watching
from photoorg.paths import DataDir
from photoorg.search.index_cache import IndexCache
from photoorg.search.model_choice import ModelChoice

__all__ = ["Check", "Doctor", "check_library", "restore_files"]

_MEGABYTE = 10**6
# Below this a batch of thumbnails and SQLite's logs may not fit any more.
_LEAST_FREE_BYTES = 200 * _MEGABYTE


class Doctor:
    """Examines one open library. `stop` is called now and then, and may raise."""

    def __init__(
        self, data_dir: DataDir, catalog: Catalog, choice: ModelChoice, stop: Callable[[], None] = lambda: None
    ) -> None:
        self._data_dir = data_dir
        self._catalog = catalog
        self._choice = choice
        self._stop = stop

    def check(self) -> list[Check]:
        """All checks; nothing is changed. Reads the SQLite files as a whole and loads the model: takes seconds, with many photos minutes."""
        files = list(_check_files(self._catalog))
        inside = list(self._examinations()) if all(check.ok for check in files) else []
        checks = check_all(inside, repair=False)
        return [_check_data_folder(self._data_dir), *files, *checks, *self._check_last(repair=False)]

    def repair(self, index: Callable[[], object]) -> list[Check]:
        """The same, and what is wrong is mended; `index` indexes all watch folders.

        The files have to be sound: see `restore_files`. Raises LibraryInUse while another program indexes, DiskFull ...; what was mended by then stays so.
        """
        with self._catalog.lease.held(self._data_dir.root):
            remnants = check_all(self._remnants(), repair=True)
        gaps = check_gaps(list(self._gaps()), lambda: _said_by(index))
        with self._catalog.lease.held(self._data_dir.root):
            last = self._check_last(repair=True)
        return [_check_data_folder(self._data_dir), *_check_files(self._catalog), *remnants, *gaps, *last]

    def _examinations(self) -> Iterator[Examination]:
        yield from self._remnants()
        yield from self._gaps()

    def _gaps(self) -> Iterator[Examination]:
        model = self._model()
        return gap_examinations(self._catalog, model, PixelShelf(self._data_dir.shelf, model) if model else ())

    def _remnants(self) -> Iterator[Examination]:
        return remnant_examinations(self._data_dir, self._catalog, self._stop)

    def _check_last(self, *, repair: bool) -> list[Check]:
        model = _check_model(self._data_dir, self._catalog, self._choice, repair=repair)
        return [*model, _check_gpu(), Check("watching", *check_watching(self._catalog))]

    def _model(self) -> InstalledModel | None:
        try:
            return self._choice.active()
        except PhotoorgError:  # that is a check of its own
            return None


def check_library(data_dir: DataDir, catalog: Catalog, choice: ModelChoice) -> list[Check]:
    """All checks; see `Doctor.check`."""
    return Doctor(data_dir, catalog, choice).check()


def restore_files(data_dir: DataDir) -> dict[str, str]:
    """Before a library is opened: put sound files in the place of damaged ones. File name -> what was done.

    Raises DiskFull, DataFolderUnusable.
    """
    return {restored.name: _told(restored) for restored in restore_damaged(data_dir)}


def with_repairs(checks: list[Check], repairs: dict[str, str]) -> list[Check]:
    """Checks that say what was done before the library was opened."""
    return [replace(check, repaired=repairs.get(check.name, check.repaired)) for check in checks]


def _told(restored: Restored) -> str:
    was = "It was gone." if restored.problem == GONE else f"It was damaged ({restored.problem})."
    if restored.backup:
        now = f"The backup of {restored.backup:%Y-%m-%d %H:%M} UTC is in its place."
    elif restored.name == "catalog.sqlite":
        now = "There is no backup: a new catalog is in its place, and `photoorg add` takes the folders in again."
    else:
        now = "A new one is in its place, and indexing makes the rest again."
    counts = ", ".join(f"{count:,} of {table.replace('_', ' ')}" for table, count in restored.salvaged.items())
    saved = f"Rows that were saved from the damaged file: {counts}." if counts else ""
    kept = f"The damaged file is kept as {restored.set_aside}." if restored.set_aside else ""
    return " ".join(filter(None, (was, now, saved, kept)))


def _said_by(index: Callable[[], object]) -> str:
    try:
        index()
    except Cancelled:
        raise
    except PhotoorgError as error:  # a folder that is offline, a model that is gone: the rest is well
        return str(error)
    return ""


def _check_data_folder(data_dir: DataDir) -> Check:
    root = data_dir.root
    writable = os.access(root, os.R_OK | os.W_OK | os.X_OK)
    free = shutil.disk_usage(root).free
    detail = f"{root} can{'' if writable else 'not'} be written; {free / _MEGABYTE:,.0f} MB are free on its disk."
    return Check("data folder", writable and free >= _LEAST_FREE_BYTES, detail)


def _check_files(catalog: Catalog) -> Iterator[Check]:
    for name, problem in catalog.check().items():
        yield Check(name, not problem, problem or "SQLite finds nothing wrong with it.")


def _check_model(data_dir: DataDir, catalog: Catalog, choice: ModelChoice, *, repair: bool) -> Iterator[Check]:
    """Its files, what its self-test said, and its vector index; without a model nothing is wrong."""
    try:
        model = choice.active()
    except PhotoorgError as error:
        yield _failed("model", error)
        return
    if model is None:
        yield Check("model", ok=True, detail=f"None is in use yet. {ModelMissing().hint_text}")
        return
    yield _tried("model", lambda: check_loads(model), f"{model.reference} loads.")
    yield _check_trust(model, data_dir)
    yield from check_all([_index_examination(model, data_dir, catalog)], repair=repair)


def _check_trust(model: InstalledModel, data_dir: DataDir) -> Check:
    trust = read_trust(model.fingerprint, data_dir.models)
    if trust is None:
        return Check(
            "self-test", ok=True, detail="The model has not been tried out: `photoorg model verify` does that."
        )
    return Check("self-test", trust.passed, trust.summary)


def _index_examination(model: InstalledModel, data_dir: DataDir, catalog: Catalog) -> Examination:
    cache = IndexCache(catalog, data_dir.index, model)

    def look() -> Found:
        count = catalog.embeddings.picture_counts().get(model.fingerprint, 0)
        if not count:
            return Found(ok=True, detail="The model has not seen any photo yet: `photoorg index` shows it them.")
        if not cache.is_current():  # exact search serves while it is behind
            detail = "It is not up to date: searches are exact meanwhile, and `photoorg index` catches it up."
            return Found(True, detail, count)
        if cache.load_current() is None:
            detail = (
                "It is torn, or belongs to something else: searches are exact meanwhile, and `--repair` makes it again."
            )
            return Found(False, detail, count)
        return Found(ok=True, detail="It holds all embeddings of the model.")

    def mend() -> str:
        cache.update()
        return f"It was brought up to date: {counted(look_count(), 'embedding', 'embeddings')}."

    def look_count() -> int:
        return catalog.embeddings.picture_counts().get(model.fingerprint, 0)

    return Examination("vector index", look, mend)


def _check_gpu() -> Check:
    from photoorg.embedding.gpu import gpu_check

    ok, detail = gpu_check()
    return Check("graphics card", ok, detail)


def _tried(name: str, attempt: Callable[[], object], success: str) -> Check:
    try:
        attempt()
    except PhotoorgError as error:
        return _failed(name, error)
    return Check(name, ok=True, detail=success)


def _failed(name: str, error: PhotoorgError) -> Check:
    return Check(name, ok=False, detail=f"{error} {error.hint_text}".rstrip())
