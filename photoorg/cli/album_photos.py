"""The photos of an album: those in it, or what its saved search finds now."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from photoorg.cli.context import printable, say, seconds_since_start
from photoorg.cli.results import result_dict, show_results

if TYPE_CHECKING:
    from photoorg.library import Album, Library


@dataclass(frozen=True)
class PhotosShown:
    """The JSON document, and how it is shown to people."""

    value: dict[str, Any]
    show: Callable[[dict[str, Any]], None]


def photos_of(library: "Library", album: "Album", count: int) -> PhotosShown:
    """At most `count` photos of an album: in the order in which they came, or of a search best first."""
    if album.query is not None:
        return PhotosShown(_found(library, album, album.query, count), partial(show_results, kept_all=True))
    everything = library.albums.photo_ids(album)
    photo_ids = list(everything)[:count]
    photos = library.photos_by_id(photo_ids)
    results = [
        {"path": os.fsdecode(photos[number].path), "online": photos[number].online}
        for number in photo_ids
        if number in photos
    ]
    return PhotosShown({"query": None, "results": results}, partial(_show, all_of_them=len(everything)))


def _found(library: "Library", album: "Album", query: str, count: int) -> dict[str, Any]:
    """What the search finds, cut off and folded as the album says."""
    result = library.search(query, k=count, cut_off=album.cut_off, fold=album.folded)
    return result_dict(query, result, seconds_since_start())


def _show(value: dict[str, Any], *, all_of_them: int) -> None:
    for photo in value["results"]:
        offline = "" if photo["online"] else "  (offline)"
        typer.echo(f"{printable(photo['path'])}{offline}")
    if not value["results"]:
        say("There is no photo in this album.")
    elif len(value["results"]) < all_of_them:
        say(f"{len(value['results']):,} of {all_of_them:,}; -k {all_of_them} shows all.")
