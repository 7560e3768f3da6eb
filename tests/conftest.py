"""What all tests share: the rules that hold for every test, and where the real files are."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

REAL_FILES = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(autouse=True)
def _no_unexpected_warnings_in_the_log(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """A log record of WARNING or above fails the test, unless it is marked `expects_warnings`."""
    yield
    if request.node.get_closest_marker("expects_warnings"):
        return
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    unexpected = [r for r in records if r.levelno >= logging.WARNING and r.name.startswith("photoorg")]
    assert not unexpected, [record.getMessage() for record in unexpected]


@pytest.fixture(autouse=True)
def _no_thread_left_alive() -> Iterator[None]:
    """A thread of ours that outlives its test fails it."""
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and t.name.startswith(("photoorg", "decode"))]
    for thread in left:
        thread.join(timeout=30)
    assert not [thread.name for thread in left if thread.is_alive()]


@pytest.fixture(scope="session")
def real_files() -> Path:
    """The folder of real photos, beside the checkout."""
    if not REAL_FILES.is_dir():
        pytest.skip(f"the real photos are not at {REAL_FILES}")
    return REAL_FILES
