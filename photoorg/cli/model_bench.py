"""`photoorg model bench`: how fast a model is on this machine."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoorg.cli.context import DataDirOption, DeviceOption, JsonOption, emit, open_library, printable
from photoorg.cli.progress import ProgressLine
from photoorg.errors import ModelMissing

if TYPE_CHECKING:
    from photoorg.embedding.models import InstalledModel
    from photoorg.library import Library

_ROW = "{:1} {:<9} {:<6} {:<9} {:>5} {:>7} {:>9} {:>9}"


def bench(
    ctx: typer.Context,
    model: Annotated[
        str | None, typer.Argument(metavar="[MODEL]", help="The active model without a name.", show_default=False)
    ] = None,
    device: DeviceOption = "auto",
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure images/s and the time of a text per precision, and what suits this machine."""
    with open_library(ctx, data_dir, device) as library, ProgressLine() as line:
        from photoorg.embedding.bench import bench as measure
        from photoorg.embedding.tuning import FILE_NAME

        threads = library.settings.thread_count
        tuning_file = library.data_dir.models / FILE_NAME
        report = measure(_chosen(library, model), device, line.say, threads, tuning_file).as_json()
    emit(report, as_json=as_json, show=_show)


def _chosen(library: "Library", reference: str | None) -> "InstalledModel":
    from photoorg.embedding.models import resolve

    model = resolve(reference, library.data_dir.models) if reference else library.models.active
    if model is None:
        raise ModelMissing
    return model


def _show(report: dict[str, Any]) -> None:
    typer.echo(f"{printable(report['model'])}, on {'; '.join(report['machine'].values())}\n")
    typer.echo(_ROW.format("", "", "device", "precision", "batch", "threads", "images/s", "ms a text"))
    for speed in report["speeds"]:
        typer.echo(_row(speed))
    for device, gain in report["times_open_clip"].items():
        typer.echo(f"\n{gain:.1f} times the images/s of open_clip's default call ({device}).")
    for name in ("image", "text"):
        cost = report[f"{name}_tower"]
        typer.echo(
            f"The {name} tower takes {cost['tower_megabytes']:,.0f} MB and {cost['load_s']:.2f} s, "
            f"what it imports {cost['imports_megabytes']:,.0f} MB and {cost['import_s']:.1f} s."
        )


def _row(speed: dict[str, Any]) -> str:
    names = ("program", "device", "precision", "batch_size", "threads")
    rates = (f"{speed['images_per_second']:,.1f}", f"{speed['text_ms']:.1f}")
    return _ROW.format("*" if speed["is_chosen"] else "", *(speed[name] for name in names), *rates)
