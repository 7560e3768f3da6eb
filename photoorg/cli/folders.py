"""`photoorg add`, `remove` and `folders`: the watch folders."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoorg.cli.context import DataDirOption, JsonOption, emit, open_library, printable, say

if TYPE_CHECKING:
    from photoorg.library import FolderInfo, Library

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


def folders(
    ctx: typer.Context,
    gone: Annotated[
        list[Path] | None,
        typer.Option("--confirm-gone", metavar="FOLDER", help="The photos that vanished from this folder are gone."),
    ] = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the watch folders."""
    with open_library(ctx, data_dir) as library:
        for path in gone or ():
            library.confirm_vanished(path)
            say(f"{path}: the photos that are gone are taken out with the next look, by `photoorg index` for instance.")
        emit(_folders(library), as_json=as_json, show=_show)


def _folders(library: "Library") -> dict[str, Any]:
    return {"folders": folder_dicts(library.folders())}


def folder_dicts(infos: "Sequence[FolderInfo]") -> list[dict[str, Any]]:
    """Watch folders in JSON; `vanished` counts files that were gone at once, and of which a person is asked."""
    return [
        {
            "path": str(folder.path),
            "online": folder.online,
            "photos": folder.photos,
            "vanished": folder.vanished.files if folder.vanished else 0,
        }
        for folder in infos
    ]


def show_folders(infos: "Sequence[dict[str, Any]]") -> None:
    """A line for each watch folder, and what is wrong with it."""
    for folder in infos:
        marks = ["offline"] * (not folder["online"])
        if folder["vanished"]:
            marks.append(
                f"{folder['vanished']:,} files are gone; if that is right, `photoorg folders --confirm-gone` says so"
            )
        mark = f"  ({'; '.join(marks)})" if marks else ""
        typer.echo(f"{folder['photos']:>8,} photos  {printable(folder['path'])}{mark}")


def _show(value: dict[str, Any]) -> None:
    if not value["folders"]:
        typer.echo("No folders yet. Add one with `photoorg add FOLDER`.")
    show_folders(value["folders"])
