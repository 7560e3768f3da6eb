"""Make a model of this machine's own: download, check by really loading it, and move it into place in one step."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from photoorg.embedding import folder as model_folder
from photoorg.embedding.download import HubFile, fetch_file, find_file, is_disk_full
from photoorg.embedding.models import InstalledModel, folder_of, read_model
from photoorg.embedding.pretrained import Source, find_source
from photoorg.embedding.references import parse_reference
from photoorg.errors import DiskFull, ModelCorrupt, ModelDownloadFailed, ModelUnsupported, PhotoorgError

Progress = Callable[[int, int, str], None]

_TEMPORARY = ".installing-"


def install(
    reference: str, models_dir: Path, progress: Progress, check_cancelled: Callable[[], None]
) -> InstalledModel:
    """Install a model; a folder is used where it lies. `progress` gets bytes done, bytes in all and a file name.

    Raises ModelUnknown, ModelDownloadFailed, ModelCorrupt, ModelUnsupported, DiskFull.
    """
    asked = parse_reference(reference, models_dir)
    target = folder_of(asked, models_dir)
    if asked.kind in ("demo", "folder"):
        check_folder_loads(target)
        return read_model(asked.text, target, models_dir)
    if target.is_dir() and _is_sound(asked.text, target, models_dir):
        return read_model(asked.text, target, models_dir)
    source = find_source(asked.text)
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=models_dir, prefix=_TEMPORARY, ignore_cleanup_errors=True) as temporary:
            _Download(asked.text, Path(temporary), progress, check_cancelled).run(source)
            _replace(Path(temporary) / "model", target)
    except OSError as error:
        raise _os_error(error, asked.text, models_dir) from error
    return read_model(asked.text, target, models_dir)


class _Download:
    """One model's files on their way into `folder`/model."""

    def __init__(
        self, reference: str, temporary: Path, progress: Progress, check_cancelled: Callable[[], None]
    ) -> None:
        self._reference = reference
        self._received = temporary / "received"
        self._folder = temporary / "model"
        self._progress = progress
        self._check_cancelled = check_cancelled
        self._done_bytes = 0
        self._total_bytes = 0

    def run(self, source: Source) -> None:
        self._folder.mkdir()
        commit = self._configure(source)
        # What cannot be used is refused before hundreds of megabytes have been fetched.
        config = model_folder.read_config(self._folder)
        model_folder.check_supported(self._reference, config["model_cfg"])
        model_folder.read_model_input(self._folder, config)
        weights = self._find_weights(source, commit)
        extra = self._find_text_files(config["model_cfg"]["text_cfg"])
        self._check_space(weights, extra)
        for file in extra:
            self._fetch(file).replace(self._folder / file.name)
        self._place_weights(self._fetch(weights))
        try:
            check_folder_loads(self._folder)
        except ModelCorrupt as error:
            raise ModelDownloadFailed(model=self._reference, detail=error.params["detail"]) from error

    def _configure(self, source: Source) -> str:
        """Put the configuration in place; the commit that all files of the repository are taken from."""
        if source.config is not None:
            text = json.dumps(source.config, indent=2)
            (self._folder / model_folder.CONFIG_NAME).write_text(text, encoding="utf-8")
            return "main"
        file = self._find(source.repository, (model_folder.CONFIG_NAME,), "main")
        self._fetch(file).replace(self._folder / model_folder.CONFIG_NAME)
        return file.commit

    def _find_weights(self, source: Source, commit: str) -> HubFile:
        return self._find(source.repository, source.weights, commit)

    def _find_text_files(self, text_cfg: dict[str, Any]) -> list[HubFile]:
        """What tokenizers and text towers from Hugging Face need beside the weights."""
        files = []
        if repository := text_cfg.get("hf_tokenizer_name"):
            needed, *others = model_folder.TOKENIZER_NAMES
            files.append(self._find(repository, (needed,), "main"))
            found = [find_file(self._reference, repository, name, files[0].commit) for name in others]
            files += [file for file in found if file]
        if repository := text_cfg.get("hf_model_name"):
            files.append(self._find(repository, ("config.json",), "main"))
        return files

    def _find(self, repository: str, names: tuple[str, ...], commit: str) -> HubFile:
        """The first of these files that the repository has."""
        for name in names:
            self._check_cancelled()
            if file := find_file(self._reference, repository, name, commit):
                return file
        detail = f"the repository {repository} has no {' or '.join(names)}."
        raise ModelUnsupported(model=self._reference, detail=detail)

    def _check_space(self, weights: HubFile, extra: list[HubFile]) -> None:
        self._done_bytes, self._total_bytes = 0, weights.size_bytes + sum(file.size_bytes for file in extra)
        # A .bin is converted, so that for a moment there are two.
        copies = 1 if weights.name.endswith(".safetensors") else 2
        if shutil.disk_usage(self._folder).free < self._total_bytes * copies:
            raise DiskFull(path=str(self._folder.parent.parent))

    def _fetch(self, file: HubFile) -> Path:
        def received(count: int) -> None:
            self._check_cancelled()
            self._done_bytes += count
            self._progress(self._done_bytes, max(self._total_bytes, self._done_bytes), file.name)

        return fetch_file(self._reference, file, self._received / file.repository, received)

    def _place_weights(self, received: Path) -> None:
        target = self._folder / model_folder.WEIGHTS_NAME
        if received.suffix == ".safetensors":
            received.replace(target)
            return
        from photoorg.embedding.checkpoint import Checkpoint

        with Checkpoint(received) as checkpoint:
            checkpoint.save(target)
        received.unlink()


def check_folder_loads(folder: Path) -> None:
    """Load both towers and the tokenizer, once. Raises ModelCorrupt, ModelUnsupported."""
    model_folder.check_supported(str(folder), model_folder.read_config(folder)["model_cfg"])
    import torch

    from photoorg.embedding.loading import load_tokenizer, load_tower

    load_tokenizer(folder)
    for tower in ("image", "text"):
        load_tower(folder, tower, torch.float32)


def _is_sound(text: str, folder: Path, models_dir: Path) -> bool:
    try:
        read_model(text, folder, models_dir)
        check_folder_loads(folder)
    except ModelCorrupt:
        return False
    return True


def _replace(folder: Path, target: Path) -> None:
    """Put `folder` at `target`. What is there is broken, or was made by another program at the same time."""
    if target.exists():
        target.replace(folder.parent / "old")
    folder.replace(target)


def _os_error(error: OSError, reference: str, models_dir: Path) -> PhotoorgError:
    if is_disk_full(error):
        return DiskFull(path=str(models_dir))
    return ModelDownloadFailed(model=reference, detail=f"{error.strerror or error}.")
