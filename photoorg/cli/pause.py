"""`photoorg pause` and `resume`: hold indexing, and let it go on."""

from typing import Any

import typer

from photoorg.cli.context import DataDirOption, JsonOption, emit, open_library


def pause(ctx: typer.Context, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Pause indexing in the window and in `photoorg watch`, until `photoorg resume`; `photoorg index` works all the same."""
    with open_library(ctx, data_dir) as library:
        library.set_paused(paused=True)
    emit({"paused": True}, as_json=as_json, show=_show)


def resume(ctx: typer.Context, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Let paused indexing go on. The window and `photoorg watch` do it where they run."""
    with open_library(ctx, data_dir) as library:
        library.set_paused(paused=False)
    emit({"paused": False}, as_json=as_json, show=_show)


def _show(value: dict[str, Any]) -> None:
    typer.echo("Indexing is paused." if value["paused"] else "Indexing goes on where the window or `watch` is open.")
