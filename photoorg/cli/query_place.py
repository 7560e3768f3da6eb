"""The faulty place of a query, shown to people: the query, and a line of carets under the place."""

import unicodedata

from photoorg.query_errors import QueryError

_BEFORE, _AFTER = 40, 30
_CUT = "..."


def place_lines(error: QueryError) -> list[str]:
    """Two lines, or none where an error has no place. Of a long query only what is around the place is shown."""
    text = str(error.params.get("query", ""))
    start, end = error.start, min(error.end, len(text))
    if start >= end:
        return []
    first, last = max(0, start - _BEFORE), min(len(text), start + _AFTER)
    before = _CUT * (first > 0) + _shown(text[first:start])
    place, rest = _shown(text[start : min(end, last)]), _shown(text[min(end, last) : last])
    after = rest + _CUT * (last < len(text))
    return [f"  {before}{place}{after}", f"  {' ' * _width(before)}{'^' * max(1, _width(place))}"]


def _shown(text: str) -> str:
    """Text on one line: what moves the cursor, or is not shown, is a blank."""
    return "".join(" " if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else sign for sign in text)


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in {"W", "F"} else 1
