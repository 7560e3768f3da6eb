"""Names of folders and cameras as people see them, and as filters and exact words look for them."""

import os
from collections.abc import Mapping

from photoorg.catalog.columns import FollowedFolder
from photoorg.catalog.path_text import display_text, folded
from photoorg.search.folded_text import words_of
from photoorg.search.photo_table import PhotoTable


def camera_name(camera: tuple[str | None, str | None]) -> str:
    """Make and model; models often start with the make already. Empty if both are unknown."""
    make, model = ((text or "").strip() for text in camera)
    if not make or not model:
        return make or model
    return model if model.casefold().startswith(make.split()[0].casefold()) else f"{make} {model}"


def folder_name(folder: tuple[int, str], followed: Mapping[int, FollowedFolder]) -> str:
    """The path of a folder from its watch folder on, with that one's own name: "Pictures/Trips/Italy"."""
    folder_id, path = folder
    watched = followed.get(folder_id)
    above = display_text(os.path.dirname(watched.path)) if watched else ""
    return path.removeprefix(above).removeprefix(os.sep) if above else path


def camera_words(table: PhotoTable) -> list[str]:
    """The words of each camera: make and model."""
    return table.names.cameras.texts("words", lambda camera: words_of(" ".join(filter(None, camera))))


def lens_words(table: PhotoTable) -> list[str]:
    """The words of each lens."""
    return table.names.lenses.texts("words", lambda lens: words_of(lens or ""))


def folder_words(table: PhotoTable) -> list[str]:
    """The words of each folder's name: what lies above its watch folder is not asked for."""
    kind = "words", _places(table)
    return table.names.folders.texts(kind, lambda folder: words_of(folder_name(folder, table.followed)))


def folder_paths(table: PhotoTable) -> list[str]:
    """The absolute path of each folder, folded, with a slash before and after each name."""
    kind = "path", _places(table)
    mounts = {folder.id: _mount(folder, table) for folder in table.followed.values()}
    return table.names.folders.texts(kind, lambda folder: _slashed(os.path.join(mounts.get(folder[0], ""), folder[1])))


def _mount(folder: FollowedFolder, table: PhotoTable) -> str:
    volume = table.mounted.volume(folder.volume_key)
    return display_text(volume.mount if volume else folder.mount)


def _slashed(path: str) -> str:
    return "/".join(["", *filter(None, folded(path).split(os.sep)), ""])


def _places(table: PhotoTable) -> frozenset[tuple[int, str, bytes]]:
    """What the names of folders hang on besides the folders."""
    return frozenset((folder.id, _mount(folder, table), folder.path) for folder in table.followed.values())
