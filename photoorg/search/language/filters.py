"""What filters mean: the keys, how the value of each is read, and what is said where it cannot be."""

from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple

from photoorg.query_errors import FilterValueInvalid
from photoorg.search.language import filter_values as values
from photoorg.search.language.conditions import Condition
from photoorg.search.language.expression import Filter
from photoorg.search.language.keys import EXAMPLES
from photoorg.search.language.wording import readable

# Whether a value is understood does not depend on the day.
_ANY_DAY: Final = date(2000, 1, 1)
_LIKE: Final = "like"


class FilterKey(NamedTuple):
    """How a value is read on a day (None: not understood), and what is expected, in words for people."""

    read: Callable[[str, date], Condition | None]
    expected: str


_A_DATE: Final = "a year, month, day, range or something like “last summer”"
FILTERS: Final = {
    "date": FilterKey(values.read_date, _A_DATE),
    "before": FilterKey(values.read_before, _A_DATE),
    "after": FilterKey(values.read_after, _A_DATE),
    "folder": FilterKey(values.read_folder, "the name of a folder, or folders in one another,"),
    "album": FilterKey(values.read_album, "the name of an album"),
    "tag": FilterKey(values.read_tag, "the name of a tag"),
    "camera": FilterKey(values.read_camera, "the name of a camera"),
    "lens": FilterKey(values.read_lens, "the name of a lens"),
    "type": FilterKey(values.read_type, "a format of picture files, or raw,"),
    "rating": FilterKey(
        values.read_rating, "a number of stars from 0 to 5, with <, <=, > or >= before it if you like,"
    ),
    "is": FilterKey(values.read_trait, f"one of {', '.join(values.IS_TRAITS)}"),
    "has": FilterKey(values.read_trait, f"one of {', '.join(values.HAS_TRAITS)}"),
    "near": FilterKey(values.read_near, "a place (degrees north, degrees east) and a distance"),
    "orientation": FilterKey(values.read_orientation, f"one of {', '.join(values.ORIENTATIONS)}"),
    "size": FilterKey(values.read_size, "an amount in MB (file), MP (picture) or px (longer side)"),
}


def conditions_of(filter: Filter, today: date) -> Condition:  # noqa: A002  the word of the language
    """What a filter means when it is asked on a day. Raises FilterValueInvalid if that is nothing."""
    condition = _read(filter.key, filter.value, today)
    if condition is None:
        text = f"{filter.key}:{filter.value}"
        raise invalid_value(filter.key, text, 0, len(text))
    return condition


def is_understood(key: str, value: str) -> bool:
    """Whether a value of a filter, or an example after `like:`, can mean something."""
    if key == _LIKE:
        return values.is_photo(value)
    return _read(key, value, _ANY_DAY) is not None


def invalid_value(key: str, query: str, start: int, end: int) -> FilterValueInvalid:
    """The error for what stands at a place in a query."""
    expected = FILTERS[key].expected if key in FILTERS else "the path of a photo, or # and its number,"
    params = {"query": query, "start": start, "end": end, "near": readable(query[start:end])}
    return FilterValueInvalid(**params, key=key, detail=expected, example=EXAMPLES.get(key, EXAMPLES[_LIKE]))


def _read(key: str, value: str, today: date) -> Condition | None:
    return FILTERS[key].read(value.strip(), today) if key in FILTERS and value.strip() else None
