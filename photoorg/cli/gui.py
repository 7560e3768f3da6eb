"""`photoorg gui`, and `photoorg` alone: the window."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
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
    check_window()
    with _signals_held_back():
        from photoorg.ui.application import run_window

    run_window(data_dir, device=device, suggestions=suggestions, say=say, on_fatal=_end_at_once)


def check_window() -> None:
    """Load Qt. Raises NoDisplay, QtLibrariesMissing."""
    with _signals_held_back():
        from photoorg.ui.display import check_window_possible

        check_window_possible()


@contextlib.contextmanager
def _signals_held_back() -> Iterator[None]:
    """While Qt is loaded: its bindings abort the process when a signal's exception comes in between."""
    came: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _frame: came.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) != signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt


def _end_at_once(error: PhotoorgError) -> NoReturn:
    """For the moment before Qt aborts the process: nothing is open yet, and no exception would get past it."""
    exit_code = fail(error, EXIT_ERROR, as_json=wants_json())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(exit_code)
