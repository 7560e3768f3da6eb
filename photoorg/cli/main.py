"""The command line: turns errors into messages and exit codes, and nothing else."""

import errno
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from photoorg.cli import demo, folders, index, model, search, similar, stats
from photoorg.cli.context import DataDirOption, Globals, print_json, say
from photoorg.errors import Cancelled, DiskFull, PhotoorgError

EXIT_ERROR, EXIT_USAGE, EXIT_BUG, EXIT_CANCELLED = 1, 2, 70, 130

app = typer.Typer(
    name="photoorg",
    help="Find and tidy your own photos by describing them. Everything stays on your machine.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (demo.demo, folders.add, folders.remove, folders.folders, index.index, search.search, similar.similar):
    app.command()(command)
app.add_typer(model.app, name="model")
app.command()(stats.stats)


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
        sys.stdout.write(f"{ctx.get_help()}\n")


def main() -> NoReturn:
    """Run the command line and exit: 0 done, 1 error, 2 usage, 70 a bug, 130 cancelled."""
    import multiprocessing

    multiprocessing.freeze_support()
    signal.signal(signal.SIGTERM, _terminate)
    as_json = "--json" in sys.argv[1:]
    try:
        result = app(standalone_mode=False)
        sys.stdout.flush()
        # typer turns Ctrl-C into this result.
        sys.exit(_fail(Cancelled(), EXIT_CANCELLED, as_json) if result == EXIT_CANCELLED else result or 0)
    except TyperException as error:
        sys.exit(_fail_usage(error, as_json))
    except (KeyboardInterrupt, Cancelled):
        sys.exit(_fail(Cancelled(), EXIT_CANCELLED, as_json))
    except PhotoorgError as error:
        sys.exit(_fail(error, EXIT_ERROR, as_json))
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stderr.close()
        sys.exit(EXIT_ERROR)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            sys.exit(_fail_bug(error, as_json))
        sys.stdout = None  # what is left in its buffer cannot be written either
        sys.exit(_fail(DiskFull(path=error.filename or "the output"), EXIT_ERROR, as_json=False))
    except Exception as error:  # noqa: BLE001 - the one place where a bug becomes an exit code
        sys.exit(_fail_bug(error, as_json))


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    # SIGTERM ends like Ctrl-C: what runs is cancelled, stored and closed.
    raise KeyboardInterrupt


def _fail(error: PhotoorgError, exit_code: int, as_json: bool) -> int:
    if as_json:
        print_json({"error": {"code": error.code, "message": str(error), "hint": error.hint_text}})
    say(f"photoorg: {error}")
    if error.hint_text:
        say(error.hint_text)
    return exit_code


def _fail_usage(error: TyperException, as_json: bool) -> int:
    hint = "`photoorg --help` lists the commands, `photoorg COMMAND --help` the options of one."
    if as_json:
        print_json({"error": {"code": "usage", "message": error.format_message(), "hint": hint}})
    message = error.format_message()
    if message.startswith("Usage:"):  # a group of commands without a command: its whole help
        say(message)
    else:
        say(f"photoorg: {message}")
        say(hint)
    return EXIT_USAGE


def _fail_bug(error: Exception, as_json: bool) -> int:
    import traceback

    if as_json:
        hint = "Please report it with the text on stderr."
        print_json({"error": {"code": "bug", "message": f"{type(error).__name__}: {error}", "hint": hint}})
    say("photoorg has a bug. Please report it with this text:")
    traceback.print_exception(error)
    return EXIT_BUG
