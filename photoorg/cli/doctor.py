"""`photoorg doctor`: looks whether the library, its model and this machine are well."""

from dataclasses import asdict
from typing import Any

import typer

from photoorg.cli.context import DataDirOption, JsonOption, open_library, print_json, printable
from photoorg.cli.error_output import EXIT_ERROR, fail
from photoorg.errors import LibraryUnwell


def doctor(ctx: typer.Context, data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Check the library, its model and this machine; nothing is changed. Exit code 1 says that something is not well."""
    with open_library(ctx, data_dir) as library:
        checks = [asdict(check) for check in library.doctor()]
    value = {"checks": checks, "ok": all(check["ok"] for check in checks)}
    if not as_json:
        _show(value)
    if not value["ok"]:
        error = LibraryUnwell(checks=", ".join(check["name"] for check in checks if not check["ok"]))
        raise typer.Exit(fail(error, EXIT_ERROR, as_json=as_json, beside=value))
    if as_json:
        print_json(value)


def _show(value: dict[str, Any]) -> None:
    for check in value["checks"]:
        typer.echo(f"{'ok ' if check['ok'] else 'NOT'}  {check['name']:<18} {printable(check['detail'])}")
