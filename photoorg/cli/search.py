"""`photoorg search`: find photos by describing them."""

from dataclasses import replace
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

# \b keeps the lines of a paragraph as they are.
LANGUAGE = """QUERY is a sentence. Those who want more add to it:

\b
  "birthday 2019"            exact words: file name, folder, tag, title, caption, camera
  dog -snow, dog not snow    without that; also -tag:work, -(snow at night)
  beach^2 sunset             beach counts twice
  like:my.jpg, like:#12      like a photo, by its path or its id (see --json)
  dog OR cat, (dog | cat)    one or the other
  date:2023, date:"last summer", before:2023-06, after:2020
  folder:trips/italy  album:family  tag:beach  camera:canon  lens:50mm
  type:raw  rating:>=4  is:favourite  has:gps  near:48.2,16.4,10km
  orientation:portrait  size:>5MB  size:>=12MP  size:<2000px

The whole in single quotes keeps the shell from reading it:

\b
  photoorg search 'a boat -snow date:2023 (rating:>=4 OR is:favourite)'
  photoorg search 'sunset over the sea' --like my.jpg -k 50
  photoorg search -- '-snow'"""


def search(
    ctx: typer.Context,
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="What is on the photos, in your own words; filters too.")
    ],
    k: CountOption = 20,
    skip: Annotated[int, typer.Option("--skip", min=0, help="Leave out so many of the best: the next page.")] = 0,
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
    """Find photos by describing what is on them, best first, without those that match badly."""
    with open_library(ctx, data_dir, device) as library:
        if model is not None:
            library.models.use(model)
        show = partial(show_results, kept_all=keep_all, skipped=skip)
        result = library.search(query, like=like or (), k=k + skip, keep_all=keep_all, cut_off=cut_off, fold=not copies)
        result = replace(result, hits=result.hits[skip:])
        words = library.exact_words(query)
        document = result_dict(query, result, seconds_since_start()) | exact_words_dict(words)
        emit(document, as_json=as_json, show=show)
        if not as_json:  # what programs ask is no history of a person's
            library.searches.remember(query)
        say_who_answered(library)
