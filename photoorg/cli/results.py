"""How search results are shown, shared by `search` and `similar`."""

from typing import TYPE_CHECKING, Any

import typer

from photoorg.cli.context import printable, say

if TYPE_CHECKING:
    from photoorg.library import SearchResult

_WHOLE = 0.9995


def result_dict(query: str, result: "SearchResult", total_seconds: float) -> dict[str, Any]:
    """The JSON document of a search."""
    return {
        "query": query,
        "results": [
            {"path": str(hit.path), "score": round(hit.score, 6), "relevance": round(hit.relevance, 4)}
            for hit in result.hits
        ],
        "nothing_matches": result.nothing_matches,
        "coverage": round(result.coverage, 6),
        "seconds": {
            "encode": round(result.encode_seconds, 4),
            "search": round(result.search_seconds, 4),
            "total": round(total_seconds, 4),
        },
    }


def show_results(value: dict[str, Any], *, kept_all: bool = True) -> None:
    """Results for people: relevance and path, best first. `kept_all`: nothing was cut off."""
    for hit in value["results"]:
        typer.echo(f"{hit['relevance']:>4.0%}  {printable(hit['path'])}")
    if value["nothing_matches"]:
        nearest = "" if kept_all else " `--all` shows the nearest photos all the same."
        say(f"Nothing in the library matches well.{nearest}")
    if value["coverage"] < _WHOLE:
        say(f"The search covers {value['coverage']:.0%} of the photos; `photoorg index` embeds the rest.")
