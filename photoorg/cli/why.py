"""`photoorg why`: where in a photo a search matches."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoorg.cli.context import (
    DataDirOption,
    DeviceOption,
    JsonOption,
    ModelOption,
    emit,
    open_library,
    printable,
    seconds_since_start,
)
from photoorg.cli.results import say_who_answered

if TYPE_CHECKING:
    from photoorg.library import WhyMap

_PNG = ".png"
_ROWS = ("upper", "", "lower")
_COLUMNS = ("left", "", "right")


def why(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="What is on the photo, in your own words.")],
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="A photo, in the library or not.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the photo with the place made visible (PNG).")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Let --out replace a file; never a photo.")] = False,
    model: ModelOption = None,
    device: DeviceOption = "auto",
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show where in a photo a description lies."""
    if out is not None and out.suffix.lower() != _PNG:
        raise typer.BadParameter("the name must end in .png", param_hint="--out")
    with open_library(ctx, data_dir, device) as library:
        if out is not None:
            library.check_why_out(photo, out, replace=force)
        if model is not None:
            library.models.use(model)
        found = library.why(photo, query)
        if out is not None:
            library.write_why(photo, found, out, replace=force)
        emit(_why_dict(query, photo, found, out), as_json=as_json, show=_show)
        say_who_answered(library)


def _why_dict(query: str, photo: Path, why: "WhyMap", out: Path | None) -> dict[str, Any]:
    return {
        "query": query,
        "photo": str(photo.absolute()),
        "is_local": why.is_local,
        "peak": [round(side, 4) for side in why.peak],
        "box": [round(side, 4) for side in why.box],
        "strength": round(why.strength, 6),
        "out": None if out is None else str(out.absolute()),
        "seconds": round(seconds_since_start(), 4),
    }


def _show(value: dict[str, Any]) -> None:
    if value["is_local"]:
        left, top, right, bottom = value["box"]
        typer.echo(f"{place_in_words(*value['peak'])}, {(right - left) * (bottom - top):.0%} of the picture")
    else:
        typer.echo("nowhere in particular: all of the picture matches, or nothing in it")
    if value["out"]:
        typer.echo(printable(value["out"]))


def place_in_words(x: float, y: float) -> str:
    """A place (0..1 of width and height), as people say it: by thirds."""
    words = (_ROWS[min(2, int(3 * y))], _COLUMNS[min(2, int(3 * x))])
    return " ".join(word for word in words if word) or "middle"
