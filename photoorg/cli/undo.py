"""`photoorg undo` and `redo`: take back the last change, or make it again."""

from typing import TYPE_CHECKING, Any

import typer

from photoorg.amounts import counted
from photoorg.cli.context import DataDirOption, JsonOption, emit, open_library

if TYPE_CHECKING:
    from photoorg.library import JournalEntry


def undo(ctx: typer.Context, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Take back the last change to ratings, tags, albums or saved searches, also one of an earlier day."""
    with open_library(ctx, data_dir) as library:
        emit({"undone": _change(library.undo())}, as_json=as_json, show=_show)


def redo(ctx: typer.Context, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Make the change that was taken back last again."""
    with open_library(ctx, data_dir) as library:
        emit({"redone": _change(library.redo())}, as_json=as_json, show=_show)


def _change(entry: "JournalEntry") -> dict[str, Any]:
    return {"action": entry.action, "photos": len(entry.photo_ids)}


def _show(value: dict[str, Any]) -> None:
    [(what, change)] = value.items()
    photos = f" ({counted(change['photos'], 'photo', 'photos')})" if change["photos"] else ""
    typer.echo(f"{what.capitalize()}: {change['action']}{photos}")
