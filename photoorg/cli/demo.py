"""`photoorg demo`: draws pictures, indexes them with the bundled model, and searches."""

from pathlib import Path
from typing import Annotated, Any

import typer

from photoorg.cli.context import DataDirOption, DeviceOption, JsonOption, chosen_data_dir, emit, printable, say
from photoorg.cli.progress import ProgressLine

_SHOWN = 5


def demo(
    ctx: typer.Context,
    headless: Annotated[bool, typer.Option("--headless", help="Run the suggested searches and print them.")] = False,
    device: DeviceOption = "auto",
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw a demo library, index it with the bundled demo model, and run suggested searches."""
    from photoorg.demo.demo_library import default_demo_dir, run_demo
    from photoorg.log import set_up_logging

    if not headless:
        say("The window is not there yet: running the searches here, as with --headless.")
    folder = chosen_data_dir(ctx, data_dir) or default_demo_dir()
    with ProgressLine() as line:
        result = run_demo(folder, device=device, on_progress=line.show, say=say)
    set_up_logging(None)
    emit(result, as_json=as_json, show=_show)


def _show(value: dict[str, Any]) -> None:
    pictures = Path(value["data_dir"]) / "pictures"
    typer.echo(f"{value['photos']:,} drawn pictures in {printable(str(pictures))}")
    for search in value["searches"]:
        typer.echo(f"\n{search['query']}  ({search['relevant']} such pictures)")
        for hit in search["results"][:_SHOWN]:
            mark = "+" if hit["relevant"] else "-"
            name = Path(hit["path"]).relative_to(pictures)
            typer.echo(f"  {mark} {hit['relevance']:>4.0%}  {printable(str(name))}")
