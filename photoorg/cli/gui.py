"""`photoorg gui`, and `photoorg` alone: the window."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import typer

from photoorg.cli.context import DataDirOption, DeviceOption, JsonOption, checked_device, chosen_data_dir, emit, say
from photoorg.cli.error_output import EXIT_ERROR, fail, wants_json
from photoorg.errors import PhotoorgError


def gui(
    ctx: typer.Context, device: DeviceOption = "auto", data_dir: DataDirOption = None, as_json: JsonOption = False
) -> None:
    """Open the window, as `photoorg` without a command does."""
    from photoorg.paths import default_data_dir

    folder = chosen_data_dir(ctx, data_dir) or default_data_dir()
    open_window(folder, device=checked_device(device))
    emit({"data_dir": str(folder.absolute())}, as_json=as_json, show=lambda _closed: None)


def open_window(data_dir: Path | None, *, device: str = "auto", suggestions: Sequence[str] = ()) -> None:
    """Show the library's window until it is closed. Raises NoDisplay, Cancelled and what opening a library raises."""
    from photoorg.ui.display import check_window_possible

    check_window_possible()
    from photoorg.ui.application import run_window

    run_window(data_dir, device=device, suggestions=suggestions, say=say, on_fatal=_end_at_once)


def _end_at_once(error: PhotoorgError) -> NoReturn:
    """For the moment before Qt aborts the process: nothing is open yet, and no exception would get past it."""
    exit_code = fail(error, EXIT_ERROR, as_json=wants_json())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(exit_code)
