"""`photoorg forget`: purges photos from the library, not from the disk."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoorg.amounts import counted
from photoorg.cli.context import DataDirOption, JsonOption, emit, open_library, printable, say, seconds_since_start
from photoorg.errors import Cancelled

if TYPE_CHECKING:
    from photoorg.library import Forgotten

_SHOWN = 10


def forget(
    ctx: typer.Context,
    photos: Annotated[list[Path] | None, typer.Argument(metavar="PHOTO", show_default=False)] = None,
    missing: Annotated[bool, typer.Option("--missing", help="All photos whose files are gone.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; without a terminal nobody is asked.")] = False,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forget photos: thumbnails, embeddings, ratings, names and backups of them are deleted. Files are never touched.

    Photos on a drive that is not connected are not missing.
    """
    if missing == bool(photos):
        raise typer.BadParameter("give either photos or --missing.")
    with open_library(ctx, data_dir) as library:
        if not yes and not as_json and sys.stdin.isatty() and sys.stderr.isatty():
            _ask("all photos whose files are gone" if missing else f"{len(photos or []):,} photos")
        forgotten = library.forget_missing() if missing else library.forget(photos or [])
    emit(_value(forgotten), as_json=as_json, show=_show)


def _ask(what: str) -> None:
    say(f"This forgets {what}, with ratings and all else that the library knows of them. It cannot be undone.")
    try:
        typer.confirm("Forget them?", err=True, abort=True)
    except typer.Abort as error:
        raise Cancelled from error


def _value(forgotten: "Forgotten") -> dict[str, Any]:
    return {
        "forgotten": forgotten.photos,
        "files": forgotten.files,
        "still_there": [str(path) for path in forgotten.still_there],
        "kept_copies": [str(path) for path in forgotten.kept_copies],
        "seconds": round(seconds_since_start(), 4),
    }


def _show(value: dict[str, Any]) -> None:
    photos, files = counted(value["forgotten"], "photo", "photos"), counted(value["files"], "file", "files")
    typer.echo(f"Forgotten: {photos} ({files}; none was touched).")
    there = value["still_there"]
    if there:
        say(f"{len(there):,} files still lie in watch folders, and come back with the next scan:")
        for path in there[:_SHOWN]:
            say(f"  {printable(os.path.relpath(path))}")
        if len(there) > _SHOWN:
            say(f"  and {len(there) - _SHOWN:,} more (--json lists all)")
        say("Move them away, or leave them out with a `.photoorgignore` file in their folder.")
    for path in value["kept_copies"]:
        say(
            f"{printable(path)} is a damaged catalog that a repair has kept; names may be in it. Delete it if you do not need it."
        )
