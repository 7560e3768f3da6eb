"""Remove a model's files from this machine, and know what an interrupted download has left of one."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from photoorg.embedding.folder import CONFIG_NAME
from photoorg.embedding.model_download import MODEL, PART, PICKLED
from photoorg.embedding.references import parse_reference
from photoorg.embedding.work_folder import clean_leftovers, discard, hold_model, work_folder
from photoorg.errors import ModelUnknown
from photoorg.model_errors import ModelNotRemoved


def remove_files(reference: str, models_dir: Path) -> None:
    """Remove a model that was downloaded or added, and what there is of its download; others stay where they are.

    Raises ModelUnknown, ModelBusy, ModelNotRemoved.
    """
    asked = parse_reference(reference, models_dir)
    folders = [models_dir / asked.folder_name, work_folder(models_dir, asked.folder_name)]
    if not asked.folder_name or not any(folder.exists() for folder in folders):
        return
    with hold_model(asked.text, models_dir, asked.folder_name):
        for folder in folders:
            _remove(asked.text, folder, models_dir)
        clean_leftovers(models_dir)


def partial_bytes(reference: str, models_dir: Path) -> int:
    """Bytes that an interrupted download of a model has already; 0 if there was none."""
    with contextlib.suppress(ModelUnknown):
        if name := parse_reference(reference, models_dir).folder_name:
            work = work_folder(models_dir, name)
            begun = sum(size for file, size in _sizes(work) if file.endswith(PART) or file == PICKLED)
            # The configuration may stand there before anything was downloaded, and is nothing to speak of.
            return begun + sum(size for file, size in _sizes(work / MODEL) if file != CONFIG_NAME)
    return 0


def _remove(reference: str, folder: Path, models_dir: Path) -> None:
    try:
        discard(folder, models_dir)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ModelNotRemoved(model=reference, path=str(folder), detail=error.strerror or str(error)) from error


def _sizes(folder: Path) -> Iterator[tuple[str, int]]:
    """Names and bytes of the files that can be seen: a download goes on, or is removed, meanwhile."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.is_file(follow_symlinks=False):
                    yield entry.name, entry.stat(follow_symlinks=False).st_size
