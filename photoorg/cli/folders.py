"""`photoorg add`, `remove` and `folders`: the watch folders."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoorg.cli.context import DataDirOption, JsonOption, emit, open_library, printable

if TYPE_CHECKING:
    from photoorg.library import Library

FoldersArgument = Annotated[list[Path], typer.Argument(metavar="FOLDER", show_default=False)]


def add(
    ctx: typer.Context, paths: FoldersArgument, data_dir: DataDirOption = None, as_json: JsonOption = False
) -> None:
    """Follow folders: `photoorg index` looks into them from now on."""
    with open_library(ctx, data_dir) as library:
        for path in paths:
            library.add_folder(path)
        emit(_folders(library), as_json=as_json, show=_show)


def remove(
    ctx: typer.Context, paths: FoldersArgument, data_dir: DataDirOption = None, as_json: JsonOption = False
) -> None:
    """Stop following folders. Their photos are hidden, no file is deleted.

    Adding a folder again within 30 days brings back all you did with them; after that the library forgets them.
    """
    with open_library(ctx, data_dir) as library:
        for path in paths:
            library.remove_folder(path)
        emit(_folders(library), as_json=as_json, show=_show)


def folders(ctx: typer.Context, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """List the watch folders."""
    with open_library(ctx, data_dir) as library:
        emit(_folders(library), as_json=as_json, show=_show)


def _folders(library: "Library") -> dict[str, Any]:
    return {
        "folders": [
            {"path": str(folder.path), "online": folder.online, "photos": folder.photos} for folder in library.folders()
        ]
    }


def _show(value: dict[str, Any]) -> None:
    if not value["folders"]:
        typer.echo("No folders yet. Add one with `photoorg add FOLDER`.")
    for folder in value["folders"]:
        offline = "" if folder["online"] else "  (offline)"
        typer.echo(f"{folder['photos']:>8,} photos  {printable(folder['path'])}{offline}")
