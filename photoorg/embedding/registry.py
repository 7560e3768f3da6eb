"""The models that photoorg offers, from `resources/models.json`: what people want to know before they choose one."""

import functools
import json
from dataclasses import dataclass, field
from typing import Any

from photoorg.paths import resources

_NAME = "models.json"
_MEGABYTE = 10**6  # as hubs and disks count
# What a system without a language says of itself.
_NO_LANGUAGE = ("", "c", "posix")


@dataclass(frozen=True)
class KnownModel:
    """What is known of a model; what is not known is empty or 0. `checksums`: hex SHA-256 by file name."""

    reference: str
    title: str
    summary: str = ""
    languages: tuple[str, ...] = ()  # ISO 639; English first
    licence: str = ""
    repository: str = ""
    commit: str = ""
    checksums: dict[str, str] = field(default_factory=dict)
    download_bytes: int = 0
    memory_bytes: int = 0
    dimension: int = 0
    quality: str = ""
    quality_source: str = ""
    relative_cost: float = 0.0  # of embedding a photo; the default model's is 1
    needs_gpu: bool = False

    @property
    def language_text(self) -> str:
        """The languages it understands, for people; empty if that is not known."""
        if not self.languages:
            return ""
        return "English" if self.languages == ("en",) else f"English and {len(self.languages) - 1} more languages"


@functools.cache
def known_models() -> tuple[KnownModel, ...]:
    """All models that are offered, in the order to show them."""
    return tuple(_known(entry) for entry in _registry()["models"])


def known_model(reference: str) -> KnownModel | None:
    """What is known of a model; None if it is not one of those that are offered."""
    return next((model for model in known_models() if model.reference == reference), None)


def proposed_model(language: str) -> KnownModel:
    """The model for people whose system speaks `language` ("en_GB", "de" ...): a multilingual one unless it is English."""
    base = language.replace("-", "_").split(".")[0].split("_")[0].lower()
    wanted = _registry()["default" if base in {*_NO_LANGUAGE, "en"} else "multilingual"]
    return next(model for model in known_models() if model.reference == wanted)


@functools.cache
def _registry() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((resources() / _NAME).read_text(encoding="utf-8"))
    return content


def _known(entry: dict[str, Any]) -> KnownModel:
    copied = ("reference", "title", "summary", "licence", "repository", "commit", "checksums", "dimension")
    return KnownModel(
        **{name: entry[name] for name in copied},
        languages=tuple(entry["languages"]),
        download_bytes=entry["download_megabytes"] * _MEGABYTE,
        memory_bytes=entry["memory_megabytes"] * _MEGABYTE,
        quality=f"finds {entry['coco']:.0f} of 100 described pictures at once (COCO)",
        quality_source=entry["quality_source"],
        relative_cost=entry["relative_cost"],
        needs_gpu=entry["needs_gpu"],
    )
