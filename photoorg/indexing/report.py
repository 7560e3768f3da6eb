"""What an indexing run did."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from photoorg.catalog.records import Failure


@dataclass(frozen=True)
class Held:
    """A watch folder from which `gone` of `there` files vanished at once: nothing is missing until that is confirmed."""

    path: str
    gone: int
    there: int


@dataclass
class IndexReport:
    """Counts of one run; see the command line's `index --json`. Times are in seconds.

    `files` are pictures that were found, without the videos of live photos; each is part of a photo (a camera RAW of the
    picture beside it, say) or stands in `failed`. `embedded` counts photos this run worked on whose
    picture now has an embedding. `stages` sums the busy seconds of all workers of a stage.
    """

    files: int = 0
    photos: int = 0
    new: int = 0
    changed: int = 0
    moved: int = 0
    missing: int = 0
    unchanged: int = 0
    embedded: int = 0
    failed: list[Failure] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    offline: list[str] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    model: str | None = None
    device: str | None = None
    precision: str | None = None
    seconds: float = 0.0
    startup_seconds: float = 0.0
    photos_per_second: float = 0.0
    stages: dict[str, float] = field(
        default_factory=lambda: {"scan": 0.0, "decode": 0.0, "encode": 0.0, "store": 0.0, "index": 0.0}
    )

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON and for answers to other programs; paths as surrogate-escaped text."""
        values = asdict(self)
        values["failed"] = [
            {"path": os.fsdecode(f.path), "code": f.code, "params": dict(f.params)} for f in self.failed
        ]
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "IndexReport":
        """The report that `to_dict` was made of."""
        failed = [Failure(os.fsencode(f["path"]), f["code"], f["params"]) for f in values["failed"]]
        held = [Held(**folder) for folder in values["held"]]
        return cls(**{**values, "failed": failed, "held": held})
