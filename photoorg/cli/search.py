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
from photoorg.cli.results import exact_words_dict, result_dict, say_who_answered, show_results


def search(
    ctx: typer.Context,
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="What is on the photos, in your own words; filters too.")
    ],
    k: CountOption = 20,
    like: Annotated[
        list[Path] | None, typer.Option("--like", help="A photo that the results should resemble too; may be repeated.")
    ] = None,
    keep_all: Annotated[bool, typer.Option("--all", help="Keep results below the relevance cut-off.")] = False,
    cut_off: Annotated[
        float, typer.Option("--cut-off", min=0.0, max=1.0, help="The least relevance of a result: less finds more.")
    ] = 0.5,
    copies: Annotated[bool, typer.Option("--copies", help="List copies of a picture one by one.")] = False,
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
        result = library.search(query, like=like or (), k=k, keep_all=keep_all, cut_off=cut_off, fold=not copies)
        words = library.exact_words(query)
        document = result_dict(query, result, seconds_since_start()) | exact_words_dict(words)
        emit(document, as_json=as_json, show=show)
        if not as_json:  # what programs ask is no history of a person's
            library.searches.remember(query)
        say_who_answered(library)
