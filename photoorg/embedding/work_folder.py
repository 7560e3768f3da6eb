"""Where a model is put together before it appears, in one step, among the installed ones; and how it disappears.

Each model has a work folder of its own in `.downloads`. What has arrived stays there until the model is complete.
"""

import contextlib
import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from photoorg.embedding.download_errors import storage_error
from photoorg.model_errors import ModelBusy, ModelsFolderUnusable

log = logging.getLogger(__name__)

DOWNLOADS = ".downloads"
_ADDING = "adding"
_REMOVED = ".removed-"
# Of earlier versions, which downloaded into folders of this name.
_STALE = (_REMOVED, ".installing-")


def work_folder(models_dir: Path, folder_name: str) -> Path:
    """What an interrupted download of a model has already."""
    return models_dir / DOWNLOADS / folder_name


def adding_folder(models_dir: Path, folder_name: str) -> Path:
    """Where a model is copied together: worth nothing when the copying was interrupted."""
    return work_folder(models_dir, folder_name) / _ADDING


@contextlib.contextmanager
def hold_model(reference: str, models_dir: Path, folder_name: str) -> Iterator[None]:
    """Keep other programs, and other jobs of this one, off a model's files. Raises ModelBusy, ModelsFolderUnusable."""
    downloads = models_dir / DOWNLOADS
    lock = FileLock(downloads / f"{folder_name}.lock", timeout=0, thread_local=False)
    try:
        downloads.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise ModelBusy(model=reference) from error
    except OSError as error:
        raise storage_error(error, str(downloads)) from error
    except NotImplementedError as error:  # a file system without locks
        raise ModelsFolderUnusable(path=str(downloads), detail=str(error)) from error
    try:
        yield
    finally:
        lock.release()


def move_in(folder: Path, target: Path) -> None:
    """Put a finished folder in its place, in one step; what is there now goes. Raises OSError."""
    if target.exists():
        discard(target, target.parent)
    folder.replace(target)


def discard(folder: Path, models_dir: Path) -> None:
    """Remove a folder: at once from sight, then from the disk; a rest is removed another time. Raises OSError."""
    doomed = models_dir / f"{_REMOVED}{secrets.token_hex(4)}"
    folder.replace(doomed)
    _delete(doomed)


def clean_leftovers(models_dir: Path) -> None:
    """Remove what programs that were killed have left, but no downloads: those go on another time."""
    with contextlib.suppress(OSError):
        for path in models_dir.iterdir():
            if path.name.startswith(_STALE):
                _delete(path)
        for path in (models_dir / DOWNLOADS).glob(f"*/{_ADDING}"):
            _delete_if_nobody_works_there(path, models_dir)


def remove_if_empty(folder: Path) -> None:
    """Remove a folder with nothing in it."""
    with contextlib.suppress(OSError):  # it is not empty, or not there
        folder.rmdir()


def sync_files(folder: Path) -> None:
    """Wait until the files of a folder are on the disk. Raises OSError."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        with path.open("r+b") as file:
            os.fsync(file.fileno())


def _delete_if_nobody_works_there(adding: Path, models_dir: Path) -> None:
    with contextlib.suppress(ModelBusy), hold_model("", models_dir, adding.parent.name):
        _delete(adding)
        remove_if_empty(adding.parent)


def _delete(folder: Path) -> None:
    shutil.rmtree(folder, onerror=lambda _call, path, error: log.info("%s cannot be removed: %s", path, error[1]))
