"""Progress on stderr: a line that renews itself on a terminal, nothing elsewhere."""

import sys
from types import TracebackType
from typing import Any, Literal, Self

from photoorg.jobs.events import JobProgress


class ProgressLine:
    """A context manager whose `show` takes JobProgress events that count photos, or bytes."""

    def __init__(self, unit: Literal["photos", "bytes"] = "photos") -> None:
        self._unit = unit

    def __enter__(self) -> Self:
        self._bar: Any = None
        self._task: Any = None
        if sys.stderr.isatty():
            self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def show(self, event: JobProgress) -> None:
        """Show how far a job is."""
        if self._bar:
            total = event.total or None
            self._bar.update(self._task, description=event.text, completed=event.done, total=total, rate=_rate(event))

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        photos = (MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
        counts = photos if self._unit == "photos" else (DownloadColumn(), TransferSpeedColumn())
        columns = (TextColumn("{task.description}"), BarColumn(), *counts, TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("", total=None, rate="")
        self._bar.start()


def _rate(event: JobProgress) -> str:
    return f"{event.rate:.1f} photos/s" if event.total and event.rate else ""
