"""Shown photos in columns, for filters: names as numbers of a dictionary, texts in one piece. A part never changes."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import repeat
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from photoorg.catalog.columns import Keys, PhotoColumns
from photoorg.search.folded_text import lines_of_words
from photoorg.search.text_column import TextColumn

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]
Codes = NDArray[np.int32]
Name = TypeVar("Name")


class _Codes(dict[Name, int]):
    """Numbers in the order in which names came."""

    def __missing__(self, name: Name) -> int:
        self[name] = code = len(self)
        return code


class Names(Generic[Name]):
    """A dictionary of names that only grows: parts share it, and what a part knows of it stays true."""

    def __init__(self) -> None:
        self._codes: _Codes[Name] = _Codes()
        self._texts: dict[object, list[str]] = {}

    def codes(self, names: Sequence[Name]) -> Codes:
        """The numbers (n,) of names; new ones get one. In one thread at a time."""
        return np.fromiter(map(self._codes.__getitem__, names), np.int32, len(names))

    def known(self) -> list[Name]:
        """The names in the order of their numbers."""
        return list(self._codes)

    def texts(self, kind: object, make: Callable[[Name], str]) -> list[str]:
        """A text for each name, in the order of their numbers; it is made once for each `kind` of text."""
        made = self._texts.get(kind, [])
        if len(made) < len(names := self.known()):
            # A list of its own: another thread may do the same.
            made = self._texts[kind] = [*made, *map(make, names[len(made) :])]
        return made


@dataclass(frozen=True, eq=False)
class Dictionaries:
    """Folders (watch folder id, path relative to the volume), cameras (make, model), lenses and formats."""

    folders: Names[tuple[int, str]] = field(default_factory=Names)
    cameras: Names[tuple[str | None, str | None]] = field(default_factory=Names)
    lenses: Names[str | None] = field(default_factory=Names)
    formats: Names[str] = field(default_factory=Names)


@dataclass(frozen=True, eq=False)
class PhotoPart:
    """Photos (n), ascending by id; columns are as in PhotoColumns, names are numbers of the dictionaries.

    `texts` are the words of file name, title and caption, with a tabulator between them.
    """

    photo_ids: Ids
    picture_keys: Keys
    folders: Codes
    cameras: Codes
    lenses: Codes
    formats: Codes
    sizes_bytes: Ids
    taken: NDArray[np.datetime64]
    ratings: NDArray[np.uint8]
    widths: Codes
    heights: Codes
    latitudes: NDArray[np.float32]
    longitudes: NDArray[np.float32]
    favourite: Mask
    animated: Mask
    with_raw: Mask
    with_motion: Mask
    with_title: Mask
    with_caption: Mask
    held: Mask
    texts: TextColumn

    @classmethod
    def of(cls, chunks: Iterable[PhotoColumns], names: Dictionaries) -> "PhotoPart":
        """The photos of some columns."""
        columns, lines = [], []
        for chunk in chunks:
            arrays, texts = _arrays(chunk, names)
            columns.append(arrays)
            lines.append(texts)
        if not columns:
            return _EMPTY
        joined = {name: np.concatenate([arrays[name] for arrays in columns]) for name in _ARRAYS}
        return cls(**joined, texts=TextColumn("".join(lines).encode())).in_order()

    @classmethod
    def joined(cls, parts: Sequence["PhotoPart"], kept: Sequence[Mask]) -> "PhotoPart":
        """Several parts as one, with those of their photos that are kept. No photo may be kept twice."""
        pairs = list(zip(parts, kept, strict=True))
        arrays = {name: np.concatenate([getattr(part, name)[rows] for part, rows in pairs]) for name in _ARRAYS}
        lines = b"".join(part.texts.chosen(rows) for part, rows in pairs)
        return cls(**arrays, texts=TextColumn(lines)).in_order()

    def __len__(self) -> int:
        return len(self.photo_ids)

    @property
    def size_bytes(self) -> int:
        """Memory, without the dictionaries."""
        return sum(int(getattr(self, name).nbytes) for name in _ARRAYS) + self.texts.size_bytes

    def in_order(self) -> "PhotoPart":
        """The same with ascending photo ids, each once."""
        if (np.diff(self.photo_ids) > 0).all():
            return self
        order = np.unique(self.photo_ids, return_index=True)[1]
        arrays = {name: getattr(self, name)[order] for name in _ARRAYS}
        return replace(self, **arrays, texts=self.texts.reordered(order))


_ARRAYS = tuple(column.name for column in fields(PhotoPart) if column.name != "texts")
_AS_READ = (
    *("photo_ids", "picture_keys", "sizes_bytes", "taken", "ratings", "widths", "heights", "latitudes", "longitudes"),
    *("favourite", "animated", "with_raw", "with_motion", "held"),
)


def _arrays(read: PhotoColumns, names: Dictionaries) -> tuple[dict[str, NDArray[Any]], str]:
    folders, _, files = zip(*[path.rpartition(os.sep) for path in read.paths], strict=True)
    with_title = np.array([text != "" for text in read.titles], np.bool_)
    with_caption = np.array([text != "" for text in read.captions], np.bool_)
    coded = {
        "folders": names.folders.codes(list(zip(read.folder_ids.tolist(), folders, strict=True))),
        "cameras": names.cameras.codes(read.cameras),
        "lenses": names.lenses.codes(read.lenses),
        "formats": names.formats.codes(read.formats),
        "with_title": with_title,
        "with_caption": with_caption,
    }
    texts = list(files)
    for row in np.flatnonzero(with_title | with_caption).tolist():
        parts = (texts[row], read.titles[row], read.captions[row])
        texts[row] = " \t ".join(part.replace("\t", " ") for part in parts)
    return coded | {name: getattr(read, name) for name in _AS_READ}, _lines(texts)


def _lines(texts: Sequence[str]) -> str:
    """The words of names, and of titles and captions behind them; some names have line ends."""
    if sum(map(str.count, texts, repeat("\n"))):
        texts = [text.replace("\n", " ") for text in texts]
    return lines_of_words(texts)


_NUMBERS: dict[str, Any] = {
    "photo_ids": np.int64, "picture_keys": "S16", "sizes_bytes": np.int64, "taken": "datetime64[s]",
    "ratings": np.uint8, "latitudes": np.float32, "longitudes": np.float32,
} | dict.fromkeys(("folders", "cameras", "lenses", "formats", "widths", "heights"), np.int32)  # fmt: skip
_EMPTY = PhotoPart(
    **{name: np.empty(0, _NUMBERS.get(name, np.bool_)) for name in _ARRAYS},
    texts=TextColumn(b""),
)
