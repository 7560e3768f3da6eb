"""Remove a model's files from this machine, and know what an interrupted download has left of one."""

import contextlib
from pathlib import Path

from photoorg.embedding.pins import PINS_NAME
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
            arrived = work_folder(models_dir, name).rglob("*")
            return sum(_size_of(path) for path in arrived if path.name != PINS_NAME)
    return 0


def _remove(reference: str, folder: Path, models_dir: Path) -> None:
    try:
        discard(folder, models_dir)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ModelNotRemoved(model=reference, path=str(folder), detail=error.strerror or str(error)) from error


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:  # it has just become complete, and was moved
        return 0
