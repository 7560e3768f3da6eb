"""Looks whether a library, its model and this machine are well; changes nothing."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from photoorg.catalog.catalog import Catalog
from photoorg.embedding.models import InstalledModel, check_loads
from photoorg.embedding.trust import read_trust
from photoorg.errors import ModelMissing, PhotoorgError
from photoorg.indexing.watch_limits import check_watching
from photoorg.paths import DataDir
from photoorg.search.index_cache import IndexCache
from photoorg.search.model_choice import ModelChoice

_MEGABYTE = 10**6
# Below this a batch of thumbnails and SQLite's logs may not fit any more.
_LEAST_FREE_BYTES = 200 * _MEGABYTE


@dataclass(frozen=True)
class Check:
    """What was looked at, whether it is well, and what was found, for people."""

    name: str
    ok: bool
    detail: str


def check_library(data_dir: DataDir, catalog: Catalog, choice: ModelChoice) -> list[Check]:
    """All checks. Reads the SQLite files as a whole and loads the model: takes seconds, with many photos minutes."""
    return [
        _check_data_folder(data_dir),
        *_check_files(catalog),
        *_check_model(data_dir, catalog, choice),
        _check_gpu(),
        Check("watching", *check_watching(catalog)),
    ]


def _check_data_folder(data_dir: DataDir) -> Check:
    root = data_dir.root
    writable = os.access(root, os.R_OK | os.W_OK | os.X_OK)
    free = shutil.disk_usage(root).free
    detail = f"{root} can{'' if writable else 'not'} be written; {free / _MEGABYTE:,.0f} MB are free on its disk."
    return Check("data folder", writable and free >= _LEAST_FREE_BYTES, detail)


def _check_files(catalog: Catalog) -> Iterator[Check]:
    for name, problem in catalog.check().items():
        yield Check(name, not problem, problem or "SQLite finds nothing wrong with it.")


def _check_model(data_dir: DataDir, catalog: Catalog, choice: ModelChoice) -> Iterator[Check]:
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
    yield _check_index(model, data_dir, catalog)


def _check_trust(model: InstalledModel, data_dir: DataDir) -> Check:
    trust = read_trust(model.fingerprint, data_dir.models)
    if trust is None:
        return Check(
            "self-test", ok=True, detail="The model has not been tried out: `photoorg model verify` does that."
        )
    return Check("self-test", trust.passed, trust.summary)


def _check_index(model: InstalledModel, data_dir: DataDir, catalog: Catalog) -> Check:
    """For information: exact search serves while the index is behind."""
    if not catalog.embeddings.picture_counts().get(model.fingerprint):
        return Check(
            "vector index", ok=True, detail="The model has not seen any photo yet: `photoorg index` shows it them."
        )
    if IndexCache(catalog, data_dir.index, model).is_current():
        return Check("vector index", ok=True, detail="It holds all embeddings of the model.")
    detail = "It is not up to date: searches are exact meanwhile, and `photoorg index` catches it up."
    return Check("vector index", ok=True, detail=detail)


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
