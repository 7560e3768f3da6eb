"""Progress on stderr: a line that renews itself on a terminal, nothing elsewhere."""

import sys
from types import TracebackType
from typing import Any, Literal, Self

from photoorg.cli.amounts import duration_text, size_text
from photoorg.jobs.events import JobProgress


class ProgressLine:
    """A context manager whose `show` takes JobProgress events that count photos, or bytes."""

    def __init__(self, unit: Literal["photos", "bytes"] = "photos") -> None:
        self._amount = _photos if unit == "photos" else _bytes

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
            total, amount = event.total or None, self._amount(event) if event.total else ""
            self._bar.update(self._task, description=event.text, completed=event.done, total=total, amount=amount)

    def say(self, text: str) -> None:
        """Show what is being done, where nothing can be counted."""
        if self._bar:
            self._bar.update(self._task, description=text)

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        # The amounts are the job's own: what an earlier run had done must not count as speed.
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[amount]}"))
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("", total=None, amount="")
        self._bar.start()


def _photos(event: JobProgress) -> str:
    rate = f"  {event.rate:.1f} photos/s" if event.rate else ""
    return f"{event.done:,}/{event.total:,}{rate}{_left(event)}"


def _bytes(event: JobProgress) -> str:
    rate = f"  {size_text(event.rate)}/s" if event.rate else ""
    return f"{size_text(event.done)} of {size_text(event.total)}{rate}{_left(event)}"


def _left(event: JobProgress) -> str:
    return f"  {duration_text(event.left_s)} left" if event.left_s else ""
