"""A model folder that somebody wants to add: what it has, what it is called, and whether it is installed already."""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from photoorg.embedding import folder as model_folder
from photoorg.embedding.hashes import file_sha256, hash_file
from photoorg.embedding.models import InstalledModel, installed_folders, read_model
from photoorg.embedding.origin import LOCAL, Origin, read_origin
from photoorg.embedding.references import parse_reference
from photoorg.errors import ModelCorrupt, ModelUnknown, PhotoorgError
from photoorg.model_errors import NotAModelFolder

PICKLED = "weights.bin"
# What a model's own self-test consists of, if it brings one.
_SELF_TEST = "self_test"
_NAME_LENGTH = 80
_SNAPSHOTS, _CACHED, _JOIN = "snapshots", "models--", "--"


@dataclass(frozen=True)
class GivenFolder:
    """`files`: what makes the model, by the names that they get; symbolic links count as what they lead to."""

    path: Path
    files: dict[str, Path]
    origin: Origin | None

    @cached_property
    def checksums(self) -> dict[str, str]:
        """Hex SHA-256 by file name; reads everything. Raises OSError."""
        return {name: hash_file(path) for name, path in self.files.items()}

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Bytes by file name. Raises OSError."""
        return {name: path.stat().st_size for name, path in self.files.items()}

    def references(self, models_dir: Path) -> Iterator[str]:
        """What the model may be called, the best name first; without an end."""
        if self.origin and _is_installable(self.origin.reference, models_dir):
            yield self.origin.reference
        name = _name_of(self.path)
        yield f"{LOCAL}/{name}"
        yield from (f"{LOCAL}/{name}_{number}" for number in itertools.count(2))


def read_given(folder: Path) -> GivenFolder:
    """Look at a folder. Raises NotAModelFolder, ModelCorrupt, ModelUnsupported."""
    try:
        if model_folder.CONFIG_NAME not in {path.name for path in folder.iterdir()}:
            raise NotAModelFolder(path=str(folder), detail=f"it has no {model_folder.CONFIG_NAME}")
        config = model_folder.read_config(folder)
        model_folder.check_supported(str(folder), config["model_cfg"])
        model_folder.read_model_input(folder, config)
        given = GivenFolder(folder, _files_of(folder, config), read_origin(folder))
        for path in given.files.values():
            path.open("rb").close()
    except OSError as error:
        place = Path(error.filename or folder)
        what = error.strerror or str(error)
        raise NotAModelFolder(path=str(folder), detail=what if place == folder else f"{place.name}: {what}") from error
    return given


def find_twin(given: GivenFolder, models_dir: Path) -> InstalledModel | None:
    """An installed model with the same content. Raises NotAModelFolder."""
    for reference, folder in installed_folders(models_dir).items():
        try:
            if _is_twin(given, folder, models_dir):
                return read_model(reference, folder, models_dir)
        except (PhotoorgError, OSError):  # a broken one is no twin
            continue
    return None


def _files_of(folder: Path, config: dict[str, Any]) -> dict[str, Path]:
    text_cfg = config["model_cfg"]["text_cfg"]
    names = [model_folder.CONFIG_NAME, model_folder.PROMPTS_NAME]
    if text_cfg.get("hf_tokenizer_name"):
        names += model_folder.TOKENIZER_NAMES
    if text_cfg.get("hf_model_name"):
        names.append("config.json")
    if merges := (text_cfg.get("tokenizer_kwargs") or {}).get("bpe_path"):
        names.append(Path(merges).name)
    names += [f"{_SELF_TEST}/{path.name}" for path in (folder / _SELF_TEST).glob("*")]
    files = {name: folder / name for name in names if (folder / name).is_file()}
    weights = _weights_of(folder)
    return files | {model_folder.WEIGHTS_NAME if weights.suffix == ".safetensors" else PICKLED: weights}


def _weights_of(folder: Path) -> Path:
    try:
        return model_folder.weights_file(folder)
    except ModelCorrupt as error:
        raise NotAModelFolder(path=str(folder), detail=error.params["detail"].rstrip(".")) from error


def _is_twin(given: GivenFolder, folder: Path, models_dir: Path) -> bool:
    """Whether a folder holds the same files, or was made of them. They are only hashed when their sizes are the same."""
    origin = read_origin(folder)
    if origin and origin.given.keys() == given.files.keys() and origin.given == given.checksums:
        return all(file_sha256(folder / name, models_dir) == known for name, known in origin.checksums.items())
    mine = _files_of(folder, model_folder.read_config(folder))
    if {name: path.stat().st_size for name, path in mine.items()} != given.sizes:
        return False
    return given.checksums == {name: file_sha256(path, models_dir) for name, path in mine.items()}


def _is_installable(reference: str, models_dir: Path) -> bool:
    try:
        asked = parse_reference(reference, models_dir)
    except ModelUnknown:
        return False
    return asked.kind in ("tag", "hub") and asked.text == reference


def _name_of(folder: Path) -> str:
    """A name that can be part of a reference; that of the repository for a folder in a hub cache."""
    path = folder.absolute()
    if path.parent.name == _SNAPSHOTS and path.parent.parent.name.startswith(_CACHED):
        path = path.parent.parent
    name = unicodedata.normalize("NFKD", path.name.rpartition(_JOIN)[2]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", name).strip("_")[:_NAME_LENGTH].strip("_") or "model"
