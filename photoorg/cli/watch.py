"""`photoorg watch`: stay, and index what changes."""

import typer

from photoorg.cli.context import DataDirOption, DeviceOption, JsonOption, ModelOption, open_library, say
from photoorg.cli.progress import ProgressLine
from photoorg.errors import PhotoorgError
from photoorg.jobs.blocking import run_blocking
from photoorg.jobs.events import JobProgress

_PAUSED = "paused; `photoorg resume` lets it go on"


def watch(
    ctx: typer.Context,
    model: ModelOption = None,
    device: DeviceOption = "auto",
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,  # noqa: ARG001 - main looks at it, for errors
) -> None:
    """Stay, and index what changes in the watch folders, until Ctrl-C. Your photos are never changed."""
    # The process of its own ends when there is nothing to embed for long, and gives its memory back.
    with open_library(ctx, data_dir, device, "own-process") as library, ProgressLine() as line:
        if model is not None:
            library.models.use(model)
        messages = _Messages(line)
        job = library.watch_job(messages.on_ready, messages.on_trouble)
        run_blocking(job, "model", messages.on_progress, messages.on_notice)


class _Messages:
    """What people are told on stderr: each state once. The first two are called in the job's thread."""

    def __init__(self, line: ProgressLine) -> None:
        self._line = line
        self._is_ready = False
        self._waits_for: str | None = None

    def on_ready(self) -> None:
        self._is_ready = True
        say("watching")

    def on_trouble(self, error: PhotoorgError) -> None:
        """What goes wrong at the start ends the command."""
        if not self._is_ready:
            raise error
        say(f"photoorg: {error}")

    def on_notice(self, notice: PhotoorgError) -> None:
        """What people should know, and can do something about."""
        say(f"photoorg: {notice} {notice.hint_text}")

    def on_progress(self, event: JobProgress) -> None:
        from photoorg.indexing.indexer import WAITING
        from photoorg.indexing.spare_time import NOT_IDLE, ON_BATTERY, PAUSED
        from photoorg.indexing.watch_job import WATCHING

        self._line.show(event)
        said = {WAITING: WAITING, PAUSED: _PAUSED, NOT_IDLE: NOT_IDLE, ON_BATTERY: ON_BATTERY}.get(event.text)
        if said is not None and said != self._waits_for:
            say(said)
        if said is not None or event.text == WATCHING:  # looking at the folders ends no pause
            self._waits_for = said
