"""`photoorg stats`: what is in the library."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from photoorg.cli.context import DataDirOption, JsonOption, emit, open_library, printable
from photoorg.cli.folders import folder_dicts, show_folders

if TYPE_CHECKING:
    from photoorg.library import LibraryStats

_MEGABYTE = 1_000_000


def stats(ctx: typer.Context, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Show what is in the library and how much space it takes."""
    with open_library(ctx, data_dir) as library:
        emit(_stats_dict(library.stats()), as_json=as_json, show=_show)


def _stats_dict(stats: "LibraryStats") -> dict[str, Any]:
    counts = asdict(stats.counts)
    return {
        **{name: counts[name] for name in ("photos", "files", "pictures")},
        "embedded": stats.embedded,
        **{name: counts[name] for name in ("failed", "missing")},
        "folders": folder_dicts(stats.folders),
        "active_model": stats.active_model,
        "data_dir": str(stats.data_dir),
        "sizes": stats.sizes,
    }


def _show(value: dict[str, Any]) -> None:
    typer.echo(f"{value['photos']:,} photos in {value['files']:,} files, {value['pictures']:,} different pictures")
    typer.echo(
        f"{value['failed']:,} files cannot be read, {value['missing']:,} photos are missing (gone, or ignored since)"
    )
    for model, count in value["embedded"].items():
        active = " (in use)" if model == value["active_model"] else ""
        typer.echo(f"{count:,} embedded with {model}{active}")
    show_folders(value["folders"])
    sizes = ", ".join(f"{name} {size / _MEGABYTE:.1f} MB" for name, size in value["sizes"].items())
    typer.echo(f"Data in {printable(value['data_dir'])}: {sizes}")
