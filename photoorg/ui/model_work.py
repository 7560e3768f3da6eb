"""What goes on with the models, and what is known of each: plain records. Free of Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from photoorg.errors import PhotoorgError
from photoorg.jobs.events import JobProgress
from photoorg.library import ModelInfo


class WorkKind(Enum):
    """What is done with a model."""

    DOWNLOAD = "download"
    ADD = "add"
    VERIFY = "verify"
    USE = "use"
    REMOVE = "remove"


@dataclass(frozen=True)
class ModelWork:
    """One such doing; without `progress` it has said nothing yet, with an `error` it has failed.

    `waits`: for another one. `latest`: the newest version is downloaded, not the one that was begun with.

    `reference` is the model's, or the path of the folder that is being added.
    """

    reference: str
    kind: WorkKind
    progress: JobProgress | None = None
    error: PhotoorgError | None = None
    waits: bool = False
    latest: bool = False

    @property
    def is_running(self) -> bool:
        """Whether it has not failed."""
        return self.error is None

    @property
    def counts_bytes(self) -> bool:
        """Whether bytes arrive; else it is about something whose end cannot be told."""
        return self.progress is not None and self.progress.total > 0

    @property
    def is_trial(self) -> bool:
        """Whether the model is being tried out, be it on the way to something else."""
        return self.kind is WorkKind.VERIFY or (self.progress is not None and not self.counts_bytes)

    @property
    def brings_model(self) -> bool:
        """Whether there is a model more after it."""
        return self.kind in {WorkKind.DOWNLOAD, WorkKind.ADD}


@dataclass(frozen=True)
class ModelRow:
    """A model of the list: what is known of it, None while nothing is, and what goes on with it."""

    reference: str
    title: str
    info: ModelInfo | None
    work: ModelWork | None = None


@dataclass(frozen=True)
class Shelf:
    """All models: those that are offered and those on this machine, and which of them is proposed."""

    infos: tuple[ModelInfo, ...] = ()
    proposed: str = ""

    def info(self, reference: str) -> ModelInfo | None:
        """What is known of a model."""
        return next((info for info in self.infos if info.reference == reference), None)

    @property
    def active(self) -> ModelInfo | None:
        """The model in use."""
        return next((info for info in self.infos if info.is_active), None)


def rows_of(shelf: Shelf, works: Sequence[ModelWork], titles: dict[str, str]) -> list[ModelRow]:
    """A row for each model, then for what is worked on and not known yet; `titles` are names for those."""
    by_reference = {work.reference: work for work in works}
    rows = [ModelRow(info.reference, info.title, info, by_reference.pop(info.reference, None)) for info in shelf.infos]
    return rows + [ModelRow(name, titles.get(name, name), None, work) for name, work in by_reference.items()]
