"""`photoorg index`: scan the watch folders and embed what is new."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from photoorg.cli.context import (
    DataDirOption,
    DeviceOption,
    JsonOption,
    ModelOption,
    emit,
    open_library,
    printable,
    say,
    seconds_since_start,
)
from photoorg.cli.progress import ProgressLine
from photoorg.errors import ModelMissing, MuchVanished, PhotoorgError

_SHOWN_FAILURES = 10


def index(
    ctx: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(metavar="FOLDER", show_default=False)] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Try all files again that could not be read.")] = False,
    model: ModelOption = None,
    device: DeviceOption = "auto",
    cores: Annotated[
        int | None, typer.Option("--cores", min=1, help="Use so many processor cores at most (default: the settings').")
    ] = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Scan folders (all watch folders by default) and embed what is new. Your photos are never changed."""
    with open_library(ctx, data_dir, device, max_cores=cores) as library, ProgressLine() as line:
        if model is not None:
            library.models.use(model)
        if retry:
            library.retry_failed()
        startup = seconds_since_start()
        report = library.index(paths, on_progress=line.show).to_dict()
    report["startup_seconds"] += startup
    report["seconds"] = seconds_since_start()
    report = _rounded(report)
    report["failed"] = [_failure(failure) for failure in report["failed"]]
    emit(report, as_json=as_json, show=_show)
    for held in report["held"]:
        notice = MuchVanished(**held)
        say(f"{notice} {notice.hint_text}")
    if not report["files"] and not paths and not report["held"] and not report["offline"]:
        say("No photos were found. Name a folder to look into: `photoorg index FOLDER`.")
    if report["model"] == "demo":
        say("The demo model knows only the pictures that `photoorg demo` draws; see `photoorg model --help`.")
    elif report["model"] is None:
        say("Without a model photos cannot be searched by meaning yet. " + ModelMissing().hint_text)


def _rounded(value: Any) -> Any:
    """Seconds and rates to a tenth of a millisecond."""
    if isinstance(value, dict):
        return {key: _rounded(entry) for key, entry in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def _failure(failure: dict[str, Any]) -> dict[str, str]:
    reason = str(PhotoorgError.from_code(failure["code"], failure["params"]))
    return {"path": failure["path"], "code": failure["code"], "reason": reason}


def _show(report: dict[str, Any]) -> None:
    kinds = ("new", "changed", "moved", "missing", "unchanged")
    typer.echo(f"{report['photos']:,} photos: " + ", ".join(f"{report[kind]:,} {kind}" for kind in kinds))
    if report["embedded"]:
        speed = f"{report['photos_per_second']:.1f} photos/s on {report['device']} ({report['precision']})"
        typer.echo(f"{report['embedded']:,} embedded with {report['model']}, {speed}")
    skipped = ", ".join(f"{count:,} {kind}" for kind, count in report["skipped"].items() if count)
    if skipped:
        typer.echo(f"Skipped: {skipped}")
    for path in report["offline"]:
        typer.echo(f"Offline: {printable(path)}; its photos stay in the library")
    _show_failures(report["failed"])


def _show_failures(failed: list[dict[str, str]]) -> None:
    if failed:
        typer.echo(f"{len(failed):,} files cannot be read:")
    for failure in failed[:_SHOWN_FAILURES]:
        typer.echo(f"  {printable(os.path.relpath(failure['path']))}: {failure['reason']}")
    if len(failed) > _SHOWN_FAILURES:
        typer.echo(f"  and {len(failed) - _SHOWN_FAILURES:,} more (--json lists all)")
