import pytest

from photoorg.jobs.events import JobProgress
from photoorg.ui.progress_texts import left_text, progress_details, rate_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0, "less than a minute left"),
        (59.9, "less than a minute left"),
        (60, "about 1 minute left"),
        (240, "about 4 minutes left"),
        (3600, "about 1 hour left"),
        (9000, "about 2 hours left"),
        (200_000, "about 2 days left"),
    ],
)
def test_time_left(seconds, text):
    assert left_text(seconds) == text


def test_rate():
    assert [rate_text(rate) for rate in (0, 18.83, 1218.8)] == ["", "18.8 photos/s", "1,219 photos/s"]


def test_details_are_offered_longest_first():
    assert progress_details(JobProgress(1, 1234, 5678, "", 18.83, 240)) == [
        "1,234 of 5,678 · 18.8 photos/s · about 4 minutes left",
        "1,234 of 5,678 · about 4 minutes left",
        "1,234 of 5,678",
    ]
    assert progress_details(JobProgress(1, 1, 2, "", 0, None)) == ["1 of 2"]
    assert progress_details(JobProgress(1, 7, 0, "", 3.0, None)) == []
