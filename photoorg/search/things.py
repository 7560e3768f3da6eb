"""Things that the library really contains: everyday descriptions, of which those are offered that have relevant photos.

Counting takes a search for each thing. It is done in the background, in parts, and again when the library has grown or
shrunk by a twentieth; until then, and while it is done again, the counts of the last time are offered.
"""

import errno
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoorg.embedding.folder import PROMPTS_NAME, read_json
from photoorg.embedding.models import InstalledModel
from photoorg.errors import DataFolderUnusable, DiskFull, ModelCorrupt
from photoorg.jobs.job import JobContext
from photoorg.paths import resources

Float32 = NDArray[np.float32]

_NAME = "things.json"
# A library that has changed by less has much the same things in it.
_RENEWED_AT = 0.05
_KEPT_AT_ONCE = 16


@dataclass(frozen=True)
class Thing:
    """A description, and how many photos of the library it fits."""

    text: str
    photos: int


@dataclass(frozen=True)
class ThingCounter:
    """What counting needs: `encode` gives a unit vector (d,), `count_relevant` the photos above the cut-off for it.

    `embeddings`: how many there are now.
    """

    encode: Callable[[str], Float32]
    count_relevant: Callable[[Float32], int]
    embeddings: Callable[[], int]


@dataclass
class _Counts:
    """Counts made when the library had so many embeddings; complete when there is one for each thing."""

    embeddings: int = 0
    photos: dict[str, int] = field(default_factory=dict)

    def fits(self, embeddings: int) -> bool:
        """Whether the library is much the same still."""
        return abs(embeddings - self.embeddings) < max(1.0, _RENEWED_AT * self.embeddings)


def vocabulary(model: InstalledModel) -> tuple[str, ...]:
    """The things to look for: those that the model's own prompts.json names, else the program's. Raises ModelCorrupt."""
    own = read_json(model.folder, PROMPTS_NAME) if (model.folder / PROMPTS_NAME).is_file() else {}
    things = own.get("things") or read_json(resources(), _NAME)["things"]
    if not isinstance(things, list) or not all(isinstance(text, str) and text.strip() for text in things):
        raise ModelCorrupt(folder=str(model.folder), detail=f"the things in {PROMPTS_NAME} are not a list of texts.")
    return tuple(dict.fromkeys(things))


class LibraryThings:
    """The things in a library, as one model sees it. `path` is the file in which the counts are kept."""

    def __init__(self, path: Path, fingerprint: str, things: Sequence[str], counter: ThingCounter) -> None:
        self._path = path
        self._fingerprint = fingerprint
        self._things = tuple(things)
        self._counter = counter
        self._counts, self._next = self._read()

    def there(self, limit: int | None = None) -> list[Thing]:
        """The things that have photos, those with most first; none before the first have been counted."""
        counts = self._counts.photos or self._next.photos
        found = [Thing(text, counts[text]) for text in self._things if counts.get(text)]
        return sorted(found, key=lambda thing: -thing.photos)[:limit]

    @property
    def is_due(self) -> bool:
        """Whether there is something to count: then run a ThingsJob when the computer is idle."""
        embeddings = self._counter.embeddings()
        return embeddings > 0 and not (self._is_complete(self._counts) and self._counts.fits(embeddings))

    def count(self, ctx: JobContext) -> int:
        """Count what is due, going on where a cancelled run stopped; gives how many were counted. Raises Cancelled, DiskFull."""
        if not self.is_due:
            return 0
        embeddings = self._counter.embeddings()
        if self._next.embeddings == 0 or not self._next.fits(embeddings):
            self._next = _Counts(embeddings)
        missing = [text for text in self._things if text not in self._next.photos]
        try:
            self._count_all(missing, ctx)
            self._counts, self._next = self._next, _Counts()
        finally:
            self._write()
        return len(missing)

    def _count_all(self, texts: Sequence[str], ctx: JobContext) -> None:
        for done, text in enumerate(texts):
            ctx.check_cancelled()
            ctx.progress(len(self._things) - len(texts) + done, len(self._things), text)
            self._next.photos[text] = self._counter.count_relevant(self._counter.encode(text))
            if done % _KEPT_AT_ONCE == _KEPT_AT_ONCE - 1:
                self._write()

    def _is_complete(self, counts: _Counts) -> bool:
        return all(text in counts.photos for text in self._things)

    def _read(self) -> tuple[_Counts, _Counts]:
        """What is kept; nothing where it is of another model or damaged: it can be counted again."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            if kept["model"] == self._fingerprint:
                return _counts(kept["counts"]), _counts(kept["next"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            return _Counts(), _Counts()
        return _Counts(), _Counts()

    def _write(self) -> None:
        content = {"model": self._fingerprint, "counts": vars(self._counts), "next": vars(self._next)}
        new = self._path.with_name(f".{self._path.name}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(content), encoding="utf-8")
            new.replace(self._path)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise DiskFull(path=str(self._path)) from error
            raise DataFolderUnusable(path=str(self._path), detail=error.strerror or str(error)) from error


class ThingsJob:
    """Counts the things in the library. For when the computer is idle: it may be cancelled at any time and goes on later."""

    name = "things"

    def __init__(self, things: LibraryThings) -> None:
        self._things = things

    def run(self, ctx: JobContext) -> int:
        """Count; gives how many things were counted. Raises Cancelled, DiskFull, model errors."""
        return self._things.count(ctx)


def _counts(kept: Mapping[str, Any]) -> _Counts:
    photos = {str(text): int(count) for text, count in kept["photos"].items()}
    return _Counts(int(kept["embeddings"]), photos)
