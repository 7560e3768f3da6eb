"""All files of one model, from the hub into its work folder."""

import json
import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photoorg.embedding import folder as model_folder
from photoorg.embedding.download import HubFile, Transfer, size_of
from photoorg.embedding.hashes import checksum_like
from photoorg.embedding.pins import PINS_NAME, Finder
from photoorg.embedding.pretrained import Source
from photoorg.model_errors import NotEnoughSpace

Progress = Callable[[int, int, str], None]

MODEL = "model"
PICKLED = "weights.bin"
PART = ".part"
_CONVERTED = "converted.safetensors"
_ETAG_DIGITS = 16
_MEGABYTE = 10**6


@dataclass(frozen=True)
class Wanted:
    """A file to get: it grows in `part`, and lies in `target` once it is complete and checked."""

    file: HubFile
    target: Path
    part: Path

    def present_bytes(self) -> int:
        """What earlier tries have got."""
        size = size_of(self.target) or size_of(self.part)
        return size if size <= self.file.size_bytes else 0


class ModelDownload:
    """One model's download into `work`: its finished files in `work`/model. Whoever uses it holds the model's lock."""

    def __init__(
        self, reference: str, work: Path, finder: Finder, progress: Progress, check_cancelled: Callable[[], None]
    ) -> None:
        self._reference = reference
        self._work = work
        self.folder = work / MODEL
        self._finder = finder
        self._progress = progress
        self._check_cancelled = check_cancelled
        self._wanted: list[Wanted] = []
        self._done_bytes = 0
        self._total_bytes = 0

    @property
    def files(self) -> list[HubFile]:
        """The files that were found."""
        return [wanted.file for wanted in self._wanted]

    def find(self, source: Source) -> None:
        """Ask for all files, and get the configuration: what cannot be used is refused before its weights are fetched.

        Raises ModelDownloadFailed and its kinds, ModelCorrupt, ModelUnsupported, DiskFull, OSError, Cancelled.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._wanted = []
        try:
            self._configure(source)
            self._find_files(source)
        except Exception:
            self._discard_if_alone(self.folder / model_folder.CONFIG_NAME)
            raise

    def fetch(self) -> None:
        """Get what is missing of the files that were found. Raises like `find`."""
        self._discard_strangers()
        self._total_bytes = sum(wanted.file.size_bytes for wanted in self._wanted)
        self._done_bytes = sum(wanted.present_bytes() for wanted in self._wanted)
        self._check_space()
        self._progress(self._done_bytes, self._total_bytes, self._wanted[-1].file.name)
        for wanted in self._wanted:
            self._fetch(wanted)
        self._convert()

    def _configure(self, source: Source) -> None:
        target = self.folder / model_folder.CONFIG_NAME
        if source.config is not None:
            target.write_text(json.dumps(source.config, indent=2), encoding="utf-8")
        else:
            self._want(self._finder.find(source.repository, model_folder.CONFIG_NAME), target)
            self._fetch(self._wanted[0], is_shown=False)

    def _find_files(self, source: Source) -> None:
        config = model_folder.read_config(self.folder)
        model_folder.check_supported(self._reference, config["model_cfg"])
        model_folder.read_model_input(self.folder, config)
        self._find_text_files(config["model_cfg"]["text_cfg"])
        weights = self._finder.find(source.repository, *source.weights)
        is_safe = weights.name.endswith(".safetensors")
        self._want(weights, self.folder / model_folder.WEIGHTS_NAME if is_safe else self._work / PICKLED)

    def _find_text_files(self, text_cfg: dict[str, Any]) -> None:
        """What tokenizers and text towers from Hugging Face need beside the weights."""
        found: list[HubFile | None] = []
        if repository := text_cfg.get("hf_tokenizer_name"):
            needed, *others = model_folder.TOKENIZER_NAMES
            found.append(self._finder.find(repository, needed))
            found += [self._finder.find_optional(repository, name) for name in others]
        if repository := text_cfg.get("hf_model_name"):
            found.append(self._finder.find(repository, "config.json"))
        for file in found:
            if file:
                self._want(file, self.folder / file.name)

    def _discard_if_alone(self, config: Path) -> None:
        """A configuration with nothing beside it is no begun download."""
        if not self._work_files() - {config}:
            config.unlink(missing_ok=True)

    def _work_files(self) -> set[Path]:
        return {path for path in self._work.rglob("*") if path.is_file()}

    def _want(self, file: HubFile, target: Path) -> None:
        part = f"{Path(file.name).name}.{file.etag[:_ETAG_DIGITS]}{PART}"
        self._wanted.append(Wanted(file, target, self._work / part))

    def _discard_strangers(self) -> None:
        """Remove what an earlier try has left of another version."""
        kept = {path for wanted in self._wanted for path in (wanted.target, wanted.part)}
        kept |= {self.folder, self.folder / model_folder.CONFIG_NAME, self._work / PINS_NAME}
        for path in [*self._work.iterdir(), *self.folder.iterdir()]:
            if path not in kept and path.is_file():
                path.unlink()

    def _check_space(self) -> None:
        """Raises NotEnoughSpace. Weights that are converted are there twice for a moment."""
        pickled = sum(wanted.file.size_bytes for wanted in self._wanted if wanted.target.name == PICKLED)
        needed = self._total_bytes - self._done_bytes + pickled
        check_space(self._work.parent.parent, needed)

    def _fetch(self, wanted: Wanted, *, is_shown: bool = True) -> None:
        before, name = self._done_bytes - wanted.present_bytes(), wanted.file.name

        def show(size: int) -> None:
            self._done_bytes = before + size
            if is_shown:
                self._progress(self._done_bytes, self._total_bytes, name)

        if not self._is_complete(wanted):
            show(size_of(wanted.part))
            Transfer(self._reference, wanted.file, wanted.part, show, self._check_cancelled).run()
            self._finder.check_content(wanted.file, wanted.part)
            wanted.part.replace(wanted.target)
        show(wanted.file.size_bytes)

    def _is_complete(self, wanted: Wanted) -> bool:
        """Whether an earlier try has got the file; one that was damaged since is removed."""
        if not wanted.target.exists():
            return False
        if checksum_like(wanted.file.etag, wanted.target, self._check_cancelled) == wanted.file.etag:
            return True
        wanted.target.unlink()
        return False

    def _convert(self) -> None:
        """Rewrite a .bin once as safetensors, which can be mapped into memory; it is kept until the model is in place."""
        if (self._work / PICKLED).exists():
            convert_weights(self._work / PICKLED, self._work / _CONVERTED)
            (self._work / _CONVERTED).replace(self.folder / model_folder.WEIGHTS_NAME)


def convert_weights(pickled: Path, target: Path) -> None:
    """Load torch's format without running any code in it, and write safetensors. Raises ModelCorrupt, OSError."""
    from photoorg.embedding.checkpoint import Checkpoint

    with Checkpoint(pickled) as checkpoint:
        checkpoint.save(target)


def check_space(models_dir: Path, needed_bytes: int) -> None:
    """Raises NotEnoughSpace if the disk has fewer bytes free, OSError."""
    free = shutil.disk_usage(models_dir).free
    if free < needed_bytes:
        megabytes = {"needed_megabytes": math.ceil(needed_bytes / _MEGABYTE), "free_megabytes": free // _MEGABYTE}
        raise NotEnoughSpace(path=str(models_dir), **megabytes)
