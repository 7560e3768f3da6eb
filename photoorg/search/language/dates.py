"""Days that people name: years, months, seasons, feasts, ranges, and what is relative to today.

Seasons are those of the northern half of the earth, from the first of a month on; a winter has the year in which it begins.
What recurs ("june", "summer", "christmas") is the latest that has begun; with "last", the latest that is over.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, cast

from photoorg.search.language.spans import Span, Unit, around, days_from, later, months_from, unit_around

_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH_NUMBERS: Final = {
    **{name: number for number, name in enumerate(_MONTHS, 1)},
    **{name[:3]: number for number, name in enumerate(_MONTHS, 1)},
    "sept": 9,
}
_SEASONS: Final = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
# Month, day, and how many days.
_FEASTS: Final = {"christmas": (12, 24, 3), "halloween": (10, 31, 1), "new year": (12, 31, 2)}
_NUMBERS: Final = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}
# Two digits of a decade from which on it is of the last century: "30s" and "90s", but not "20s".
_LAST_CENTURY: Final = 3
# Of two years also with a hyphen; the signs are those that keyboards make of dots and hyphens.
_RANGE: Final = re.compile(r" ?(?:\.\.\.?|\u2026|\u2013| to |(?<=^[0-9]{4})-(?=[0-9]{4}$)) ?")
_SIDES: Final = 2


def span_of(text: str, today: date) -> Span | None:
    """What a text names: one span, `a..b` from the begin of one to the end of the other, or `a..`; None if it is no date.

    A range may be given backwards.
    """
    sides = _RANGE.split(" ".join(text.casefold().split()))
    if len(sides) == 1:
        return _single(sides[0], today)
    spans = [_single(side, today) for side in sides if side]
    known = [span for span in spans if span]
    if len(sides) > _SIDES or not known or len(known) < len(spans):
        return None
    if len(known) == _SIDES:
        return around(known)
    return Span(known[0].start, None) if sides[0] else Span(None, known[0].end)


def _single(text: str, today: date) -> Span | None:
    if re.match("[a-z]|[0-9]+[-_][a-z]", text):
        text = " ".join(re.split("[-_ ]+", text))  # last-summer, 3_weeks_ago
    for pattern, read in _READERS:
        if found := pattern.fullmatch(text):
            try:
                return read(found.groups(""), today)
            except ValueError:  # no such day: 2023-02-30
                return None
    return None


# --- readers: from the groups of a pattern and today to a span; ValueError if there is no such day -------------------

_Groups = Sequence[str]


def _year(groups: _Groups, _today: date) -> Span:
    return months_from(date(int(groups[0]), 1, 1), 12)


def _month(groups: _Groups, _today: date) -> Span:
    return months_from(date(int(groups[0]), int(groups[1]), 1), 1)


def _day(groups: _Groups, _today: date) -> Span:
    return days_from(date(*(int(group) for group in groups)), 1)


def _day_first(groups: _Groups, today: date) -> Span:
    return _day(groups[::-1], today)


def _named_day(groups: _Groups, _today: date) -> Span:
    day, name, year = groups
    return days_from(date(int(year), _MONTH_NUMBERS[name], int(day)), 1)


def _month_first(groups: _Groups, today: date) -> Span:
    return _named_day((groups[1], groups[0], groups[2]), today)


def _decade(groups: _Groups, _today: date) -> Span:
    digits = groups[0] if len(groups[0]) > 1 else f"{19 if int(groups[0]) >= _LAST_CENTURY else 20}{groups[0]}"
    return months_from(date(int(digits) * 10, 1, 1), 120)


def _today(_groups: _Groups, today: date) -> Span:
    return days_from(today, 1)


def _yesterday(_groups: _Groups, today: date) -> Span:
    return days_from(later("day", today, -1) or date.min, 1)


def _unit(groups: _Groups, today: date) -> Span:
    unit = cast("Unit", groups[1])
    return unit_around(unit, today if groups[0] == "this" else later(unit, today, -1) or date.min)


def _last_units(groups: _Groups, today: date) -> Span:
    return Span(later(cast("Unit", groups[1]), today, -_number(groups[0])), later("day", today, 1))


def _units_ago(groups: _Groups, today: date) -> Span:
    unit = cast("Unit", groups[1])
    return unit_around(unit, later(unit, today, -_number(groups[0])) or date.min)


def _recurring(groups: _Groups, _today: date) -> Span:
    return _of_year(groups[0], int(groups[1]))


def _recurring_year_first(groups: _Groups, _today: date) -> Span:
    return _of_year(groups[1], int(groups[0]))


def _latest(groups: _Groups, today: date) -> Span:
    which, name = groups
    spans = [_of_year(name, year) for year in range(today.year, max(today.year - 3, 0), -1)]
    if which in _LAST:
        return next((span for span in spans if span.end and span.end <= today), spans[-1])
    return next((span for span in spans if span.start and span.start <= today), spans[-1])


def _of_year(name: str, year: int) -> Span:
    if name in _FEASTS:
        month, day, count = _FEASTS[name]
        return days_from(date(year, month, day), count)
    if name in _SEASONS:
        return months_from(date(year, _SEASONS[name], 1), 3)
    return months_from(date(year, _MONTH_NUMBERS[name], 1), 1)


def _number(text: str) -> int:
    return _NUMBERS[text] if text in _NUMBERS else int(text)


# --- what is read by which -------------------------------------------------------------------------------------------

_LAST: Final = ("last", "past", "previous")
_Reader = Callable[[_Groups, date], Span]


def _one_of(*names: str) -> str:
    return f"({'|'.join(sorted(names, key=len, reverse=True))})"


_Y: Final = "([0-9]{4})"
_D: Final = "([0-9]{1,2})"
_MONTH_NAME: Final = _one_of(*_MONTH_NUMBERS)
_NAME: Final = _one_of(*_MONTH_NUMBERS, *_SEASONS, *_FEASTS)
_COUNT: Final = _one_of("[0-9]{1,5}", *_NUMBERS)
_WHICH: Final = _one_of("this", *_LAST)
_UNITS: Final = "(day|week|month|year)"
_READERS: Final[tuple[tuple[re.Pattern[str], _Reader], ...]] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (_Y, _year),
        (f"{_Y}[-/.]{_D}", _month),
        (f"{_Y}[-/.]{_D}[-/.]{_D}", _day),
        ("([0-9]{4})([0-9]{2})([0-9]{2})", _day),
        (rf"{_D}\.{_D}\.{_Y}", _day_first),
        (rf"{_D}\.? {_MONTH_NAME},? {_Y}", _named_day),
        (f"{_MONTH_NAME} {_D},? {_Y}", _month_first),
        ("(?:the )?'?([0-9]|[0-9]{3})0s", _decade),
        ("today", _today),
        ("yesterday", _yesterday),
        (f"{_WHICH} {_UNITS}", _unit),
        (f"(?:last|past|previous) {_COUNT} {_UNITS}s?", _last_units),
        (f"{_COUNT} {_UNITS}s? ago", _units_ago),
        (f"{_NAME} {_Y}", _recurring),
        (f"{_Y} {_NAME}", _recurring_year_first),
        (f"(?:{_WHICH} )?{_NAME}", _latest),
    )
)
