"""`photoorg doctor`: looks whether the library, its model and this machine are well, and repairs what can be."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoorg.cli.context import DataDirOption, JsonOption, chosen_data_dir, open_library, print_json, printable
from photoorg.cli.error_output import EXIT_ERROR, fail
from photoorg.cli.progress import ProgressLine
from photoorg.errors import LibraryUnwell

if TYPE_CHECKING:
    from photoorg.library import Check


def doctor(
    ctx: typer.Context,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair", help="Mend what is wrong: close other photoorg programs first. Your photos are never changed."
        ),
    ] = False,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the library, its model and this machine. Exit code 1 says that something is not well.

    Nothing is changed without --repair. With it, damaged files are restored from the last backup, and what can be
    computed again is made again.
    """
    found = _repair(ctx, data_dir) if repair else _look(ctx, data_dir)
    checks = [asdict(check) for check in found]
    value = {"checks": checks, "ok": all(check["ok"] for check in checks)}
    if not as_json:
        _show(value)
    if not value["ok"]:
        error = LibraryUnwell(checks=", ".join(check["name"] for check in checks if not check["ok"]))
        raise typer.Exit(fail(error, EXIT_ERROR, as_json=as_json, beside=value))
    if as_json:
        print_json(value)


def _look(ctx: typer.Context, data_dir: DataDirOption) -> "list[Check]":
    with open_library(ctx, data_dir) as library:
        return library.doctor()


def _repair(ctx: typer.Context, data_dir: DataDirOption) -> "list[Check]":
    from photoorg.library import Library

    with ProgressLine() as line:
        return Library.repair(chosen_data_dir(ctx, data_dir), on_progress=line.show)


def _show(value: dict[str, Any]) -> None:
    for check in value["checks"]:
        typer.echo(f"{'ok ' if check['ok'] else 'NOT'}  {check['name']:<18} {printable(check['detail'])}")
        if check["repaired"]:
            typer.echo(f"     {'repaired':<18} {printable(check['repaired'])}")
