"""How errors leave the program: a text on stderr, a JSON document on stdout, an exit code."""

import sys
from collections.abc import Mapping
from typing import Any

from typer.exceptions import TyperException

from photoorg.cli.context import print_json, say
from photoorg.cli.query_place import place_lines
from photoorg.errors import PhotoorgError
from photoorg.query_errors import QueryError

EXIT_ERROR, EXIT_USAGE, EXIT_BUG, EXIT_CANCELLED = 1, 2, 70, 130


def wants_json() -> bool:
    """Whether --json was given: errors can come before the options are read."""
    return "--json" in sys.argv[1:]


def fail(error: PhotoorgError, exit_code: int, *, as_json: bool, beside: Mapping[str, Any] | None = None) -> int:
    """Show an error that a user can read, and give the exit code. `beside`: what else its JSON document tells."""
    if as_json:
        print_json({"error": error_dict(error), **(beside or {})})
    say(f"photoorg: {error}")
    if isinstance(error, QueryError) and not as_json:
        for line in place_lines(error):
            say(line)
    if error.hint_text:
        say(error.hint_text)
    return exit_code


def error_dict(error: PhotoorgError) -> dict[str, Any]:
    """An error, or a notice, in a JSON document; of a query with its place, counted in characters."""
    value: dict[str, Any] = {"code": error.code, "message": str(error), "hint": error.hint_text}
    if isinstance(error, QueryError):
        value |= {"start": error.start, "end": error.end, "near": str(error.params.get("near", ""))}
    return value


def fail_usage(error: TyperException, *, as_json: bool) -> int:
    """Show what is wrong with the arguments, and give the exit code."""
    hint = "`photoorg --help` lists the commands, `photoorg COMMAND --help` the options of one."
    if hasattr(error, "option_name"):  # no such option
        hint += " What begins with a hyphen and is no option stands behind ` -- `: photoorg search -- -snow."
    if as_json:
        print_json({"error": {"code": "usage", "message": error.format_message(), "hint": hint}})
    message = error.format_message()
    if message.startswith("Usage:"):  # a group of commands without a command: its whole help
        say(message)
    else:
        say(f"photoorg: {message}")
        say(hint)
    return EXIT_USAGE


def fail_bug(error: Exception, *, as_json: bool) -> int:
    """Show a bug with its traceback, and give the exit code."""
    import traceback

    if as_json:
        hint = "Please report it with the text on stderr."
        print_json({"error": {"code": "bug", "message": f"{type(error).__name__}: {error}", "hint": hint}})
    say("photoorg has a bug. Please report it with this text:")
    traceback.print_exception(error)
    return EXIT_BUG
