"""Example photos of a query by their ids: a saved search goes on to mean them when they are moved or renamed."""

from collections.abc import Callable
from dataclasses import replace

from photoorg.search.language.expression import All, Either, Like, Not, Part

# Finds the id of the photo at a path, as it was typed; None if the library has none there.
PhotoIdAt = Callable[[str], int | None]


def pinned(part: Part, photo_id_at: PhotoIdAt) -> Part:
    """The same query with the paths of its example photos as "#" and their ids, where the library has them."""
    match part:
        case Like(photo):
            return replace(part, photo=_pinned_photo(photo, photo_id_at))
        case Not(inner):
            return Not(pinned(inner, photo_id_at))
        case All(parts):
            return All(tuple(pinned(one, photo_id_at) for one in parts))
        case Either(parts):
            return Either(tuple(pinned(one, photo_id_at) for one in parts))
        case _:
            return part


def _pinned_photo(photo: str, photo_id_at: PhotoIdAt) -> str:
    if _is_id(photo):
        return photo
    photo_id = photo_id_at(photo)
    return photo if photo_id is None else f"#{photo_id}"


def _is_id(photo: str) -> bool:
    return photo.startswith("#") and photo[1:].isascii() and photo[1:].isdigit()
