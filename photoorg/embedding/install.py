"""Make a model of this machine's own: download, check by really loading it, and move it into place in one step."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from photoorg.embedding import folder as model_folder
from photoorg.embedding.download import HubFile
from photoorg.embedding.download_errors import storage_error
from photoorg.embedding.hashes import remember_sha256
from photoorg.embedding.model_download import ModelDownload, Progress
from photoorg.embedding.models import InstalledModel, folder_of, read_model
from photoorg.embedding.origin import LOCAL, read_origin, write_origin
from photoorg.embedding.pins import Finder, Held, Pins, held_for
from photoorg.embedding.pretrained import Source, find_source
from photoorg.embedding.references import Reference, parse_reference
from photoorg.embedding.work_folder import (
    clean_leftovers,
    discard,
    hold_model,
    move_in,
    remove_if_empty,
    sync_files,
    work_folder,
)
from photoorg.errors import ModelCorrupt, ModelUnsupported
from photoorg.model_errors import ModelDoesNotLoad

CheckCancelled = Callable[[], None]


def install(
    reference: str, models_dir: Path, progress: Progress, check_cancelled: CheckCancelled, *, latest: bool = False
) -> InstalledModel:
    """Install a model; a folder is used where it lies. `progress` gets bytes done, bytes in all and a file name.

    The version of the first download is held, unless `latest` asks for the newest one. What arrives is kept for the
    next try. Raises ModelUnknown, ModelDownloadFailed and its kinds, ModelBusy, ModelCorrupt, ModelUnsupported,
    DiskFull, ModelsFolderUnusable, Cancelled.
    """
    asked = parse_reference(reference, models_dir)
    target = folder_of(asked, models_dir)
    if asked.kind in ("demo", "folder") or (target.is_dir() and asked.text.startswith(f"{LOCAL}/")):
        check_folder_loads(target)
        return read_model(asked.text, target, models_dir)
    with storage_errors(models_dir):
        if latest or not is_sound(asked.text, target, models_dir):
            source = find_source(asked.text)
            with hold_model(asked.text, models_dir, asked.folder_name):
                clean_leftovers(models_dir)
                _Installation(asked, models_dir, latest=latest).run(source, progress, check_cancelled)
        return read_model(asked.text, target, models_dir)


class _Installation:
    """One model's way from the hub to its place."""

    def __init__(self, asked: Reference, models_dir: Path, *, latest: bool) -> None:
        self._asked = asked
        self._models_dir = models_dir
        self._target = folder_of(asked, models_dir)
        self._work = work_folder(models_dir, asked.folder_name)
        self._latest = latest
        # What was begun is only held for good when it has turned out to be a model.
        self._begun, self._proven = Pins(self._work), Pins(models_dir)

    def run(self, source: Source, progress: Progress, check_cancelled: CheckCancelled) -> None:
        held = Held() if self._latest else held_for(self._asked.text, self._proven, self._begun)
        finder = Finder(self._asked.text, held, check_cancelled)
        download = ModelDownload(self._asked.text, self._work, finder, progress, check_cancelled)
        try:
            download.find(source)
            if self._is_installed(download.files):
                self._proven.write(self._asked.text, download.files)
            else:
                self._begun.write(self._asked.text, download.files)
                download.fetch()
                self._finish(download)
        except ModelCorrupt as error:
            discard(self._work, self._models_dir)
            raise ModelDoesNotLoad(model=self._asked.text, detail=error.params["detail"]) from error
        except ModelUnsupported as error:
            raise ModelUnsupported(model=self._asked.text, detail=error.params["detail"]) from error
        except Exception:
            remove_if_empty(download.folder)
            remove_if_empty(self._work)
            raise
        discard(self._work, self._models_dir)

    def _is_installed(self, files: Sequence[HubFile]) -> bool:
        """Whether the version that was found is here and works; another program may just have finished it."""
        origin = read_origin(self._target)
        here = {(file.repository, file.name): file.etag for file in origin.downloaded} if origin else {}
        is_same = here == {(file.repository, file.name): file.etag for file in files}
        return is_same and is_sound(self._asked.text, self._target, self._models_dir)

    def _finish(self, download: ModelDownload) -> None:
        check_folder_loads(download.folder)
        self._proven.write(self._asked.text, download.files)
        put_in_place(download.folder, self._target, self._asked.text, download.files)


def put_in_place(
    folder: Path, target: Path, reference: str, files: Sequence[HubFile], given: dict[str, str] | None = None
) -> None:
    """Let a finished folder appear among the installed models, with a note where it comes from. Raises OSError."""
    origin = write_origin(folder, reference, files, given)
    sync_files(folder)
    move_in(folder, target)
    weights = model_folder.weights_file(target)
    remember_sha256(weights, target.parent, origin.checksums[weights.name])


def check_folder_loads(folder: Path) -> None:
    """Load both towers and the tokenizer, once. Raises ModelCorrupt, ModelUnsupported."""
    model_folder.check_supported(str(folder), model_folder.read_config(folder)["model_cfg"])
    import torch

    from photoorg.embedding.loading import load_tower
    from photoorg.embedding.tokenizer import load_tokenizer

    load_tokenizer(folder)
    for tower in ("image", "text"):
        load_tower(folder, tower, torch.float32)


def is_sound(text: str, folder: Path, models_dir: Path) -> bool:
    """Whether a model is installed and loads. Raises ModelUnsupported."""
    if not folder.is_dir():
        return False
    try:
        read_model(text, folder, models_dir)
        check_folder_loads(folder)
    except ModelCorrupt:
        return False
    return True


@contextlib.contextmanager
def storage_errors(models_dir: Path) -> Iterator[None]:
    """In words, what the system says of the folder of the models."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, str(models_dir)) from error
