"""The command line: turns errors into messages and exit codes, and nothing else."""

import errno
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from photoorg.cli import (
    album,
    demo,
    doctor,
    folders,
    forget,
    gui,
    history,
    index,
    model,
    pause,
    search,
    similar,
    stats,
    suggest,
    tag,
    undo,
    watch,
    why,
)
from photoorg.cli.context import DataDirOption, Globals, chosen_data_dir
from photoorg.cli.error_output import EXIT_CANCELLED, EXIT_ERROR, fail, fail_bug, fail_usage, wants_json
from photoorg.errors import Cancelled, DiskFull, PhotoorgError

app = typer.Typer(
    name="photoorg",
    help="Find and tidy your own photos by describing them. Everything stays on your machine.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    gui.gui,
    demo.demo,
    folders.add,
    folders.remove,
    folders.folders,
    index.index,
    watch.watch,
    pause.pause,
    pause.resume,
):
    app.command()(command)
app.command(epilog=search.LANGUAGE)(search.search)
app.command()(similar.similar)
app.command()(why.why)
app.add_typer(album.app, name="album")
app.add_typer(tag.app, name="tag")
app.command()(suggest.suggest)
app.command()(history.history)
app.command()(undo.undo)
app.command()(undo.redo)
app.add_typer(model.app, name="model")
app.command()(forget.forget)
app.command()(stats.stats)
app.command()(doctor.doctor)


def _show_version(value: bool) -> None:
    if value:
        from photoorg import __version__

        sys.stdout.write(f"photoorg {__version__}\n")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    data_dir: DataDirOption = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Find and tidy your own photos by describing them. Everything stays on your machine."""
    ctx.obj = Globals(Path(data_dir) if data_dir else None)
    if ctx.invoked_subcommand is None:
        gui.open_window(chosen_data_dir(ctx, None))


def main() -> NoReturn:
    """Run the command line and exit: 0 done, 1 error, 2 usage, 70 a bug, 130 cancelled."""
    import multiprocessing

    multiprocessing.freeze_support()
    signal.signal(signal.SIGTERM, _terminate)
    as_json = wants_json()
    try:
        result = app(standalone_mode=False)
        sys.stdout.flush()
        # typer turns Ctrl-C into this result.
        sys.exit(fail(Cancelled(), EXIT_CANCELLED, as_json=as_json) if result == EXIT_CANCELLED else result or 0)
    except TyperException as error:
        sys.exit(fail_usage(error, as_json=as_json))
    except (KeyboardInterrupt, Cancelled):
        sys.exit(fail(Cancelled(), EXIT_CANCELLED, as_json=as_json))
    except PhotoorgError as error:
        sys.exit(fail(error, EXIT_ERROR, as_json=as_json))
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stderr.close()
        sys.exit(EXIT_ERROR)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            sys.exit(fail_bug(error, as_json=as_json))
        sys.stdout = None  # what is left in its buffer cannot be written either
        sys.exit(fail(DiskFull(path=error.filename or "the output"), EXIT_ERROR, as_json=False))
    except Exception as error:  # noqa: BLE001 - the one place where a bug becomes an exit code
        sys.exit(fail_bug(error, as_json=as_json))


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    # SIGTERM ends like Ctrl-C: what runs is cancelled, stored and closed.
    raise KeyboardInterrupt
