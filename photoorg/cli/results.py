"""How search results are shown, shared by `search` and `similar`."""

import shlex
from typing import TYPE_CHECKING, Any

import typer

from photoorg.amounts import counted
from photoorg.cli.context import printable, say
from photoorg.cli.error_output import error_dict

if TYPE_CHECKING:
    from photoorg.library import ExactWords, Library, SearchResult

_WHOLE = 0.9995


def result_dict(query: str, result: "SearchResult", total_seconds: float) -> dict[str, Any]:
    """The JSON document of a search."""
    return {
        "query": query,
        "results": [
            {
                "path": str(hit.path),
                "id": hit.photo.id,
                "score": None if hit.score is None else round(hit.score, 6),
                "relevance": round(hit.relevance, 4),
                "online": hit.photo.online,
                "copies": len(hit.copies),
            }
            for hit in result.hits
        ],
        "relevant": result.relevant,
        "nothing_matches": result.nothing_matches,
        "coverage": round(result.coverage, 6),
        "seconds": {
            "encode": round(result.encode_seconds, 4),
            "search": round(result.search_seconds, 4),
            "total": round(total_seconds, 4),
        },
        "model": result.model,
        "notices": [error_dict(notice) for notice in result.notices],
    }


def exact_words_dict(words: "ExactWords | None") -> dict[str, Any]:
    """What a JSON document of a search says of exact words."""
    return {"exact_words": None if words is None else {"photos": words.photos, "query": words.query}}


def show_results(value: dict[str, Any], *, kept_all: bool = True, skipped: int | None = 0) -> None:
    """Results for people: relevance and path, best first. `kept_all`: nothing was cut off.

    `skipped` better ones were left out; None where there is no number of all.
    """
    for notice in value["notices"]:
        say(f"{notice['message']} {notice['hint']}".rstrip())
    for hit in value["results"]:
        offline = "" if hit["online"] else "  (offline)"
        copies = f"  (+{counted(hit['copies'], 'copy', 'copies')})" if hit["copies"] else ""
        typer.echo(f"{hit['relevance']:>4.0%}  {printable(hit['path'])}{offline}{copies}")
    if value["nothing_matches"]:
        say(_nothing(by_facts=not value["model"], kept_all=kept_all))
    elif skipped is not None:
        _say_how_many(len(value["results"]), value["relevant"], skipped)
    if (words := value.get("exact_words")) and words["photos"]:
        found = counted(words["photos"], "photo has", "photos have")
        say(f"{found} these words in their names, folders or tags: photoorg search {shlex.quote(words['query'])}")
    if value["coverage"] < _WHOLE:
        say(f"The search covers {value['coverage']:.0%} of the photos; `photoorg index` embeds the rest.")


def _nothing(*, by_facts: bool, kept_all: bool) -> str:
    if by_facts:
        return "No photo fits that."
    nearest = "" if kept_all else " `--all` shows the nearest photos all the same."
    return f"Nothing in the library matches well.{nearest}"


def _say_how_many(shown: int, all_of_them: int, skipped: int) -> None:
    """How many more there are, and how to see them."""
    if not shown:
        say(f"There are only {all_of_them:,}.")
    elif skipped + shown < all_of_them:
        which = f"{skipped + 1:,} to {skipped + shown:,}" if skipped else f"{shown:,}"
        say(f"{which} of {all_of_them:,}; -k {all_of_them} shows all.")


def say_who_answered(library: "Library") -> None:
    """Tell people when it was not the active model."""
    overview = library.overview()
    if overview.answering_model:
        say(
            f"{overview.answering_model} answered: {overview.active_model} has seen {overview.covered:.0%} of the photos "
            "so far; `photoorg index` goes on."
        )
