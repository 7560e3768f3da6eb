"""`photoorg history`: what was searched for."""

from typing import Annotated, Any

import typer

from photoorg.cli.context import DataDirOption, JsonOption, emit, open_library, printable, say


def history(
    ctx: typer.Context,
    query: Annotated[
        str | None, typer.Argument(metavar="[QUERY]", help="With --forget: only this search.", show_default=False)
    ] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Forget all searches, or the one given.")] = False,
    count: Annotated[int, typer.Option("-k", min=1, help="How many searches to show at most.")] = 20,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what was searched for, most recent first, or forget it."""
    if query is not None and not forget:
        raise typer.BadParameter("a QUERY belongs to --forget; `photoorg search` searches.")
    with open_library(ctx, data_dir) as library:
        value: dict[str, Any] = {"forgotten": library.searches.forget(query)} if forget else {}
        searches = [] if forget else library.searches.recent(count)
    value["searches"] = [
        {"query": past.query, "searched_utc": past.searched_utc, "times": past.times} for past in searches
    ]
    emit(value, as_json=as_json, show=_show)


def _show(value: dict[str, Any]) -> None:
    for past in value["searches"]:
        times = f"  ({past['times']:,} times)" if past["times"] > 1 else ""
        typer.echo(f"{printable(' '.join(past['query'].split()))}{times}")
    if "forgotten" in value:
        say(f"Searches forgotten: {value['forgotten']:,}.")
    elif not value["searches"]:
        say("No searches yet.")
