"""`photoorg model`: the models on this machine."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoorg.cli.context import DataDirOption, JsonOption, emit, open_library, printable, say
from photoorg.cli.progress import ProgressLine
from photoorg.errors import PhotoorgError

if TYPE_CHECKING:
    from photoorg.embedding.models import InstalledModel
    from photoorg.library import Library

app = typer.Typer(help="Models: list, download, add and choose them.", no_args_is_help=True)

ReferenceArgument = Annotated[
    str, typer.Argument(metavar="MODEL", help="demo, an open_clip NAME/TAG, hf-hub:ORG/NAME, or a folder.")
]


@app.command("list")
def list_models(ctx: typer.Context, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """List the installed models."""
    with open_library(ctx, data_dir) as library:
        emit(_models(library), as_json=as_json, show=_show)


@app.command()
def use(
    ctx: typer.Context, model: ReferenceArgument, data_dir: DataDirOption = None, as_json: JsonOption = False
) -> None:
    """Make an installed model, or a folder with one, the active model of the library."""
    with open_library(ctx, data_dir) as library:
        library.use_model(model)
        emit(_models(library), as_json=as_json, show=_show)


@app.command()
def download(
    ctx: typer.Context, model: ReferenceArgument, data_dir: DataDirOption = None, as_json: JsonOption = False
) -> None:
    """Download a model from the Hugging Face hub; the first one becomes the active model."""
    with open_library(ctx, data_dir) as library, ProgressLine("bytes") as line:
        library.install_model(model, on_progress=line.show)
        emit(_models(library), as_json=as_json, show=_show)


def _models(library: "Library") -> dict[str, Any]:
    models, active = library.models(), library.stats().active_model
    if active is not None and active not in {model.reference for model in models}:
        models += _active_folder(library)
    return {"models": [_model(model, active) for model in models], "active_model": active}


def _active_folder(library: "Library") -> list["InstalledModel"]:
    """The active model where it is a folder of the user's; nothing if that is gone."""
    try:
        model = library.active_model
    except PhotoorgError as error:
        say(f"{error} {error.hint_text}")
        return []
    return [model] if model else []


def _model(model: "InstalledModel", active: str | None) -> dict[str, Any]:
    return {
        "model": model.reference,
        "active": model.reference == active,
        "dimension": model.dimension,
        "pixels": model.model_input.size,
        "folder": str(model.folder),
    }


def _show(value: dict[str, Any]) -> None:
    for model in value["models"]:
        mark = "*" if model["active"] else " "
        typer.echo(f"{mark} {model['model']:<44} {model['dimension']:>5} dimensions  {printable(model['folder'])}")
