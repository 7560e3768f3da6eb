"""`photoorg album`: hand-picked photos, and saved searches that fill themselves."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoorg.amounts import counted
from photoorg.cli.album_photos import PhotosShown, photos_of
from photoorg.cli.context import (
    CountOption,
    DataDirOption,
    DeviceOption,
    JsonOption,
    emit,
    open_library,
    printable,
    say,
)
from photoorg.cli.edits import PhotosArgument, edit_dict, say_edit

if TYPE_CHECKING:
    from photoorg.library import Album

app = typer.Typer(help="Albums: photos picked by hand, or a saved search that fills itself.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The album; small and capital letters are the same.")]
CutOffOption = Annotated[
    float | None,
    typer.Option("--cut-off", min=0.0, max=1.0, help="The least relevance of its photos (0.5 if not given)."),
]
FoldOption = Annotated[
    bool | None, typer.Option("--fold/--no-fold", help="Whether copies count as one photo.", show_default=False)
]


@app.command("list")
def list_albums(ctx: typer.Context, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """List the albums and saved searches."""
    with open_library(ctx, data_dir) as library:
        value = {"albums": [_album(album) for album in library.albums.list()]}
    emit(value, as_json=as_json, show=_show_all)


@app.command()
def show(
    ctx: typer.Context,
    name: NameArgument,
    k: CountOption = 100,
    device: DeviceOption = "auto",
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the photos of an album; a saved search is made now."""
    with open_library(ctx, data_dir, device) as library:
        album = library.albums.named(name)
        shown: PhotosShown = photos_of(library, album, k)
    emit({"album": _album(album), **shown.value}, as_json=as_json, show=shown.show)


@app.command()
def create(ctx: typer.Context, name: NameArgument, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Make an empty album for photos picked by hand."""
    with open_library(ctx, data_dir) as library:
        album = library.albums.create(name)
    emit({"album": _album(album)}, as_json=as_json, show=_show_one)


@app.command()
def save(
    ctx: typer.Context,
    name: NameArgument,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="What `photoorg search` would be asked.")],
    cut_off: CutOffOption = None,
    fold: FoldOption = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Change the saved search of this name, if there is one.")
    ] = False,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Save a search as an album that fills itself as photos arrive."""
    with open_library(ctx, data_dir) as library:
        known = library.albums.find(name) if replace else None
        if known is not None:
            library.albums.change_search(known, library.pinned(query), cut_off=cut_off, folded=fold)
            album = library.albums.with_id(known.id)
        else:
            album = library.save_search(
                name, query, cut_off=0.5 if cut_off is None else cut_off, folded=fold is not False
            )
    emit({"album": _album(album)}, as_json=as_json, show=_show_one)


@app.command()
def rename(
    ctx: typer.Context,
    name: NameArgument,
    new_name: Annotated[str, typer.Argument(metavar="NEW_NAME")],
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give an album another name."""
    with open_library(ctx, data_dir) as library:
        entry = library.albums.rename(library.albums.named(name), new_name)
    emit(edit_dict(entry), as_json=as_json, show=say_edit)


@app.command()
def delete(ctx: typer.Context, name: NameArgument, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Delete an album or saved search; its photos stay in the library."""
    with open_library(ctx, data_dir) as library:
        entry = library.albums.delete(library.albums.named(name))
    emit(edit_dict(entry), as_json=as_json, show=say_edit)


@app.command()
def add(
    ctx: typer.Context,
    name: NameArgument,
    photos: PhotosArgument,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put photos into an album."""
    with open_library(ctx, data_dir) as library:
        entry = library.albums.add(library.albums.named(name), [library.photo(path) for path in photos])
    emit(edit_dict(entry), as_json=as_json, show=say_edit)


@app.command()
def remove(
    ctx: typer.Context,
    name: NameArgument,
    photos: PhotosArgument,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take photos out of an album."""
    with open_library(ctx, data_dir) as library:
        entry = library.albums.remove(library.albums.named(name), [library.photo(path) for path in photos])
    emit(edit_dict(entry), as_json=as_json, show=say_edit)


def _album(album: "Album") -> dict[str, Any]:
    return {
        "name": album.name,
        "query": album.query,
        "cut_off": None if album.query is None else album.cut_off,
        "folded": None if album.query is None else album.folded,
        "photos": album.photos,
    }


def _show_all(value: dict[str, Any]) -> None:
    for album in value["albums"]:
        typer.echo(_line(album))
    if not value["albums"]:
        say("No albums yet. `photoorg album create NAME` makes one, `photoorg album save NAME QUERY` saves a search.")


def _show_one(value: dict[str, Any]) -> None:
    typer.echo(_line(value["album"]))


def _line(album: dict[str, Any]) -> str:
    if album["query"] is None:
        return f"{printable(album['name'])}  ({counted(album['photos'], 'photo', 'photos')})"
    return f"{printable(album['name'])}  (search: {printable(album['query'])})"
