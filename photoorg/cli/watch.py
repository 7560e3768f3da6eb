"""`photoorg watch`: stay, and index what changes."""

import typer

from photoorg.cli.context import DataDirOption, DeviceOption, JsonOption, ModelOption, open_library, say
from photoorg.cli.progress import ProgressLine
from photoorg.errors import PhotoorgError
from photoorg.jobs.blocking import run_blocking


def watch(
    ctx: typer.Context,
    model: ModelOption = None,
    device: DeviceOption = "auto",
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,  # noqa: ARG001 - asked for by main, for errors
) -> None:
    """Stay, and index what changes in the watch folders, until Ctrl-C. Your photos are never changed."""
    with open_library(ctx, data_dir, device) as library, ProgressLine() as line:
        if model is not None:
            library.use_model(model)
        is_ready = False

        def on_ready() -> None:
            nonlocal is_ready
            is_ready = True
            say("watching")

        def on_trouble(error: PhotoorgError) -> None:
            if not is_ready:
                raise error
            say(f"photoorg: {error}")

        run_blocking(library.watch_job(on_ready, on_trouble), "model", line.show)
