"""Models on this machine: from what the user typed to a folder, its fingerprint and its preprocessing. Loads no torch."""

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photoorg.embedding import folder as model_folder
from photoorg.embedding.hashes import file_sha256
from photoorg.embedding.references import DEMO, Reference, parse_reference, reference_of
from photoorg.errors import ModelCorrupt, ModelNotInstalled, ModelUnknown, PhotoorgError
from photoorg.model_input import ModelInput
from photoorg.paths import resources

log = logging.getLogger(__name__)

# Raised whenever the same weights and pixels give other embeddings than before: old and new ones must not mix.
CODE_VERSION = 1


@dataclass(frozen=True)
class InstalledModel:
    """A model folder that can be loaded: `fingerprint` in hex, `dimension` of its embeddings, prompts for searching."""

    reference: str
    folder: Path
    fingerprint: str
    dimension: int
    model_input: ModelInput
    templates: tuple[str, ...]
    background: tuple[str, ...]


def resolve(reference: str, models_dir: Path) -> InstalledModel:
    """Find a model on this machine; never downloads.

    Raises ModelUnknown, ModelNotInstalled, ModelCorrupt, ModelUnsupported.
    """
    asked = parse_reference(reference, models_dir)
    folder = folder_of(asked, models_dir)
    if folder.is_dir():
        return read_model(asked.text, folder, models_dir)
    if asked.kind == "tag":
        _check_tag(asked)
    raise ModelNotInstalled(model=asked.text)


def is_installed(reference: str, models_dir: Path) -> bool:
    """Whether there is a folder for a model, sound or not."""
    try:
        return folder_of(parse_reference(reference, models_dir), models_dir).is_dir()
    except ModelUnknown:
        return False


def check_loads(model: InstalledModel) -> None:
    """Load the model once, to see whether it can be; takes seconds. Raises ModelCorrupt, ModelUnsupported."""
    from photoorg.embedding.install import check_folder_loads

    check_folder_loads(model.folder)


def installed(models_dir: Path) -> list[InstalledModel]:
    """All models that can be resolved, the demo first; broken folders are left out and logged."""
    folders = installed_folders(models_dir)
    return [model for text, path in folders.items() if (model := _try_read(text, path, models_dir))]


def installed_folders(models_dir: Path) -> dict[str, Path]:
    """Reference -> folder of the models on this machine, the demo first, broken ones among them."""
    folders = {DEMO: demo_folder()} if demo_folder().is_dir() else {}
    if models_dir.is_dir():
        found = sorted(path for path in models_dir.iterdir() if path.is_dir())
        folders |= {text: path for path in found if (text := reference_of(path.name))}
    return folders


def folder_of(asked: Reference, models_dir: Path) -> Path:
    """Where a model of this reference is or would be installed."""
    if asked.kind == "demo":
        return demo_folder()
    if asked.kind == "folder":
        return Path(asked.text)
    return models_dir / asked.folder_name


def demo_folder() -> Path:
    """The bundled model."""
    return resources() / "demo_model"


def read_model(text: str, folder: Path, models_dir: Path) -> InstalledModel:
    """Read a model folder. Raises ModelCorrupt, ModelUnsupported."""
    config = model_folder.read_config(folder)
    model_folder.check_supported(text, config["model_cfg"])
    templates, background = model_folder.read_prompts(folder)
    return InstalledModel(
        reference=text,
        folder=folder,
        fingerprint=_fingerprint(folder, config, models_dir),
        dimension=config["model_cfg"]["embed_dim"],
        model_input=model_folder.read_model_input(folder, config),
        templates=templates,
        background=background,
    )


def _fingerprint(folder: Path, config: dict[str, Any], models_dir: Path) -> str:
    """Hex hash of weights, tokenizer, configuration and code version."""
    files = [model_folder.weights_file(folder), *_tokenizer_files(folder, config)]
    try:
        hashes = [file_sha256(path, models_dir) for path in files]
    except OSError as error:
        raise ModelCorrupt(folder=str(folder), detail=f"a file cannot be read ({error}).") from error
    facts = {"version": CODE_VERSION, "files": hashes, "config": config}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def _tokenizer_files(folder: Path, config: dict[str, Any]) -> list[Path]:
    if not config["model_cfg"]["text_cfg"].get("hf_tokenizer_name"):
        return []
    return [folder / name for name in model_folder.TOKENIZER_NAMES if (folder / name).is_file()]


def _try_read(text: str, folder: Path, models_dir: Path) -> InstalledModel | None:
    try:
        return read_model(text, folder, models_dir)
    except PhotoorgError as error:
        log.info("The model folder %s is left out: %s", folder, error)
        return None


def _check_tag(asked: Reference) -> None:
    # Only here is open_clip's table needed, which costs seconds of imports.
    from photoorg.embedding.pretrained import find_pretrained

    find_pretrained(asked.text)
