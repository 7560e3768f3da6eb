"""Spans of days, and steps in the calendar that end where it ends."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

Unit = Literal["day", "week", "month", "year"]
_DAYS: Final = {"day": 1, "week": 7}
_MONTHS: Final = {"month": 1, "year": 12}


class Span(NamedTuple):
    """From `start` on and before `end`; None leaves a side open."""

    start: date | None
    end: date | None


def days_from(start: date, count: int) -> Span:
    """So many days."""
    return Span(start, days_later(start, count))


def months_from(start: date, count: int) -> Span:
    """So many months."""
    return Span(start, months_later(start, count))


def unit_around(unit: Unit, day: date) -> Span:
    """The calendar's day, week (from Monday), month or year in which a day lies."""
    start = {
        "day": day,
        "week": days_later(day, -day.weekday()) or date.min,
        "month": day.replace(day=1),
        "year": day.replace(month=1, day=1),
    }[unit]
    return Span(start, later(unit, start, 1))


def later(unit: Unit, day: date, count: int) -> date | None:
    """So many units later, or earlier if negative; None beyond the ends of the calendar."""
    if unit in _DAYS:
        return days_later(day, _DAYS[unit] * count)
    return months_later(day, _MONTHS[unit] * count)


def days_later(day: date, count: int) -> date | None:
    """So many days later; None beyond the ends of the calendar."""
    try:
        return day + timedelta(days=count)
    except OverflowError:
        return None


def months_later(day: date, count: int) -> date | None:
    """So many months later, on the last of the month where it is shorter; None beyond the ends of the calendar."""
    months = day.year * 12 + day.month - 1 + count
    year, month = months // 12, months % 12 + 1
    if not date.min.year <= year <= date.max.year:
        return None
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def around(spans: list[Span]) -> Span:
    """From the earliest start to the latest end."""
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    return Span(
        None if None in starts else min(start for start in starts if start),
        None if None in ends else max(end for end in ends if end),
    )
