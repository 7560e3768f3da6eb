"""`photoorg search`: find photos by describing them."""

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


def search(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="What is on the photos, in your own words.")],
    k: CountOption = 20,
    like: Annotated[Path | None, typer.Option("--like", help="A photo that the results should resemble too.")] = None,
    keep_all: Annotated[bool, typer.Option("--all", help="Keep results below the relevance cut-off.")] = False,
    model: ModelOption = None,
    device: DeviceOption = "auto",
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find photos by describing what is on them."""
    with open_library(ctx, data_dir, device) as library:
        if model is not None:
            library.models.use(model)
        show = partial(show_results, kept_all=keep_all)
        result = library.search(query, like=like, k=k, keep_all=keep_all)
        emit(result_dict(query, result, seconds_since_start()), as_json=as_json, show=show)
        if not as_json:  # what programs ask is no history of a person's
            library.searches.remember(query)
        say_who_answered(library)
