"""Offline installation: a model folder from anywhere is copied among the installed models. Its source is only read."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from photoorg.embedding import folder as model_folder
from photoorg.embedding.given_folder import PICKLED, GivenFolder, find_twin, read_given
from photoorg.embedding.hashes import blocks_of
from photoorg.embedding.install import check_folder_loads, is_sound, put_in_place, storage_errors
from photoorg.embedding.model_download import Progress, check_space, convert_weights
from photoorg.embedding.models import InstalledModel, read_model
from photoorg.embedding.pins import Pins
from photoorg.embedding.references import parse_reference
from photoorg.embedding.work_folder import adding_folder, clean_leftovers, hold_model, remove_if_empty
from photoorg.errors import ModelCorrupt, ModelUnsupported
from photoorg.model_errors import NotAModelFolder

CheckCancelled = Callable[[], None]

_CONVERTED = "converted.safetensors"


def add_folder(folder: Path, models_dir: Path, progress: Progress, check_cancelled: CheckCancelled) -> InstalledModel:
    """Copy a model folder among the installed models; if the same is installed already, that one is given.

    `progress` gets bytes done, bytes in all and a file name. Raises NotAModelFolder, ModelCorrupt, ModelUnsupported,
    ModelBusy, DiskFull, ModelsFolderUnusable, Cancelled.
    """
    given = read_given(folder)
    check_cancelled()
    with storage_errors(models_dir):
        if twin := find_twin(given, models_dir):
            return twin
        models_dir.mkdir(parents=True, exist_ok=True)
        clean_leftovers(models_dir)
        for reference in given.references(models_dir):
            name = parse_reference(reference, models_dir).folder_name
            with hold_model(reference, models_dir, name):
                if is_sound(reference, models_dir / name, models_dir):
                    continue  # another model of this name
                _Copying(given, adding_folder(models_dir, name), progress, check_cancelled).run(reference, models_dir)
                return read_model(reference, models_dir / name, models_dir)
    raise AssertionError("the names never end")


class _Copying:
    """A model folder's way into `folder`, and from there to its place."""

    def __init__(self, given: GivenFolder, folder: Path, progress: Progress, check_cancelled: CheckCancelled) -> None:
        self._given = given
        self._folder = folder
        self._model = folder / "model"
        self._progress = progress
        self._check_cancelled = check_cancelled
        self._done_bytes = 0
        self._total_bytes = sum(given.sizes.values())

    def run(self, reference: str, models_dir: Path) -> None:
        """Copy, check, and put in place. Raises like add_folder."""
        check_space(models_dir, self._total_bytes + self._given.sizes.get(PICKLED, 0))
        shutil.rmtree(self._folder, ignore_errors=True)
        try:
            checksums = {name: self._copy(name) for name in self._given.files}
            self._compare(checksums)
            self._convert()
            self._check_loads()
            self._place(reference, models_dir, checksums)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
            remove_if_empty(self._folder.parent)

    def _copy(self, name: str) -> str:
        """Copy a file; its hex SHA-256."""
        digest = hashlib.sha256()
        (self._model / name).parent.mkdir(parents=True, exist_ok=True)
        with (self._model / name).open("wb") as file:
            for block in _blocks_of(self._given, name):
                file.write(block)
                digest.update(block)
                self._done_bytes += len(block)
                self._check_cancelled()
                self._progress(self._done_bytes, self._total_bytes, name)
        return digest.hexdigest()

    def _compare(self, checksums: dict[str, str]) -> None:
        """With what the folder says that its files were, if it does. Raises ModelCorrupt."""
        known = self._given.origin.checksums if self._given.origin else {}
        for name, checksum in checksums.items():
            known_name = name if name in known else self._given.files[name].name
            if known.get(known_name, checksum) != checksum:
                detail = f"{known_name} is not what was downloaded (its checksum is wrong)."
                raise ModelCorrupt(folder=str(self._given.path), detail=detail)

    def _convert(self) -> None:
        pickled = self._model / PICKLED
        if pickled.exists():
            try:
                convert_weights(pickled, self._folder / _CONVERTED)
            except ModelCorrupt as error:
                raise self._of_the_source(error) from error
            (self._folder / _CONVERTED).replace(self._model / model_folder.WEIGHTS_NAME)
            pickled.unlink()

    def _check_loads(self) -> None:
        try:
            check_folder_loads(self._model)
        except ModelCorrupt as error:
            raise self._of_the_source(error) from error
        except ModelUnsupported as error:
            raise ModelUnsupported(model=str(self._given.path), detail=error.params["detail"]) from error

    def _of_the_source(self, error: ModelCorrupt) -> ModelCorrupt:
        return ModelCorrupt(folder=str(self._given.path), detail=error.params["detail"])

    def _place(self, reference: str, models_dir: Path, checksums: dict[str, str]) -> None:
        origin = self._given.origin
        downloaded = origin.downloaded if origin and origin.reference == reference else ()
        target = models_dir / parse_reference(reference, models_dir).folder_name
        put_in_place(self._model, target, reference, downloaded, given=checksums)
        if downloaded and not Pins(models_dir).read(reference):
            Pins(models_dir).write(reference, downloaded)


def _blocks_of(given: GivenFolder, name: str) -> Iterator[bytes]:
    """Raises NotAModelFolder for a source that cannot be read to its end."""
    try:
        yield from blocks_of(given.files[name])
    except OSError as error:
        raise NotAModelFolder(path=str(given.path), detail=f"{name}: {error.strerror or error}") from error
