"""Which photos fit: conditions and exact words, evaluated on the table of all photos.

What is unknown of a photo (no date, no place, no camera) never fits a condition, and so always fits its negation.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoorg.media.formats import RAW_EXTENSIONS
from photoorg.search.folded_text import word_pattern, words_of
from photoorg.search.great_circle import are_near
from photoorg.search.label_pairs import among
from photoorg.search.language.conditions import (
    Comparison,
    Condition,
    Has,
    InFolder,
    Named,
    Near,
    OfType,
    Oriented,
    Rated,
    Sized,
    Taken,
    Trait,
)
from photoorg.search.language.expression import Phrase
from photoorg.search.named_places import camera_words, folder_paths, folder_words, lens_words
from photoorg.search.photo_part import Codes, Ids, Mask, PhotoPart
from photoorg.search.photo_table import PhotoTable

# Which photos of a part fit.
Test = Callable[[PhotoPart], Mask]

_RAW_FORMATS = frozenset({"RAW", *(name.decode().upper() for name in RAW_EXTENSIONS)})
_PANORAMA = 2  # times as wide as high
# "As large as": nobody knows the bytes of a photo, or its pixels, to the last one.
_ABOUT = 0.05
_MEGA = 1e6


def select(
    table: PhotoTable,
    conditions: Iterable[Condition] = (),
    without: Iterable[Condition] = (),
    phrases: Iterable[Phrase] = (),
    without_phrases: Iterable[Phrase] = (),
) -> Mask:
    """Which rows of the table (n,) are photos that fit all conditions and phrases, and none of those they are to be without."""
    wanted = [*(_test(one, table) for one in conditions), *(_phrase_test(one, table) for one in phrases)]
    unwanted = [*(_test(one, table) for one in without), *(_phrase_test(one, table) for one in without_phrases)]
    masks = [np.empty(0, np.bool_)]
    for part, there in zip(table.parts, table.there_of, strict=True):
        mask = there.copy()
        for test in wanted:
            mask &= test(part)
        for test in unwanted:
            mask &= ~test(part)
        masks.append(mask)
    return np.concatenate(masks)


def _phrase_test(phrase: Phrase, table: PhotoTable) -> Test:
    """Exact words, in this order, in one of the texts of a photo; whatever stands between words counts as a blank."""
    words = words_of(phrase.text)
    if not words.strip():
        return _never
    folders = _flags(words in text for text in folder_words(table))
    cameras = _flags(words in text for text in camera_words(table))
    tagged = table.labels["tag"].with_words(words)

    def test(part: PhotoPart) -> Mask:
        mask = part.texts.holding(words)
        for names, codes in ((folders, part.folders), (cameras, part.cameras)):
            if names.any():
                mask |= names[codes]
        return mask | among(tagged, part.photo_ids) if len(tagged) else mask

    return test


@singledispatch
def _test(condition: Condition, _table: PhotoTable) -> Test:
    raise TypeError(f"not a condition: {condition!r}")


@_test.register
def _(condition: Taken, _table: PhotoTable) -> Test:
    def test(part: PhotoPart) -> Mask:
        mask = ~np.isnat(part.taken)
        if condition.start is not None:
            mask &= part.taken >= np.datetime64(condition.start, "s")
        if condition.end is not None:
            mask &= part.taken < np.datetime64(condition.end, "s")
        return mask

    return test


@_test.register
def _(condition: InFolder, table: PhotoTable) -> Test:
    names = condition.names
    start = "^" if names[:1] == ("",) else ""
    inner = "/".join("[^/]*".join(map(re.escape, name.split("*"))) for name in names if name)
    wanted = re.compile(f"{start}/{inner}/" if inner else f"{start}/")
    return _coded(_flags(wanted.search(path) for path in folder_paths(table)), lambda part: part.folders)


@_test.register
def _(condition: Named, table: PhotoTable) -> Test:
    if condition.kind == "camera":
        return _with_words(condition.name, camera_words(table), lambda part: part.cameras)
    if condition.kind == "lens":
        return _with_words(condition.name, lens_words(table), lambda part: part.lenses)
    return _labelled(table.labels[condition.kind].with_name(condition.name))


@_test.register
def _(condition: OfType, table: PhotoTable) -> Test:
    wanted = condition.format.casefold()
    return _coded(_flags(name.casefold() == wanted for name in table.names.formats.known()), lambda part: part.formats)


@_test.register
def _(condition: Rated, _table: PhotoTable) -> Test:
    return lambda part: _compared(part.ratings, condition.comparison, condition.stars)


@_test.register
def _(condition: Near, _table: PhotoTable) -> Test:
    place = condition.latitude, condition.longitude
    return lambda part: are_near(part.latitudes, part.longitudes, *place, condition.distance_km)


@_test.register
def _(condition: Oriented, _table: PhotoTable) -> Test:
    tests: dict[str, Test] = {
        "landscape": lambda part: part.widths > part.heights,
        "portrait": lambda part: part.widths < part.heights,
        "square": lambda part: part.widths == part.heights,
        "panorama": lambda part: part.widths >= _PANORAMA * part.heights,
    }
    return tests[condition.orientation]


@_test.register
def _(condition: Sized, _table: PhotoTable) -> Test:
    comparison, amount = condition.comparison, condition.amount
    if condition.unit == "pixels":
        return lambda part: _compared(np.maximum(part.widths, part.heights), comparison, amount)
    if condition.unit == "megapixels":
        return lambda part: _about(part.widths.astype(np.int64) * part.heights, comparison, amount * _MEGA)
    return lambda part: _about(part.sizes_bytes, comparison, amount)


@_test.register
def _(condition: Has, table: PhotoTable) -> Test:
    return _TRAITS[condition.trait](table)


def _is_offline(table: PhotoTable) -> Test:
    online = {folder_id: table.is_online(folder_id) for folder_id in table.followed}
    folders = _flags(not online.get(folder_id, False) for folder_id, _ in table.names.folders.known())
    return lambda part: folders[part.folders] | part.held


def _is_raw(table: PhotoTable) -> Test:
    formats = _flags(name.upper() in _RAW_FORMATS for name in table.names.formats.known())
    return lambda part: formats[part.formats] | part.with_raw


def _has_camera(table: PhotoTable) -> Test:
    return _coded(_flags(words.strip() for words in camera_words(table)), lambda part: part.cameras)


_TRAITS: dict[Trait, Callable[[PhotoTable], Test]] = {
    "favourite": lambda _: lambda part: part.favourite,
    "rated": lambda _: lambda part: part.ratings > 0,
    "offline": _is_offline,
    "raw": _is_raw,
    "live": lambda _: lambda part: part.with_motion,
    "animated": lambda _: lambda part: part.animated,
    "gps": lambda _: lambda part: ~(np.isnan(part.latitudes) | np.isnan(part.longitudes)),
    "title": lambda _: lambda part: part.with_title,
    "caption": lambda _: lambda part: part.with_caption,
    "tag": lambda table: _labelled(table.labels["tag"].with_any()),
    "album": lambda table: _labelled(table.labels["album"].with_any()),
    "camera": _has_camera,
    "date": lambda _: lambda part: ~np.isnat(part.taken),
}


def _never(part: PhotoPart) -> Mask:
    return np.zeros(len(part), np.bool_)


def _flags(values: Iterable[object]) -> Mask:
    return np.array([bool(value) for value in values], np.bool_)


def _coded(names: Mask, codes: Callable[[PhotoPart], Codes]) -> Test:
    return lambda part: names[codes(part)] if names.any() else _never(part)


def _with_words(pattern: str, words: Sequence[str], codes: Callable[[PhotoPart], Codes]) -> Test:
    wanted = word_pattern(pattern)
    return _coded(_flags(text.strip() and wanted.search(text) for text in words), codes)


def _labelled(photo_ids: Ids) -> Test:
    return lambda part: among(photo_ids, part.photo_ids) if len(photo_ids) else _never(part)


def _compared(values: NDArray[Any], comparison: Comparison, amount: float) -> Mask:
    compare: dict[Comparison, Callable[[NDArray[Any], float], Any]] = {
        "=": np.equal,
        "<": np.less,
        "<=": np.less_equal,
        ">": np.greater,
        ">=": np.greater_equal,
    }
    return np.asarray(compare[comparison](values, amount), np.bool_)


def _about(values: NDArray[np.int64], comparison: Comparison, amount: float) -> Mask:
    if comparison != "=":
        return _compared(values, comparison, amount)
    return np.asarray(np.abs(values - amount) <= _ABOUT * amount, np.bool_)
