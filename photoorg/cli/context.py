"""What all commands share: the data folder, and how results and errors are shown."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from photoorg.embedding.open_encoders import EncoderHost
    from photoorg.library import Library

DataDirOption = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Folder of the library (default: $PHOTOORG_DATA_DIR, else the platform's own)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
DeviceOption = Annotated[str, typer.Option("--device", help="auto, cpu, cuda or mps.", metavar="DEVICE")]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", help="Use this model from now on: demo, NAME/TAG, hf-hub:ORG/NAME or a folder."),
]
CountOption = Annotated[int, typer.Option("-k", min=1, help="How many photos to show at most.")]

_STARTED = time.perf_counter()

DEVICES = ("auto", "cpu", "cuda", "mps")


@dataclass
class Globals:
    """Options given before the command."""

    data_dir: Path | None = None


def open_library(
    ctx: typer.Context,
    data_dir: Path | None,
    device: str = "auto",
    encoder_host: "EncoderHost" = "in-process",
    max_cores: int | None = None,
) -> "Library":
    """The library that the options name. Raises what Library raises; a usage error for an unknown device."""
    checked_device(device)
    from photoorg.library import Library
    from photoorg.log import set_up_logging

    library = Library(chosen_data_dir(ctx, data_dir), device=device, encoder_host=encoder_host, max_cores=max_cores)
    set_up_logging(library.data_dir.log)
    return library


def checked_device(device: str) -> str:
    """The device as given. Raises a usage error for one that is unknown."""
    if device not in DEVICES:
        raise typer.BadParameter(f"{device!r} is not one of {', '.join(DEVICES)}.", param_hint="--device")
    return device


def chosen_data_dir(ctx: typer.Context, data_dir: Path | None) -> Path | None:
    """--data-dir, given before or after the command; None means the default."""
    before: Globals = ctx.ensure_object(Globals)
    return data_dir or before.data_dir


def emit(value: dict[str, Any], *, as_json: bool, show: Callable[[dict[str, Any]], None]) -> None:
    """Print a result: as one JSON document, or as text for people."""
    if as_json:
        print_json(value)
    else:
        show(value)


def print_json(value: dict[str, Any]) -> None:
    """One JSON document on stdout; bytes of paths that are not UTF-8 stay as Python's surrogate escapes."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True, indent=1) + "\n")


def say(text: str) -> None:
    """A message for people, on stderr."""
    sys.stderr.write(printable(text) + "\n")


def printable(text: str) -> str:
    """Text that any terminal takes: what cannot be encoded is escaped."""
    return text.encode("utf-8", "backslashreplace").decode()


def seconds_since_start() -> float:
    """Seconds since the program began to load, imports included."""
    return time.perf_counter() - _STARTED
