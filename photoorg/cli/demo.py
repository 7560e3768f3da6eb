"""`photoorg demo`: drawn pictures and the bundled model, in the window or, headless, as printed searches."""

from pathlib import Path
from typing import Annotated, Any

import typer

from photoorg.cli.context import (
    DataDirOption,
    DeviceOption,
    JsonOption,
    checked_device,
    chosen_data_dir,
    emit,
    printable,
    say,
)
from photoorg.cli.gui import check_window, open_window
from photoorg.cli.progress import ProgressLine

_SHOWN = 5
_OFFERED = 8  # searches in the window: two rows of it


def demo(
    ctx: typer.Context,
    headless: Annotated[
        bool, typer.Option("--headless", help="Open no window: index, run the suggested searches and print them.")
    ] = False,
    device: DeviceOption = "auto",
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw a demo library, and open the window on it with searches to try. The demo model comes with photoorg."""
    from photoorg.demo.demo_library import default_demo_dir

    folder = chosen_data_dir(ctx, data_dir) or default_demo_dir()
    checked_device(device)
    if headless:
        emit(_run_searches(folder, device), as_json=as_json, show=_show)
    else:
        _show_window(folder, device)
        emit({"data_dir": str(folder.absolute())}, as_json=as_json, show=lambda _closed: None)


def _run_searches(folder: Path, device: str) -> dict[str, Any]:
    from photoorg.demo.demo_library import run_demo
    from photoorg.log import set_up_logging

    with ProgressLine() as line:
        result = run_demo(folder, device=device, on_progress=line.show, say=say)
    set_up_logging(None)
    return result


def _show_window(folder: Path, device: str) -> None:
    """Everything but the pictures is made while the window is shown."""
    from photoorg.demo.searches import SUGGESTED_SEARCHES

    check_window()
    _prepare(folder)
    open_window(folder, device=device, suggestions=[search.query for search in SUGGESTED_SEARCHES[:_OFFERED]])


def _prepare(folder: Path) -> None:
    from photoorg.demo.demo_library import PICTURES, draw_pictures
    from photoorg.library import Library

    with Library(folder) as library:
        say("Drawing the demo pictures ...")
        draw_pictures(library.data_dir.root)
        library.models.use("demo")
        library.add_folder(library.data_dir.root / PICTURES)


def _show(value: dict[str, Any]) -> None:
    pictures = Path(value["data_dir"]) / "pictures"
    typer.echo(f"{value['photos']:,} drawn pictures in {printable(str(pictures))}")
    for search in value["searches"]:
        typer.echo(f"\n{search['query']}  ({search['relevant']} such pictures)")
        for hit in search["results"][:_SHOWN]:
            mark = "+" if hit["relevant"] else "-"
            name = Path(hit["path"]).relative_to(pictures)
            typer.echo(f"  {mark} {hit['relevance']:>4.0%}  {printable(str(name))}")
