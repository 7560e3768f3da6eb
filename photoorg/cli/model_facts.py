"""What `photoorg model` shows of models: as JSON, and as a list for people."""

from typing import TYPE_CHECKING, Any

import typer

from photoorg.cli.amounts import size_text
from photoorg.cli.context import printable
from photoorg.cli.language import system_language
from photoorg.errors import ModelUnknown

if TYPE_CHECKING:
    from photoorg.library import Library, ModelInfo, Trust

_DEMO = "demo"
_INDENT = "    "
_COPIED = (
    "title", "summary", "languages", "licence", "download_bytes", "memory_bytes", "dimension", "quality", "quality_source",
    "relative_cost", "needs_gpu", "disk_bytes", "partial_bytes", "pictures", "problem", "can_be_removed",
)  # fmt: skip


def model_facts(library: "Library") -> dict[str, Any]:
    """The document of `model list`: installed models with the demo first, and those that are offered beside them."""
    infos = library.models.infos()
    proposed = library.models.proposed(system_language()).reference
    models = [_model(info, proposed) for info in infos]
    there = [model for model in models if model["installed"]]
    return {
        "models": sorted(there, key=lambda model: bool(model["model"] != _DEMO)),
        "offered": [model for model in models if not model["installed"]],
        "active_model": library.stats().active_model,
        "answering_model": next((info.reference for info in infos if info.is_answering), None),
        "proposed_model": proposed,
    }


def canonical(library: "Library", reference: str) -> str:
    """A model's name as lists show it; a name that leads nowhere as it is."""
    from photoorg.embedding.references import parse_reference

    try:
        return parse_reference(reference, library.data_dir.models).text
    except ModelUnknown:
        return reference


def listed(library: "Library", reference: str) -> "ModelInfo | None":
    """The entry of a model, or None if it is not listed."""
    return next((info for info in library.models.infos() if info.reference == reference), None)


def info_of(library: "Library", reference: str) -> "ModelInfo":
    """The entry of a model that is listed."""
    info = listed(library, reference)
    assert info is not None
    return info


def trust_facts(trust: "Trust") -> dict[str, Any]:
    """What a self-test said."""
    return {"passed": trust.passed, "right": trust.right, "total": trust.total, "failed": list(trust.failed)}


def show_models(value: dict[str, Any]) -> None:
    """All models for people, those on this machine first."""
    for model in value["models"]:
        _show_model(model)
    if value["offered"]:
        typer.echo("\nTo get with `photoorg model download MODEL`:")
    for model in value["offered"]:
        _show_model(model)


def _model(info: "ModelInfo", proposed: str) -> dict[str, Any]:
    value: dict[str, Any] = {
        "model": info.reference,
        "active": info.is_active,
        "answering": info.is_answering,
        "offered": info.is_offered,
        "installed": info.is_installed,
        "proposed": info.reference == proposed,
        "trust": trust_facts(info.trust) if info.trust else None,
    } | {name: getattr(info, name) for name in _COPIED}
    return value | {"pixels": info.pixels, "folder": str(info.folder)} if info.folder else value


def _show_model(model: dict[str, Any]) -> None:
    mark = "*" if model["active"] else " "
    typer.echo(f"{mark} {printable(model['model']):<36} {', '.join(_states(model))}".rstrip())
    about = [text for text in (model["title"], model["summary"]) if text and text != model["model"]]
    for line in (". ".join(about), ", ".join(_facts(model)), model["problem"], _distrust(model)):
        if line:
            typer.echo(_INDENT + printable(line))


def _states(model: dict[str, Any]) -> list[str]:
    states = {
        "active": model["active"],
        "answers searches until the active one has seen all photos": model["answering"] and not model["active"],
        "broken": model["problem"],
        "not trustworthy": _distrust(model),
        "not tested": model["installed"] and not model["problem"] and not model["trust"],
        f"{model['pictures']:,} pictures embedded": model["pictures"],
        "proposed for this computer's language": model["proposed"],
        f"{size_text(model['partial_bytes'])} downloaded so far": model["partial_bytes"],
    }
    return [text for text, holds in states.items() if holds]


def _distrust(model: dict[str, Any]) -> str:
    trust = model["trust"]
    if not trust or trust["passed"]:
        return ""
    return f"Its self-test failed: {trust['right']} of {trust['total']} right. {'; '.join(trust['failed'])}"


def _facts(model: dict[str, Any]) -> list[str]:
    if model["installed"]:
        size = f"{size_text(model['disk_bytes'])} on disk"
    else:
        size = f"{size_text(model['download_bytes'])} to download" if model["download_bytes"] else ""
    gpu = "for a graphics card" if model["needs_gpu"] else ""
    return [text for text in (model["languages"], model["licence"], size, gpu, model["quality"]) if text]
