"""The jobs with models: downloads, tests, choices, removals; and what is known of the models, kept up to date."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLocale, QObject, Signal

from photoorg.errors import PhotoorgError
from photoorg.jobs.events import JobProgress
from photoorg.jobs.job import CallJob, Job
from photoorg.jobs.runner import LaneName
from photoorg.library import Library
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.model_work import ModelRow, ModelWork, Shelf, WorkKind, rows_of
from photoorg.ui.shown_text import shown_name

# Downloads wait for each other, and with them what may try a model out before it is used; nothing else waits for them.
_QUEUED = {WorkKind.DOWNLOAD, WorkKind.ADD, WorkKind.USE}
_QUEUE: LaneName = "models"
_OTHER_LANE: LaneName = "loading"


class ModelJobs(QObject):
    """At most one job for each model; of one that failed the error stays until somebody has read it."""

    changed = Signal()  # what `rows` tells
    ended = Signal(object, object)  # ModelWork, and its result: it has succeeded
    failed = Signal(object)  # what no person can do anything about

    def __init__(self, library: Library, bridge: JobBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._bridge = bridge
        self._shelf = Shelf()
        self._works: dict[str, ModelWork] = {}
        self._running: dict[str, int] = {}
        self._titles: dict[str, str] = {}
        self._reading: int | None = None
        self._is_outdated = False
        self._finished: set[str] = set()  # whose work is shown until the outcome is

    @property
    def shelf(self) -> Shelf:
        """What is known of the models; empty until it was read."""
        return self._shelf

    def rows(self) -> list[ModelRow]:
        """All models, with what goes on."""
        queue = [name for name in self._running if self._works[name].kind in _QUEUED]
        works = [replace(work, waits=name in queue[1:]) for name, work in self._works.items()]
        return rows_of(self._shelf, works, self._titles)

    def title(self, reference: str) -> str:
        """What a model is called."""
        info = self._shelf.info(reference)
        return info.title if info else self._titles.get(reference, reference)

    # --- what is known ---

    def read(self) -> None:
        """Read what is known of the models; `changed` follows."""
        if self._reading is not None:
            self._is_outdated = True
            return
        call = CallJob("read models", partial(_read, self._library, QLocale.system().name()))
        self._reading = self._bridge.submit(call, "disk", on_result=self._on_read, on_error=self._on_not_read)

    def _on_read(self, shelf: Shelf) -> None:
        self._reading = None
        self._shelf = shelf
        if self._is_outdated:
            self._is_outdated = False
            self.read()
        else:
            self._forget_finished()
        self.changed.emit()

    def _on_not_read(self, error: BaseException) -> None:
        self._reading = None
        self._is_outdated = False
        self._forget_finished()
        self.changed.emit()
        self._bridge.failed.emit(error)

    def _forget_finished(self) -> None:
        for reference in self._finished:
            self._works.pop(reference, None)
        self._finished.clear()

    # --- what is done ---

    def download(self, reference: str, *, latest: bool = False) -> None:
        """Download a model, or the rest of it, and try it out; `latest`: not the version that was begun with."""
        make_job = partial(self._library.models.install_job, reference, latest=latest)
        self._run(ModelWork(reference, WorkKind.DOWNLOAD, latest=latest), make_job)

    def add(self, folder: Path) -> None:
        """Copy a model out of a folder, and try it out."""
        name = str(folder)
        self._titles[name] = shown_name(folder)
        self._run(ModelWork(name, WorkKind.ADD), lambda: self._library.models.add_job(folder))

    def verify(self, reference: str) -> None:
        """Try a model out."""
        self._run(ModelWork(reference, WorkKind.VERIFY), lambda: self._library.models.verify_job(reference))

    def use(self, reference: str) -> None:
        """Make a model the active one; one that was never tried out is tried out first."""
        self._run(ModelWork(reference, WorkKind.USE), lambda: self._library.models.use_job(reference))

    def remove(self, reference: str) -> None:
        """Remove a model and all it has said about the photos."""
        self._run(ModelWork(reference, WorkKind.REMOVE), lambda: self._library.models.remove_job(reference))

    def again(self, reference: str) -> None:
        """Try what failed once more."""
        work = self._works[reference]
        again: dict[WorkKind, Callable[[], None]] = {
            WorkKind.DOWNLOAD: partial(self.download, reference, latest=work.latest),
            WorkKind.ADD: partial(self.add, Path(reference)),
            WorkKind.VERIFY: partial(self.verify, reference),
            WorkKind.USE: partial(self.use, reference),
            WorkKind.REMOVE: partial(self.remove, reference),
        }
        again[work.kind]()

    def cancel(self, reference: str) -> None:
        """Stop what goes on with a model; what has been downloaded stays."""
        if (job := self._running.pop(reference, None)) is not None:
            self._bridge.cancel(job)
            # Once the lane is free again the job has ended, and it is known how much there is.
            self._bridge.submit(CallJob("wait for the end", lambda: None), _QUEUE, on_result=lambda _: self.read())
        self.dismiss(reference)

    def dismiss(self, reference: str) -> None:
        """Forget that something failed."""
        self._works.pop(reference, None)
        self.read()
        self.changed.emit()

    def _run(self, work: ModelWork, make_job: Callable[[], Job[Any]]) -> None:
        if work.reference in self._running:
            return
        self._finished.discard(work.reference)
        self._works[work.reference] = work
        self._running[work.reference] = self._bridge.submit(
            make_job(),
            _QUEUE if work.kind in _QUEUED else _OTHER_LANE,
            on_result=partial(self._on_ended, work),
            on_error=partial(self._on_failed, work),
            on_progress=partial(self._on_progress, work),
        )
        self.changed.emit()

    def _on_progress(self, work: ModelWork, progress: JobProgress) -> None:
        self._works[work.reference] = replace(work, progress=progress)
        self.changed.emit()

    def _on_ended(self, work: ModelWork, result: object) -> None:
        self._running.pop(work.reference, None)
        self._finished.add(work.reference)
        self.read()
        self.ended.emit(work, result)

    def _on_failed(self, work: ModelWork, error: BaseException) -> None:
        self._running.pop(work.reference, None)
        if isinstance(error, PhotoorgError):
            self._works[work.reference] = replace(work, error=error)
        else:
            del self._works[work.reference]
            self.failed.emit(error)
        self.read()
        self.changed.emit()


def _read(library: Library, language: str) -> Shelf:
    """In the background."""
    return Shelf(tuple(library.models.infos()), library.models.proposed_reference(language))
