"""`photoorg tag`: labels of photos."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoorg.amounts import counted
from photoorg.cli.context import DataDirOption, JsonOption, emit, open_library, printable, say
from photoorg.cli.edits import PhotosArgument, edit_dict, say_edit

if TYPE_CHECKING:
    from photoorg.library import Library

app = typer.Typer(help="Tags: label photos, rename and delete labels.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The tag; small and capital letters are the same.")]


@app.command("list")
def list_tags(
    ctx: typer.Context,
    photo: Annotated[
        Path | None, typer.Argument(metavar="[PHOTO]", help="Only the tags of this photo.", show_default=False)
    ] = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the tags and how many photos have them."""
    with open_library(ctx, data_dir) as library:
        emit(_tags(library, photo), as_json=as_json, show=_show)


@app.command()
def add(
    ctx: typer.Context,
    name: NameArgument,
    photos: PhotosArgument,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tag photos; a new tag is made."""
    with open_library(ctx, data_dir) as library:
        entry = library.tags.add([library.photo(path) for path in photos], name)
    emit(edit_dict(entry), as_json=as_json, show=say_edit)


@app.command()
def remove(
    ctx: typer.Context,
    name: NameArgument,
    photos: PhotosArgument,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a tag off photos."""
    with open_library(ctx, data_dir) as library:
        entry = library.tags.remove([library.photo(path) for path in photos], name)
    emit(edit_dict(entry), as_json=as_json, show=say_edit)


@app.command()
def rename(
    ctx: typer.Context,
    name: NameArgument,
    new_name: Annotated[str, typer.Argument(metavar="NEW_NAME")],
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rename a tag; if there is one of the new name already, the two become one."""
    with open_library(ctx, data_dir) as library:
        entry = library.tags.rename(name, new_name)
    emit(edit_dict(entry), as_json=as_json, show=say_edit)


@app.command()
def delete(ctx: typer.Context, name: NameArgument, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Delete a tag; photos lose it."""
    with open_library(ctx, data_dir) as library:
        entry = library.tags.delete(name)
    emit(edit_dict(entry), as_json=as_json, show=say_edit)


def _tags(library: "Library", photo: Path | None) -> dict[str, Any]:
    wanted = None if photo is None else library.tags.of(library.photo(photo))
    tags = [tag for tag in library.tags.list() if wanted is None or tag.name in wanted]
    return {"tags": [{"name": tag.name, "photos": tag.photos} for tag in tags]}


def _show(value: dict[str, Any]) -> None:
    for tag in value["tags"]:
        typer.echo(f"{printable(tag['name'])}  ({counted(tag['photos'], 'photo', 'photos')})")
    if not value["tags"]:
        say("No tags yet. `photoorg tag add NAME PHOTO...` makes one.")
