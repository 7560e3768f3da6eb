"""`photoorg suggest`: how a search may go on, and what there is to search for."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from photoorg.cli.context import DataDirOption, DeviceOption, JsonOption, emit, open_library, printable, say
from photoorg.errors import PhotoorgError

if TYPE_CHECKING:
    from photoorg.library import Completion, Library, Suggestion, Thing


def suggest(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="[QUERY]", help="What is typed so far.", show_default=False)] = "",
    things: Annotated[
        bool, typer.Option("--things", help="Count first what everyday things the library contains: takes seconds.")
    ] = False,
    device: DeviceOption = "auto",
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how a search may go on: filters and their values, past searches, albums, tags, things in the library."""
    with open_library(ctx, data_dir, device) as library:
        found = _things(library, count=things)
        value = {
            "query": query,
            "completions": [_completion(query, one) for one in library.complete(query)],
            "suggestions": [_suggestion(one) for one in library.searches.suggestions(query, things=found)],
        }
    emit(value, as_json=as_json, show=_show)


def _things(library: "Library", *, count: bool) -> "list[Thing]":
    from photoorg.jobs.blocking import run_blocking
    from photoorg.library import ThingsJob

    try:
        things = library.things()
    except PhotoorgError:  # the rest is known without a model
        if count:
            raise
        return []
    if count:
        run_blocking(ThingsJob(things), "model")
    return things.there()


def _completion(query: str, completion: "Completion") -> dict[str, Any]:
    whole = query[: completion.start] + completion.text + query[completion.end :]
    return {"query": whole, "label": completion.label, "detail": completion.detail, "kind": completion.kind}


def _suggestion(suggestion: "Suggestion") -> dict[str, Any]:
    return {"kind": suggestion.kind, "text": suggestion.text, "photos": suggestion.photos}


def _show(value: dict[str, Any]) -> None:
    for one in value["completions"]:
        typer.echo(f"{printable(one['query'])}  {printable(one['detail'])}".rstrip())
    for one in value["suggestions"]:
        photos = "" if one["photos"] is None else f"  ({one['photos']:,})"
        typer.echo(f"{printable(' '.join(one['text'].split()))}{photos}  [{one['kind']}]")
    if not value["completions"] and not value["suggestions"]:
        say("Nothing to suggest.")
