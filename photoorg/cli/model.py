"""`photoorg model`: the models on this machine, and those to get."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoorg.cli.amounts import size_text
from photoorg.cli.context import DataDirOption, JsonOption, emit, open_library, printable, say
from photoorg.cli.error_output import EXIT_ERROR, fail
from photoorg.cli.language import system_language
from photoorg.cli.model_bench import bench
from photoorg.cli.model_facts import canonical, info_of, listed, model_facts, show_models, trust_facts
from photoorg.cli.progress import ProgressLine
from photoorg.errors import Cancelled, ModelNotTrustworthy

if TYPE_CHECKING:
    from photoorg.library import Library, ModelInfo

app = typer.Typer(help="Models: get, choose, try out and remove them.", no_args_is_help=True)

ReferenceArgument = Annotated[
    str, typer.Argument(metavar="MODEL", help="demo, an open_clip NAME/TAG, hf-hub:ORG/NAME, or a folder.")
]
OptionalReference = Annotated[
    str | None,
    typer.Argument(
        metavar="[MODEL]", help="demo, an open_clip NAME/TAG, hf-hub:ORG/NAME, or a folder.", show_default=False
    ),
]


@app.command("list")
def list_models(ctx: typer.Context, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """List the installed models, and those that are offered."""
    with open_library(ctx, data_dir) as library:
        emit(model_facts(library), as_json=as_json, show=show_models)


@app.command()
def download(
    ctx: typer.Context,
    model: OptionalReference = None,
    latest: Annotated[bool, typer.Option("--latest", help="Take the newest version instead of the first one.")] = False,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Download a model and try it out; without a name the one that suits the computer's language.

    The first model becomes the active one. Run again, an interrupted download goes on where it stopped.
    """
    with open_library(ctx, data_dir) as library:
        reference = canonical(library, model) if model else _proposed(library)
        _announce(library, reference)
        with ProgressLine("bytes") as line:
            got = library.models.install(reference, latest=latest, on_progress=line.show)
        _emit_new(library, got.reference, as_json=as_json)


@app.command()
def add(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder with open_clip_config.json and weights.")],
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy a model from a folder into the library, without a network, and try it out."""
    with open_library(ctx, data_dir) as library:
        with ProgressLine("bytes") as line:
            got = library.models.add(folder.absolute(), on_progress=line.show)
        _emit_new(library, got.reference, as_json=as_json)


@app.command()
def use(
    ctx: typer.Context, model: ReferenceArgument, data_dir: DataDirOption = None, as_json: JsonOption = False
) -> None:
    """Make an installed model, or a folder with one, the active model. The one before answers until all photos are seen."""
    with open_library(ctx, data_dir) as library:
        chosen = info_of(library, library.models.use(model).reference)
        _warn(chosen)
        emit(model_facts(library), as_json=as_json, show=lambda _facts: _show_chosen(library, chosen))


@app.command()
def remove(
    ctx: typer.Context,
    model: ReferenceArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask. Needed where there is no terminal.")] = False,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove a model's files and all it said about your photos. The photos, and what you did with them, stay."""
    with open_library(ctx, data_dir) as library:
        reference = canonical(library, model)
        info = listed(library, reference)
        if info is not None and not yes:
            _ask(info, as_json=as_json)
        library.models.remove(reference)
        value = model_facts(library) | {"removed": {"model": reference, **(_loss(info) if info else {})}}
        emit(value, as_json=as_json, show=lambda _facts: typer.echo(f"{printable(reference)} is removed."))


@app.command()
def verify(
    ctx: typer.Context, model: OptionalReference = None, data_dir: DataDirOption = None, as_json: JsonOption = False
) -> None:
    """Try a model out on drawn pictures, the active one without a name. Exit code 1 says that it cannot be trusted."""
    with open_library(ctx, data_dir) as library:
        with ProgressLine() as line:
            trust = library.models.verify(model, on_progress=line.show)
        reference = canonical(library, model) if model else library.stats().active_model
    value = {"model": reference, **trust_facts(trust)}
    if not trust.passed:
        error = ModelNotTrustworthy(model=reference, detail=trust.summary)
        raise typer.Exit(fail(error, EXIT_ERROR, as_json=as_json, beside=value))
    emit(value, as_json=as_json, show=lambda _facts: typer.echo(f"{printable(str(reference))}: {trust.summary}"))


app.command()(bench)

# --- what people are told ---


def _proposed(library: "Library") -> str:
    language = system_language()
    info = library.models.proposed(language)
    say(f"No model was named: {info.reference} suits this computer's language{f' ({language})' if language else ''}.")
    return info.reference


def _announce(library: "Library", reference: str) -> None:
    """The licence, before anything is downloaded."""
    info = listed(library, reference)
    if info is None:
        say(f"{reference} is not one of the models that photoorg offers: read its licence on its page on the hub.")
    elif not info.is_installed:
        size = f"{size_text(info.download_bytes)} to download" if info.download_bytes else "size not known"
        say(f"{info.title} ({info.reference}): licence {info.licence}, {size}.")


def _emit_new(library: "Library", reference: str, *, as_json: bool) -> None:
    info = info_of(library, reference)
    _warn(info)
    value = model_facts(library) | {"model": reference, "trust": trust_facts(info.trust) if info.trust else None}
    emit(value, as_json=as_json, show=lambda _facts: _show_new(info))


def _warn(info: "ModelInfo") -> None:
    if info.trust and not info.trust.passed:
        say(info.trust.summary)


def _show_new(info: "ModelInfo") -> None:
    name = printable(info.reference)
    typer.echo(f"{name} is installed.")
    if info.trust and info.trust.passed:
        typer.echo(info.trust.summary)
    if info.is_active:
        typer.echo("It is the active model: `photoorg index` lets it see your photos.")
    elif info.trust and not info.trust.passed:
        typer.echo(f"It was not made the active model. `photoorg model use {name}` uses it all the same.")
    else:
        typer.echo(f"`photoorg model use {name}` makes it the active model.")


def _show_chosen(library: "Library", info: "ModelInfo") -> None:
    typer.echo(f"{printable(info.reference)} is the active model.")
    overview = library.overview()
    if overview.answering_model:
        typer.echo(
            f"It has seen {overview.covered:.0%} of the photos. `photoorg index` shows it the rest; "
            f"{printable(overview.answering_model)} answers searches until then."
        )
    elif not info.pictures:
        typer.echo("`photoorg index` lets it see your photos.")


def _ask(info: "ModelInfo", *, as_json: bool) -> None:
    if as_json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise typer.BadParameter("it is needed here, where nobody can be asked.", param_hint="--yes")
    loss = _loss(info)
    files = f"{size_text(loss['disk_bytes'])} in {info.folder}" if loss["disk_bytes"] else "none of its files"
    say(f"This removes {info.reference}: {files}, and what it says of {loss['pictures']:,} pictures.")
    try:
        typer.confirm("Remove it?", err=True, abort=True)
    except typer.Abort as error:
        raise Cancelled from error


def _loss(info: "ModelInfo") -> dict[str, Any]:
    """What is deleted: of the demo, and of a folder of the user's, no files."""
    owns_files = (info.can_be_removed or info.partial_bytes) and not Path(info.reference).is_absolute()
    return {"disk_bytes": info.disk_bytes + info.partial_bytes if owns_files else 0, "pictures": info.pictures}
