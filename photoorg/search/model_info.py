"""What a list of models shows: those that are offered and those that are installed."""

from dataclasses import dataclass
from pathlib import Path

from photoorg.catalog.catalog import Catalog
from photoorg.embedding.models import InstalledModel, installed_folders, resolve
from photoorg.embedding.references import DEMO
from photoorg.embedding.registry import KnownModel, known_model, known_models
from photoorg.embedding.removal import partial_bytes
from photoorg.embedding.trust import Trust, read_trust
from photoorg.errors import PhotoorgError
from photoorg.search.model_choice import ModelChoice

_DEMO_SUMMARY = "Comes with photoorg, and knows nothing but the drawn pictures of the demo."


@dataclass(frozen=True)
class ModelInfo:
    """One model; sizes in bytes, None where not known. `problem`: why an installed one cannot be used, else empty."""

    reference: str
    title: str
    summary: str
    languages: str
    licence: str
    download_bytes: int | None
    memory_bytes: int | None
    dimension: int | None
    pixels: int | None  # of a side of what the model sees
    quality: str
    quality_source: str
    relative_cost: float | None  # of embedding a photo; the default model's is 1
    needs_gpu: bool
    is_offered: bool
    is_installed: bool
    is_active: bool
    is_answering: bool  # searches, until the active one has seen all photos
    folder: Path | None
    disk_bytes: int
    partial_bytes: int  # of a download that was interrupted
    pictures: int  # that it has embedded in this library
    trust: Trust | None  # what its self-test said; None: not tested
    problem: str
    can_be_removed: bool


class ModelList:
    """Puts together what is known of the models."""

    def __init__(self, catalog: Catalog, choice: ModelChoice, models_dir: Path) -> None:
        self._catalog = catalog
        self._choice = choice
        self._models_dir = models_dir

    def all(self) -> list[ModelInfo]:
        """The models that are offered, in their order, then the others on this machine; the demo last."""
        there = installed_folders(self._models_dir)
        active = self._choice.reference
        if active is not None and active not in there and Path(active).is_absolute():
            there[active] = Path(active)  # a folder of the user's
        offered = [model.reference for model in known_models()]
        others = sorted(there.keys() - {*offered, DEMO})
        pictures = self._catalog.embeddings.picture_counts()
        answering = self._answering()
        demo = [DEMO] if DEMO in there else []
        return [self._info(name, there.get(name), pictures, answering) for name in offered + others + demo]

    def _answering(self) -> str | None:
        try:
            return self._choice.answering().reference
        except PhotoorgError:  # there is none, or it is broken, which its own entry says
            return None

    def _info(self, reference: str, folder: Path | None, pictures: dict[str, int], answering: str | None) -> ModelInfo:
        about = _about(reference)
        begun = 0 if folder else partial_bytes(reference, self._models_dir)
        model, problem = self._read(reference) if folder else (None, "")
        return ModelInfo(
            reference=reference,
            title=about.title,
            summary=about.summary,
            languages=about.language_text,
            licence=about.licence,
            download_bytes=about.download_bytes or None,
            memory_bytes=about.memory_bytes or None,
            dimension=model.dimension if model else about.dimension or None,
            pixels=model.model_input.size if model else None,
            quality=about.quality,
            quality_source=about.quality_source,
            relative_cost=about.relative_cost or None,
            needs_gpu=about.needs_gpu,
            is_offered=known_model(reference) is not None,
            is_installed=folder is not None,
            is_active=reference == self._choice.reference,
            is_answering=reference == answering,
            folder=folder,
            disk_bytes=_size_of(folder) if folder else 0,
            partial_bytes=begun,
            pictures=pictures.get(model.fingerprint, 0) if model else 0,
            trust=read_trust(model.fingerprint, self._models_dir) if model else None,
            problem=problem,
            can_be_removed=(folder is not None or begun > 0) and reference != DEMO,
        )

    def _read(self, reference: str) -> tuple[InstalledModel | None, str]:
        """The installed model, or what is wrong with it."""
        try:
            return resolve(reference, self._models_dir), ""
        except PhotoorgError as error:
            return None, f"{error} {error.hint_text}".strip()


def _about(reference: str) -> KnownModel:
    """What is known of a model; of one that is not offered that is little."""
    if reference == DEMO:
        return KnownModel(DEMO, "Demo model", _DEMO_SUMMARY, ("en",), "MIT")
    return known_model(reference) or KnownModel(reference, title=reference)


def _size_of(folder: Path) -> int:
    """Bytes of the files in a folder; 0 for one that is just being removed or replaced."""
    try:
        return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    except FileNotFoundError:
        return 0
