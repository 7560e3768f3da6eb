"""Days that people name."""

from datetime import date

import pytest

from photoorg.search.language.dates import span_of

TODAY = date(2026, 11, 25)  # a Wednesday


def day(text):
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2023", "2023-01-01", "2024-01-01"),
        ("2023-06", "2023-06-01", "2023-07-01"),
        ("2023/6", "2023-06-01", "2023-07-01"),
        ("2023-12", "2023-12-01", "2024-01-01"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
        ("20240229", "2024-02-29", "2024-03-01"),
        ("5.6.2023", "2023-06-05", "2023-06-06"),
        ("5 June 2023", "2023-06-05", "2023-06-06"),
        ("jun 5, 2023", "2023-06-05", "2023-06-06"),
        ("1990s", "1990-01-01", "2000-01-01"),
        ("the 90s", "1990-01-01", "2000-01-01"),
        ("'20s", "2020-01-01", "2030-01-01"),
        ("2023-06..2023-08", "2023-06-01", "2023-09-01"),
        ("2023-08..2023-06", "2023-06-01", "2023-09-01"),
        ("2020-2022", "2020-01-01", "2023-01-01"),
        ("2020\N{EN DASH}2022", "2020-01-01", "2023-01-01"),
        ("2023 … 2024", "2023-01-01", "2025-01-01"),
        ("june 2021 to today", "2021-06-01", "2026-11-26"),
        ("2020..", "2020-01-01", None),
        ("..2020", None, "2021-01-01"),
        ("today", "2026-11-25", "2026-11-26"),
        ("Yesterday", "2026-11-24", "2026-11-25"),
        ("this week", "2026-11-23", "2026-11-30"),
        ("last week", "2026-11-16", "2026-11-23"),
        ("this month", "2026-11-01", "2026-12-01"),
        ("last month", "2026-10-01", "2026-11-01"),
        ("this year", "2026-01-01", "2027-01-01"),
        ("last  year", "2025-01-01", "2026-01-01"),
        ("last 30 days", "2026-10-26", "2026-11-26"),
        ("past two weeks", "2026-11-11", "2026-11-26"),
        ("last 3 months", "2026-08-25", "2026-11-26"),
        ("3 weeks ago", "2026-11-02", "2026-11-09"),
        ("a month ago", "2026-10-01", "2026-11-01"),
        ("10 years ago", "2016-01-01", "2017-01-01"),
        ("5 days ago", "2026-11-20", "2026-11-21"),
        ("last summer", "2026-06-01", "2026-09-01"),
        ("last-summer", "2026-06-01", "2026-09-01"),
        ("3_weeks_ago", "2026-11-02", "2026-11-09"),
        ("summer 2022", "2022-06-01", "2022-09-01"),
        ("2022 fall", "2022-09-01", "2022-12-01"),
        ("winter 2022", "2022-12-01", "2023-03-01"),
        ("last winter", "2025-12-01", "2026-03-01"),
        ("last autumn", "2025-09-01", "2025-12-01"),
        ("this autumn", "2026-09-01", "2026-12-01"),
        ("june", "2026-06-01", "2026-07-01"),
        ("december", "2025-12-01", "2026-01-01"),
        ("last november", "2025-11-01", "2025-12-01"),
        ("november", "2026-11-01", "2026-12-01"),
        ("june 2021", "2021-06-01", "2021-07-01"),
        ("sept-2021", "2021-09-01", "2021-10-01"),
        ("christmas", "2025-12-24", "2025-12-27"),
        ("christmas 2020", "2020-12-24", "2020-12-27"),
        ("last halloween", "2026-10-31", "2026-11-01"),
        ("new year 2020", "2020-12-31", "2021-01-02"),
        ("last summer..today", "2026-06-01", "2026-11-26"),
        ("9999", "9999-01-01", None),
    ],
)
def test_what_is_named(text, start, end):
    assert span_of(text, TODAY) == (day(start), day(end))


@pytest.mark.parametrize(
    ("today", "text", "start"),
    [
        ("2026-07-15", "last summer", "2025-06-01"),
        ("2026-09-01", "last summer", "2026-06-01"),
        ("2026-01-15", "this winter", "2025-12-01"),
        ("2026-01-15", "last winter", "2024-12-01"),
        ("2026-03-31", "last month", "2026-02-01"),
        ("2024-02-29", "last year", "2023-01-01"),
        ("2026-01-01", "new year", "2025-12-31"),
        ("2026-03-31", "last 1 months", "2026-02-28"),
    ],
)
def test_it_depends_on_the_day(today, text, start):
    assert span_of(text, day(today)).start == day(start)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "..",
            "foo",
            "23",
            "2023-13",
            "2023-02-30",
            "0000",
            "6/15/2023",
            "2023..foo",
            "2020..2021..2022",
            "next week",
        ),
        *("last", "june 5", "20 23", "²023", "summer of 69", "0 0 0", "31 june 2023", "20231301"),
    ],
)
def test_what_is_no_date(text):
    assert span_of(text, TODAY) is None


@pytest.mark.parametrize("today", [date.min, date(1, 2, 3), date.max])
@pytest.mark.parametrize(
    "text",
    ["99999 years ago", "last 99999 days", "today", "yesterday", "last week", "last winter", "christmas", "this year"],
)
def test_the_ends_of_the_calendar_are_no_error(today, text):
    assert span_of(text, today)
