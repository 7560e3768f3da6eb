"""`photoorg similar`: photos like this one."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from photoorg.cli.context import (
    CountOption,
    DataDirOption,
    DeviceOption,
    JsonOption,
    ModelOption,
    emit,
    open_library,
    seconds_since_start,
)
from photoorg.cli.results import result_dict, say_who_answered, show_results


def similar(
    ctx: typer.Context,
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="A photo, in the library or not.")],
    k: CountOption = 20,
    model: ModelOption = None,
    device: DeviceOption = "auto",
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find photos like this one."""
    with open_library(ctx, data_dir, device) as library:
        if model is not None:
            library.models.use(model)
        result = library.similar(photo, k=k)
        document = result_dict(str(photo.absolute()), result, seconds_since_start())
        emit(document, as_json=as_json, show=partial(show_results, skipped=None))
        say_who_answered(library)
